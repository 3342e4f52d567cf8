//! What every [`Journal`] keeps about leases: decisions are made by one worker at a time.

use refundkit_core::operation::Source;
use refundkit_core::ports::LEASE;
use refundkit_core::{
    Evidence, Fact, Intent, Journal, JournalError, Lease, RefundFact, RefundStatus, State,
    Timestamp, WorkerId,
};

use crate::sample::intent;

fn sample() -> Intent {
    intent(1, "dojo", "pi_1", 1000)
}

fn start() -> Timestamp {
    Timestamp::from_unix_millis(1_000_000).unwrap()
}

async fn claim(
    journal: &dyn Journal,
    worker: &str,
    payment: &str,
    now: Timestamp,
) -> Result<Lease, JournalError> {
    let (provider, worker) = ("dojo".parse().unwrap(), WorkerId::new(worker).unwrap());
    let payment = payment.parse().unwrap();
    journal.claim(&provider, &payment, &worker, now).await
}

fn is_lost<T>(done: Result<T, JournalError>) -> bool {
    matches!(done, Err(JournalError::LeaseLost { .. }))
}

/// While one worker has a payment's lease, no other gets it; other payments have their own.
pub async fn one_worker_at_a_time(journal: &dyn Journal) {
    let _first = claim(journal, "ada", "pi_1", start()).await.unwrap();
    let until = start().saturating_add(LEASE);
    for now in [
        start(),
        until.saturating_sub(std::time::Duration::from_millis(1)),
    ] {
        let other = claim(journal, "bob", "pi_1", now).await;
        assert!(
            matches!(other, Err(JournalError::Held { until: told }) if told == until),
            "{other:?}"
        );
    }
    claim(journal, "bob", "pi_2", start()).await.unwrap();
}

/// A lease that was given back, or that has run out, can be claimed by others.
pub async fn a_lease_ends(journal: &dyn Journal) {
    let first = claim(journal, "ada", "pi_1", start()).await.unwrap();
    journal.release(&first).await.unwrap();
    let second = claim(journal, "bob", "pi_1", start()).await.unwrap();
    assert!(second.epoch() > first.epoch());
    let later = start().saturating_add(LEASE);
    let third = claim(journal, "ada", "pi_1", later).await.unwrap();
    assert!(third.epoch() > second.epoch());
}

/// Giving back a lease that was lost takes nothing away from its new holder.
pub async fn a_lost_lease_gives_nothing_back(journal: &dyn Journal) {
    let first = claim(journal, "ada", "pi_1", start()).await.unwrap();
    let later = start().saturating_add(LEASE);
    let _second = claim(journal, "bob", "pi_1", later).await.unwrap();
    journal.release(&first).await.unwrap();
    let third = claim(journal, "ada", "pi_1", later).await;
    assert!(matches!(third, Err(JournalError::Held { .. })), "{third:?}");
}

/// An attempt that is marked late in a lease is not overtaken by the lease's first end.
pub async fn a_mark_renews_the_lease(journal: &dyn Journal) {
    let wanted = sample();
    let lease = claim(journal, "ada", "pi_1", start()).await.unwrap();
    let budget = wanted.plan.budget();
    let _ = journal.begin(&lease, &wanted, budget).await.unwrap();
    let late = start().saturating_add(LEASE / 2);
    let _ = journal.mark(&lease, &wanted.id, late).await.unwrap();
    let first_end = start().saturating_add(LEASE);
    let other = claim(journal, "bob", "pi_1", first_end).await;
    assert!(matches!(other, Err(JournalError::Held { .. })), "{other:?}");
    let end = late.saturating_add(LEASE);
    claim(journal, "bob", "pi_1", end).await.unwrap();
}

/// Whoever has lost the lease decides nothing any more, and what it knows is taken all the same.
pub async fn only_facts_are_taken_under_an_old_epoch(journal: &dyn Journal) {
    let wanted = sample();
    let budget = wanted.plan.budget();
    let old = claim(journal, "ada", "pi_1", start()).await.unwrap();
    let _ = journal.begin(&old, &wanted, budget).await.unwrap();
    let later = start().saturating_add(LEASE);
    let new = claim(journal, "bob", "pi_1", later).await.unwrap();
    let cancelled = Evidence {
        at: later,
        fact: Fact::Cancelled,
    };
    let other = intent(2, "dojo", "pi_1", 1000);
    assert!(is_lost(journal.begin(&old, &other, budget).await));
    assert!(is_lost(journal.mark(&old, &wanted.id, later).await));
    assert!(is_lost(journal.decide(&old, &wanted.id, &cancelled).await));
    assert_eq!(journal.operation(&other.id).await.unwrap(), None);
    let found = journal.operation(&wanted.id).await.unwrap().unwrap();
    assert_eq!(found.evidence, [], "nothing was written");
    let seen = Evidence {
        at: later,
        fact: Fact::Seen {
            by: Source::Asked,
            refund: RefundFact::with_status(RefundStatus::Pending),
        },
    };
    let found = journal.record(&wanted.id, &seen).await.unwrap();
    assert_eq!(found.state(), State::Accepted);
    journal.decide(&new, &wanted.id, &cancelled).await.unwrap();
}

/// A decision without any lease, or under that of another payment, is none.
pub async fn a_decision_needs_its_payments_lease(journal: &dyn Journal) {
    let wanted = sample();
    let lease = claim(journal, "ada", "pi_1", start()).await.unwrap();
    let elsewhere = claim(journal, "ada", "pi_2", start()).await.unwrap();
    let budget = wanted.plan.budget();
    assert!(is_lost(journal.begin(&elsewhere, &wanted, budget).await));
    let _ = journal.begin(&lease, &wanted, budget).await.unwrap();
    assert!(is_lost(journal.mark(&elsewhere, &wanted.id, start()).await));
    for fact in [
        Fact::Cancelled,
        Fact::Absent { attempt: 1 },
        Fact::parked(1, "x"),
    ] {
        let evidence = Evidence { at: start(), fact };
        assert!(is_lost(journal.record(&wanted.id, &evidence).await));
        let decided = journal.decide(&elsewhere, &wanted.id, &evidence).await;
        assert!(is_lost(decided));
    }
    let found = journal.operation(&wanted.id).await.unwrap().unwrap();
    assert_eq!(found.evidence, [], "nothing was written");
}

/// The same worker may have died and come back, or given up its task: it is not kept waiting, and
/// its former task decides nothing any more.
pub async fn a_worker_gets_its_own_lease_anew(journal: &dyn Journal) {
    let wanted = sample();
    let former = claim(journal, "ada", "pi_1", start()).await.unwrap();
    let _ = claim(journal, "ada", "pi_1", start()).await.unwrap();
    let begun = journal.begin(&former, &wanted, wanted.plan.budget()).await;
    assert!(is_lost(begun));
}
