//! Counts of minor units without their currency: never negative, and an overflow is an answer.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number of minor units, zero or more. Whose currency it is, its owner says.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(try_from = "i64", into = "i64")]
pub struct Minor(i64);

impl Minor {
    /// No money.
    pub const ZERO: Self = Self(0);
    /// More than anything: nothing can be added to it.
    pub const MAX: Self = Self(i64::MAX);

    /// `units` minor units; `None` below zero.
    #[must_use]
    pub const fn new(units: i64) -> Option<Self> {
        if units < 0 { None } else { Some(Self(units)) }
    }

    /// The number of minor units.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether this is no money.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum; `None` where it doesn't fit.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference; `None` below zero.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Self::new(difference),
            None => None,
        }
    }

    /// The difference, or nothing where `other` is the larger one.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        match self.checked_sub(other) {
            Some(difference) => difference,
            None => Self::ZERO,
        }
    }

    /// The sum of all; `None` where it doesn't fit.
    #[must_use]
    pub fn checked_sum(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

impl TryFrom<i64> for Minor {
    type Error = &'static str;

    fn try_from(units: i64) -> Result<Self, Self::Error> {
        Self::new(units).ok_or("a number of minor units can't be negative")
    }
}

impl From<Minor> for i64 {
    fn from(minor: Minor) -> Self {
        minor.0
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
