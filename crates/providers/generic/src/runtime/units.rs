//! Amounts as a provider writes them: from integers and to integers, never by way of a float. Every
//! JSON spelling of an exact number is that number; what isn't exact is not read.

use std::borrow::Cow;

use refundkit_core::money::Exact;
use refundkit_core::{Currency, Minor, Money};

use super::read::scalar;
use crate::language::{Amounts, Digits, Profile};

/// How a provider counts and writes.
#[derive(Clone, Debug)]
pub(crate) struct Units {
    style: Amounts,
    digits: Digits,
}

/// An amount in the provider's own units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// Minor units.
    pub(crate) minor: String,
    /// Major units; `None` where the currency's decimal places aren't known.
    pub(crate) major: Option<String>,
}

impl Units {
    /// As the profile says.
    pub(crate) fn of(profile: &Profile) -> Self {
        Self::new(profile.document().amounts, profile.digits().clone())
    }

    const fn new(style: Amounts, digits: Digits) -> Self {
        Self { style, digits }
    }

    /// The amount as the provider writes it; an error where its units are too coarse for it.
    pub(crate) fn write(&self, amount: Money) -> Result<Written, String> {
        let currency = amount.currency();
        let own = currency.exponent();
        let theirs = self.digits.of(currency).or(own);
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
        let signed = self.signed(json, currency)?;
        Minor::new(signed).ok_or_else(|| self.no_amount())
    }

    /// An amount of an answer, as JSON, that is written with a minus where money went back.
    pub(crate) fn read_negative(
        &self,
        json: &str,
        currency: Option<Currency>,
    ) -> Result<Minor, String> {
        let signed = self.signed(json, currency)?;
        let turned = signed.checked_neg().and_then(Minor::new);
        turned.ok_or_else(|| "an amount that the profile calls negative is positive".to_owned())
    }

    fn signed(&self, json: &str, currency: Option<Currency>) -> Result<i64, String> {
        let wrong = || self.no_amount();
        let own = currency.and_then(Currency::exponent);
        let theirs = currency
            .and_then(|currency| self.digits.of(currency))
            .or(own);
        let places = match self.style {
            Amounts::Minor => 0,
            Amounts::Major => theirs.ok_or("an amount has no currency that is known")?,
        };
        let number = self.number(json).ok_or_else(wrong)?;
        let units = Exact::read(&number, places).ok_or_else(wrong)?.get();
        match (own, theirs) {
            (Some(own), Some(theirs)) => rescale(units, theirs, own).ok_or_else(wrong),
            _ => Ok(units),
        }
    }

    /// The number that the JSON is, or that its text holds. A text is no number of JSON: it has no
    /// exponent, and a point in it says that major units are meant.
    fn number<'a>(&self, json: &'a str) -> Option<Cow<'a, str>> {
        let number = scalar(json)?;
        let point = self.style == Amounts::Major;
        let plain = |byte: u8| byte.is_ascii_digit() || byte == b'-' || (point && byte == b'.');
        let fits = !json.starts_with('"') || number.bytes().all(plain);
        fits.then_some(number)
    }

    fn no_amount(&self) -> String {
        match self.style {
            Amounts::Minor => "an amount is no whole number of minor units",
            Amounts::Major => "an amount is no exact number of major units",
        }
        .to_owned()
    }
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

#[cfg(test)]
mod tests;
