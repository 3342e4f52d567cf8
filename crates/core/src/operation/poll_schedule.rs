//! When an open operation is asked about next. Nothing of it is written down: the pauses follow from
//! the operation's age, and what is remembered in between is only when it was asked about last.

use std::time::Duration;

use super::{Operation, State, Summary};
use crate::time::Timestamp;
use crate::timing::{QUIESCENCE, READINGS_APART};

/// No two asks about an operation lie closer together.
pub const SHORTEST_PAUSE: Duration = Duration::from_secs(15);
/// No two lie further apart.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 60 * 60);
/// What waits for a person isn't asked about more often: nearly always nothing comes of it.
const SHORTEST_PARKED: Duration = Duration::from_secs(15 * 60);
/// The pause is this part of the age: each age is reached with a third more.
const PART: u32 = 3;

/// What a worker remembers of an open operation. One who remembers nothing is right too: it asks
/// once too often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PollSchedule {
    asked: Option<Timestamp>,
    started: Option<Timestamp>,
}

impl PollSchedule {
    /// The same after it was asked about at `at`, with whatever success.
    #[must_use]
    pub const fn asked(self, at: Timestamp) -> Self {
        Self {
            asked: Some(at),
            ..self
        }
    }

    /// The same after a message at `at` said that something has happened to its payment: from now on
    /// the pauses are as short as if it had just been sent.
    #[must_use]
    pub const fn started(self, at: Timestamp) -> Self {
        Self {
            started: Some(at),
            ..self
        }
    }

    /// When it is to be asked about next, never more than [`LONGEST_PAUSE`] after `now`; `None` where
    /// it has ended.
    ///
    /// The pause after an ask is a third of the age that the operation had then, at least
    /// [`SHORTEST_PAUSE`]: about 30 asks on the first day, and four on each that follows. The age is
    /// counted from the newest attempt, or from a message since; while its end is unknown from the
    /// first attempt, because each look may end in a new one.
    ///
    /// While its end is unknown a reading is worth most at the moment from which on it can prove
    /// absence ([`QUIESCENCE`] after the newest attempt), and then at the one from which on a second
    /// reading completes the proof: it is asked about there, and not shortly before.
    #[must_use]
    pub fn next(self, operation: &Operation, now: Timestamp) -> Option<Timestamp> {
        let summary = operation.summary();
        let state = summary.state();
        if state.is_final() {
            return None;
        }
        // A clock that went back would make it wait for as long.
        let asked = self.asked.filter(|asked| *asked <= now);
        let due = match (asked, operation.last_mark()) {
            (None, None) => operation.intent.created_at,
            (None, Some(mark)) => mark.saturating_add(SHORTEST_PAUSE),
            (Some(asked), _) => {
                let due = asked.saturating_add(self.pause(operation, state, asked));
                if state == State::Unknown {
                    proving(operation, &summary, asked, due)
                } else {
                    due
                }
            }
        };
        Some(due.min(now.saturating_add(LONGEST_PAUSE)))
    }

    fn pause(self, operation: &Operation, state: State, asked: Timestamp) -> Duration {
        let mark = if state == State::Unknown {
            operation.first_mark()
        } else {
            operation.last_mark()
        };
        let born = mark.unwrap_or(operation.intent.created_at);
        let born = self.started.map_or(born, |started| started.max(born));
        let part = asked.since(born).checked_div(PART).unwrap_or_default();
        let shortest = if state == State::Parked {
            SHORTEST_PARKED
        } else {
            SHORTEST_PAUSE
        };
        part.clamp(shortest, LONGEST_PAUSE)
    }
}

/// The moment at which a reading can prove the next bit of absence, where that lies before `due` or
/// so shortly after it that one ask serves for both.
fn proving(
    operation: &Operation,
    summary: &Summary,
    asked: Timestamp,
    due: Timestamp,
) -> Timestamp {
    let absent = summary.absences(summary.last_attempt()).max();
    let proves = match (absent, operation.last_mark()) {
        (Some(absent), _) => absent.saturating_add(READINGS_APART),
        (None, Some(mark)) => mark.saturating_add(QUIESCENCE),
        (None, None) => return due,
    };
    if proves <= asked {
        return due;
    }
    if due.saturating_add(SHORTEST_PAUSE) < proves {
        return due;
    }
    proves.max(asked.saturating_add(SHORTEST_PAUSE))
}
