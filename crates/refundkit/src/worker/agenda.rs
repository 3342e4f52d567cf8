//! What is open, and when it is due. A few words for each open operation, and none for the others.

use std::collections::HashMap;
use std::time::Duration;

use refundkit_core::operation::Ladder;
use refundkit_core::{Operation, OperationId, Timestamp};

/// How often the journal is read for operations that were begun or have ended meanwhile.
const READ_EVERY: Duration = Duration::from_secs(10);
/// Reading a very large journal takes no more than this part of the time.
const PART: u32 = 10;

#[derive(Debug, Default)]
pub(super) struct Agenda {
    open: HashMap<OperationId, Entry>,
    reading: u64,
    was_read: bool,
    read_again: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    ladder: Ladder,
    due: Timestamp,
    /// The last reading of the journal that showed it.
    reading: u64,
}

impl Agenda {
    /// Whether the journal is to be read.
    pub(super) fn is_stale(&self, now: Timestamp) -> bool {
        // A clock that went back doesn't put it off for longer than usual.
        self.read_again
            .is_none_or(|at| now >= at || at.since(now) > READ_EVERY.saturating_mul(PART))
    }

    pub(super) fn begin_reading(&mut self) {
        self.reading = self.reading.wrapping_add(1);
    }

    /// An open operation. What is found by a worker that has just begun is due at once.
    pub(super) fn found(&mut self, operation: &Operation, now: Timestamp) {
        let known = self.open.get(&operation.intent.id);
        let ladder = known.map(|entry| entry.ladder).unwrap_or_default();
        let Some(next) = ladder.next(operation, now) else {
            return;
        };
        let due = match known {
            Some(entry) => entry.due.min(next),
            None if self.was_read => next,
            None => operation.intent.created_at.min(now),
        };
        self.put(operation, ladder, due);
    }

    /// Forgets what wasn't found: it has ended.
    pub(super) fn end_reading(&mut self, began: Timestamp, ended: Timestamp) {
        let reading = self.reading;
        self.open.retain(|_, entry| entry.reading == reading);
        self.was_read = true;
        let took = ended.since(began).saturating_mul(PART);
        self.read_again = Some(ended.saturating_add(took.max(READ_EVERY)));
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
        let ladder = self.ladder(operation).asked(now);
        match ladder.next(operation, now) {
            Some(due) => self.put(operation, ladder, due),
            None => drop(self.open.remove(&operation.intent.id)),
        }
    }

    /// A message says that something has happened to its payment: it is due now.
    pub(super) fn hinted(&mut self, operation: &Operation, now: Timestamp) {
        if operation.state().is_final() {
            self.open.remove(&operation.intent.id);
        } else {
            let ladder = self.ladder(operation).started(now);
            self.put(operation, ladder, now);
        }
    }

    /// How long nothing is due.
    pub(super) fn rest(&self, now: Timestamp) -> Duration {
        let due = self.open.values().map(|entry| entry.due);
        let next = due.chain(self.read_again).min();
        next.map_or(Duration::ZERO, |next| next.since(now))
    }

    fn ladder(&self, operation: &Operation) -> Ladder {
        let known = self.open.get(&operation.intent.id);
        known.map(|entry| entry.ladder).unwrap_or_default()
    }

    fn put(&mut self, operation: &Operation, ladder: Ladder, due: Timestamp) {
        let entry = Entry {
            ladder,
            due,
            reading: self.reading,
        };
        self.open.insert(operation.intent.id.clone(), entry);
    }
}
