//! What is open, and when it is due. A few words for each open operation, and none for the others.

use std::collections::HashMap;
use std::time::Duration;

use refundkit_core::operation::PollSchedule;
use refundkit_core::ports::ListedOperation;
use refundkit_core::{Operation, OperationId, State, Timestamp};

/// How often the journal is read for operations that were begun or have ended meanwhile.
const READ_EVERY: Duration = Duration::from_secs(10);
/// Reading a very large journal takes no more than this part of the time.
const PART: u32 = 10;
/// No reading takes so long that it is put off for longer: the clock was set forward meanwhile.
const READ_WITHIN: Duration = Duration::from_secs(10 * 60);

#[derive(Debug, Default)]
pub(super) struct WorkQueue {
    open: HashMap<OperationId, Entry>,
    reading: u64,
    /// When the last reading ended, and how long after that the next one is due.
    was_read: Option<(Timestamp, Duration)>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    schedule: PollSchedule,
    due: Timestamp,
    state: State,
    /// The last reading of the journal that showed it.
    reading: u64,
}

impl WorkQueue {
    /// Whether the journal is to be read.
    pub(super) fn is_stale(&self, now: Timestamp) -> bool {
        // A clock that went back doesn't put it off.
        self.was_read
            .is_none_or(|(at, pause)| now < at || now.since(at) >= pause)
    }

    pub(super) fn begin_reading(&mut self) {
        self.reading = self.reading.wrapping_add(1);
    }

    /// Whether a reading has shown what is known of an open operation already; otherwise it is to be
    /// [added](Self::add).
    pub(super) fn found(&mut self, listed: &ListedOperation) -> bool {
        let reading = self.reading;
        let known = self.open.get_mut(&listed.operation);
        let Some(known) = known.filter(|known| known.state == listed.state) else {
            return false;
        };
        known.reading = reading;
        true
    }

    /// An open operation. What is found by a worker that has just begun is due at once.
    pub(super) fn add(&mut self, operation: &Operation, now: Timestamp) {
        let known = self.open.get(&operation.intent.id);
        let schedule = known.map(|entry| entry.schedule).unwrap_or_default();
        let Some(next) = schedule.next(operation, now) else {
            return;
        };
        let due = match known {
            Some(entry) => entry.due.min(next),
            None if self.was_read.is_some() => next,
            None => operation.intent.created_at.min(now),
        };
        self.put(operation, schedule, due);
    }

    /// Forgets what wasn't found: it has ended.
    pub(super) fn end_reading(&mut self, began: Timestamp, ended: Timestamp) {
        let reading = self.reading;
        self.open.retain(|_, entry| entry.reading == reading);
        let took = ended.since(began).saturating_mul(PART);
        self.was_read = Some((ended, took.clamp(READ_EVERY, READ_WITHIN)));
    }

    /// What is due, at most `most`: first what has been so for longest.
    pub(super) fn due(&self, now: Timestamp, most: usize) -> Vec<OperationId> {
        let due = self.open.iter().filter(|(_, entry)| entry.due <= now);
        let mut due: Vec<_> = due.map(|(id, entry)| (entry.due, id)).collect();
        due.sort_unstable();
        due.truncate(most);
        due.into_iter().map(|(_, id)| id.clone()).collect()
    }

    /// It was asked about, with whatever success.
    pub(super) fn asked(&mut self, operation: &Operation, now: Timestamp) {
        let schedule = self.schedule(operation).asked(now);
        match schedule.next(operation, now) {
            Some(due) => self.put(operation, schedule, due),
            None => drop(self.open.remove(&operation.intent.id)),
        }
    }

    /// A message says that something has happened to its payment: it is due now.
    pub(super) fn hinted(&mut self, operation: &Operation, now: Timestamp) {
        if operation.state().is_final() {
            self.open.remove(&operation.intent.id);
        } else {
            let schedule = self.schedule(operation).started(now);
            self.put(operation, schedule, now);
        }
    }

    /// How long nothing is due.
    pub(super) fn rest(&self, now: Timestamp) -> Duration {
        let due = self.open.values().map(|entry| entry.due);
        let read_again = self.was_read.map(|(at, pause)| at.saturating_add(pause));
        let next = due.chain(read_again).min();
        next.map_or(Duration::ZERO, |next| next.since(now))
    }

    fn schedule(&self, operation: &Operation) -> PollSchedule {
        let known = self.open.get(&operation.intent.id);
        known.map(|entry| entry.schedule).unwrap_or_default()
    }

    fn put(&mut self, operation: &Operation, schedule: PollSchedule, due: Timestamp) {
        let entry = Entry {
            schedule,
            due,
            state: operation.state(),
            reading: self.reading,
        };
        self.open.insert(operation.intent.id.clone(), entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An queue after a reading that took so many seconds, and when that ended.
    fn read_for(seconds: u64) -> (WorkQueue, Timestamp) {
        let mut queue = WorkQueue::default();
        let began = Timestamp::epoch().saturating_add(Duration::from_secs(1_000_000));
        let ended = began.saturating_add(Duration::from_secs(seconds));
        queue.begin_reading();
        queue.end_reading(began, ended);
        (queue, ended)
    }

    /// Whether the journal is to be read so many seconds after the last reading.
    fn is_stale(read: &(WorkQueue, Timestamp), after: u64) -> bool {
        read.0
            .is_stale(read.1.saturating_add(Duration::from_secs(after)))
    }

    #[test]
    fn a_reading_that_takes_long_is_followed_by_a_pause_of_ten_times_as_long() {
        for (took, pause) in [(0, 10), (1, 10), (5, 50), (11, 110), (30, 300)] {
            let read = read_for(took);
            assert!(!is_stale(&read, 0), "{took}");
            assert!(!is_stale(&read, pause - 1), "{took}");
            assert!(is_stale(&read, pause), "{took}");
        }
    }

    #[test]
    fn a_clock_that_jumps_puts_no_reading_off_for_long() {
        // Forward while it was read.
        let read = read_for(7 * 24 * 60 * 60);
        assert!(is_stale(&read, 600));
        // Back after it.
        let (queue, ended) = read_for(1);
        assert!(queue.is_stale(ended.saturating_sub(Duration::from_secs(1))));
    }
}
