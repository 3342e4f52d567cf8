use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use async_trait::async_trait;
use refundkit_core::operation::Fact;
use refundkit_core::ports::Leases;
use refundkit_core::{
    Begun, Budget, Count, Event, Evidence, Filter, Hint, Intent, Journal, JournalError,
    JournalInfo, Lease, Marked, Namespace, Operation, OperationId, PaymentId, ProviderName, Taken,
    Timestamp, WorkerId,
};
use rusqlite::Connection;

use crate::error::writer_gone;
use crate::open::Accept;
use crate::verify::{self, Verified};
use crate::writer::Writer;
use crate::{account, budget, census, inbox, list, open, rows, schema};

/// A [`Journal`] in a SQLite file. One process at a time; share it within the process.
///
/// Dropping it waits until everything is written, and lets other processes in.
pub struct SqliteJournal {
    location: PathBuf,
    /// Not in the file: no other process has it open, so that a lease ends with this one.
    leases: SharedLeases,
    writer: Option<Writer>,
    thread: Option<JoinHandle<()>>,
}

impl SqliteJournal {
    /// Opens the journal at `path`, or makes one there. An older layout is brought up to date.
    ///
    /// # Errors
    /// [`JournalError::Locked`] while another process has it open, [`JournalError::NotAJournal`]
    /// for any other file (which is not touched), [`JournalError::Newer`] for one that a newer
    /// refundkit wrote, [`JournalError::Restored`] for an older copy of what was here,
    /// [`JournalError::Damaged`], and whatever the disk reports.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        Self::open_with(path.as_ref(), Accept::OnlyTheNewest).await
    }

    /// Opens an older copy of a journal that was put back after a loss, and goes on from there.
    /// What was written down since then is gone: ask the providers about everything that is open,
    /// and expect refunds that this copy doesn't know. A copy of a journal with another namespace is not
    /// accepted, as [`bind`](Journal::bind) says.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for [`JournalError::Restored`]; and
    /// [`JournalError::OtherNamespace`].
    pub async fn open_older_copy(
        path: impl AsRef<Path>,
        namespace: &Namespace,
    ) -> Result<Self, JournalError> {
        Self::open_with(path.as_ref(), Accept::AnOlderCopy(namespace.clone())).await
    }

    async fn open_with(path: &Path, accept: Accept) -> Result<Self, JournalError> {
        let location = path.to_owned();
        let (answer, answered) = tokio::sync::oneshot::channel();
        let at = location.clone();
        let work = move || match open::open(&at, &accept) {
            Err(error) => {
                let _ = answer.send(Err(error));
            }
            Ok(opened) => {
                let (writer, work) = Writer::new(opened.connection, opened.mark);
                if answer.send(Ok(writer)).is_ok() {
                    work();
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("refundkit-journal".to_owned())
            .spawn(work)
            .map_err(|error| JournalError::Storage(Box::new(error)))?;
        let writer = answered.await.map_err(|_| writer_gone())??;
        Ok(Self {
            location,
            leases: SharedLeases::default(),
            writer: Some(writer),
            thread: Some(thread),
        })
    }

    /// Checks the whole journal against itself: SQLite's pages, the chain of hashes, the states that
    /// follow from the evidence, the budgets. Opening does so up to 30,000 rows.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] says what doesn't fit. That the newest rows are missing, as in an
    /// older copy, can't be told from the file alone.
    pub async fn verify(&self) -> Result<Verified, JournalError> {
        self.run(verify::all).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        match &self.writer {
            Some(writer) => writer.run(work).await,
            None => Err(writer_gone()),
        }
    }
}

impl Drop for SqliteJournal {
    fn drop(&mut self) {
        self.writer.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for SqliteJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqliteJournal({})", self.location.display())
    }
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn bind(&self, namespace: &Namespace) -> Result<(), JournalError> {
        let namespace = namespace.clone();
        self.run(move |connection| account::bind(connection, &namespace))
            .await
    }

    async fn pause(&self, provider: &ProviderName, until: Timestamp) -> Result<(), JournalError> {
        let provider = provider.clone();
        self.run(move |connection| account::pause(connection, &provider, until))
            .await
    }

    async fn paused_until(
        &self,
        provider: &ProviderName,
    ) -> Result<Option<Timestamp>, JournalError> {
        let provider = provider.clone();
        self.run(move |connection| account::paused_until(connection, &provider))
            .await
    }

    async fn claim(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
        worker: &WorkerId,
        now: Timestamp,
    ) -> Result<Lease, JournalError> {
        self.leases.lock().claim(provider, payment, worker, now)
    }

    async fn release(&self, lease: &Lease) -> Result<(), JournalError> {
        self.leases.lock().release(lease);
        Ok(())
    }

    async fn begin(
        &self,
        lease: &Lease,
        intent: &Intent,
        budget: Budget,
    ) -> Result<Begun, JournalError> {
        let (leases, lease, intent) = (self.leases.clone(), lease.clone(), intent.clone());
        self.run(move |connection| {
            leases.lock().check(&lease, &intent)?;
            let found = rows::find(connection, &intent.id)?.map(|found| found.operation);
            rows::agreed(connection, &intent, found.as_ref())?;
            if let Some(found) = found {
                return Ok(Begun::Existing(Box::new(found)));
            }
            if let Some(left) = budget::reserve(connection, &intent, budget)? {
                return Ok(Begun::OverBudget { left });
            }
            let begun = rows::insert(connection, intent)?;
            Ok(Begun::New(Box::new(begun)))
        })
        .await
    }

    async fn mark(
        &self,
        lease: &Lease,
        id: &OperationId,
        at: Timestamp,
    ) -> Result<Marked, JournalError> {
        let (leases, lease, id) = (self.leases.clone(), lease.clone(), id.clone());
        self.run(move |connection| {
            let found = rows::need(connection, &id)?;
            let intent = &found.operation.intent;
            leases.lock().check(&lease, intent)?;
            // Folded anew from what was checked, and not as it stands in some column.
            let of_payment = rows::agreed(connection, intent, Some(&found.operation))?;
            let in_flight = |other: &rows::Found| {
                other.operation.intent.id != intent.id && other.state.in_flight()
            };
            if of_payment.iter().any(in_flight) {
                return Err(JournalError::InFlight);
            }
            let attempt = found.operation.next_mark()?;
            let fact = Fact::Marked { attempt };
            rows::note(connection, found, &Evidence { at, fact })?;
            leases.lock().renew(&lease, at);
            Ok(Marked::durable(attempt, at))
        })
        .await
    }

    async fn record(
        &self,
        id: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        let (id, evidence) = (id.clone(), evidence.clone());
        self.run(move |connection| {
            let found = rows::need(connection, &id)?;
            Leases::check_without(&evidence.fact, &found.operation.intent)?;
            rows::note(connection, found, &evidence)
        })
        .await
    }

    async fn decide(
        &self,
        lease: &Lease,
        id: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        let (leases, lease) = (self.leases.clone(), lease.clone());
        let (id, evidence) = (id.clone(), evidence.clone());
        self.run(move |connection| {
            let found = rows::need(connection, &id)?;
            leases.lock().check(&lease, &found.operation.intent)?;
            rows::note(connection, found, &evidence)
        })
        .await
    }

    async fn operation(&self, id: &OperationId) -> Result<Option<Operation>, JournalError> {
        let id = id.clone();
        self.run(move |connection| Ok(rows::find(connection, &id)?.map(|found| found.operation)))
            .await
    }

    async fn of_payment(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Vec<Operation>, JournalError> {
        let (provider, payment) = (provider.clone(), payment.clone());
        self.run(move |connection| {
            let found = rows::of_payment(connection, &provider, &payment)?;
            Ok(found.into_iter().map(|found| found.operation).collect())
        })
        .await
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<Operation>, JournalError> {
        let filter = filter.clone();
        self.run(move |connection| list::list(connection, &filter))
            .await
    }

    async fn take_in(
        &self,
        provider: &ProviderName,
        event: &Event,
        at: Timestamp,
    ) -> Result<Taken, JournalError> {
        let (provider, event) = (provider.clone(), event.clone());
        self.run(move |connection| inbox::take_in(connection, &provider, &event, at))
            .await
    }

    async fn hints(&self, limit: usize) -> Result<Vec<Hint>, JournalError> {
        self.run(move |connection| inbox::hints(connection, limit))
            .await
    }

    async fn heed(&self, hint: &Hint) -> Result<(), JournalError> {
        let hint = hint.clone();
        self.run(move |connection| inbox::heed(connection, &hint))
            .await
    }

    async fn census(&self) -> Result<Vec<Count>, JournalError> {
        self.run(census::census).await
    }

    async fn info(&self) -> Result<JournalInfo, JournalError> {
        let location = self.location.display().to_string();
        self.run(move |connection| {
            Ok(JournalInfo {
                kind: "sqlite".to_owned(),
                location,
                namespace: account::namespace(connection)?,
                schema: schema::newest(),
                engine: Some(["SQLite ", rusqlite::version()].concat()),
                operations: rows::count(connection, "operation")?,
                evidence: rows::count(connection, "evidence")?,
            })
        })
        .await
    }
}

/// Shared with the thread that writes, which checks them in the order in which it commits.
#[derive(Clone, Default)]
struct SharedLeases(Arc<Mutex<Leases>>);

impl SharedLeases {
    fn lock(&self) -> MutexGuard<'_, Leases> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
