//! The machine's clock, for engines that are given no other.

use std::time::{SystemTime, UNIX_EPOCH};

use refundkit_core::{Clock, Timestamp};

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place that reads the system's clock"
        )]
        let now = SystemTime::now();
        let millis = now
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        let at = i64::try_from(millis)
            .ok()
            .and_then(|millis| Timestamp::from_unix_millis(millis).ok());
        // A clock outside of the calendar reads as 1970: every key then counts as too old to send again.
        at.unwrap_or_else(Timestamp::epoch)
    }
}
