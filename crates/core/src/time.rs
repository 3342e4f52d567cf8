//! Moments in time, as values. Nothing in this crate reads a clock.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment in UTC. Printed and parsed as RFC 3339, at most nanoseconds fine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(jiff::Timestamp);

/// A text that is no RFC 3339 time, or a number outside of the years -9999 to 9999.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time: expected RFC 3339 such as 2026-01-31T09:30:00Z")]
pub struct TimeError;

impl Timestamp {
    /// The moment that many milliseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`TimeError`] outside of the years that a calendar can print.
    pub fn from_unix_millis(millis: i64) -> Result<Self, TimeError> {
        jiff::Timestamp::from_millisecond(millis)
            .map(Self)
            .map_err(|_| TimeError)
    }

    /// 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn epoch() -> Self {
        Self(jiff::Timestamp::UNIX_EPOCH)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// This moment plus `duration`; the latest moment there is where the sum leaves the calendar.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let sum = jiff::SignedDuration::try_from(duration)
            .ok()
            .and_then(|duration| self.0.checked_add(duration).ok());
        Self(sum.unwrap_or(jiff::Timestamp::MAX))
    }

    /// This moment minus `duration`; the earliest moment there is where the difference leaves the calendar.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        let difference = jiff::SignedDuration::try_from(duration)
            .ok()
            .and_then(|duration| self.0.checked_sub(duration).ok());
        Self(difference.unwrap_or(jiff::Timestamp::MIN))
    }

    /// How long ago `earlier` was, seen from here; zero where it lies in the future.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::try_from(self.0.duration_since(earlier.0)).unwrap_or(Duration::ZERO)
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(at: jiff::Timestamp) -> Self {
        Self(at)
    }
}

impl From<Timestamp> for jiff::Timestamp {
    fn from(at: Timestamp) -> Self {
        at.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| TimeError)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_parses_rfc_3339() {
        let at = Timestamp::from_unix_millis(1_700_000_000_123).unwrap();
        assert_eq!(at.to_string(), "2023-11-14T22:13:20.123Z");
        assert_eq!(at.to_string().parse(), Ok(at));
        assert_eq!("yesterday".parse::<Timestamp>(), Err(TimeError));
    }

    #[test]
    fn sums_stop_at_the_edge_of_the_calendar() {
        let at = Timestamp::from_unix_millis(0).unwrap();
        assert!(at.saturating_add(Duration::MAX) > at);
        assert!(at.saturating_sub(Duration::MAX) < at);
        let later = at.saturating_add(Duration::from_secs(5));
        assert_eq!(later.since(at), Duration::from_secs(5));
        assert_eq!(at.since(later), Duration::ZERO);
    }
}
