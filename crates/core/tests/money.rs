//! Money: parsed and printed exactly, refused in its own words, split without losing a unit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::minor;
use proptest::prelude::*;
use refundkit_core::{Currency, Minor, Money, MoneyError};
use rust_decimal::Decimal;

fn parse(text: &str) -> Result<i64, MoneyError> {
    text.parse::<Money>().map(|money| money.minor().get())
}

fn currency(code: &str) -> Currency {
    Currency::new(code).unwrap()
}

fn split(whole: i64, weights: &[i64]) -> Option<Vec<i64>> {
    let weights: Vec<_> = weights.iter().copied().map(minor).collect();
    let parts = minor(whole).allocate(&weights)?;
    Some(parts.into_iter().map(Minor::get).collect())
}

#[test]
fn a_currency_of_two_decimals_counts_hundredths() {
    for (text, units) in [("10.00 GBP", 1000), ("0.01 EUR", 1), ("7 USD", 700)] {
        assert_eq!(parse(text), Ok(units), "{text}");
    }
}

#[test]
fn a_currency_without_decimals_counts_whole_units() {
    for (text, units) in [("1000 JPY", 1000), ("1 KRW", 1), ("5.00 VND", 5)] {
        assert_eq!(parse(text), Ok(units), "{text}");
    }
}

#[test]
fn a_currency_of_three_decimals_counts_thousandths() {
    for (text, units) in [("1.500 KWD", 1500), ("0.001 BHD", 1), ("2 TND", 2000)] {
        assert_eq!(parse(text), Ok(units), "{text}");
    }
}

#[test]
fn the_currency_may_stand_in_front_and_outer_spaces_do_not_count() {
    for text in ["GBP 10.00", " 10.00 GBP ", "10.00   GBP", "GBP  10"] {
        assert_eq!(parse(text), Ok(1000), "{text:?}");
    }
}

#[test]
fn an_amount_is_printed_with_all_decimals_of_its_currency() {
    for (units, code, printed) in [
        (1000, "GBP", "10.00 GBP"),
        (5, "GBP", "0.05 GBP"),
        (1000, "JPY", "1000 JPY"),
        (1500, "KWD", "1.500 KWD"),
        (12345, "CLF", "1.2345 CLF"),
    ] {
        let money = Money::from_minor(units, currency(code)).unwrap();
        assert_eq!(money.to_string(), printed);
    }
}

#[test]
fn more_decimals_than_the_currency_has_are_refused_and_never_rounded() {
    for (text, exponent) in [("10.001 GBP", 2), ("1.5 JPY", 0), ("1.0001 KWD", 3)] {
        assert!(
            matches!(parse(text), Err(MoneyError::TooFine { exponent: found, .. }) if found == exponent),
            "{text}"
        );
    }
}

#[test]
fn zeros_after_the_last_decimal_change_nothing() {
    assert_eq!(parse("10.0000 GBP"), Ok(1000));
    assert_eq!(parse("10.000 JPY"), Ok(10));
}

#[test]
fn zero_and_less_are_no_amount() {
    for text in ["0 GBP", "0.00 GBP", "-1 GBP", "GBP -1.00", "-0.001 GBP"] {
        assert_eq!(parse(text), Err(MoneyError::NotPositive), "{text:?}");
    }
    assert_eq!(
        Money::new(Minor::ZERO, currency("GBP")),
        Err(MoneyError::NotPositive)
    );
    for units in [0, -1, i64::MIN] {
        let money = Money::from_minor(units, currency("GBP"));
        assert_eq!(money, Err(MoneyError::NotPositive));
    }
}

#[test]
fn signs_exponents_and_separators_are_no_plain_number() {
    for text in [
        "+1 GBP",
        "--1 GBP",
        "- GBP",
        "1e3 GBP",
        "1_000 GBP",
        "1,000 GBP",
        "0x10 GBP",
        ".5 GBP",
        "5. GBP",
        ". GBP",
        "1.2.3 GBP",
        "NaN GBP",
        "inf GBP",
        "١٠ GBP",
        "10\u{a0}GBP",
    ] {
        assert_eq!(parse(text), Err(MoneyError::Syntax), "{text:?}");
    }
}

#[test]
fn an_amount_needs_both_a_number_and_a_currency() {
    for text in ["", " ", "10.00", "GBP", "10.00GBP", "GBP10.00"] {
        assert_eq!(parse(text), Err(MoneyError::Syntax), "{text:?}");
    }
}

#[test]
fn a_currency_is_three_capital_letters() {
    for text in [
        "1 gbp",
        "1 GB",
        "1 GBPP",
        "1 G1P",
        "1 £",
        "1 GBP GBP",
        "1 GBP\n2",
    ] {
        assert_eq!(parse(text), Err(MoneyError::Currency), "{text:?}");
    }
}

#[test]
fn the_largest_amount_is_the_largest_i64_and_one_more_is_too_large() {
    assert_eq!(parse("92233720368547758.07 GBP"), Ok(i64::MAX));
    assert_eq!(parse("9223372036854775807 JPY"), Ok(i64::MAX));
    assert_eq!(parse("9223372036854775.807 KWD"), Ok(i64::MAX));
    for text in [
        "92233720368547758.08 GBP",
        "9223372036854775808 JPY",
        "9223372036854775.808 KWD",
        "99999999999999999999999999999999 GBP",
    ] {
        assert_eq!(parse(text), Err(MoneyError::TooLarge), "{text}");
    }
}

#[test]
fn major_units_beyond_the_largest_amount_are_too_large() {
    for major in [Decimal::MAX, Decimal::from(i64::MAX)] {
        let money = Money::from_major(major, currency("GBP"));
        assert_eq!(money, Err(MoneyError::TooLarge), "{major}");
    }
}

#[test]
fn major_units_below_zero_are_no_amount() {
    for major in [Decimal::ZERO, Decimal::NEGATIVE_ONE, Decimal::MIN] {
        let money = Money::from_major(major, currency("GBP"));
        assert_eq!(money, Err(MoneyError::NotPositive), "{major}");
    }
}

#[test]
fn decimals_that_floats_can_not_hold_stay_exact() {
    for (text, units) in [
        ("0.10 GBP", 10),
        ("0.29 GBP", 29),
        ("1.15 GBP", 115),
        ("4.35 GBP", 435),
        ("90071992547409.93 GBP", 9_007_199_254_740_993),
    ] {
        assert_eq!(parse(text), Ok(units), "{text}");
    }
}

#[test]
fn retired_codes_still_convert() {
    for code in ["ANG", "HRK", "BGN", "SLL"] {
        assert_eq!(parse(&format!("12.34 {code}")), Ok(1234), "{code}");
    }
}

#[test]
fn an_unknown_code_is_carried_in_minor_units() {
    let money = Money::from_minor(1000, currency("QQQ")).unwrap();
    assert_eq!(money.currency().code(), "QQQ");
    assert_eq!(money.to_string(), "1000 minor units of QQQ");
    assert_eq!(money.currency().words(money.minor()), money.to_string());
    assert_eq!(currency("KWD").words(Minor::ZERO), "0.000 KWD");
    let json = serde_json::to_string(&money).unwrap();
    assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
}

#[test]
fn an_unknown_code_is_not_converted() {
    let unknown = currency("QQQ");
    let refused = Err(MoneyError::UnknownExponent(unknown));
    assert_eq!("10.00 QQQ".parse::<Money>(), refused);
    assert_eq!(Money::from_major(Decimal::ONE, unknown), refused);
    let money = Money::from_minor(1, unknown).unwrap();
    assert_eq!(money.to_major(), Err(MoneyError::UnknownExponent(unknown)));
}

#[test]
fn json_money_is_positive_whole_minor_units_of_a_code() {
    let ten: Money = serde_json::from_str(r#"{"minor":1000,"currency":"GBP"}"#).unwrap();
    assert_eq!(ten, "10.00 GBP".parse().unwrap());
    for json in [
        r#"{"minor":0,"currency":"GBP"}"#,
        r#"{"minor":-1,"currency":"GBP"}"#,
        r#"{"minor":10.5,"currency":"GBP"}"#,
        r#"{"minor":"10","currency":"GBP"}"#,
        r#"{"minor":9223372036854775808,"currency":"GBP"}"#,
        r#"{"minor":10,"currency":"gbp"}"#,
        r#"{"minor":10}"#,
    ] {
        assert!(serde_json::from_str::<Money>(json).is_err(), "{json}");
    }
}

#[test]
fn sums_and_differences_of_minor_units_never_wrap() {
    let (most, one) = (minor(i64::MAX), minor(1));
    assert_eq!(most.checked_add(one), None);
    assert_eq!(Minor::checked_sum([most, Minor::ZERO]), Some(most));
    assert_eq!(Minor::checked_sum([one, most]), None);
    assert_eq!(Minor::ZERO.checked_sub(one), None);
    assert_eq!(Minor::ZERO.saturating_sub(one), Minor::ZERO);
    assert_eq!(Minor::new(-1), None);
}

#[test]
fn nothing_can_be_split_over_weights_of_zero() {
    for weights in [&[][..], &[0], &[0, 0, 0]] {
        assert_eq!(split(10, weights), None, "{weights:?}");
    }
}

#[test]
fn a_weight_of_zero_gets_nothing() {
    assert_eq!(split(10, &[0, 3, 0]), Some(vec![0, 10, 0]));
}

#[test]
fn splitting_nothing_gives_every_part_nothing() {
    assert_eq!(split(0, &[3, 7]), Some(vec![0, 0]));
}

#[test]
fn units_left_over_go_to_the_largest_remainders_and_then_to_the_first() {
    assert_eq!(split(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
    assert_eq!(split(5, &[3, 7]), Some(vec![2, 3]));
    assert_eq!(split(10, &[1, 2, 4]), Some(vec![1, 3, 6]));
}

#[test]
fn weights_whose_sum_does_not_fit_are_an_answer() {
    assert_eq!(split(10, &[i64::MAX, 1]), None);
    assert_eq!(
        split(i64::MAX, &[i64::MAX - 1, 1]),
        Some(vec![i64::MAX - 1, 1])
    );
}

const CODES: [&str; 8] = ["JPY", "KRW", "GBP", "EUR", "KWD", "BHD", "CLF", "HRK"];

proptest! {
    #[test]
    fn what_is_printed_is_parsed_back(units in 1..=i64::MAX, code in prop::sample::select(&CODES)) {
        let money = Money::from_minor(units, currency(code)).unwrap();
        prop_assert_eq!(money.to_string().parse::<Money>(), Ok(money));
    }

    #[test]
    fn major_units_lead_back_to_the_same_amount(
        units in 1..=i64::MAX,
        code in prop::sample::select(&CODES),
    ) {
        let money = Money::from_minor(units, currency(code)).unwrap();
        prop_assert_eq!(Money::from_major(money.to_major().unwrap(), money.currency()), Ok(money));
    }

    #[test]
    fn no_text_makes_the_parser_panic_or_yield_nothing_positive(text in "[-+ .,0-9A-Za-z_]{0,40}") {
        if let Ok(money) = text.parse::<Money>() {
            prop_assert!(money.minor().get() > 0);
        }
    }

    #[test]
    fn parts_sum_up_to_the_whole(
        whole in 0..=i64::MAX,
        weights in prop::collection::vec(0..1_000_000_000_i64, 1..20),
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let parts = split(whole, &weights).unwrap();
        prop_assert_eq!(parts.len(), weights.len());
        prop_assert_eq!(parts.iter().map(|part| i128::from(*part)).sum::<i128>(), i128::from(whole));
    }

    #[test]
    fn parts_are_within_one_unit_of_proportional_and_never_negative(
        whole in 0..=i64::MAX,
        weights in prop::collection::vec(0..1_000_000_000_i64, 1..20),
    ) {
        let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        prop_assume!(total > 0);
        for (part, weight) in split(whole, &weights).unwrap().into_iter().zip(weights) {
            prop_assert!(part >= 0);
            // |part - whole * weight / total| < 1, without a division.
            let off = i128::from(part) * total - i128::from(whole) * i128::from(weight);
            prop_assert!(off.abs() < total, "{} for the weight {}", part, weight);
        }
    }

    #[test]
    fn no_part_exceeds_its_weight_where_the_whole_does_not_exceed_their_sum(
        weights in prop::collection::vec(0..1_000_000_i64, 1..20),
        share in 0..=1_000_000_i64,
    ) {
        let total: i64 = weights.iter().sum();
        prop_assume!(total > 0);
        let whole = total * share / 1_000_000;
        for (part, weight) in split(whole, &weights).unwrap().into_iter().zip(weights) {
            prop_assert!(part <= weight);
        }
    }
}
