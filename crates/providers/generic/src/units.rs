//! Amounts as a provider writes them: from integers and to integers, never by way of a float.

use std::collections::BTreeMap;

use refundkit_core::{Currency, Minor, Money};

use crate::profile::Amounts;

/// How a provider counts and writes.
#[derive(Clone, Debug)]
pub(crate) struct Units {
    style: Amounts,
    digits: BTreeMap<Currency, u32>,
}

/// An amount in the provider's own units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// Minor units.
    pub(crate) minor: String,
    /// Major units; `None` where the currency's decimal places aren't known.
    pub(crate) major: Option<String>,
}

/// More decimal places than any currency has.
const MOST_DIGITS: u32 = 6;

impl Units {
    /// # Errors
    /// A code that is none, or more decimal places than six.
    pub(crate) fn new(style: Amounts, digits: &BTreeMap<String, u32>) -> Result<Self, String> {
        let digits = digits.iter().map(|(code, digits)| {
            let currency = Currency::new(code)
                .map_err(|_| format!("digits: \"{}\" is no currency", code.escape_debug()))?;
            match (currency.exponent(), *digits) {
                (None, _) => Err(format!("digits: the decimal places of {code} aren't known")),
                (_, digits) if digits > MOST_DIGITS => {
                    Err(format!("digits: {code} can't have {digits} decimal places"))
                }
                (Some(_), digits) => Ok((currency, digits)),
            }
        });
        let digits = digits.collect::<Result<_, _>>()?;
        Ok(Self { style, digits })
    }

    /// The amount as the provider writes it; an error where its units are too coarse for it.
    pub(crate) fn write(&self, amount: Money) -> Result<Written, String> {
        let currency = amount.currency();
        let own = currency.exponent();
        let theirs = self.digits.get(&currency).copied().or(own);
        let minor = amount.minor().get();
        let (Some(own), Some(theirs)) = (own, theirs) else {
            return Ok(Written {
                minor: minor.to_string(),
                major: None,
            });
        };
        let minor = rescale(minor, own, theirs).ok_or_else(|| {
            format!(
                "the provider counts {currency} with {theirs} decimal places; {amount} has more"
            )
        })?;
        let written = minor.to_string();
        let major = Some(with_point(&written, theirs));
        Ok(Written {
            minor: written,
            major,
        })
    }

    /// Whether an amount means nothing without its currency.
    pub(crate) fn need_currency(&self) -> bool {
        self.style == Amounts::Major || !self.digits.is_empty()
    }

    /// An amount of an answer, as JSON.
    pub(crate) fn read(&self, json: &str, currency: Option<Currency>) -> Result<Minor, String> {
        let wrong = || match self.style {
            Amounts::Minor => "an amount is no whole number of minor units".to_owned(),
            Amounts::Major => "an amount is no exact number of major units".to_owned(),
        };
        let text = super::read::scalar(json).ok_or_else(wrong)?;
        let own = currency.and_then(Currency::exponent);
        let theirs = currency
            .and_then(|currency| self.digits.get(&currency).copied())
            .or(own);
        let minor = match self.style {
            Amounts::Minor => digits(&text).ok_or_else(wrong)?,
            Amounts::Major => {
                let theirs = theirs.ok_or("an amount has no currency that is known")?;
                without_point(&text, theirs).ok_or_else(wrong)?
            }
        };
        let minor = match (own, theirs) {
            (Some(own), Some(theirs)) => rescale(minor, theirs, own).ok_or_else(wrong)?,
            _ => minor,
        };
        Minor::new(minor).ok_or_else(wrong)
    }
}

/// Digits and nothing else: no sign, no exponent, no point.
fn digits(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// `minor` units of 10^-from as units of 10^-to, exactly.
fn rescale(minor: i64, from: u32, to: u32) -> Option<i64> {
    if to >= from {
        let factor = 10_i64.checked_pow(to.checked_sub(from)?)?;
        return minor.checked_mul(factor);
    }
    let factor = 10_i64.checked_pow(from.checked_sub(to)?)?;
    let exact = minor.checked_rem(factor)? == 0;
    exact.then(|| minor.checked_div(factor)).flatten()
}

/// `1000` with two digits is `10.00`.
fn with_point(minor: &str, digits: u32) -> String {
    let digits = usize::try_from(digits).unwrap_or(0);
    if digits == 0 {
        return minor.to_owned();
    }
    let missing = digits.saturating_add(1).saturating_sub(minor.len());
    let padded = ["0".repeat(missing).as_str(), minor].concat();
    let (whole, fraction) = padded.split_at(padded.len().saturating_sub(digits));
    [whole, ".", fraction].concat()
}

/// `10.00` with two digits is 1000; further zeros behind don't matter.
fn without_point(text: &str, places: u32) -> Option<i64> {
    let places = usize::try_from(places).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let point_without_digits = text.ends_with('.');
    let kept = fraction.trim_end_matches('0');
    let plain = fraction.bytes().all(|byte| byte.is_ascii_digit());
    if point_without_digits || whole.is_empty() || !plain || kept.len() > places {
        return None;
    }
    let missing = places.saturating_sub(kept.len());
    digits(&[whole, kept, &"0".repeat(missing)].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(style: Amounts) -> Units {
        let digits = [("ISK", 2), ("HUF", 0)].map(|(code, digits)| (code.to_owned(), digits));
        Units::new(style, &digits.into_iter().collect()).unwrap()
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

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        let read = |style, json: &str, code: &str| {
            let amount = units(style).read(json, Currency::new(code).ok());
            amount.ok().map(Minor::get)
        };
        for good in ["1000", "\"1000\""] {
            assert_eq!(read(Amounts::Minor, good, "EUR"), Some(1000));
        }
        for bad in [
            "10.5",
            "-1",
            "null",
            "1e3",
            "\"\"",
            "\"10.00\"",
            "true",
            "[1]",
            "9223372036854775808",
            "\"+1\"",
        ] {
            assert_eq!(read(Amounts::Minor, bad, "EUR"), None, "{bad}");
        }
        for good in ["\"10.00\"", "10", "10.0", "10.00", "\"10\"", "10.000"] {
            assert_eq!(read(Amounts::Major, good, "EUR"), Some(1000), "{good}");
        }
        for bad in [
            "\"10.001\"",
            "\"1e1\"",
            "1e1",
            "\"-1.00\"",
            "\"\"",
            "\".5\"",
            "\"5.\"",
            "\"1.0.0\"",
            "\" 1\"",
            "\"1,00\"",
        ] {
            assert_eq!(read(Amounts::Major, bad, "EUR"), None, "{bad}");
        }
        assert_eq!(read(Amounts::Major, "0.00", "EUR"), Some(0));
        assert_eq!(read(Amounts::Minor, "15000", "ISK"), Some(150));
        assert_eq!(read(Amounts::Minor, "15001", "ISK"), None);
        assert_eq!(read(Amounts::Major, "12", "HUF"), Some(1200));
        assert_eq!(read(Amounts::Major, "12", "QQQ"), None);
        assert_eq!(read(Amounts::Minor, "12", "QQQ"), Some(12));
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
            assert!(Units::new(Amounts::Minor, &table).is_err());
        }
    }
}
