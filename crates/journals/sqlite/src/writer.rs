//! The thread that owns the connection. What waits is written in one commit, and answered after it.

use refundkit_core::JournalError;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::error::{storage, writer_gone};

/// The most that is written in one commit.
const GROUP: usize = 64;
/// How many may wait before callers have to.
const QUEUE: usize = 1024;

/// Work on the connection; what it returns is called once the commit has gone well, or not.
type Job = Box<dyn FnOnce(&Connection) -> Reply + Send>;
type Reply = Box<dyn FnOnce(Committed) + Send>;

/// Whether the group's commit went well.
#[derive(Clone, Copy)]
enum Committed {
    Yes,
    Full,
    No,
}

#[derive(Clone, Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Job>,
}

impl Writer {
    /// The writer and the work of its thread, which ends when the last writer is dropped.
    pub(crate) fn new(mut connection: Connection) -> (Self, impl FnOnce() + Send) {
        let (queue, mut waiting) = mpsc::channel::<Job>(QUEUE);
        let work = move || {
            let mut group = Vec::with_capacity(GROUP);
            while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
                commit(&mut connection, group.drain(..));
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
        let job: Job = Box::new(move |connection| {
            let result = in_savepoint(connection, work);
            Box::new(move |committed| {
                // The caller may have stopped waiting.
                let _ = answer.send(match committed {
                    Committed::Yes => result,
                    Committed::Full => Err(JournalError::Full),
                    Committed::No => Err(writer_gone()),
                });
            })
        });
        self.queue.send(job).await.map_err(|_| writer_gone())?;
        answered.await.map_err(|_| writer_gone())?
    }
}

fn commit(connection: &mut Connection, jobs: impl Iterator<Item = Job>) {
    let transaction =
        match connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate) {
            Ok(transaction) => transaction,
            // The jobs are dropped, and their callers learn that the writer couldn't.
            Err(_) => return,
        };
    let replies: Vec<Reply> = jobs.map(|job| job(&transaction)).collect();
    let committed = match transaction.commit().map_err(storage) {
        Ok(()) => Committed::Yes,
        Err(JournalError::Full) => Committed::Full,
        Err(_) => Committed::No,
    };
    for reply in replies {
        reply(committed);
    }
}

/// What fails takes back its own writes and nobody else's.
fn in_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, JournalError>,
) -> Result<T, JournalError> {
    connection.execute_batch("SAVEPOINT job").map_err(storage)?;
    let result = work(connection);
    let end = if result.is_ok() {
        "RELEASE job"
    } else {
        "ROLLBACK TO job; RELEASE job"
    };
    connection.execute_batch(end).map_err(storage)?;
    result
}
