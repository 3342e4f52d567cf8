//! One number has many spellings in JSON. All of them are that number, and nothing else is one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use proptest::prelude::*;
use refundkit_core::money::Exact;

/// `units` of 10^-`places`, written with an exponent of `shift` and some zeros that say nothing.
fn spelled(
    units: i64,
    places: usize,
    shift: i64,
    zeros: usize,
    capital: bool,
    plus: bool,
) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let digits = units.unsigned_abs().to_string();
    // The point moves to the left by `places`, and by what the exponent moves it back.
    let left = i64::try_from(places).unwrap() + shift;
    let (whole, fraction) = if left <= 0 {
        let behind = "0".repeat(usize::try_from(-left).unwrap());
        ([digits.as_str(), &behind].concat(), String::new())
    } else {
        let left = usize::try_from(left).unwrap();
        let padded = ["0".repeat(left), digits].concat();
        let (whole, fraction) = padded.split_at(padded.len() - left);
        (whole.to_owned(), fraction.to_owned())
    };
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let fraction = [fraction, "0".repeat(zeros)].concat();
    let mut text = [sign, whole].concat();
    if !fraction.is_empty() {
        text = [&text, ".", &fraction].concat();
    }
    if shift != 0 {
        let letter = if capital { "E" } else { "e" };
        let plus = if plus && shift > 0 { "+" } else { "" };
        text = [&text, letter, plus, &shift.to_string()].concat();
    }
    text
}

fn units() -> impl Strategy<Value = i64> {
    prop_oneof![
        Just(0_i64),
        -2_000_i64..2_000,
        (-9_i64..10).prop_map(|n| n * 1_000_000),
        -i64::MAX..=i64::MAX,
    ]
}

proptest! {
    #[test]
    fn every_spelling_is_read_as_the_number_that_was_spelled(
        units in units(),
        places in 0_usize..7,
        shift in -40_i64..40,
        zeros in 0_usize..30,
        capital: bool,
        plus: bool,
    ) {
        let text = spelled(units, places, shift, zeros, capital, plus);
        let places = u32::try_from(places).unwrap();
        prop_assert_eq!(Exact::read(&text, places).map(Exact::get), Some(units), "{}", text);
        let raw = serde_json::from_str::<&serde_json::value::RawValue>(&text);
        prop_assert!(raw.is_ok(), "{} is JSON", text);
        if places == 0 {
            prop_assert_eq!(serde_json::from_str::<Exact>(&text).unwrap().get(), units);
        }
    }

    #[test]
    fn a_part_of_a_unit_is_nothing(
        units in -1_000_000_000_i64..1_000_000_000,
        part in 1_i64..10,
        places in 0_usize..7,
        shift in -40_i64..40,
        zeros in 0_usize..5,
    ) {
        // A digit behind the last unit: ten times as much, and a part of ten.
        let finer = units * 10 + if units < 0 { -part } else { part };
        let text = spelled(finer, places + 1, shift, zeros, false, false);
        let places = u32::try_from(places).unwrap();
        prop_assert_eq!(Exact::read(&text, places), None, "{}", text);
    }

    #[test]
    fn whatever_the_text_is_nothing_breaks_and_only_json_is_a_number(
        text in "[-+0-9.eE ]{0,24}|\\PC{0,12}",
        places in 0_u32..40,
    ) {
        let read = Exact::read(&text, places);
        // JSON as it is, but for zeros in front.
        let (sign, number) = text.split_at(usize::from(text.starts_with('-')));
        let bare = number.trim_start_matches('0');
        let digits = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        let zero = if digits(number) && !digits(bare) { "0" } else { "" };
        let plain = [sign, zero, bare].concat();
        let json = serde_json::from_str::<&serde_json::value::RawValue>(&plain);
        let is_number = digits(number) && json.is_ok_and(|raw| raw.get() == plain);
        prop_assert!(is_number || read.is_none(), "{:?}", text);
    }

    #[test]
    fn what_is_read_is_read_again_from_its_own_spelling(units in units()) {
        let read = Exact::read(&units.to_string(), 0).unwrap();
        prop_assert_eq!(Exact::read(&read.to_string(), 0), Some(read));
    }
}
