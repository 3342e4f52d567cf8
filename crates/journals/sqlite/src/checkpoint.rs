//! The thread that copies the log into the file, so that nobody who writes has to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use refundkit_core::JournalError;
use rusqlite::Connection;

use crate::error::other;

/// The log is copied once it has so many pages: 16 MiB of them.
const PAGES: i64 = 4096;
/// So few may be left for the end, which writers wait for.
const REST: i64 = 512;
/// So often what was written meanwhile is copied without making anybody wait.
const ROUNDS: usize = 4;
/// After so many commits the thread looks how long the log is.
const COMMITS: u32 = 16;
const MOMENT: Duration = Duration::from_micros(100);

/// Wakes the thread, and waits for its end when it is dropped.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    commits: u32,
    gate: Arc<Gate>,
}

/// Lets the thread begin the log anew: it takes a moment in which nobody writes, and there is none where
/// one commit follows the other.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    wanted: AtomicBool,
    held: Mutex<()>,
}

impl Gate {
    /// For a commit.
    pub(crate) fn enter(&self) -> MutexGuard<'_, ()> {
        while self.wanted.load(Ordering::Relaxed) {
            std::thread::sleep(MOMENT);
        }
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps commits out.
    fn close(&self) -> MutexGuard<'_, ()> {
        self.wanted.store(true, Ordering::Relaxed);
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        self.wanted.store(false, Ordering::Relaxed);
        held
    }
}

impl Checkpoints {
    pub(crate) fn start(connection: Connection) -> Result<Self, JournalError> {
        let (wake, woken) = sync_channel(1);
        let gate = Arc::new(Gate::default());
        let its_gate = Arc::clone(&gate);
        let thread = std::thread::Builder::new()
            .name("rk-checkpoint".to_owned())
            .spawn(move || work(&connection, &woken, &its_gate))
            .map_err(other)?;
        Ok(Self {
            wake: Some(wake),
            thread: Some(thread),
            commits: 0,
            gate,
        })
    }

    /// Commits are made in it.
    pub(crate) fn gate(&self) -> Arc<Gate> {
        Arc::clone(&self.gate)
    }

    /// After each commit.
    pub(crate) fn look(&mut self) {
        self.commits = self.commits.saturating_add(1);
        if self.commits < COMMITS {
            return;
        }
        self.commits = 0;
        if let Some(wake) = &self.wake {
            // Where it is awake already, it looks again.
            let _: Result<(), TrySendError<()>> = wake.try_send(());
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.wake.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(connection: &Connection, woken: &Receiver<()>, gate: &Gate) {
    while woken.recv() == Ok(()) {
        if pages(connection, "PRAGMA wal_checkpoint(NOOP)") < PAGES {
            continue;
        }
        // First what can be copied while others write, and again what they have written meanwhile. Then
        // the rest, and the log is begun anew. A checkpoint that fails is tried again later.
        for _ in 0..ROUNDS {
            pages(connection, "PRAGMA wal_checkpoint(PASSIVE)");
            if pages(connection, "PRAGMA wal_checkpoint(NOOP)") < REST {
                break;
            }
        }
        let _closed = gate.close();
        pages(connection, "PRAGMA wal_checkpoint(RESTART)");
    }
}

/// Runs it; how many pages the log has that aren't copied, as far as that is known.
fn pages(connection: &Connection, checkpoint: &str) -> i64 {
    let found = connection.query_row(checkpoint, [], |row| {
        let (log, copied): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(log.saturating_sub(copied.max(0)))
    });
    found.unwrap_or(0)
}
