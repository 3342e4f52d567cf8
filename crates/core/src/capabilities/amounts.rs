//! Amounts that a provider can't count, or that are too small for it, by currency. How large an amount
//! its field holds is said elsewhere.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::money::{Currency, Minor, Money};

/// Which amounts a provider can count, by currency; any where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Amounts(BTreeMap<Currency, Countable>);

/// Which amounts of one currency a provider can count. Minor units as ISO 4217 has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Countable {
    /// An amount is a multiple of this; 100 of a currency that the provider counts without decimal
    /// places (PayPal's HUF), 10 where three places have to end in 0 (Stripe's KWD).
    pub step: Minor,
    /// The least that can be refunded.
    pub least: Minor,
}

impl Countable {
    /// Multiples of `step`, from one of them up.
    #[must_use]
    pub const fn in_steps_of(step: Minor) -> Self {
        Self { step, least: step }
    }
}

impl Amounts {
    /// Every amount of every currency.
    #[must_use]
    pub const fn any() -> Self {
        Self(BTreeMap::new())
    }

    /// The rule for this currency, where there is one.
    #[must_use]
    pub fn of(&self, currency: Currency) -> Option<Countable> {
        self.0.get(&currency).copied()
    }

    /// Why the provider can't count `amount`; `None` where it can.
    #[must_use]
    pub fn complaint(&self, amount: Money) -> Option<String> {
        let rule = self.of(amount.currency())?;
        let show = |minor: Minor| {
            Money::new(minor, amount.currency())
                .map_or_else(|_| "nothing".to_owned(), |money| money.to_string())
        };
        let rest = amount.minor().get().checked_rem(rule.step.get());
        if rest.is_some_and(|rest| rest != 0) {
            let step = show(rule.step);
            return Some(format!("the provider counts in steps of {step}"));
        }
        let too_little = amount.minor() < rule.least;
        too_little.then(|| format!("the provider refunds no less than {}", show(rule.least)))
    }
}

impl FromIterator<(Currency, Countable)> for Amounts {
    fn from_iter<T: IntoIterator<Item = (Currency, Countable)>>(rules: T) -> Self {
        Self(rules.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cant_be_counted_is_told_with_what_can() {
        let minor = |units| Minor::new(units).unwrap();
        let currency = |code| Currency::new(code).unwrap();
        let amounts = Amounts::from_iter([
            (currency("HUF"), Countable::in_steps_of(minor(100))),
            (
                currency("EUR"),
                Countable {
                    step: minor(1),
                    least: minor(50),
                },
            ),
        ]);
        let complaint = |amount: &str| amounts.complaint(amount.parse().unwrap());
        for fine in ["10.00 HUF", "0.50 EUR", "0.01 GBP"] {
            assert_eq!(complaint(fine), None, "{fine}");
        }
        assert_eq!(
            complaint("10.50 HUF").unwrap(),
            "the provider counts in steps of 1.00 HUF"
        );
        assert_eq!(
            complaint("0.49 EUR").unwrap(),
            "the provider refunds no less than 0.50 EUR"
        );
    }
}
