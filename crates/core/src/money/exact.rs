//! Numbers as providers' JSON writes them. `1000`, `1000.0`, `1e3` and `10000E-1` are one number:
//! which of them is written is the choice of the provider's serializer, and may change any day.
//! What is read is that number exactly, or nothing, and never by way of a float.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Minor;

/// A whole number of units, of either sign, read from any JSON spelling of it.
///
/// As a field of an answer it takes a JSON number and nothing else: no text, no truth. What isn't
/// whole, or doesn't fit, is an error. Only `serde_json` reading from memory can read it: elsewhere,
/// as in a `serde_json::Value`, the number may have become a float before.
///
/// ```
/// use refundkit_core::money::Exact;
///
/// for thousand in ["1000", "1000.0", "1e3", "10.00E2"] {
///     assert_eq!(serde_json::from_str::<Exact>(thousand)?.get(), 1000);
/// }
/// assert!(serde_json::from_str::<Exact>("1000.5").is_err());
/// assert_eq!(Exact::read("10.50", 2).map(Exact::get), Some(1050));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(i64);

impl Exact {
    /// The number that the text is by JSON's grammar, in units of 10^-`places`; zeros in front, which
    /// JSON itself refuses, say nothing. `None` where it is none, finer than a unit, or more than
    /// 9223372036854775807 of them.
    #[must_use]
    pub fn read(number: &str, places: u32) -> Option<Self> {
        let (negative, number) = match number.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, number),
        };
        let (mantissa, exponent) = match number.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (number, None),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        if !is_digits(whole) || !fraction.is_none_or(is_digits) {
            return None;
        }
        let exponent = exponent.map_or(Some(Power::At(0)), Power::read)?;
        let units = units(whole, fraction.unwrap_or(""), exponent, places)?;
        let signed = if negative {
            units.checked_neg()?
        } else {
            units
        };
        Some(Self(signed))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The number as minor units; `None` below zero.
    #[must_use]
    pub const fn minor(self) -> Option<Minor> {
        Minor::new(self.0)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An exponent.
#[derive(Clone, Copy)]
enum Power {
    At(i64),
    /// Farther from zero than an answer could have digits: only zero is whole and fits there.
    Beyond,
}

impl Power {
    fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        is_digits(digits).then(|| text.parse().map_or(Self::Beyond, Self::At))
    }
}

/// `whole.fraction` times ten to the `exponent`, in units of 10^-`places`. The work is in proportion
/// to the text's length, whatever the exponent is.
fn units(whole: &str, fraction: &str, exponent: Power, places: u32) -> Option<i64> {
    let all = [whole, fraction].concat();
    let leading = all.trim_start_matches('0');
    let significant = leading.trim_end_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    let Power::At(exponent) = exponent else {
        return None;
    };
    let length = |text: &str| i64::try_from(text.len()).ok();
    let trimmed = length(leading)?.checked_sub(length(significant)?)?;
    let zeros = exponent
        .checked_sub(length(fraction)?)?
        .checked_add(trimmed)?
        .checked_add(i64::from(places))?;
    // The last of the digits isn't zero, so that less than none behind it is a part of a unit.
    let factor = 10_i64.checked_pow(u32::try_from(zeros).ok()?)?;
    significant.parse::<i64>().ok()?.checked_mul(factor)
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Borrowed: what a `serde_json::Value` would hand over is its float, written down again.
        let raw = <&RawValue>::deserialize(deserializer)?;
        Self::read(raw.get(), 0).ok_or_else(|| D::Error::custom("it is no whole number of units"))
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, places: u32) -> Option<i64> {
        Exact::read(text, places).map(Exact::get)
    }

    #[test]
    fn every_spelling_of_a_number_is_that_number() {
        for thousand in [
            "1000",
            "1000.0",
            "1000.000",
            "1e3",
            "1E3",
            "1e+3",
            "1E+0003",
            "10.00e2",
            "0.1e4",
            "0.0001e7",
            "100000e-2",
            "1000e0",
            "1000.0e-0",
            "0001000",
            "00.1e4",
        ] {
            assert_eq!(read(thousand, 0), Some(1000), "{thousand}");
            assert_eq!(
                read(&["-", thousand].concat(), 0),
                Some(-1000),
                "-{thousand}"
            );
        }
        assert_eq!(read("10.5", 2), Some(1050));
        assert_eq!(read("10.50e1", 0), Some(105));
        assert_eq!(read("0.00105e4", 2), Some(1050));
        assert_eq!(read("9223372036854775807", 0), Some(i64::MAX));
        assert_eq!(read("-92233720368547758.07", 2), Some(-i64::MAX));
    }

    #[test]
    fn zero_is_zero_whatever_stands_around_it() {
        for zero in [
            "0",
            "-0",
            "0.0",
            "-0.00e7",
            "0e99999999999999999999",
            "0e-999999999999999999999999",
        ] {
            assert_eq!(read(zero, 2), Some(0), "{zero}");
        }
    }

    #[test]
    fn what_is_not_exact_is_nothing() {
        for inexact in [
            "0.5",
            "1000.5",
            "1e-1",
            "105e-2",
            "1.05e1",
            "9223372036854775808",
            "1e19",
        ] {
            assert_eq!(read(inexact, 0), None, "{inexact}");
        }
        assert_eq!(read("10.001", 2), None);
        assert_eq!(read("1e17", 2), None);
    }

    #[test]
    fn an_exponent_beyond_reason_costs_nothing() {
        let long = "9".repeat(1_000_000);
        for beyond in [
            "1e9223372036854775807",
            "1e-9223372036854775808",
            "1e99999999999999999999",
            "1.0e-99999999999999999999",
        ] {
            assert_eq!(read(beyond, 2), None, "{beyond}");
        }
        assert_eq!(read(&["1e", &long].concat(), 0), None);
        assert_eq!(read(&long, 0), None);
        let zeros = "0".repeat(1_000_000);
        assert_eq!(read(&["1", &zeros, "e-999997"].concat(), 0), Some(1000));
        assert_eq!(read(&["1e", &zeros, "3"].concat(), 0), Some(1000));
    }

    #[test]
    fn what_is_no_json_number_is_nothing() {
        for none in [
            "",
            "-",
            "+1",
            "--1",
            ".5",
            "5.",
            "1.e3",
            "e3",
            "1e",
            "1e+",
            "1e+-3",
            "1e3.0",
            "1e3e3",
            "1.0.0",
            "1,000",
            "1_000",
            " 1",
            "1 ",
            "0x10",
            "NaN",
            "Infinity",
            "-Infinity",
            "true",
            "null",
            "\"1\"",
            "[1]",
            "{}",
            "١",
        ] {
            assert_eq!(read(none, 0), None, "{none}");
        }
    }

    #[test]
    fn a_field_takes_a_number_and_nothing_else() {
        let number = |json| serde_json::from_str::<Exact>(json).map(Exact::get).ok();
        assert_eq!(number("1e3"), Some(1000));
        assert_eq!(number("-5.0"), Some(-5));
        for other in ["\"1000\"", "null", "true", "[1000]", "{}", "10.5", "1e999"] {
            assert_eq!(number(other), None, "{other}");
        }
        assert_eq!(serde_json::from_str::<Option<Exact>>("null").unwrap(), None);
        let made = serde_json::from_str::<serde_json::Value>("1000.0").unwrap();
        assert!(serde_json::from_value::<Exact>(made).is_err(), "a float");
    }
}
