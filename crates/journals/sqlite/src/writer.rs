//! The thread that writes. What waits is written in one commit, and answered after it.

mod group;

use refundkit_core::JournalError;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::checkpoint::Checkpoints;
use crate::error::{ThreadGone, thread_gone};
use crate::high::High;
use crate::transaction::{Author, Open, Outcome, Write};
use group::Lost;

/// The most that is written in one commit.
const GROUP: usize = 256;
/// How many may wait before callers have to.
const QUEUE: usize = 1024;

#[derive(Clone, Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Job>,
}

/// One caller's part of a commit.
#[derive(Debug)]
struct Job {
    write: Write,
    result: Option<Result<Outcome, JournalError>>,
    answer: oneshot::Sender<Result<Outcome, JournalError>>,
}

/// What the thread works with.
#[derive(Debug)]
pub(crate) struct Desk {
    /// It ends before the connection is closed.
    pub(crate) checkpoints: Checkpoints,
    pub(crate) connection: Connection,
    pub(crate) high: High,
    pub(crate) author: Author,
    pub(crate) open: Open,
}

impl Writer {
    /// The writer and the work of its thread, which ends when the last writer is dropped.
    pub(crate) fn new(mut desk: Desk) -> (Self, impl FnOnce() + Send) {
        let (queue, mut waiting) = mpsc::channel::<Job>(QUEUE);
        let work = move || {
            let mut group = Vec::with_capacity(GROUP);
            while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
                let lost = desk.commit(&mut group).err();
                desk.checkpoints.look();
                for job in group.drain(..) {
                    job.answer(lost.as_ref());
                }
            }
        };
        (Self { queue }, work)
    }

    /// Writes it in the next commit; the answer comes when it is durable.
    pub(crate) async fn write(&self, write: Write) -> Result<Outcome, JournalError> {
        let (answer, answered) = oneshot::channel();
        let job = Job {
            write,
            result: None,
            answer,
        };
        self.queue.send(job).await.map_err(|_| thread_gone())?;
        // The thread has ended with it: nobody tells how far it had come.
        let ended = |_| JournalError::Uncertain(Box::new(ThreadGone));
        answered.await.map_err(ended)?
    }
}

impl Job {
    /// Tells the caller how it went; `lost` says why the commit did not happen.
    fn answer(self, lost: Option<&Lost>) {
        let result = match (self.result, lost) {
            // Its own error says more than that of the commit.
            (Some(Err(error)), _) => Err(error),
            // Also what was refused: that may have been for something that is lost with the commit.
            (_, Some(lost)) => Err(lost.error()),
            (Some(Ok(done)), None) => Ok(done),
            (None, None) => Err(thread_gone()),
        };
        // The caller may have stopped waiting.
        let _ = self.answer.send(result);
    }
}

#[cfg(test)]
mod tests;
