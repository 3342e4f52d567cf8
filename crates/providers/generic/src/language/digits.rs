//! Currencies that a provider counts with other decimal places than ISO 4217.

use std::collections::BTreeMap;

use refundkit_core::Currency;

/// The decimal places that the provider counts with, where they aren't those of ISO 4217.
#[derive(Clone, Debug, Default)]
pub(crate) struct Digits(BTreeMap<Currency, u32>);

/// More decimal places than any currency has.
const MOST_DIGITS: u32 = 6;

impl Digits {
    /// # Errors
    /// A code that is none, or more decimal places than six.
    pub(crate) fn new(stated: &BTreeMap<String, u32>) -> Result<Self, String> {
        let digits = stated.iter().map(|(code, digits)| {
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
        digits.collect::<Result<_, _>>().map(Self)
    }

    /// What is stated for the currency.
    pub(crate) fn of(&self, currency: Currency) -> Option<u32> {
        self.0.get(&currency).copied()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The step in which the provider's decimal places count the currency, in minor units; `None`
    /// where they are those of ISO 4217, or more.
    pub(crate) fn step(&self, currency: Currency) -> Option<i64> {
        let fewer = currency
            .exponent()?
            .checked_sub(self.of(currency)?)
            .filter(|fewer| *fewer > 0)?;
        10_i64.checked_pow(fewer)
    }
}
