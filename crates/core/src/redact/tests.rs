//! Card numbers in the spellings of people and of programs are masked whole, and numbers that are none
//! stay.

use super::*;

#[test]
fn card_like_numbers_are_found_in_every_spelling() {
    for text in [
        "4111111111111111",
        "card 4111 1111 1111 1111!",
        "5555-5555-5555-4444",
        "x378282246310005y",
        "refund 7 4111 1111 1111 1111",
        "2026-11-21 4111111111111111",
        "4111111111111111 12",
        "4111  1111 1111 1111",
        "4111.1111.1111.1111",
        "4111\u{A0}1111\u{A0}1111\u{A0}1111",
        "4111\u{2007}1111\u{202F}1111\u{2009}1111",
        "4111\u{2013}1111\u{2014}1111\u{2212}1111",
        "4111_1111/1111,1111",
        "4111 \u{2013} 1111 - 1111 / 1111",
        "4111\n1111\t1111\r\n1111",
        "4111\u{200B}1111\u{FEFF}1111\u{AD}1111",
        "４１１１１１１１１１１１１１１１",
        "４１１１　１１１１－１１１１／１１１１",
        "٤١١١ ١١١١ ١١١١ ١١١١",
        "४111१1११1111१111",
        "4+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1",
        "Maestro 675964982648",
        "6304000000000000000000 6759649826438453",
        "UATP 135412345678911",
    ] {
        assert!(has_card_number(text), "{text}");
        assert!(mask_card_numbers(text).contains("[card number]"), "{text}");
    }
    for (text, masked) in [
        ("pay 4111 1111 1111 1111 now", "pay [card number] now"),
        ("pay (４１１１–1111_1111/1111)", "pay ([card number])"),
    ] {
        assert_eq!(mask_card_numbers(text), masked);
    }
}

#[test]
fn no_part_of_a_card_is_left_where_less_of_it_passes_the_check_too() {
    // The first twelve digits pass as well, and so do those with the group before.
    for text in ["5018 0000 0009 0000", "26 5018 0000 0009 0000"] {
        let masked = mask_card_numbers(text);
        assert!(!masked.contains("0000"), "{masked}");
    }
}

#[test]
fn other_numbers_stay() {
    for text in [
        "order 1234567890",
        "4111111111111112",
        "2026-11-21T10:00:00Z",
        "",
        "12345678901234567890123456789",
        "4111 1111 : 1111 1111",
        "4111 1111     1111 1111",
        "0000000000000000",
        // Milliseconds since 1970, and a date with its time: both pass the Luhn check.
        "1732180000009",
        "20261121093003",
        // The middle of it is 4111-1111-111 with a check digit that fits.
        "a0000000-4111-1111-1117-b00000000000",
        "1,000,000.00 EUR",
    ] {
        assert_eq!(mask_card_numbers(text), text);
    }
}

#[test]
fn messages_become_one_short_line() {
    assert_eq!(
        message("a\r\nerror[RK0000]: forged"),
        "a  error[RK0000]: forged"
    );
    assert_eq!(message(&"x".repeat(400)).chars().count(), 301);
}
