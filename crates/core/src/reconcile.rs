//! The journal against what a provider shows: where the two differ, and in which way.
//!
//! Nothing here decides anything, and nothing here is an accusation: a difference is two statements
//! about the same money that don't fit, with both of them beside each other. What is still on its
//! way is none: an operation counts from [`QUIESCENCE`] after its
//! newest attempt on, since lists and totals may lag so long.

mod agree;
mod difference;
mod elsewhere;
mod gone;
mod listed;
mod reversed;
mod totals;

pub use agree::agrees;
pub use difference::{Difference, DifferenceKind};
pub use elsewhere::{asked, elsewhere, gone};

use crate::capabilities::{Capabilities, Lookup};
use crate::operation::{Operation, State};
use crate::payment::Payment;
use crate::plan::History;
use crate::provider_refund::ProviderRefund;

use crate::time::Timestamp;
use crate::timing::QUIESCENCE;

/// What a comparison of one payment came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Where journal and provider differ.
    pub differences: Vec<Difference>,
    /// How many operations are too young to be compared.
    pub young: usize,
    /// How many operations the provider shows nothing of that could be compared.
    pub untold: usize,
}

/// One payment's operations against a reading of it that was asked for at `asked_at`. `told` is what
/// was learnt of its refunds elsewhere, in a list of the account or by asking for one of them: the
/// payment may leave out a refund's currency, or its amount.
///
/// `operations` are all that the journal has of the payment, read after the payment was: one that
/// was made meanwhile is then too young to be missed, and none looks like somebody else's.
#[must_use]
pub fn compare(
    operations: &[Operation],
    payment: &Payment,
    told: &[ProviderRefund],
    capabilities: &Capabilities,
    asked_at: Timestamp,
) -> Compared {
    let look = Look {
        operations,
        payment,
        capabilities,
        history: History::of(operations, asked_at),
        now: asked_at,
    };
    let mut compared = Compared::default();
    let twice = look.reversals(&mut compared);
    let shown = merged(payment, payment.shown(), told);
    look.overdrawn(&shown, &mut compared);
    look.disputed(&mut compared);
    match &payment.refunds {
        Some(_) => look.listed(&shown, twice, &mut compared),
        None if twice => {}
        None if capabilities.lookup == Lookup::Total => look.totals(&mut compared),
        None => compared.untold = operations.len().max(told.len()),
    }
    compared
}

/// All that a comparison looks at.
struct Look<'a> {
    operations: &'a [Operation],
    payment: &'a Payment,
    capabilities: &'a Capabilities,
    history: History,
    now: Timestamp,
}

/// The payment's refunds, each with what else was told of it, and those that it doesn't show.
fn merged(
    payment: &Payment,
    refunds: &[ProviderRefund],
    told: &[ProviderRefund],
) -> Vec<ProviderRefund> {
    let told_of = |id: &Option<_>| {
        let same = |other: &&ProviderRefund| id.is_some() && other.id == *id;
        told.iter().find(same)
    };
    let one = |refund: &ProviderRefund| {
        let mut refund = refund.clone();
        let stated = refund.currency;
        let mut currency = stated.or(refund.amount.map(|_| payment.currency));
        if let Some(told) = told_of(&refund.id) {
            if refund.amount.is_none() {
                refund.amount = told.amount;
                currency = told.currency;
            } else if refund.amount == told.amount {
                currency = told.currency.or(currency);
            }
        }
        ProviderRefund {
            payment: Some(payment.id.clone()),
            currency,
            ..refund
        }
    };
    let is_left_out = |told: &&ProviderRefund| {
        let same = |refund: &ProviderRefund| refund.id == told.id;
        told.payment.as_ref() == Some(&payment.id) && told.id.is_some() && !refunds.iter().any(same)
    };
    let left_out = told.iter().filter(is_left_out).cloned();
    refunds.iter().map(one).chain(left_out).collect()
}

/// Whether the journal says that the provider has taken it on and not turned it down.
const fn is_claimed(state: State) -> bool {
    matches!(state, State::Accepted | State::Succeeded)
}

/// Whether so much time has passed since it was last sent that the provider has to show it.
fn is_settled(operation: &Operation, now: Timestamp) -> bool {
    let last = operation.last_mark();
    let since = last.unwrap_or(operation.intent.created_at);
    now >= since && now.since(since) >= QUIESCENCE
}
