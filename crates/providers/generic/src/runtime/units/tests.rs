//! Amounts in every spelling that JSON has for them: read exactly or not at all, and written so that
//! they are read back.

use proptest::prelude::*;

use super::*;

fn units(style: Amounts) -> Units {
    let digits = [("ISK", 2), ("HUF", 0)].map(|(code, digits)| (code.to_owned(), digits));
    Units::new(style, Digits::new(&digits.into_iter().collect()).unwrap())
}

fn written(amount: &str) -> Result<(String, Option<String>), String> {
    let amount = amount.parse().unwrap();
    units(Amounts::Minor)
        .write(amount)
        .map(|w| (w.minor, w.major))
}

#[test]
fn amounts_are_written_from_integers() {
    let both = |minor: &str, major: &str| Ok((minor.to_owned(), Some(major.to_owned())));
    assert_eq!(written("10.00 EUR"), both("1000", "10.00"));
    assert_eq!(written("0.05 EUR"), both("5", "0.05"));
    assert_eq!(written("7 JPY"), both("7", "7"));
    assert_eq!(written("1.234 KWD"), both("1234", "1.234"));
    assert_eq!(
        written("150 ISK"),
        both("15000", "150.00"),
        "counted finer than ISO 4217 does"
    );
    assert_eq!(written("12.00 HUF"), both("12", "12"));
    assert!(
        written("12.50 HUF")
            .unwrap_err()
            .contains("0 decimal places")
    );
    assert_eq!(
        written("92233720368547758.07 EUR"),
        both("9223372036854775807", "92233720368547758.07")
    );
    assert!(written("9223372036854775807 ISK").is_err());
}

fn read(style: Amounts, json: &str, code: &str) -> Option<i64> {
    let amount = units(style).read(json, Currency::new(code).ok());
    amount.ok().map(Minor::get)
}

#[test]
fn every_spelling_of_an_exact_number_is_that_number() {
    for good in [
        "1000",
        "\"1000\"",
        "\"0001000\"",
        "1000.0",
        "1e3",
        "1E+3",
        "10.00e2",
        "10000e-1",
    ] {
        assert_eq!(read(Amounts::Minor, good, "EUR"), Some(1000), "{good}");
    }
    for good in [
        "\"10.00\"",
        "10",
        "10.0",
        "10.00",
        "\"10\"",
        "10.000",
        "\"10.000\"",
        "\"010.00\"",
        "1e1",
        "1.0E1",
        "1000e-2",
        "0.01e+3",
    ] {
        assert_eq!(read(Amounts::Major, good, "EUR"), Some(1000), "{good}");
    }
    for zero in [
        "0",
        "-0",
        "0.00",
        "-0.0e9",
        "\"0\"",
        "\"-0\"",
        "\"00\"",
        "0e99999999999999999999",
    ] {
        for style in [Amounts::Minor, Amounts::Major] {
            assert_eq!(read(style, zero, "EUR"), Some(0), "{zero}");
        }
    }
    assert_eq!(read(Amounts::Major, "\"-0.00\"", "EUR"), Some(0));
    assert_eq!(read(Amounts::Minor, "15000", "ISK"), Some(150));
    assert_eq!(read(Amounts::Minor, "1.5e4", "ISK"), Some(150));
    assert_eq!(read(Amounts::Major, "12", "HUF"), Some(1200));
    assert_eq!(read(Amounts::Minor, "12.0", "QQQ"), Some(12));
}

#[test]
fn what_is_not_exact_is_not_read() {
    let neither = [
        "-1",
        "null",
        "true",
        "[1]",
        "{}",
        "1e-9",
        "1e400",
        "1e99999999999999999999",
        "9223372036854775808",
        "\"\"",
        "\"-\"",
        "\"-1\"",
        "\"+1\"",
        "\"1e3\"",
        "\"1E1\"",
        "\"5.\"",
        "\".5\"",
        "\"1.0.0\"",
        "\" 1\"",
        "\"1,00\"",
        "\"1 000\"",
        "\"1-\"",
        "\"--1\"",
        "\"0x10\"",
        "\"１０\"",
        "\"NaN\"",
    ];
    for bad in neither {
        for style in [Amounts::Minor, Amounts::Major] {
            assert_eq!(read(style, bad, "EUR"), None, "{bad}");
        }
    }
    for bad in ["10.5", "105e-1", "1.05e1", "\"10.00\"", "\"10.0\""] {
        assert_eq!(read(Amounts::Minor, bad, "EUR"), None, "{bad}");
    }
    for bad in ["\"10.001\"", "10.001", "10001e-3", "1e17"] {
        assert_eq!(read(Amounts::Major, bad, "EUR"), None, "{bad}");
    }
    assert_eq!(read(Amounts::Minor, "15001", "ISK"), None);
    assert_eq!(
        read(Amounts::Major, "12.5", "HUF"),
        None,
        "finer than they count"
    );
    assert_eq!(read(Amounts::Major, "12", "QQQ"), None);
}

#[test]
fn what_went_back_can_have_a_minus() {
    let read = |style, json: &str| {
        let amount = units(style).read_negative(json, Currency::new("EUR").ok());
        amount.map(Minor::get)
    };
    for json in ["-1000", "-1000.0", "-1e3", "\"-1000\"", "\"-01000\""] {
        assert_eq!(read(Amounts::Minor, json), Ok(1000), "{json}");
    }
    for json in ["-10", "-1.0e1", "\"-10.00\""] {
        assert_eq!(read(Amounts::Major, json), Ok(1000), "{json}");
    }
    for zero in ["0", "-0", "\"-0\""] {
        assert_eq!(read(Amounts::Minor, zero), Ok(0), "{zero}");
    }
    for positive in ["1000", "1e3", "\"1000\""] {
        let line = read(Amounts::Minor, positive).unwrap_err();
        assert!(line.contains("is positive"), "{line}");
    }
    assert!(read(Amounts::Minor, "-10.5").is_err());
}

#[test]
fn what_is_read_is_what_was_written() {
    for amount in [
        "0.01 EUR",
        "10.00 EUR",
        "5 JPY",
        "1.001 KWD",
        "7 ISK",
        "3.00 HUF",
    ] {
        let amount: Money = amount.parse().unwrap();
        for style in [Amounts::Minor, Amounts::Major] {
            let written = units(style).write(amount).unwrap();
            let text = match style {
                Amounts::Minor => written.minor,
                Amounts::Major => written.major.unwrap(),
            };
            assert_eq!(
                units(style).read(&text, Some(amount.currency())),
                Ok(amount.minor())
            );
        }
    }
}

#[test]
fn digits_that_make_no_sense_are_refused() {
    for (code, digits) in [("eur", 2), ("EUR", 7), ("QQQ", 2)] {
        let table = [(code.to_owned(), digits)].into_iter().collect();
        assert!(Digits::new(&table).is_err());
    }
}

/// `text` with its point moved by an exponent, and zeros that say nothing.
fn respelled(text: &str, exponent: i32, zeros: usize) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let places = i32::try_from(fraction.len())
        .unwrap()
        .saturating_add(exponent);
    let digits = [whole, fraction].concat();
    let zeros = "0".repeat(zeros);
    let (whole, fraction) = match usize::try_from(places) {
        Ok(places) => {
            let padded = ["0".repeat(places).as_str(), "0", &digits].concat();
            let (whole, fraction) = padded.split_at(padded.len().saturating_sub(places));
            (whole.to_owned(), [fraction, &zeros].concat())
        }
        Err(_) => {
            let behind = usize::try_from(places.unsigned_abs()).unwrap();
            ([digits.as_str(), &"0".repeat(behind)].concat(), zeros)
        }
    };
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{whole}{point}{fraction}e{exponent}")
}

proptest! {
    #[test]
    fn what_was_written_is_read_in_every_spelling(
        minor in prop_oneof![1_i64..100_000, 1_i64..=i64::MAX],
        code in prop_oneof![Just("EUR"), Just("JPY"), Just("KWD"), Just("ISK"), Just("HUF")],
        exponent in -30_i32..30,
        zeros in 0_usize..10,
    ) {
        let amount = Money::from_minor(minor, Currency::new(code).unwrap()).unwrap();
        let currency = Some(amount.currency());
        for style in [Amounts::Minor, Amounts::Major] {
            let units = units(style);
            let Ok(written) = units.write(amount) else { continue };
            let plain = match style {
                Amounts::Minor => written.minor,
                Amounts::Major => written.major.unwrap(),
            };
            let spelled = respelled(&plain, exponent, zeros);
            prop_assert!(serde_json::from_str::<&serde_json::value::RawValue>(&spelled).is_ok(), "{}", spelled);
            let text = ["\"", &plain, "\""].concat();
            for json in [&plain, &spelled, &text] {
                prop_assert_eq!(units.read(json, currency), Ok(amount.minor()), "{}", json);
                let negative = match json.strip_prefix('"') {
                    Some(text) => ["\"-", text].concat(),
                    None => ["-", json].concat(),
                };
                prop_assert!(units.read(&negative, currency).is_err(), "{}", negative);
                prop_assert_eq!(units.read_negative(&negative, currency), Ok(amount.minor()), "{}", negative);
                prop_assert!(units.read_negative(json, currency).is_err(), "{}", json);
            }
        }
    }

    #[test]
    fn no_text_breaks_anything(json in "\"?[-+0-9.eE]{0,20}\"?|\\PC{0,20}") {
        for style in [Amounts::Minor, Amounts::Major] {
            for code in ["EUR", "ISK", "HUF", "QQQ"] {
                let currency = Currency::new(code).ok();
                let read = units(style).read(&json, currency);
                // Read back from what is written, where anything was read.
                if let Ok(minor) = read
                    && !minor.is_zero()
                    && let Ok(written) = units(style).write(Money::new(minor, currency.unwrap()).unwrap())
                    && style == Amounts::Minor
                {
                    prop_assert_eq!(units(style).read(&written.minor, currency), Ok(minor), "{}", json);
                }
            }
        }
    }
}
