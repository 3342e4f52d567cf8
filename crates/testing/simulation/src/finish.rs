//! What has to hold once the faults are over and everybody has had time.

use refundkit::core::capabilities::Lookup;
use refundkit::core::operation::{Source, Summary};
use refundkit::core::{Fact, Outcome, PaymentLedger, RefundStatus};
use refundkit::{Filter, Kind, MemoryStore, Operation, State, Store};

use crate::knobs::LONG_AGO;
use crate::site::{Site, short};
use crate::world::at_once;

/// All operations, as the store has them at the end.
pub(crate) fn operations(site: &Site) -> Vec<Operation> {
    all_in(site.journal())
}

/// All operations in a store, in the order in which they were begun. What can't be read isn't there.
pub(crate) fn all_in(store: &MemoryStore) -> Vec<Operation> {
    let listed = at_once(store.list(&Filter::default())).unwrap_or_default();
    let found = listed.iter().filter_map(|listed| {
        let stored = at_once(store.load(&listed.provider, &listed.payment)).ok()?;
        let ledger = PaymentLedger::replay(&stored).ok()?;
        ledger.operation(&listed.operation).cloned()
    });
    found.collect()
}

/// I3, I4, I6, I9, I14, at the end.
pub(crate) fn check(site: &Site, turned_back: Option<u64>) {
    let clock_is_wrong = turned_back == Some(LONG_AGO);
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
        // Where the clock stands before the mark, it says nothing about what has become of it.
        if !clock_is_wrong || operation.state().is_final() {
            ended(site, operation, turned_back.is_none());
        }
        folded(site, operation);
        absent_apart(site, operation);
        secret(site, operation);
    }
}

fn ended(site: &Site, operation: &Operation, clock_is_right: bool) {
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
    let silent =
        lookup != Lookup::ByToken && (knobs.unstated || knobs.nameless || !knobs.status_reading);
    // Without an id and without a token there is nothing to tell it by.
    let silent = silent || (knobs.nameless && knobs.tokenless > 0);
    let untold = silent || is_reversal;
    // Some never end. A person is asked then, where it is known when it was sent.
    let pends = all
        .iter()
        .any(|effect| effect.status(now) == Some(&RefundStatus::Pending));
    let sent = ledger
        .truth
        .get(id)
        .and_then(|truth| truth.sent.values().max().copied());
    let on_its_way = sent.map_or(0, |sent| now.saturating_sub(sent));
    let overdue = clock_is_right && knobs.odd.is_overdue(on_its_way);
    // A total counts what is on its way as returned.
    let summed = lookup == Lookup::Total || is_reversal;
    let listed = lookup == Lookup::ByToken && knobs.tokenless == 0 && !is_reversal;
    // The newest word is the newest by the clock; a contradicted one is told by a person.
    let found_out = listed && clock_is_right && !is_contradicted(operation);
    // And so does a message, unless a reading that was behind it says otherwise, and nobody can ask.
    let told = all
        .iter()
        .all(|effect| ledger.messages.failed.contains(&effect.number))
        && clock_is_right
        && !is_contradicted(operation)
        && (knobs.status_reading || !succeeded_after_the_message(operation));
    let broken = match state {
        // A word of the provider says that it has failed since.
        State::Succeeded if (found_out || told) && failed => Some("I3"),
        // That it has been taken on is what a person finds in the books.
        State::Succeeded if pends && operation.summary().decision().is_some() => None,
        State::Succeeded => (!(succeeded || (summed && as_asked.count() > 0))).then_some("I3"),
        State::Rejected | State::Refused | State::Cancelled => (!failed).then_some("I4"),
        State::Failed | State::FailedLate => (all.is_empty() || !failed).then_some("I4"),
        State::Accepted => (all.is_empty() || !(untold || pends) || overdue).then_some("I6"),
        State::Parked => None,
        State::Ready | State::Attempting | State::Unknown => Some("I6"),
    };
    let count = all.len();
    drop(all);
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

/// Whether the newest word of success is as new as the newest message of a failure.
fn succeeded_after_the_message(operation: &Operation) -> bool {
    let newest = |counts: &dyn Fn(&Fact) -> bool| {
        let evidence = operation.evidence.iter();
        let times = evidence.filter(|one| counts(&one.fact)).map(|one| one.at);
        times.max()
    };
    let success = newest(&|fact| match fact {
        Fact::Seen { refund, .. } => refund.status == RefundStatus::Succeeded,
        Fact::Answered { outcome, .. } => matches!(outcome, Outcome::Executed(_)),
        _ => false,
    });
    let failure = newest(&|fact| match fact {
        Fact::Seen { by, refund } => {
            *by == Source::Webhook && refund.status == RefundStatus::Failed
        }
        _ => false,
    });
    success >= failure
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

/// I15: two readings that prove absence lie at least a minute apart.
fn absent_apart(site: &Site, operation: &Operation) {
    let absences = |number: u32| {
        let absent = Fact::Absent { attempt: number };
        let same = operation
            .evidence
            .iter()
            .filter(move |one| one.fact == absent);
        let mut times: Vec<_> = same.map(|one| one.at).collect();
        times.sort();
        times
    };
    for attempt in 1..=operation.summary().last_attempt() {
        let times = absences(attempt);
        if times
            .windows(2)
            .any(|two| two[1].since(two[0]).as_secs() < 60)
        {
            let id = short(&operation.intent.id);
            site.world().violate(
                "I15",
                format_args!("{id} was absent twice in almost one reading"),
            );
        }
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
                    outcome: Outcome::Contradiction { .. },
                    ..
                }
        )
    })
}
