//! When a provider is left alone for a while.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use refundkit_core::Timestamp;
use refundkit_core::ports::ReadErrorKind;

use crate::Error;

/// However long a provider asks to wait, it is asked again after this.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// After so many readings in a row that found it away, it is left alone.
const STRIKES: u32 = 8;
/// For so long, unless it says otherwise.
const AWAY: Duration = Duration::from_secs(15);

/// Shared by all that is under way at once, so that the first one that is asked to wait stops the
/// others.
#[derive(Debug, Default)]
pub(super) struct Backoff(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    until: Option<Timestamp>,
    strikes: u32,
}

impl Backoff {
    /// How long the provider is left alone from `now` on.
    pub(super) fn rest(&self, now: Timestamp) -> Option<Duration> {
        let until = self.state().until?;
        let rest = until.since(now);
        // A clock that went back would make it very long.
        (!rest.is_zero() && rest <= LONGEST).then_some(rest)
    }

    pub(super) fn answered(&self) {
        self.state().strikes = 0;
    }

    pub(super) fn failed(&self, error: &Error, now: Timestamp) {
        let Error::Read(error) = error else {
            return;
        };
        let mut state = self.state();
        if error.kind != ReadErrorKind::Unavailable {
            state.strikes = 0;
            return;
        }
        state.strikes = state.strikes.saturating_add(1);
        let away = (state.strikes >= STRIKES).then_some(AWAY);
        if let Some(wait) = error.retry_after.or(away) {
            let until = now.saturating_add(wait.min(LONGEST));
            // Answers overtake each other: the longest wait counts.
            let later = state.until.filter(|earlier| earlier.since(now) <= LONGEST);
            state.until = later.max(Some(until));
            state.strikes = 0;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
