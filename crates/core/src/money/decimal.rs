//! Major units, at the edges: exact, or an error. Nothing is rounded.

use std::str::FromStr;

use rust_decimal::Decimal;

use super::{Currency, Minor, Money, MoneyError};

/// Longer than the longest i64 with a sign, a point and three decimals.
const MOST_DIGITS: usize = 24;

impl Money {
    /// The amount in major units, with as many decimals as the currency has: `10.00` for 1000 GBP pence.
    ///
    /// # Errors
    /// [`MoneyError::UnknownExponent`] for a code that is not in the table.
    pub fn to_major(self) -> Result<Decimal, MoneyError> {
        let currency = self.currency();
        let exponent = currency
            .exponent()
            .ok_or(MoneyError::UnknownExponent(currency))?;
        Decimal::try_from_i128_with_scale(i128::from(self.minor().get()), exponent)
            .map_err(|_| MoneyError::TooLarge)
    }

    /// An amount in major units, taken exactly: `10.00 GBP`, but neither `10.001 GBP` nor `1.5 JPY`.
    ///
    /// # Errors
    /// Zero and less, finer than the currency's minor unit, too large, or a currency whose minor
    /// unit is not known.
    pub fn from_major(major: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let exponent = currency
            .exponent()
            .ok_or(MoneyError::UnknownExponent(currency))?;
        let major = major.normalize();
        if major <= Decimal::ZERO {
            return Err(MoneyError::NotPositive);
        }
        let missing = exponent
            .checked_sub(major.scale())
            .ok_or(MoneyError::TooFine { currency, exponent })?;
        let factor = 10_i128.checked_pow(missing).ok_or(MoneyError::TooLarge)?;
        let units = major
            .mantissa()
            .checked_mul(factor)
            .ok_or(MoneyError::TooLarge)?;
        let units = i64::try_from(units).map_err(|_| MoneyError::TooLarge)?;
        Self::new(Minor::new(units).ok_or(MoneyError::NotPositive)?, currency)
    }
}

impl Currency {
    /// So many minor units of it, for people: `10.00 GBP`, and `0.00 GBP` where there is nothing;
    /// `1000 minor units of QQQ` where the decimal places are not known.
    #[must_use]
    pub fn words(self, minor: Minor) -> String {
        let units = i128::from(minor.get());
        let exponent = self.exponent();
        let major =
            exponent.and_then(|places| Decimal::try_from_i128_with_scale(units, places).ok());
        match major {
            Some(major) => format!("{major} {self}"),
            None => format!("{minor} minor units of {self}"),
        }
    }
}

/// `10.00 GBP`, or `GBP 10.00`. Digits and at most one point: no exponent, no sign, no separators.
impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (one, other) = text.trim().split_once(' ').ok_or(MoneyError::Syntax)?;
        let (number, code) = match one.chars().next() {
            Some(first) if first.is_ascii_alphabetic() => (other.trim(), one),
            _ => (one, other.trim()),
        };
        if let Some(negative) = number.strip_prefix('-') {
            plain(negative)?;
            return Err(MoneyError::NotPositive);
        }
        let major = plain(number)?;
        Self::from_major(major, code.parse()?)
    }
}

/// rust_decimal's own parser takes `1e3` and `1_000`, and rounds beyond 28 digits.
fn plain(number: &str) -> Result<Decimal, MoneyError> {
    let points = number.bytes().filter(|&byte| byte == b'.').count();
    let digits = number
        .bytes()
        .all(|byte| byte == b'.' || byte.is_ascii_digit());
    let edges = number.starts_with('.') || number.ends_with('.');
    if number.is_empty() || points > 1 || !digits || edges {
        return Err(MoneyError::Syntax);
    }
    if number.len() > MOST_DIGITS {
        return Err(MoneyError::TooLarge);
    }
    Decimal::from_str_exact(number).map_err(|_| MoneyError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<i64, MoneyError> {
        text.parse::<Money>().map(|money| money.minor().get())
    }

    #[test]
    fn exact_amounts_pass_in_every_exponent() {
        assert_eq!(parse("10.00 GBP"), Ok(1000));
        assert_eq!(parse("10 GBP"), Ok(1000));
        assert_eq!(parse("GBP 0.01"), Ok(1));
        assert_eq!(parse("1000 JPY"), Ok(1000));
        assert_eq!(parse("1.500 KWD"), Ok(1500));
        assert_eq!(
            parse("10.0000 GBP"),
            Ok(1000),
            "trailing zeros change nothing"
        );
        assert_eq!(parse("92233720368547758.07 USD"), Ok(i64::MAX));
    }

    #[test]
    fn everything_else_is_refused_with_its_own_words() {
        let gbp = Currency::new("GBP").unwrap();
        assert_eq!(
            parse("10.001 GBP"),
            Err(MoneyError::TooFine {
                currency: gbp,
                exponent: 2
            })
        );
        assert!(matches!(
            parse("1.5 JPY"),
            Err(MoneyError::TooFine { exponent: 0, .. })
        ));
        assert_eq!(parse("0 GBP"), Err(MoneyError::NotPositive));
        assert_eq!(parse("-1 GBP"), Err(MoneyError::NotPositive));
        assert_eq!(parse("92233720368547758.08 USD"), Err(MoneyError::TooLarge));
        for text in [
            "10",
            "GBP",
            "1e3 GBP",
            "1_000 GBP",
            "1,000 GBP",
            "+1 GBP",
            ".5 GBP",
            "5. GBP",
            "1.2.3 GBP",
            "NaN GBP",
            "",
            "١٠ GBP",
        ] {
            assert_eq!(parse(text), Err(MoneyError::Syntax), "{text:?}");
        }
        assert_eq!(parse("10.00 gbp"), Err(MoneyError::Currency));
        assert!(matches!(
            parse("10.00 QQQ"),
            Err(MoneyError::UnknownExponent(_))
        ));
    }

    #[test]
    fn printed_amounts_parse_again() {
        for text in ["10.00 GBP", "1000 JPY", "1.500 KWD", "0.01 ANG"] {
            assert_eq!(text.parse::<Money>().unwrap().to_string(), text);
        }
    }
}
