//! Calls of a journal under a lease that is claimed for them.

use refundkit_core::{
    Begun, Evidence, Intent, Journal, JournalError, Lease, Marked, Operation, Timestamp, WorkerId,
};

/// The lease of the intent's payment, claimed by a worker of the tests at 1970-01-01T00:00:00Z.
pub async fn lease(journal: &dyn Journal, intent: &Intent) -> Lease {
    let (provider, payment) = (&intent.provider, intent.plan.payment());
    let worker = WorkerId::new("tester").unwrap();
    let claimed = journal.claim(provider, payment, &worker, Timestamp::epoch());
    claimed.await.unwrap()
}

/// Begins the intent with the budget of its plan.
///
/// # Errors
/// The journal's.
pub async fn begin(journal: &dyn Journal, intent: &Intent) -> Result<Begun, JournalError> {
    let lease = lease(journal, intent).await;
    journal.begin(&lease, intent, intent.plan.budget()).await
}

/// Marks the intent's next attempt.
///
/// # Errors
/// The journal's.
pub async fn mark(
    journal: &dyn Journal,
    intent: &Intent,
    at: Timestamp,
) -> Result<Marked, JournalError> {
    let lease = lease(journal, intent).await;
    journal.mark(&lease, &intent.id, at).await
}

/// Adds evidence of any kind: a fact as anyone may, a decision under the lease.
///
/// # Errors
/// The journal's.
pub async fn add(
    journal: &dyn Journal,
    intent: &Intent,
    evidence: &Evidence,
) -> Result<Operation, JournalError> {
    if !evidence.fact.is_decision() {
        return journal.record(&intent.id, evidence).await;
    }
    let lease = lease(journal, intent).await;
    journal.decide(&lease, &intent.id, evidence).await
}
