//! The one clock of the command: the engine, the providers and the sandbox are handed no other.
//!
//! What is released goes by the machine's clock, and nothing moves it: a clock that whoever starts
//! the command could turn back would keep keys and windows open that have long ended. Tests have
//! to be able to stand at midnight, so the dev profile, and it alone, reads a variable. `cargo xtask
//! dist` looks for it in what is released.

use refundkit::{Clock, SystemClock, Timestamp};

/// The command's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommandClock;

impl Clock for CommandClock {
    #[cfg(not(debug_assertions))]
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    #[cfg(debug_assertions)]
    fn now(&self) -> Timestamp {
        let moved = SystemClock.now().unix_millis().checked_add(ahead_ms());
        let moved = moved.and_then(|millis| Timestamp::from_unix_millis(millis).ok());
        moved.unwrap_or_else(Timestamp::epoch)
    }
}

/// How far the command's clock is ahead of the machine's, in milliseconds; behind it where negative.
#[cfg(not(debug_assertions))]
pub(crate) fn ahead_ms() -> i64 {
    0
}

/// How far the command's clock is ahead of the machine's, in milliseconds; behind it where negative.
/// What is no number moves it out of the calendar, where it can't be taken for a clock that is right.
#[cfg(debug_assertions)]
pub(crate) fn ahead_ms() -> i64 {
    match std::env::var_os("REFUNDKIT_TEST_CLOCK_AHEAD_MS") {
        None => 0,
        Some(ahead) => {
            let ahead = ahead.to_str().and_then(|ahead| ahead.parse().ok());
            ahead.unwrap_or(i64::MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_moved_it_unless_they_said_so() {
        assert_eq!(ahead_ms(), 0);
        assert!(CommandClock.now().since(SystemClock.now()).is_zero());
    }
}
