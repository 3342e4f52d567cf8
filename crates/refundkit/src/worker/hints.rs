//! The payments that messages have asked to read.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use refundkit_core::operation::{LONGEST_PAUSE, SHORTEST_PAUSE};
use refundkit_core::{Hint, Operation, PaymentId, Timestamp};

use super::{AT_ONCE, BATCH, Worker};
use crate::Error;

/// The journal hands out the oldest first. Where those are of other providers or can't be read now,
/// so many are read to get behind them.
const MOST: usize = 65_536;
const FEW: usize = 256;

/// The hints that could not be followed yet. They stay in the journal; what is kept here is when to
/// try again, so that none of them stands in the way of others.
#[derive(Debug, Default)]
pub(super) struct PendingHints(HashMap<PaymentId, Tried>);

#[derive(Clone, Copy, Debug)]
struct Tried {
    number: u64,
    at: Timestamp,
    pause: Duration,
}

impl PendingHints {
    /// Whether it is to be followed now: not shortly after that failed, unless a newer message has
    /// come.
    fn is_due(&self, hint: &Hint, now: Timestamp) -> bool {
        self.0.get(&hint.payment).is_none_or(|tried| {
            tried.number != hint.number || now < tried.at || now.since(tried.at) >= tried.pause
        })
    }

    fn failed(&mut self, hint: &Hint, now: Timestamp) {
        let before = self.0.get(&hint.payment);
        let before = before.filter(|tried| tried.number == hint.number);
        let pause = before.map_or(SHORTEST_PAUSE, |tried| {
            tried.pause.saturating_mul(2).min(LONGEST_PAUSE)
        });
        let tried = Tried {
            number: hint.number,
            at: now,
            pause,
        };
        self.0.insert(hint.payment.clone(), tried);
    }

    /// Forgets what is in the journal no more.
    fn keep(&mut self, hints: &[Hint]) {
        let there: HashSet<&PaymentId> = hints.iter().map(|hint| &hint.payment).collect();
        self.0.retain(|payment, _| there.contains(payment));
    }
}

/// A payment that was read, or not.
struct Looked {
    hint: Hint,
    /// What was known of its operations before and after.
    read: Option<(Vec<Operation>, Vec<Operation>)>,
}

/// What became of the hints that were due.
#[derive(Debug, Default)]
pub(super) struct Followed {
    pub(super) taken_up: usize,
    /// How many payments of these could be read.
    pub(super) read: usize,
    pub(super) changed: Vec<Operation>,
}

impl Worker<'_> {
    pub(super) async fn follow_hints(&mut self) -> Result<Followed, Error> {
        let due = self.due_hints().await?;
        let mut followed = Followed {
            taken_up: due.len(),
            ..Followed::default()
        };
        let worker = &*self;
        let done: Vec<_> = stream::iter(due)
            .map(|hint| async move { worker.follow(hint).await })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let now = self.now();
        for looked in done {
            let Looked { hint, read } = looked?;
            let Some((before, after)) = read else {
                self.pending.failed(&hint, now);
                continue;
            };
            followed.read = followed.read.saturating_add(1);
            for operation in after {
                self.queue.hinted(&operation, now);
                let known = before.iter().find(|b| b.intent.id == operation.intent.id);
                let evidence = known.map_or(0, |known| known.evidence.len());
                if operation.evidence.len() > evidence {
                    followed.changed.push(operation);
                }
            }
        }
        Ok(followed)
    }

    async fn due_hints(&mut self) -> Result<Vec<Hint>, Error> {
        let now = self.now();
        let mut limit = FEW;
        loop {
            let hints = self.refunds.journal.store.hints(limit).await?;
            let all = hints.len() < limit;
            let is_own = |hint: &Hint| hint.provider == self.provider;
            let own: Vec<Hint> = hints.into_iter().filter(is_own).collect();
            if all {
                self.pending.keep(&own);
            }
            let is_due = |hint: &Hint| self.pending.is_due(hint, now);
            let due: Vec<Hint> = own.into_iter().filter(is_due).take(BATCH).collect();
            if all || due.len() == BATCH || limit >= MOST {
                return Ok(due);
            }
            limit = limit.saturating_mul(4);
        }
    }

    async fn follow(&self, hint: Hint) -> Result<Looked, Error> {
        if self.refunds.is_stopping() || self.backoff.rest(self.now()).is_some() {
            return Ok(Looked { hint, read: None });
        }
        let (provider, payment) = (&hint.provider, &hint.payment);
        let before = self.refunds.of_payment(provider, payment).await?;
        match self.refunds.refresh_payment(provider, payment).await {
            Ok(after) => {
                self.backoff.answered();
                self.refunds.journal.store.acknowledge(&hint).await?;
                Ok(Looked {
                    hint,
                    read: Some((before, after)),
                })
            }
            Err(error) if error.leaves_as_it_was() => {
                self.backoff.failed(&error, self.now());
                Ok(Looked { hint, read: None })
            }
            Err(error) => Err(error),
        }
    }
}
