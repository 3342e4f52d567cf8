//! The thread that reads, over a connection of its own: reading never waits for writing.

use std::sync::Arc;

use refundkit_core::JournalError;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::error::{file, other, shared, thread_gone};
use crate::open::Reading;
use crate::place::Place;

/// The most that is read in one transaction.
const GROUP: usize = 64;
/// How many may wait before callers have to.
const QUEUE: usize = 1024;

/// A job, which is told where there was nothing to read from.
type Job = Box<dyn FnOnce(Result<&Connection, JournalError>) + Send>;

#[derive(Clone, Debug)]
pub(crate) struct Reader {
    queue: mpsc::Sender<Job>,
}

impl Reader {
    /// The reader and the work of its thread, which ends when the last reader is dropped.
    pub(crate) fn new(reading: Reading) -> (Self, impl FnOnce() + Send) {
        let (queue, mut waiting) = mpsc::channel::<Job>(QUEUE);
        let work = move || {
            let mut group = Vec::with_capacity(GROUP);
            while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
                read(&reading, &mut group);
            }
        };
        (Self { queue }, work)
    }

    /// Reads from a state that has everything in it which was committed before the call.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // The caller may have stopped waiting.
            let _ = answer.send(connection.and_then(work));
        });
        self.queue.send(job).await.map_err(|_| thread_gone())?;
        answered.await.map_err(|_| thread_gone())?
    }
}

/// Does the jobs in one transaction, which shows each of them the same state.
fn read(reading: &Reading, jobs: &mut Vec<Job>) {
    let connection = &reading.connection;
    let begun = connection.execute_batch("BEGIN").map_err(Arc::new);
    for job in jobs.drain(..) {
        match &begun {
            Ok(()) => job(still_right(reading).map(|()| connection)),
            Err(error) => job(Err(shared(Arc::clone(error)))),
        }
    }
    // Nothing was written: there is nothing to be lost.
    if !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
}

/// Without locks, nothing is read while somebody writes.
fn still_right(reading: &Reading) -> Result<(), JournalError> {
    match &reading.without_locks {
        Some(place) if has_log(place)? => Err(other(BeganToWrite)),
        _ => Ok(()),
    }
}

/// Whether there is a log with anything in it.
pub(crate) fn has_log(place: &Place) -> Result<bool, JournalError> {
    match std::fs::metadata(place.beside("-wal")) {
        Ok(log) => Ok(log.len() > 0),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(file(error)),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("somebody has begun to write to the journal: open it again")]
struct BeganToWrite;
