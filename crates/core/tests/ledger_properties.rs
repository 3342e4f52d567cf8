//! What holds of a ledger whatever two workers do to it, each with what it has last loaded.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::collections::BTreeSet;

use common::any;
use common::ledgers::{Shelf, beside, bodies, op, worker};
use common::{at, evidence};
use proptest::prelude::*;
use refundkit_core::ledger::Begun;
use refundkit_core::{Change, Fact, JournalError, Operation, PaymentLedger, State};

/// One of the transitions that there are.
#[derive(Clone, Debug)]
enum Do {
    Begin {
        number: usize,
        units: i64,
        external: i64,
    },
    Mark {
        number: usize,
        seconds: i64,
    },
    Note {
        number: usize,
        seconds: i64,
        fact: Fact,
    },
}

/// What one of the two workers does next.
#[derive(Clone, Debug)]
enum Move {
    Load,
    Commit(Vec<Do>),
}

fn transition() -> impl Strategy<Value = Do> {
    let number = 1..5_usize;
    let fact = any::any_fact().prop_filter("marks are made by the rule", |fact| !fact.is_mark());
    let externals = prop::sample::select(vec![0, 0, 0, 1_500, 4_000]);
    prop_oneof![
        2 => (number.clone(), 1..6_000_i64, externals)
            .prop_map(|(number, units, external)| Do::Begin { number, units, external }),
        2 => (number.clone(), 0..50_i64)
            .prop_map(|(number, seconds)| Do::Mark { number, seconds }),
        4 => (number, 0..50_i64, fact)
            .prop_map(|(number, seconds, fact)| Do::Note { number, seconds, fact }),
    ]
}

fn moves() -> impl Strategy<Value = Vec<(usize, Move)>> {
    let next = prop_oneof![
        1 => Just(Move::Load),
        4 => prop::collection::vec(transition(), 1..4).prop_map(Move::Commit),
    ];
    prop::collection::vec((0..2_usize, next), 1..40)
}

fn is_overdrawn(ledger: &PaymentLedger) -> bool {
    ledger.holds().overdrawn
}

fn holds(operation: &Operation) -> bool {
    operation.state().holds_money()
}

fn decided_about(fact: &Fact) -> Option<u32> {
    let json = serde_json::to_value(fact).unwrap();
    let attempt = json.get("attempt").and_then(serde_json::Value::as_u64);
    attempt
        .filter(|_| fact.is_decision())
        .map(|attempt| u32::try_from(attempt).unwrap())
}

/// Adds it to the change as far as the rules allow, and holds them to what they promise.
fn add(change: &mut Change, what: &Do) -> Result<(), TestCaseError> {
    let before = change.ledger().clone();
    match what {
        Do::Begin {
            number,
            units,
            external,
        } => {
            let intent = beside(*number, *units, *external);
            let budget = intent.plan.budget();
            let room = budget.cap.saturating_sub(budget.external);
            let fits = before.held().get() + units <= room.get();
            match change.begin(intent).unwrap() {
                Begun::New => {
                    prop_assert!(fits && before.operation(&op(*number)).is_none());
                    prop_assert!(!is_overdrawn(change.ledger()));
                }
                Begun::Existing => prop_assert!(before.operation(&op(*number)).is_some()),
                Begun::OverBudget { left } => prop_assert!(!fits && left.get() < *units),
            }
        }
        Do::Mark { number, seconds } => {
            let mut others = before
                .operations()
                .iter()
                .filter(|other| other.intent.id != op(*number));
            let taken = others.any(|other| other.state().in_flight());
            match change.mark(&op(*number), at(*seconds)) {
                Ok(()) => {
                    let marked = change.ledger().need(&op(*number)).unwrap();
                    prop_assert_eq!(marked.state(), State::Attempting);
                    prop_assert!(
                        !taken && before.need(&op(*number)).unwrap().state().is_sendable()
                    );
                    prop_assert_eq!(is_overdrawn(change.ledger()), is_overdrawn(&before));
                }
                Err(JournalError::InFlight) => {
                    let own = before.operation(&op(*number)).map(Operation::state);
                    prop_assert!(taken || own == Some(State::Attempting));
                }
                Err(JournalError::NotSendable { state, .. }) => prop_assert!(!state.is_sendable()),
                Err(JournalError::NoSuchOperation(_)) => {
                    prop_assert!(before.operation(&op(*number)).is_none());
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        Do::Note {
            number,
            seconds,
            fact,
        } => {
            let known = evidence(*seconds, fact.clone());
            let noted = change.note(&op(*number), &known);
            let Some(operation) = before.operation(&op(*number)) else {
                prop_assert!(noted.is_err());
                return Ok(());
            };
            let attempts = operation.summary().last_attempt();
            let is_early = decided_about(fact).is_some_and(|attempt| attempt > attempts);
            prop_assert_eq!(noted.is_err(), is_early);
            let Ok(is_new) = noted else { return Ok(()) };
            prop_assert_eq!(is_new, change.ledger() != &before);
            // Only what holds money again, or is told to have been returned after all, overdraws.
            let again = !holds(before.need(&op(*number)).unwrap())
                && holds(change.ledger().need(&op(*number)).unwrap());
            prop_assert!(again || is_overdrawn(&before) || !is_overdrawn(change.ledger()));
            prop_assert!(
                !change.note(&op(*number), &known).unwrap(),
                "it is there already"
            );
        }
    }
    let added = change.ledger().version().entries - before.version().entries;
    prop_assert!(added <= 1);
    prop_assert_eq!(added == 0, change.ledger() == &before);
    Ok(())
}

/// What has to hold of whatever is kept.
fn is_sound(shelf: &Shelf, ledger: &PaymentLedger) -> Result<(), TestCaseError> {
    let held = shelf.0.held;
    let room = held.cap.saturating_sub(held.external);
    prop_assert!(held.overdrawn || held.held <= room, "{:?}", held);
    prop_assert_eq!(held.held, ledger.held());
    let named = |operation: &Operation| operation.refunds().cloned().collect::<BTreeSet<_>>();
    let all: Vec<_> = ledger.operations().iter().flat_map(named).collect();
    prop_assert_eq!(
        all.len(),
        ledger.owners().count(),
        "a refund is one operation's"
    );
    prop_assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn whatever_two_workers_do_a_ledger_stays_sound(moves in moves()) {
        let mut shelf = Shelf::new();
        let workers = [worker("ada"), worker("bob")];
        let mut loaded = [shelf.load(), shelf.load()];
        for (who, next) in moves {
            let Move::Commit(transitions) = next else {
                loaded[who] = shelf.load();
                continue;
            };
            let mut change = Change::of(&loaded[who], &workers[who]);
            for what in &transitions {
                add(&mut change, what)?;
            }
            let before = shelf.clone();
            let is_stale = loaded[who].version().entries != before.0.version;
            let (is_empty, written) = (change.is_empty(), bodies(&change));
            prop_assert_eq!(change.expected(), loaded[who].version());
            let Some((ledger, marked)) = shelf.commit(change) else {
                prop_assert!(is_stale);
                prop_assert_eq!(&shelf.0, &before.0, "a conflict leaves nothing");
                loaded[who] = shelf.load();
                continue;
            };
            prop_assert!(!is_stale);
            prop_assert_eq!(is_empty, shelf.0.version == before.0.version);
            prop_assert_eq!(&shelf.0.entries[before.0.entries.len()..], &written[..]);
            let kept = shelf.load();
            prop_assert_eq!(&kept, &ledger, "it is read back as it was made");
            if let Some(marked) = marked {
                let attempts = ledger.need(marked.operation()).unwrap().summary().attempts();
                prop_assert!(marked.attempt() >= 1 && attempts >= 1);
                prop_assert_eq!(ledger.marker(marked.operation()), Some(&workers[who]));
            }
            is_sound(&shelf, &kept)?;
            loaded[who] = ledger;
        }
    }

    /// However the same transitions are put together into changes, the ledger is the same to the byte.
    #[test]
    fn it_makes_no_difference_how_many_changes_there_are(
        transitions in prop::collection::vec(transition(), 1..20),
        together in 1..20_usize,
    ) {
        let (mut one, mut other) = (Shelf::new(), Shelf::new());
        for (shelf, size) in [(&mut one, 1), (&mut other, together)] {
            for some in transitions.chunks(size) {
                let mut change = Change::of(&shelf.load(), &worker("ada"));
                for what in some {
                    add(&mut change, what)?;
                }
                prop_assert!(shelf.commit(change).is_some());
            }
        }
        one.0.owners.sort();
        other.0.owners.sort();
        prop_assert_eq!(one.0, other.0);
    }
}
