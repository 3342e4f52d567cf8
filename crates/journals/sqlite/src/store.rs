//! The store: what is open, and the threads that work with it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use refundkit_core::{JournalError, Namespace, PaymentId, ProviderName, WorkerId};
use rusqlite::Connection;

use crate::checkpoint::Checkpoints;
use crate::error::{ReadOnly, other, out_of_range, thread_gone};
use crate::list;
use crate::open::{self, Accept, Here, Opened, Reading};
use crate::reader::Reader;
use crate::slot::{Name, Slot};
use crate::transaction::{Author, Open, Outcome, Write};
use crate::verify::{self, Progress, Verified};
use crate::writer::{Desk, Writer};

/// A [`Store`](refundkit_core::Store) in a SQLite file, which any number of processes of one machine have open.
///
/// Dropping it waits until everything is written.
pub struct SqliteStore {
    pub(crate) open: Open,
    created: bool,
    reader: Option<Reader>,
    /// `None` where it was opened for reading.
    writing: Option<Writing>,
    reads: Option<JoinHandle<()>>,
    writes: Option<JoinHandle<()>>,
    // In this order, after the threads have closed their connections.
    slot: Option<Slot>,
    here: Option<Here>,
}

struct Writing {
    writer: Writer,
    author: Author,
    workers: AtomicU64,
}

impl SqliteStore {
    /// Opens the journal at `path` for writing, or makes one there. An older layout is brought up to date.
    ///
    /// # Errors
    /// [`JournalError::NotAJournal`] for any other file (which is not touched), [`JournalError::Newer`]
    /// for one that a newer refundkit wrote, [`JournalError::Restored`] for an older copy of what was here,
    /// [`JournalError::Unsafe`] for a file that several names or machines lead to,
    /// [`JournalError::Locked`] where others keep it busy, [`JournalError::Damaged`], and whatever the
    /// disk reports.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        Self::open_for_writing(path.as_ref(), Accept::OrNew).await
    }

    /// As [`open`](Self::open), but makes no journal where there is none.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`JournalError::Missing`].
    pub async fn open_existing(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        Self::open_for_writing(path.as_ref(), Accept::OnlyExisting).await
    }

    /// Opens an older copy of a journal that was put back after a loss, and goes on from there, on another
    /// timeline: nothing that was loaded before fits any more. What was written down since then is gone:
    /// ask the providers about everything, and expect refunds that this copy doesn't know. A copy
    /// of a journal with another namespace is not accepted.
    ///
    /// # Errors
    /// As [`open_existing`](Self::open_existing), but for [`JournalError::Restored`];
    /// [`JournalError::OtherNamespace`]; and [`JournalError::Locked`] while anybody else writes.
    pub async fn open_older_copy(
        path: impl AsRef<Path>,
        namespace: &Namespace,
    ) -> Result<Self, JournalError> {
        Self::open_for_writing(path.as_ref(), Accept::AnOlderCopy(namespace.clone())).await
    }

    /// Opens the journal at `path` for reading: no journal is made and none is written to. It may be on a
    /// medium that can't be written to.
    ///
    /// # Errors
    /// As [`open_existing`](Self::open_existing), but for [`JournalError::Restored`].
    pub async fn open_read_only(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let path = path.as_ref().to_owned();
        elsewhere(move || Self::read_only(&path)).await
    }

    /// Whether the journal was made when it was opened.
    #[must_use]
    pub const fn created(&self) -> bool {
        self.created
    }

    /// The journal's file, wherever links have led.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.open.place.real.clone()
    }

    /// Payments, in the order in which they first came: at most `limit` of those after `after`.
    ///
    /// # Errors
    /// [`JournalError`] where the store can't be read.
    pub async fn payments(
        &self,
        after: Option<&(ProviderName, PaymentId)>,
        limit: usize,
    ) -> Result<Vec<(ProviderName, PaymentId)>, JournalError> {
        let after = after.cloned();
        self.read(move |connection| list::payments(connection, after.as_ref(), limit))
            .await
    }

    /// Checks the whole journal against itself: SQLite's pages and indexes, each payment's ledger by the
    /// rules of core, and that nothing is there which belongs to none. It may be written to
    /// meanwhile. `progress` is told now and then how far it is.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] says what doesn't fit.
    pub async fn verify(
        &self,
        progress: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Verified, JournalError> {
        let open = self.open.clone();
        elsewhere(move || verify::all(&open, progress)).await
    }

    async fn open_for_writing(path: &Path, accept: Accept) -> Result<Self, JournalError> {
        let path = path.to_owned();
        elsewhere(move || Self::started(open::writing(&path, &accept)?)).await
    }

    fn started(opened: Opened) -> Result<Self, JournalError> {
        let Opened {
            open,
            created,
            author,
            slot,
            high,
            writing,
            checkpointing,
            reading,
            here,
        } = opened;
        let mut store = Self::reads(open.clone(), reading, here)?;
        store.created = created;
        store.slot = Some(slot);
        let desk = Desk {
            connection: writing,
            high,
            author,
            open,
            checkpoints: Checkpoints::start(checkpointing)?,
        };
        let (writer, work) = Writer::new(desk);
        store.writes = Some(thread("rk-writer", work)?);
        store.writing = Some(Writing {
            writer,
            author,
            workers: AtomicU64::new(0),
        });
        Ok(store)
    }

    fn read_only(path: &Path) -> Result<Self, JournalError> {
        let (open, reading, here) = open::reading(path)?;
        Self::reads(open, reading, here)
    }

    fn reads(open: Open, reading: Reading, here: Here) -> Result<Self, JournalError> {
        let (reader, work) = Reader::new(reading);
        Ok(Self {
            open,
            created: false,
            reader: Some(reader),
            writing: None,
            reads: Some(thread("rk-reader", work)?),
            writes: None,
            slot: None,
            here: Some(here),
        })
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        match &self.reader {
            Some(reader) => reader.run(work).await,
            None => Err(thread_gone()),
        }
    }

    pub(crate) async fn write(&self, write: Write) -> Result<Outcome, JournalError> {
        self.writing()?.writer.write(write).await
    }

    /// A name that nobody else has.
    pub(crate) fn next_worker(&self) -> Result<WorkerId, JournalError> {
        let Writing {
            author, workers, ..
        } = self.writing()?;
        let number = workers.fetch_add(1, Ordering::Relaxed);
        Name {
            slot: author.slot,
            life: author.life,
            number: number.checked_add(1).ok_or_else(out_of_range)?,
        }
        .id()
    }

    /// Whether the name was given by this store.
    pub(crate) fn is_here(&self, name: Name) -> bool {
        let author = self.writing.as_ref().map(|writing| writing.author);
        author.is_some_and(|author| (author.slot, author.life) == (name.slot, name.life))
    }

    fn writing(&self) -> Result<&Writing, JournalError> {
        self.writing.as_ref().ok_or_else(|| other(ReadOnly))
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // One after the other: who closes the file last copies the log, which a reader can't.
        self.reader.take();
        if let Some(thread) = self.reads.take() {
            let _ = thread.join();
        }
        self.writing.take();
        if let Some(thread) = self.writes.take() {
            let _ = thread.join();
        }
        self.slot.take();
        self.here.take();
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqliteStore({})", self.open.place.location())
    }
}

fn thread(
    name: &str,
    work: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, JournalError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(other)
}

/// Does work that may take long in a thread of its own.
async fn elsewhere<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JournalError> + Send + 'static,
) -> Result<T, JournalError> {
    let (answer, answered) = tokio::sync::oneshot::channel();
    thread("rk-journal", move || drop(answer.send(work())))?;
    answered.await.map_err(|_| thread_gone())?
}
