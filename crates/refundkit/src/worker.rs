//! The worker: finds out what became of everything that is open, without being told by anybody.

mod backoff;
mod hints;
mod queue;

use std::time::Duration;

use futures_util::{StreamExt, stream};
use refundkit_core::{Filter, Operation, OperationId, ProviderName, State, Timestamp};

use crate::{Error, Refunds};
use backoff::Backoff;
use hints::PendingHints;
use queue::WorkQueue;

/// How many payments are worked on at once.
const AT_ONCE: usize = 16;
/// How many operations one round takes up, so that messages don't wait for all that are due.
const BATCH: usize = 64;
/// How many operations are read from the journal at a time.
const PAGE: usize = 256;
/// How long it may take until a message is followed.
const LISTEN: Duration = Duration::from_secs(1);

/// Brings the open operations of one provider's account to their end: sends what is ready, finds out
/// about what is unknown, follows the messages that ask to read a payment, and asks about the rest
/// with [growing pauses](refundkit_core::operation::PollSchedule). Messages make it faster. Without
/// any, nobody learns that what has succeeded failed later, but by a comparison
/// ([`Refunds::reconcile`]).
///
/// Each provider has a worker of its own, so that none waits for another's provider. It holds a few
/// words for each open operation in memory, and writes nothing down that the journal doesn't need.
///
/// ```no_run
/// # async fn example(refunds: refundkit::Refunds) -> Result<(), refundkit::Error> {
/// let mut worker = refundkit::Worker::new(&refunds, &"dodo".parse()?);
/// loop {
///     let round = worker.round().await?;
///     for operation in round.changed {
///         println!("{}: {}", operation.intent.id, operation.state());
///     }
///     tokio::time::sleep(round.rest).await;
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Worker<'a> {
    refunds: &'a Refunds,
    provider: ProviderName,
    queue: WorkQueue,
    pending: PendingHints,
    backoff: Backoff,
}

/// What a round of the [`Worker`] has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// The operations about which something new is known, as they are now.
    pub changed: Vec<Operation>,
    /// How many operations it has taken up, and payments that messages asked to read.
    pub taken_up: usize,
    /// How long it has nothing to do; a second at most, since a message may come.
    pub rest: Duration,
}

/// An operation after it was taken up.
struct TakenUp {
    operation: Operation,
    changed: bool,
}

impl<'a> Worker<'a> {
    /// A worker that has asked about nothing yet: its first rounds take up everything that is open.
    #[must_use]
    pub fn new(refunds: &'a Refunds, provider: &ProviderName) -> Self {
        Self {
            refunds,
            provider: provider.clone(),
            queue: WorkQueue::default(),
            pending: PendingHints::default(),
            backoff: Backoff::default(),
        }
    }

    /// Whose operations it works on.
    #[must_use]
    pub const fn provider(&self) -> &ProviderName {
        &self.provider
    }

    /// Follows the messages that have come, then takes up what is due: at most 64 of each, and at
    /// most 16 at once. A provider that can't be asked is no error: what is open stays so, and is
    /// taken up again later; one that asks to wait is left alone for so long, an hour at most.
    ///
    /// Dropping it half-way leaves each operation as a crash would.
    ///
    /// # Errors
    /// Trouble with the journal, once all that was begun has ended.
    pub async fn round(&mut self) -> Result<Round, Error> {
        let now = self.now();
        if let Some(rest) = self.backoff.rest(now) {
            return Ok(Round {
                changed: Vec::new(),
                taken_up: 0,
                rest: rest.min(LISTEN),
            });
        }
        let followed = self.follow_hints().await?;
        let mut changed = followed.changed;
        if self.queue.is_stale(now) {
            self.read_journal(now).await?;
        }
        let due = self.queue.due(now, BATCH);
        let taken_up = followed.taken_up.saturating_add(due.len());
        let worker = &*self;
        let done: Vec<_> = stream::iter(due)
            .map(|id| async move { worker.take_up(id).await })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let now = self.now();
        for taken in done {
            if let Some(TakenUp {
                operation,
                changed: news,
            }) = taken?
            {
                self.queue.asked(&operation, now);
                if news {
                    changed.push(operation);
                }
            }
        }
        Ok(Round {
            changed,
            taken_up,
            rest: self.queue.rest(now).min(LISTEN),
        })
    }

    /// Only follows the messages that have come: what [`round`](Self::round) does first. Returns the operations about which something new is known.
    ///
    /// # Errors
    /// As `round`.
    pub async fn follow_messages(&mut self) -> Result<Vec<Operation>, Error> {
        let mut changed = Vec::new();
        loop {
            let followed = self.follow_hints().await?;
            changed.extend(followed.changed);
            // What can't be read now is left to the next time.
            if followed.read == 0 {
                return Ok(changed);
            }
        }
    }

    /// One operation, unless the provider has asked to wait meanwhile.
    async fn take_up(&self, id: OperationId) -> Result<Option<TakenUp>, Error> {
        if self.refunds.is_stopping() || self.backoff.rest(self.now()).is_some() {
            return Ok(None);
        }
        let before = self.refunds.status(&id).await?;
        // Somebody else, such as a message, has brought it to its end.
        if before.state().is_final() {
            return Ok(Some(TakenUp {
                operation: before,
                changed: false,
            }));
        }
        Ok(Some(match self.refunds.take_further(&before).await {
            Ok(operation) => {
                self.backoff.answered();
                TakenUp {
                    changed: operation.evidence.len() > before.evidence.len(),
                    operation,
                }
            }
            Err(error) if error.leaves_as_it_was() => {
                self.backoff.failed(&error, self.now());
                TakenUp {
                    operation: before,
                    changed: false,
                }
            }
            Err(error) => return Err(error),
        }))
    }

    /// Page by page, and keeps of each operation only when it is due.
    async fn read_journal(&mut self, now: Timestamp) -> Result<(), Error> {
        let mut filter = Filter {
            states: State::ALL
                .into_iter()
                .filter(|state| !state.is_final())
                .collect(),
            provider: Some(self.provider.clone()),
            limit: Some(PAGE),
            ..Filter::default()
        };
        self.queue.begin_reading();
        loop {
            let page = self.refunds.journal.store.list(&filter).await?;
            for listed in &page {
                if !self.queue.found(listed) {
                    let operation = self.refunds.status(&listed.operation).await?;
                    self.queue.add(&operation, now);
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE => filter.after = Some(last.operation.clone()),
                Some(_) | None => break,
            }
        }
        self.queue.end_reading(now, self.now());
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.refunds.clock.now()
    }
}

impl Refunds {
    /// Takes an open operation as far as is safe now: asks about what the provider has taken on or a
    /// person has to decide about, and [picks up](Self::resume_one) everything else.
    ///
    /// # Errors
    /// As [`ask`](Self::refresh) and [`resume_one`](Self::resume_one).
    pub async fn take_further(&self, operation: &Operation) -> Result<Operation, Error> {
        let id = &operation.intent.id;
        match operation.state() {
            State::Accepted | State::Parked => self.refresh(id).await,
            State::Ready
            | State::Attempting
            | State::Succeeded
            | State::Failed
            | State::FailedLate
            | State::Rejected
            | State::Refused
            | State::Cancelled
            | State::Unknown => self.resume_one(id).await,
        }
    }
}
