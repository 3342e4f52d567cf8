//! The hour at which a test runs: the one that it says, whatever the machine's clock shows.

use std::process::Command;
use std::time::Duration;

use refundkit::{Clock, SystemClock, Timestamp};
use refundkit_sandbox::SandboxConfig;

/// An hour at which nothing about the day is in doubt, in any zone that a provider goes by.
const NOON: &str = "2026-06-10T12:00:00Z";

/// A clock that stood at a chosen moment when it was made, and goes on from there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day {
    ahead_ms: i64,
}

impl Day {
    /// Begins at this moment.
    pub(crate) fn at(moment: &str) -> Self {
        if cfg!(not(debug_assertions)) {
            panic!("nothing moves the clock of what is released: this test needs the dev profile");
        }
        let moment: Timestamp = moment.parse().unwrap();
        Self {
            ahead_ms: moment.unix_millis() - SystemClock.now().unix_millis(),
        }
    }

    /// Begins at noon; at the machine's time where the command is built as it is released.
    pub(crate) fn noon() -> Self {
        if cfg!(debug_assertions) {
            Self::at(NOON)
        } else {
            Self { ahead_ms: 0 }
        }
    }

    /// The sandbox's own time, for whoever shares it from now on.
    pub(crate) fn of(sandbox: &refundkit_sandbox::Sandbox) -> Self {
        Self {
            ahead_ms: sandbox.now() - SystemClock.now().unix_millis(),
        }
    }

    /// A sandbox that goes by it.
    pub(crate) fn sandbox(self) -> SandboxConfig {
        let mut config = SandboxConfig::default();
        config.ahead_ms = self.ahead_ms;
        config
    }

    /// Hands it to the command.
    pub(crate) fn hand(self, command: &mut Command) -> &mut Command {
        command.env("REFUNDKIT_TEST_CLOCK_AHEAD_MS", self.ahead_ms.to_string())
    }
}

impl Clock for Day {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        let moved = Duration::from_millis(self.ahead_ms.unsigned_abs());
        if self.ahead_ms < 0 {
            now.saturating_sub(moved)
        } else {
            now.saturating_add(moved)
        }
    }
}

/// What Dojo's rule of the same calendar day says of a payment made just now, and of one made 24
/// hours before: worked out by hand from the calendars of London and of UTC, and half an hour by
/// which clocks may lie apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) at: &'static str,
    pub(crate) today: Reversal,
    pub(crate) yesterday: Reversal,
}

/// Whether a payment can be reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reversal {
    Sure,
    /// So near a midnight that Dojo alone knows.
    InDoubt,
    Over,
}

const fn moment(at: &'static str, today: Reversal, yesterday: Reversal) -> Moment {
    Moment {
        at,
        today,
        yesterday,
    }
}

use Reversal::{InDoubt, Over, Sure};

/// Hours at which days end, begin, or are not as long as others.
pub(crate) const MOMENTS: [Moment; 19] = [
    // Winter: London's days are those of UTC.
    moment("2026-01-15T12:00:00Z", Sure, Over),
    moment("2026-01-15T23:45:00Z", InDoubt, Over),
    moment("2026-01-16T00:10:00Z", Sure, InDoubt),
    // Summer: London's end an hour before those of UTC.
    moment("2026-07-15T12:00:00Z", Sure, Over),
    moment("2026-07-15T22:45:00Z", InDoubt, Over),
    moment("2026-07-15T23:15:00Z", Sure, InDoubt),
    moment("2026-07-15T23:45:00Z", InDoubt, Over),
    moment("2026-07-16T00:10:00Z", Sure, InDoubt),
    // The night of 29 March: 01:00 UTC is 01:00 in London no more but 02:00, and the day has 23 hours.
    moment("2026-03-29T00:10:00Z", Sure, InDoubt),
    moment("2026-03-29T00:45:00Z", Sure, Over),
    moment("2026-03-29T01:15:00Z", Sure, Over),
    moment("2026-03-29T22:45:00Z", InDoubt, Over),
    // The night of 25 October: London goes back from 02:00 to 01:00, and the day has 25 hours, so
    // that 24 hours before its end is the same day still.
    moment("2026-10-24T23:15:00Z", Sure, InDoubt),
    moment("2026-10-25T00:45:00Z", Sure, Over),
    moment("2026-10-25T01:15:00Z", Sure, Over),
    moment("2026-10-25T23:45:00Z", InDoubt, InDoubt),
    // A day that most years don't have.
    moment("2028-02-29T12:00:00Z", Sure, Over),
    moment("2028-02-29T23:45:00Z", InDoubt, Over),
    moment("2028-03-01T00:10:00Z", Sure, InDoubt),
];
