//! Rule R16: without a key of the caller's, the same refund twice within a day is taken for a mistake.
//! With one, the key says what is meant, and nothing here is asked.

use crate::fingerprint::Fingerprint;
use crate::operation::Operation;
use crate::plan::{Plan, Refusal};
use crate::request::KeySource;
use crate::time::Timestamp;
use crate::timing::TWIN_WITHIN;

/// What two requests are compared by.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// What was asked for.
    pub fingerprint: &'a Fingerprint,
    /// What would be sent, once that is planned: the same money is the same, whatever note stands beside it.
    pub plan: Option<&'a Plan>,
}

/// R16: a request whose key was made up is refused where an operation of the payment returns the same and
/// has no end, or was begun or sent within a day. Who asks again after a lost connection, or in another
/// window, can't be told from who means a second refund; only a key of the caller's own tells it.
///
/// `operations` are those of the payment, as of the ledger that the new one is written to.
///
/// # Errors
/// [`Refusal::Twin`].
pub fn check_twin<'a>(
    key: KeySource,
    content: Content<'_>,
    operations: impl IntoIterator<Item = &'a Operation>,
    now: Timestamp,
) -> Result<(), Refusal> {
    match key {
        KeySource::Caller => return Ok(()),
        KeySource::MadeUp => {}
    }
    let mut operations = operations.into_iter();
    let twin = operations.find(|known| is_twin(known, content, now));
    twin.map_or(Ok(()), |twin| {
        Err(Refusal::Twin {
            payment: twin.intent.plan.payment().clone(),
            operation: twin.intent.id.clone(),
            key: twin.intent.request_key.clone(),
        })
    })
}

/// One that has returned nothing, and won't, is none.
fn is_twin(known: &Operation, content: Content<'_>, now: Timestamp) -> bool {
    let state = known.state();
    let newest = known.last_mark().max(Some(known.intent.created_at));
    // A time in the future is as young as can be.
    let is_young = newest.is_some_and(|newest| now.since(newest) <= TWIN_WITHIN);
    let is_there = state.holds_money() && (is_young || !state.is_final());
    let same_words = known.intent.fingerprint == *content.fingerprint;
    is_there
        && (same_words
            || content
                .plan
                .is_some_and(|plan| moves_the_same(&known.intent.plan, plan)))
}

/// Which items the money is for is no difference: the same money can be written by an amount, by items, and
/// by items without their tax.
fn moves_the_same(one: &Plan, other: &Plan) -> bool {
    (one.kind(), one.amount()) == (other.kind(), other.amount())
}
