//! What simulated providers can be told to do wrong, and how that is written, such as
//! `answer-lost=0.25`. It is carried out elsewhere.

use std::fmt;
use std::str::FromStr;

/// What can go wrong between a client and a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FaultKind {
    /// The connection breaks before the request has any effect.
    RequestLost,
    /// The request has its effect; the connection breaks before the answer.
    AnswerLost,
    /// A 500, and nothing has happened.
    ErrorBeforeEffect,
    /// A 500, and it has happened.
    ErrorAfterEffect,
    /// A 429 with `Retry-After`; nothing has happened.
    Throttle,
    /// The answer takes its time.
    Slow,
    /// Half an answer, then the connection breaks.
    Truncated,
    /// A gateway's page instead of the answer; it has happened.
    Html,
    /// The answer states another amount than was refunded.
    WrongAmount,
    /// The answer states another currency.
    WrongCurrency,
    /// The request arrives twice.
    DuplicateDelivery,
    /// The provider doesn't recognise a key that it has seen.
    KeyForgotten,
    /// A read shows the state before the last change.
    StaleRead,
    /// A refund that has succeeded fails an hour later.
    LateFailure,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::RequestLost,
        Self::AnswerLost,
        Self::ErrorBeforeEffect,
        Self::ErrorAfterEffect,
        Self::Throttle,
        Self::Slow,
        Self::Truncated,
        Self::Html,
        Self::WrongAmount,
        Self::WrongCurrency,
        Self::DuplicateDelivery,
        Self::KeyForgotten,
        Self::StaleRead,
        Self::LateFailure,
    ];

    /// Its name, such as `answer-lost`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RequestLost => "request-lost",
            Self::AnswerLost => "answer-lost",
            Self::ErrorBeforeEffect => "error-before-effect",
            Self::ErrorAfterEffect => "error-after-effect",
            Self::Throttle => "throttle",
            Self::Slow => "slow",
            Self::Truncated => "truncated",
            Self::Html => "html",
            Self::WrongAmount => "wrong-amount",
            Self::WrongCurrency => "wrong-currency",
            Self::DuplicateDelivery => "duplicate-delivery",
            Self::KeyForgotten => "key-forgotten",
            Self::StaleRead => "stale-read",
            Self::LateFailure => "late-failure",
        }
    }

    /// Whether it befalls requests that read; all others befall requests that move money.
    pub(crate) const fn befalls_reads(self) -> bool {
        matches!(self, Self::StaleRead)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A fault and when it happens: `answer-lost=0.25` with that probability, `answer-lost=1` always,
/// `answer-lost=#1,#4` at the first and the fourth request that moves money (for `stale-read`: that reads).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) when: When,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Parts per million.
    Chance(u32),
    Requests(Vec<u64>),
}

/// A text that names no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// Not `NAME=…`, or no such name.
    #[error(
        "no such fault; there are request-lost, answer-lost, error-before-effect, error-after-effect, throttle, slow, truncated, html, wrong-amount, wrong-currency, duplicate-delivery, key-forgotten, stale-read and late-failure, each followed by =1, =0.25 or =#1,#4"
    )]
    Name,
    /// No probability and no list of requests.
    #[error(
        "a fault happens with a probability from 0 to 1, such as =0.25, or at requests by number, such as =#1,#4"
    )]
    When,
}

impl Fault {
    /// The fault, always.
    #[must_use]
    pub const fn always(kind: FaultKind) -> Self {
        Self {
            kind,
            when: When::Chance(1_000_000),
        }
    }

    /// The fault at these requests, counted from 1.
    #[must_use]
    pub fn at(kind: FaultKind, requests: impl IntoIterator<Item = u64>) -> Self {
        Self {
            kind,
            when: When::Requests(requests.into_iter().collect()),
        }
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, when) = text.split_once('=').ok_or(FaultError::Name)?;
        let kind = FaultKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or(FaultError::Name)?;
        let when = if when.contains(['#', ',']) {
            let number = |part: &str| part.trim().trim_start_matches('#').parse().ok();
            let numbers: Option<Vec<u64>> = when.split(',').map(number).collect();
            When::Requests(numbers.ok_or(FaultError::When)?)
        } else {
            When::Chance(chance(when).ok_or(FaultError::When)?)
        };
        Ok(Self { kind, when })
    }
}

/// `0`, `1`, or `0.` with up to six digits, in parts per million.
fn chance(text: &str) -> Option<u32> {
    match text.split_once('.') {
        None => match text {
            "0" => Some(0),
            "1" => Some(1_000_000),
            _ => None,
        },
        Some(("0", digits)) if (1..=6).contains(&digits.len()) => {
            let padded = format!("{digits:0<6}");
            padded
                .chars()
                .all(|c| c.is_ascii_digit())
                .then(|| padded.parse().ok())?
        }
        Some(("1", digits)) if !digits.is_empty() && digits.chars().all(|c| c == '0') => {
            Some(1_000_000)
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read() {
        assert_eq!(
            "answer-lost=1".parse(),
            Ok(Fault::always(FaultKind::AnswerLost))
        );
        for list in ["html=#1,#4", "html=1,4"] {
            assert_eq!(list.parse(), Ok(Fault::at(FaultKind::Html, [1, 4])));
        }
        let quarter: Fault = "slow=0.25".parse().unwrap();
        assert_eq!(quarter.when, When::Chance(250_000));
        assert_eq!("lost=1".parse::<Fault>(), Err(FaultError::Name));
        for bad in [
            "slow=",
            "slow=2",
            "slow=-1",
            "slow=1.5",
            "slow=0.1234567",
            "slow=#",
            "slow=#x",
            "slow=1,x",
        ] {
            assert_eq!(bad.parse::<Fault>(), Err(FaultError::When), "{bad}");
        }
    }

    #[test]
    fn every_fault_is_read_back_by_its_name() {
        for kind in FaultKind::ALL {
            assert_eq!(format!("{kind}=1").parse(), Ok(Fault::always(kind)));
        }
    }
}
