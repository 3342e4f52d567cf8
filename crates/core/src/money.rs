//! Money: whole minor units with a currency. Major units exist at the edges only, exact or an error.

mod allocate;
mod currency;
mod decimal;
mod exact;
mod minor;

pub use currency::Currency;
pub use exact::Exact;
pub use minor::Minor;

use std::fmt;

use serde::{Deserialize, Serialize};

/// A positive amount of whole minor units (pence, yen, fils) in one currency.
///
/// There are no `+` and `-`: sums are made with [`Minor::checked_add`] and its kin, so that an
/// overflow is an answer and never a wrong number.
///
/// ```
/// use refundkit_core::Money;
///
/// let ten_pounds: Money = "10.00 GBP".parse()?;
/// assert_eq!(ten_pounds.minor().get(), 1000);
/// assert!("10.001 GBP".parse::<Money>().is_err());
/// assert!("1.5 JPY".parse::<Money>().is_err());
/// # Ok::<(), refundkit_core::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Money {
    minor: Minor,
    currency: Currency,
}

/// Why something is no amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Zero or less.
    #[error("the amount must be more than zero")]
    NotPositive,
    /// Not of the form `10.00 GBP`.
    #[error("the amount must be a plain number and a currency, such as \"10.00 GBP\"")]
    Syntax,
    /// Not three capital letters.
    #[error("the currency must be three capital letters, such as GBP")]
    Currency,
    /// Finer than the currency's smallest unit.
    #[error("{currency} has {exponent} decimal places; the amount has more")]
    TooFine {
        /// The currency asked for.
        currency: Currency,
        /// Its number of decimal places.
        exponent: u32,
    },
    /// More than 9223372036854775807 minor units.
    #[error("the amount is too large")]
    TooLarge,
    /// A code without an entry in the table of currencies: its minor unit is not known.
    #[error("the number of decimal places of {0} is not known; give the amount in minor units")]
    UnknownExponent(Currency),
    /// Two currencies where one was needed.
    #[error("the amount is in {found}, but {expected} is needed")]
    Mixed {
        /// The currency needed.
        expected: Currency,
        /// The currency given.
        found: Currency,
    },
}

impl Money {
    /// `minor` units of `currency`.
    ///
    /// # Errors
    /// [`MoneyError::NotPositive`] for zero.
    pub fn new(minor: Minor, currency: Currency) -> Result<Self, MoneyError> {
        if minor.is_zero() {
            return Err(MoneyError::NotPositive);
        }
        Ok(Self { minor, currency })
    }

    /// A number of minor units as a wire carries it.
    ///
    /// # Errors
    /// [`MoneyError::NotPositive`] for zero and less.
    pub fn from_minor(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        let minor = Minor::new(minor).ok_or(MoneyError::NotPositive)?;
        Self::new(minor, currency)
    }

    /// The amount in minor units, always more than zero.
    #[must_use]
    pub const fn minor(self) -> Minor {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }
}

/// `10.00 GBP`; `1000 minor units of QQQ` where the currency's decimal places are not known.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_major() {
            Ok(major) => write!(f, "{major} {}", self.currency),
            Err(_) => write!(f, "{} minor units of {}", self.minor, self.currency),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    minor: Minor,
    currency: Currency,
}

impl TryFrom<Wire> for Money {
    type Error = MoneyError;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        Self::new(wire.minor, wire.currency)
    }
}

impl From<Money> for Wire {
    fn from(money: Money) -> Self {
        Self {
            minor: money.minor,
            currency: money.currency,
        }
    }
}
