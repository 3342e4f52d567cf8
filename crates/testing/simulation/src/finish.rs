//! What has to hold once the storm is over and everybody has had time.

use refundkit::core::capabilities::Lookup;
use refundkit::core::operation::Summary;
use refundkit::core::{Fact, RefundStatus};
use refundkit::{Filter, Journal, Kind, Operation, State};

use crate::site::{Site, short};
use crate::world::at_once;

/// All operations, as the journal has them at the end.
pub(crate) fn operations(site: &Site) -> Vec<Operation> {
    at_once(site.journal().list(&Filter::default())).unwrap_or_default()
}

/// I3, I4, I6, I9, I14, at the end.
pub(crate) fn check(site: &Site) {
    let world = site.world();
    let operations = operations(site);
    for id in &site.ledger().acknowledged {
        if !operations
            .iter()
            .any(|operation| operation.intent.id == *id)
        {
            world.violate("I6", format_args!("{} is gone", short(id)));
        }
    }
    for operation in &operations {
        world.count(operation.state().as_str());
        ended(site, operation);
        folded(site, operation);
        secret(site, operation);
    }
}

fn ended(site: &Site, operation: &Operation) {
    let (world, id) = (site.world(), &operation.intent.id);
    let (state, now) = (operation.state(), world.now());
    let ledger = site.ledger();
    let all: Vec<_> = ledger.of_operation(id).collect();
    let failed = all.iter().all(|effect| !effect.is_alive(now));
    // Of several, all but one have failed: that is I1's.
    let plan = &operation.intent.plan;
    let as_asked = all.iter().filter(|effect| {
        effect.amount == plan.amount().minor().get() && effect.payment == *plan.payment()
    });
    let succeeded = as_asked.clone().any(|effect| {
        let mut words = effect.history.iter().map(|(_, status)| status);
        words.any(|status| *status == RefundStatus::Succeeded)
    });
    let knobs = site.knobs();
    let lookup = knobs.capabilities.lookup;
    // Where nothing tells how far a refund is, it stays accepted; it exists all the same.
    let is_reversal = plan.kind() == Kind::Reversal;
    let silent = lookup != Lookup::ByToken && (knobs.unstated || !knobs.status_reading);
    let untold = silent || is_reversal;
    // A total counts what is on its way as returned.
    let summed = lookup == Lookup::Total || is_reversal;
    let broken = match state {
        State::Succeeded => (!(succeeded || (summed && as_asked.count() > 0))).then_some("I3"),
        State::Rejected | State::Refused | State::Cancelled => (!failed).then_some("I4"),
        State::Failed | State::FailedLate => (all.is_empty() || !failed).then_some("I4"),
        State::Accepted => (all.is_empty() || !untold).then_some("I6"),
        State::Parked => None,
        State::Ready | State::Attempting | State::Unknown => Some("I6"),
    };
    let count = all.len();
    drop(ledger);
    if let Some(rule) = broken {
        world.violate(
            rule,
            format_args!(
                "{} ends {state}: {count} effects, all failed {failed}, evidence {:?}",
                short(id),
                operation.evidence
            ),
        );
    }
}

/// I9: neither order nor repetition matters.
fn folded(site: &Site, operation: &Operation) {
    let world = site.world();
    let mut evidence = operation.evidence.clone();
    for at in 0..evidence.len() {
        let other = world.below(evidence.len() as u64) as usize;
        evidence.swap(at, other);
        if world.chance(200) {
            evidence.push(evidence[other].clone());
        }
    }
    let state = Summary::fold(&evidence).state();
    if state != operation.state() {
        world.violate(
            "I9",
            format_args!(
                "{} folds to {state} in another order",
                short(&operation.intent.id)
            ),
        );
    }
}

/// I14: nothing like a card's number is written down.
fn secret(site: &Site, operation: &Operation) {
    if !site.knobs().leaks {
        return;
    }
    let written = serde_json::to_string(&operation.evidence).unwrap_or_default();
    if written.contains("4111") {
        site.world()
            .violate("I14", format_args!("a card's number in {written}"));
    }
}

/// What a person finds out about a parked operation by the provider's books.
pub(crate) fn really_happened(site: &Site, operation: &Operation) -> bool {
    let ledger = site.ledger();
    let now = site.world().now();
    ledger
        .of_operation(&operation.intent.id)
        .any(|effect| effect.is_alive(now))
}

/// Whether the engine has a contradiction before it, which is never sent again.
pub(crate) fn is_contradicted(operation: &Operation) -> bool {
    operation.evidence.iter().any(|evidence| {
        matches!(
            evidence.fact,
            Fact::Contradicted { .. }
                | Fact::Answered {
                    outcome: refundkit::core::Outcome::Contradiction { .. },
                    ..
                }
        )
    })
}
