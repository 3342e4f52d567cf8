//! The right to decide about one payment's operations for a while.
//!
//! Facts are taken from anyone at any time; decisions (to begin, to send, to give up, that it did
//! not happen) only from the holder of the payment's lease. A lease runs out, so that a worker that
//! died blocks nobody for long. A worker that was only held up wakes to a lease with an old epoch,
//! under which the journal takes no decision any more. What it had sent by then a lease can't
//! call back: the provider's key and the time of quiescence answer for that.

use std::collections::BTreeMap;
use std::time::Duration;

use super::JournalError;
use crate::ids::{PaymentId, ProviderName, WorkerId};
use crate::operation::{Fact, Intent};
use crate::time::Timestamp;

/// How long a lease holds after it was claimed, or after an attempt was marked under it: longer
/// than the longest deadline of a send (100 s).
pub const LEASE: Duration = Duration::from_secs(3 * 60);

/// A payment's lease, as a journal has granted it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    provider: ProviderName,
    payment: PaymentId,
    epoch: u64,
}

impl Lease {
    /// For journals: the lease number `epoch` of this payment has been granted.
    #[must_use]
    pub const fn granted(provider: ProviderName, payment: PaymentId, epoch: u64) -> Self {
        Self {
            provider,
            payment,
            epoch,
        }
    }

    /// The provider's configured name.
    #[must_use]
    pub const fn provider(&self) -> &ProviderName {
        &self.provider
    }

    /// The payment.
    #[must_use]
    pub const fn payment(&self) -> &PaymentId {
        &self.payment
    }

    /// Which grant it is. A later one of the same payment has a larger number.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    fn slot(&self) -> (ProviderName, PaymentId) {
        (self.provider.clone(), self.payment.clone())
    }

    /// Whether it is the lease of the intent's payment.
    #[must_use]
    pub fn covers(&self, intent: &Intent) -> bool {
        self.provider == intent.provider && self.payment == *intent.plan.payment()
    }
}

/// All leases of a journal that no other process can open: they need not outlive it, since whoever
/// held one has died with it.
#[derive(Debug, Default)]
pub struct Leases {
    newest: u64,
    held: BTreeMap<(ProviderName, PaymentId), Held>,
}

#[derive(Debug)]
struct Held {
    epoch: u64,
    by: WorkerId,
    until: Timestamp,
}

impl Leases {
    /// Grants the payment's lease. Its present holder gets a new one at once: a worker has one
    /// task for a payment at a time, so that the former task is gone.
    ///
    /// # Errors
    /// [`JournalError::Held`] while it is another worker's.
    pub fn claim(
        &mut self,
        provider: &ProviderName,
        payment: &PaymentId,
        worker: &WorkerId,
        now: Timestamp,
    ) -> Result<Lease, JournalError> {
        self.held.retain(|_, held| held.is_running(now));
        let slot = (provider.clone(), payment.clone());
        if let Some(held) = self.held.get(&slot).filter(|held| held.by != *worker) {
            return Err(JournalError::Held { until: held.until });
        }
        self.newest = self.newest.saturating_add(1);
        let held = Held {
            epoch: self.newest,
            by: worker.clone(),
            until: now.saturating_add(LEASE),
        };
        self.held.insert(slot, held);
        Ok(Lease::granted(
            provider.clone(),
            payment.clone(),
            self.newest,
        ))
    }

    /// Whether a decision about the intent's payment may be made under `lease`.
    ///
    /// # Errors
    /// [`JournalError::LeaseLost`] where another one has been granted since, or it is of another payment.
    pub fn check(&self, lease: &Lease, intent: &Intent) -> Result<(), JournalError> {
        if lease.covers(intent) && self.current(lease).is_some() {
            return Ok(());
        }
        Err(lost(intent))
    }

    /// Whether `fact` may be written down about the intent's payment without any lease.
    ///
    /// # Errors
    /// [`JournalError::LeaseLost`] for a [decision](Fact::is_decision).
    pub fn check_without(fact: &Fact, intent: &Intent) -> Result<(), JournalError> {
        if fact.is_decision() {
            return Err(lost(intent));
        }
        Ok(())
    }

    /// Lets the lease run from `now` again, if it is the current one.
    pub fn renew(&mut self, lease: &Lease, now: Timestamp) {
        if let Some(held) = self.held.get_mut(&lease.slot())
            && held.epoch == lease.epoch
        {
            held.until = now.saturating_add(LEASE);
        }
    }

    /// Gives the lease back, if it is the current one.
    pub fn release(&mut self, lease: &Lease) {
        if self.current(lease).is_some() {
            self.held.remove(&lease.slot());
        }
    }

    fn current(&self, lease: &Lease) -> Option<&Held> {
        self.held
            .get(&lease.slot())
            .filter(|held| held.epoch == lease.epoch)
    }
}

fn lost(intent: &Intent) -> JournalError {
    let payment = intent.plan.payment().clone();
    JournalError::LeaseLost { payment }
}

impl Held {
    /// A claim that was on its way for long comes with a time of long ago, and so takes nothing
    /// away. (Where a clock is turned back, others have to wait for as much longer; a new process
    /// doesn't.)
    fn is_running(&self, now: Timestamp) -> bool {
        now < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_that_was_held_up_takes_no_lease_away() {
        let mut leases = Leases::default();
        let provider = ProviderName::new("dojo").unwrap();
        let payment = PaymentId::new("pi_1").unwrap();
        let worker = |name: &str| WorkerId::new(name).unwrap();
        let now = Timestamp::epoch().saturating_add(LEASE.saturating_mul(10));
        let first = leases.claim(&provider, &payment, &worker("ada"), now);
        first.unwrap();
        let late = leases.claim(&provider, &payment, &worker("bob"), Timestamp::epoch());
        assert!(matches!(late, Err(JournalError::Held { .. })), "{late:?}");
    }
}
