//! The thread that owns the connection. What waits is written in one commit, and answered after it.

use std::sync::Arc;

use refundkit_core::JournalError;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::error::{shared, storage, taken_back, writer_gone};
use crate::mark::Mark;

/// The most that is written in one commit.
const GROUP: usize = 256;
/// How many may wait before callers have to.
const QUEUE: usize = 1024;

#[derive(Clone, Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
}

impl Writer {
    /// The writer and the work of its thread, which ends when the last writer is dropped.
    pub(crate) fn new(mut connection: Connection, mut mark: Mark) -> (Self, impl FnOnce() + Send) {
        let (queue, mut waiting) = mpsc::channel::<Box<dyn Job>>(QUEUE);
        let work = move || {
            let mut group = Vec::with_capacity(GROUP);
            while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
                let lost = commit(&mut connection, &mut group).err().map(Arc::new);
                mark.follow(&connection);
                for job in group.drain(..) {
                    job.answer(lost.as_ref());
                }
            }
        };
        (Self { queue }, work)
    }

    /// Does `work` in the next commit; its result comes when it is durable.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(Task {
            work: Some(work),
            result: None,
            answer,
        });
        self.queue.send(job).await.map_err(|_| writer_gone())?;
        answered.await.map_err(|_| writer_gone())?
    }
}

/// One caller's part of a commit.
trait Job: Send {
    /// Does the work within the open transaction. What went wrong, if something did, is known
    /// to the caller only after [`answer`](Self::answer).
    fn run(&mut self, connection: &Connection) -> Option<&JournalError>;

    /// Tells the caller how it went; `lost` says why the commit did not happen.
    fn answer(self: Box<Self>, lost: Option<&Arc<rusqlite::Error>>);
}

struct Task<T, W> {
    work: Option<W>,
    result: Option<Result<T, JournalError>>,
    answer: oneshot::Sender<Result<T, JournalError>>,
}

impl<T, W> Job for Task<T, W>
where
    T: Send,
    W: FnOnce(&Connection) -> Result<T, JournalError> + Send,
{
    fn run(&mut self, connection: &Connection) -> Option<&JournalError> {
        self.result = self.work.take().map(|work| in_savepoint(connection, work));
        self.result
            .as_ref()
            .and_then(|result| result.as_ref().err())
    }

    fn answer(self: Box<Self>, lost: Option<&Arc<rusqlite::Error>>) {
        let result = match (self.result, lost) {
            // Its own error says more than that of the commit.
            (Some(Err(error)), _) => Err(error),
            (_, Some(lost)) => Err(shared(Arc::clone(lost))),
            (Some(Ok(done)), None) => Ok(done),
            (None, None) => Err(writer_gone()),
        };
        // The caller may have stopped waiting.
        let _ = self.answer.send(result);
    }
}

/// Runs the jobs in one transaction. An error means that nothing of any of them is kept.
fn commit(connection: &mut Connection, jobs: &mut [Box<dyn Job>]) -> Result<(), rusqlite::Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in jobs {
        let failed = job.run(&transaction);
        // On a full disk and on I/O errors SQLite takes back the whole transaction by itself. What
        // ran after that would be a transaction of its own, kept although its caller is told otherwise.
        if transaction.is_autocommit() {
            return Err(taken_back(failed));
        }
    }
    transaction.commit()
}

/// What fails takes back its own writes and nobody else's.
fn in_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, JournalError>,
) -> Result<T, JournalError> {
    step(connection, "SAVEPOINT job")?;
    let result = work(connection);
    if result.is_err() && connection.is_autocommit() {
        return result;
    }
    if result.is_err() {
        step(connection, "ROLLBACK TO job")?;
    }
    step(connection, "RELEASE job")?;
    result
}

fn step(connection: &Connection, sql: &str) -> Result<(), JournalError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(drop)
        .map_err(storage)
}

#[cfg(test)]
mod tests;
