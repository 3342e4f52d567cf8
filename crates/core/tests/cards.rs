//! Card numbers in every writing, and what is none.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use proptest::prelude::*;
use proptest::sample::select;
use refundkit_core::redact::{has_card_number, mask_card_numbers, message};
use refundkit_core::{IdError, Metadata, OrderId, PaymentId, RefundId, RequestKey, Text};

const CARD: &str = "4111111111111111";

/// What may stand between two digits, and what writes them.
const BETWEEN: [&str; 20] = [
    " ", "-", "_", "/", ",", ".", "\u{A0}", "\u{2007}", "\u{202F}", "\u{2009}", "\u{200A}",
    "\u{2010}", "\u{2011}", "\u{2013}", "\u{2014}", "\u{2212}", "\u{FF0D}", "\u{3000}", "\u{200B}",
    "\t",
];
const ZEROS: [char; 7] = ['0', '０', '٠', '۰', '०', '০', '𝟎'];

fn check_digit(digits: &[u32]) -> u32 {
    let doubled = |(at, digit): (usize, &u32)| match at % 2 {
        0 => [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
            .get(usize::try_from(*digit).unwrap())
            .copied()
            .unwrap(),
        _ => *digit,
    };
    let sum: u32 = digits.iter().rev().enumerate().map(doubled).sum();
    (10 - sum % 10) % 10
}

/// Digits with a check digit that is right, or wrong by `off`.
fn number(length: std::ops::RangeInclusive<usize>, off: u32) -> impl Strategy<Value = Vec<u32>> {
    let rest = length.start() - 2..=length.end() - 2;
    (3_u32..10, prop::collection::vec(0_u32..10, rest)).prop_map(move |(first, rest)| {
        let mut digits = vec![first];
        digits.extend(rest);
        digits.push((check_digit(&digits) + off) % 10);
        digits
    })
}

fn digit(zero: char, value: u32) -> char {
    char::from_u32(u32::from(zero) + value).unwrap()
}

proptest! {
    #[test]
    fn a_card_is_masked_in_every_writing(
        digits in number(12..=19, 0),
        zero in select(&ZEROS[..]),
        between in select(&BETWEEN[..]),
        breaks in prop::collection::vec(0_usize..4, 19),
        around in "[a-zé:;(\"]{0,6}",
    ) {
        let mut written = String::new();
        for (at, value) in digits.iter().enumerate() {
            if at > 0 {
                written.push_str(&between.repeat(*breaks.get(at).unwrap()));
            }
            written.push(digit(zero, *value));
        }
        let text = [&*around, &*written, &*around].concat();
        prop_assert!(has_card_number(&text), "{text}");
        let expected = [&*around, "[card number]", &*around].concat();
        prop_assert_eq!(mask_card_numbers(&text), expected);
        prop_assert!(!message(&text).contains(|c: char| c.is_numeric()));
        prop_assert!(Text::new(&*text).is_err());
    }

    #[test]
    fn what_is_no_card_is_never_changed(
        wrong in number(12..=19, 3),
        short in "[0-9]{1,11}",
        long in "[1-9][0-9]{19,40}",
        amount in 0_u64..100_000_000,
    ) {
        let wrong: String = wrong.iter().map(|value| digit('0', *value)).collect();
        let amount = format!("{}.{:02} EUR", amount / 100, amount % 100);
        for text in [wrong, short, long, amount] {
            prop_assert_eq!(mask_card_numbers(&text), text.as_str());
            prop_assert_eq!(message(&text), text);
        }
    }

    #[test]
    fn ids_of_providers_stay_as_they_are(digits in number(12..=19, 0)) {
        let id: String = digits.iter().map(|value| digit('0', *value)).collect();
        prop_assert_eq!(PaymentId::new(&*id).unwrap().to_string(), id.clone());
        prop_assert_eq!(RefundId::new(&*id).unwrap().to_string(), id.clone());
        prop_assert!(RequestKey::new(&*id).is_err());
        prop_assert!(OrderId::new(&*id).is_err());
    }

    #[test]
    fn a_uuid_is_no_card(bytes in any::<u128>()) {
        let hex = format!("{:032x}", bytes | 0xa000_0000_0000_0000_0000_0000_0000_0000);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap();
        let uuid = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-");
        prop_assert_eq!(mask_card_numbers(&uuid), uuid.as_str());
        prop_assert!(RequestKey::new(uuid).is_ok());
    }
}

#[test]
fn keys_and_order_ids_that_look_like_cards_are_refused_and_not_repeated() {
    for key in [
        CARD.to_owned(),
        ["order-", CARD].concat(),
        "4111-1111_1111/1111".to_owned(),
    ] {
        let what = "request key";
        let error = RequestKey::new(&*key).unwrap_err();
        assert_eq!(error, IdError::CardNumber { what });
        assert_eq!(
            error.to_string(),
            "the request key looks like it holds a card number; use another one"
        );
        let what = "order id";
        assert_eq!(OrderId::new(&*key), Err(IdError::CardNumber { what }));
    }
    assert!(RequestKey::new("order-4111111111111112").is_ok());
    let json = ["\"", CARD, "\""].concat();
    assert!(serde_json::from_str::<RequestKey>(&json).is_err());
}

#[test]
fn metadata_holds_no_card_in_a_name_or_a_value() {
    for (name, value) in [
        (CARD, "x"),
        ("a-4111_1111-1111_1111", "x"),
        ("x", "４１１１ 1111–1111/1111"),
    ] {
        let error = Metadata::new([(name, value)]).unwrap_err().to_string();
        assert!(error.contains("card number"), "{error}");
        assert!(!error.contains("1111"), "{error}");
    }
}
