//! The journal as a worker has it: it takes time, fails, and outlives the worker.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use refundkit::core::Namespace;
use refundkit::core::ports::{Begun, Budget, JournalInfo, Lease, Marked};
use refundkit::core::{Count, Event, Evidence, Hint, Intent, Taken};
use refundkit::{
    Filter, Journal, JournalError, MemoryJournal, Operation, OperationId, PaymentId, ProviderName,
    Timestamp, WorkerId,
};

use crate::check;
use crate::knobs::{HOUR, Knobs, MINUTE, SECOND};
use crate::messages;
use crate::site::{Site, short};
use crate::world::World;

/// One life of a worker, from its start to its death.
#[derive(Clone)]
pub(crate) struct Life {
    pub(crate) world: World,
    pub(crate) worker: usize,
    pub(crate) number: u32,
    /// How many moments are left until it dies; `u32::MAX` for one that lives on.
    left: Arc<AtomicU32>,
    on_death: Arc<Mutex<Option<OnDeath>>>,
}

type OnDeath = Box<dyn FnOnce() + Send>;

impl fmt::Debug for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "worker {}.{}", self.worker, self.number)
    }
}

impl Life {
    pub(crate) fn new(world: &World, worker: usize, number: u32) -> Self {
        Self {
            world: world.clone(),
            worker,
            number,
            left: Arc::new(AtomicU32::new(u32::MAX)),
            on_death: Arc::default(),
        }
    }

    /// Dies after so many more moments.
    pub(crate) fn ends_after(&self, moments: u32, then: impl FnOnce() + Send + 'static) {
        self.left.store(moments, Ordering::Relaxed);
        let mut on_death = self.on_death.lock().unwrap_or_else(PoisonError::into_inner);
        *on_death = Some(Box::new(then));
    }

    pub(crate) fn goes_on(&self) {
        self.left.store(u32::MAX, Ordering::Relaxed);
    }

    /// A point at which the worker may die: between any two effects.
    pub(crate) async fn moment(&self) {
        let left = self.left.load(Ordering::Relaxed);
        if left == u32::MAX {
            return;
        }
        if left > 0 {
            self.left.store(left - 1, Ordering::Relaxed);
            return;
        }
        let then = self
            .on_death
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(then) = then {
            self.world.note(format_args!("{self} dies"));
            self.world.count("a worker died");
            self.world.kill(self.worker);
            then();
        }
        std::future::pending::<()>().await;
    }
}

#[derive(Debug)]
pub(crate) struct SimulatedJournal {
    pub(crate) journal: Arc<MemoryJournal>,
    pub(crate) site: Site,
    pub(crate) life: Life,
    stall: u64,
    fault: u64,
}

impl SimulatedJournal {
    pub(crate) fn new(
        journal: &Arc<MemoryJournal>,
        site: &Site,
        life: &Life,
        knobs: &Knobs,
    ) -> Self {
        Self {
            journal: Arc::clone(journal),
            site: site.clone(),
            life: life.clone(),
            stall: knobs.stall,
            fault: knobs.journal_fault,
        }
    }

    /// What passes before and after a call: time, sometimes a lot of it, and sometimes a life.
    async fn pause(&self) {
        let world = &self.life.world;
        self.life.moment().await;
        let pause = if world.misfortune(self.stall) {
            let long = [2 * SECOND, 2 * MINUTE, 5 * MINUTE, 20 * MINUTE, 2 * HOUR];
            let at = world.below(long.len() as u64);
            world.count("a worker stood still");
            long[at as usize]
        } else {
            1 + world.below(10)
        };
        world.sleep(pause).await;
        self.life.moment().await;
    }

    /// Whether the next write fails, and if so, whether it is kept all the same.
    fn trouble(&self) -> Option<bool> {
        let world = &self.life.world;
        world
            .misfortune(self.fault)
            .then(|| world.chance(500))
            .inspect(|kept| {
                world.note(format_args!(
                    "{}: the journal fails, kept: {kept}",
                    self.life
                ));
                world.count("a write failed");
            })
    }
}

fn lost() -> JournalError {
    JournalError::Storage("the connection broke while it committed".into())
}

/// A write with its pauses and its trouble.
macro_rules! write {
    ($self:ident, $call:expr, $look:expr) => {{
        $self.pause().await;
        let trouble = $self.trouble();
        if trouble == Some(false) {
            $self.pause().await;
            return Err(JournalError::Full);
        }
        let done = $call.await;
        $look(&done);
        $self.pause().await;
        if trouble.is_some() { Err(lost()) } else { done }
    }};
}

#[async_trait]
impl Journal for SimulatedJournal {
    async fn bind(&self, namespace: &Namespace) -> Result<(), JournalError> {
        self.journal.bind(namespace).await
    }

    async fn pause(&self, provider: &ProviderName, until: Timestamp) -> Result<(), JournalError> {
        self.journal.pause(provider, until).await
    }

    async fn paused_until(
        &self,
        provider: &ProviderName,
    ) -> Result<Option<Timestamp>, JournalError> {
        self.journal.paused_until(provider).await
    }

    async fn claim(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
        worker: &WorkerId,
        now: Timestamp,
    ) -> Result<Lease, JournalError> {
        self.pause().await;
        let claimed = self.journal.claim(provider, payment, worker, now).await;
        check::claimed(&self.site, payment, &claimed);
        self.life.world.note(format_args!(
            "{} claims {payment}: {:?}",
            self.life,
            claimed.as_ref().map(Lease::epoch).ok()
        ));
        self.pause().await;
        claimed
    }

    async fn release(&self, lease: &Lease) -> Result<(), JournalError> {
        self.pause().await;
        self.journal.release(lease).await
    }

    async fn begin(
        &self,
        lease: &Lease,
        intent: &Intent,
        budget: Budget,
    ) -> Result<Begun, JournalError> {
        write!(self, self.journal.begin(lease, intent, budget), |done| {
            check::begun(&self.site, &self.life, lease, intent, done);
        })
    }

    async fn mark(
        &self,
        lease: &Lease,
        id: &OperationId,
        at: Timestamp,
    ) -> Result<Marked, JournalError> {
        write!(self, self.journal.mark(lease, id, at), |done| {
            check::marked(&self.site, &self.life, lease, id, done);
        })
    }

    async fn record(
        &self,
        id: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        write!(self, self.journal.record(id, evidence), |done| {
            check::noted(&self.site, &self.life, None, evidence, done);
        })
    }

    async fn decide(
        &self,
        lease: &Lease,
        id: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        write!(self, self.journal.decide(lease, id, evidence), |done| {
            check::noted(&self.site, &self.life, Some(lease), evidence, done);
        })
    }

    async fn operation(&self, id: &OperationId) -> Result<Option<Operation>, JournalError> {
        self.pause().await;
        let found = self.journal.operation(id).await;
        self.life
            .world
            .note(format_args!("{} reads {}", self.life, short(id)));
        found
    }

    async fn of_payment(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Vec<Operation>, JournalError> {
        self.pause().await;
        self.journal.of_payment(provider, payment).await
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<Operation>, JournalError> {
        self.pause().await;
        self.journal.list(filter).await
    }

    async fn take_in(
        &self,
        provider: &ProviderName,
        event: &Event,
        at: Timestamp,
    ) -> Result<Taken, JournalError> {
        write!(self, self.journal.take_in(provider, event, at), |done| {
            messages::check::taken_in(&self.site, &self.life, event, done);
        })
    }

    async fn hints(&self, limit: usize) -> Result<Vec<Hint>, JournalError> {
        self.pause().await;
        self.journal.hints(limit).await
    }

    async fn heed(&self, hint: &Hint) -> Result<(), JournalError> {
        messages::check::heeded(&self.site, hint);
        write!(self, self.journal.heed(hint), |_done| {})
    }

    async fn census(&self) -> Result<Vec<Count>, JournalError> {
        self.journal.census().await
    }

    async fn info(&self) -> Result<JournalInfo, JournalError> {
        self.journal.info().await
    }
}

#[cfg(test)]
mod tests;
