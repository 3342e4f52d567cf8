//! What every [`Store`] keeps of a payment: the same bytes in the same order, and what follows from them.

use std::sync::Arc;

use refundkit_core::ProviderRefund;
use refundkit_core::ledger::{Head, Stored};
use refundkit_core::operation::{Decision, Known, Source};
use refundkit_core::{
    Change, Evidence, Fact, Intent, Minor, OperationId, Outcome, PaymentLedger, RefundStatus,
    State, Store, Text,
};

use super::{
    PAYMENT, answered, at, begin_new, beginning, dojo, is_done, joined, load, mark, not_sent, note,
    payment, refund, refused, sample, unknown,
};
use crate::sample::intent;
use crate::writer::Writer;

/// Commits a change that the rule makes; its bytes, and the ledger with it.
async fn write(
    writer: &Writer<'_>,
    wanted: &Intent,
    rule: impl FnOnce(&mut Change),
) -> (Vec<Vec<u8>>, PaymentLedger) {
    let mut change = writer.change(&writer.ledger_of(wanted).await.unwrap());
    rule(&mut change);
    let bodies = change.entries().map(|(_, body)| body.to_vec()).collect();
    let ledger = change.ledger().clone();
    assert!(is_done(&writer.commit(change).await.unwrap()));
    (bodies, ledger)
}

fn add(change: &mut Change, wanted: &Intent, second: i64, fact: Fact) {
    let at = at(second);
    let evidence = Evidence { at, fact };
    assert!(change.note(&wanted.id, &evidence).unwrap(), "{evidence:?}");
}

/// Of a payment that nobody has written about there is nothing, and asking for it writes nothing.
pub async fn an_unknown_payment_is_nothing(store: Arc<dyn Store>) {
    let none = OperationId::new("op_none").unwrap();
    for _ in 0..2 {
        let stored = load(&*store, &sample(1, 1000)).await;
        let nothing = Stored::nothing(dojo(), payment(PAYMENT), stored.timeline);
        assert_eq!(stored, nothing);
        assert_eq!(store.find(&none).await.unwrap(), None);
        let info = store.info().await.unwrap();
        assert_eq!((info.operations, info.entries), (0, 0));
    }
    begin_new(&joined(&*store).await, &intent(1, "dojo", "pi_2", 1000)).await;
    let stored = load(&*store, &sample(1, 1000)).await;
    let nothing = Stored::nothing(dojo(), payment(PAYMENT), stored.timeline);
    assert_eq!(stored, nothing, "another one is known");
    assert_eq!(store.find(&none).await.unwrap(), None);
}

/// An entry of every kind comes back byte for byte, and the ledger is the one that was committed.
pub async fn every_entry_comes_back(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let wanted = sample(1, 1000);
    let begun = write(&writer, &wanted, |change| {
        change.begin(wanted.clone()).unwrap();
        change.mark(&wanted.id, at(1)).unwrap();
    });
    let (mut written, mut ledger) = begun.await;
    for (second, fact) in (2..).zip(facts(&wanted)) {
        let noted = write(&writer, &wanted, |change| {
            add(change, &wanted, second, fact)
        });
        let (bodies, after) = noted.await;
        written.extend(bodies);
        ledger = after;
    }
    let stored = load(&*store, &wanted).await;
    assert_eq!(stored.entries, written);
    assert_eq!(stored.entries.len(), 18, "one of each");
    let replayed = PaymentLedger::replay(&stored).unwrap();
    assert_eq!(replayed, ledger);
    assert_eq!(replayed.operations()[0].intent, wanted);
    let found = store.find(&wanted.id).await.unwrap();
    assert_eq!(found, Some((dojo(), payment(PAYMENT))));
}

fn facts(wanted: &Intent) -> [Fact; 16] {
    let refund = ProviderRefund {
        amount: Minor::new(1000),
        currency: "GBP".parse().ok(),
        payment: Some(payment(PAYMENT)),
        token: Some(wanted.key.clone()),
        ..refund("rfnd_1", RefundStatus::Other("on \"hold\"".to_owned()))
    };
    let what = "y".to_owned();
    let fact = refund.clone();
    let seen = |by| Fact::Seen {
        by,
        refund: refund.clone(),
    };
    [
        answered(1, not_sent()),
        answered(2, unknown()),
        answered(3, Outcome::Exists),
        answered(4, refused()),
        answered(5, Outcome::Accepted(refund.clone())),
        answered(6, Outcome::Executed(refund.clone())),
        answered(7, Outcome::Contradiction { what, fact }),
        seen(Source::Listed),
        seen(Source::Asked),
        seen(Source::Total),
        Fact::Contradicted {
            what: "it\nisn't — ünïcödé \u{0}".to_owned(),
            refund: refund.clone(),
        },
        Fact::cancelled(),
        Fact::Absent { attempt: 6 },
        Fact::NoRoom { attempt: 6 },
        Fact::Parked {
            attempt: 6,
            why: "w".to_owned(),
            told: Some(RefundStatus::Pending),
        },
        Fact::Decided {
            attempt: 6,
            decision: Decision::Rejected,
            evidence: Text::new("the dashboard\nsays so").unwrap(),
            by: Text::new("Ada").unwrap(),
            actor: None,
            ticket: None,
            known: Known {
                pieces: 15,
                told: Some(RefundStatus::Succeeded),
                contradictions: ["z".to_owned()].into(),
            },
        },
    ]
}

/// Those of one change and those of several, about one operation and about another, stay in their order.
pub async fn entries_stay_in_their_order(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let intents: Vec<Intent> = [3, 1, 2].map(|number| sample(number, 100)).into();
    let mut written = Vec::new();
    for pair in intents.chunks(2) {
        let begun = write(&writer, &pair[0], |change| {
            for wanted in pair {
                change.begin(wanted.clone()).unwrap();
            }
        });
        written.extend(begun.await.0);
    }
    for round in 1..=3 {
        for wanted in &intents {
            let noted = write(&writer, wanted, |change| {
                for second in [2 * round, 2 * round + 1] {
                    let fact = Fact::parked(0, format!("{round} {second}"));
                    add(change, wanted, second, fact);
                }
            });
            written.extend(noted.await.0);
        }
    }
    let stored = load(&*store, &intents[0]).await;
    assert_eq!(stored.entries, written);
    let ids: Vec<&str> = stored
        .operations
        .iter()
        .map(|(id, _)| id.as_str())
        .collect();
    assert_eq!(
        ids,
        ["op_3", "op_1", "op_2"],
        "in the order of their beginning"
    );
    PaymentLedger::replay(&stored).unwrap();
}

/// What a store keeps beside the entries follows from them, whatever has happened: the sums, the states,
/// whose a refund is, the version and the head.
pub async fn what_is_kept_beside_follows_from_the_entries(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let (first, second) = (sample(1, 4000), sample(2, 3000));
    begin_new(&writer, &first).await;
    mark(&writer, &first, 1).await;
    let failed = Outcome::Accepted(refund("rfnd_1", RefundStatus::Failed));
    assert_eq!(
        note(&writer, &first, 2, answered(1, failed)).await,
        State::Failed
    );
    let stored = load(&*store, &first).await;
    assert_eq!(
        (stored.held.held, stored.held.cap.get()),
        (Minor::ZERO, 5000)
    );
    begin_new(&writer, &second).await;
    let stored = load(&*store, &first).await;
    assert_eq!(
        (stored.held.held.get(), stored.held.overdrawn),
        (3000, false)
    );
    // It has succeeded after all, and there is no room for both.
    let seen = |id, status| Fact::Seen {
        by: Source::Webhook,
        refund: refund(id, status),
    };
    let late = seen("rfnd_1", RefundStatus::Succeeded);
    assert_eq!(note(&writer, &first, 1_000, late).await, State::Succeeded);
    let stored = load(&*store, &first).await;
    assert_eq!(
        (stored.held.held.get(), stored.held.overdrawn),
        (7000, true)
    );
    let pending = seen("rfnd_2", RefundStatus::Pending);
    note(&writer, &second, 1_001, pending).await;
    note(&writer, &second, 5, seen("rfnd_2", RefundStatus::Failed)).await;
    let stored = load(&*store, &first).await;
    assert_eq!(
        (stored.held.held.get(), stored.held.overdrawn),
        (4000, false)
    );
    let states: Vec<State> = stored.operations.iter().map(|(_, state)| *state).collect();
    assert_eq!(states, [State::Succeeded, State::Failed]);
    let mut owners: Vec<(&str, u32)> = stored
        .owners
        .iter()
        .map(|(refund, owner)| (refund.as_str(), *owner))
        .collect();
    owners.sort_unstable();
    assert_eq!(owners, [("rfnd_1", 0), ("rfnd_2", 1)]);
    assert_eq!(stored.version, u64::try_from(stored.entries.len()).unwrap());
    assert_ne!(stored.head, Head::beginning(&dojo(), &payment(PAYMENT)));
    PaymentLedger::replay(&stored).unwrap();
}

/// The same payment id at another provider, and another payment, have nothing to do with it: not its
/// version, not its money, not the ids of its refunds.
pub async fn payments_do_not_disturb_each_other(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let intents = [
        sample(1, 5000),
        intent(2, "dojo", "pi_2", 5000),
        intent(3, "dodo", PAYMENT, 5000),
    ];
    // All of them are made before the first is committed.
    let mut changes = Vec::new();
    for wanted in &intents {
        let mut change = beginning(&writer, wanted).await;
        change.mark(&wanted.id, at(1)).unwrap();
        changes.push(change);
    }
    for change in changes {
        assert!(is_done(&writer.commit(change).await.unwrap()));
    }
    for wanted in &intents {
        let done = Outcome::Executed(refund("rfnd_1", RefundStatus::Succeeded));
        let state = note(&writer, wanted, 2, answered(1, done)).await;
        assert_eq!(state, State::Succeeded, "{}", wanted.id);
    }
    for wanted in &intents {
        let stored = load(&*store, wanted).await;
        assert_eq!(stored.version, 3);
        assert_eq!(stored.operations, [(wanted.id.clone(), State::Succeeded)]);
        let ledger = PaymentLedger::replay(&stored).unwrap();
        assert_eq!(ledger.operations()[0].intent, *wanted);
        let found = store.find(&wanted.id).await.unwrap();
        let there = (wanted.provider.clone(), wanted.plan.payment().clone());
        assert_eq!(found, Some(there));
    }
}

/// A kind, a place, and counts that are right.
pub async fn it_tells_what_it_is(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    for number in 1..=2 {
        let wanted = intent(number, "dojo", &format!("pi_{number}"), 1000);
        begin_new(&writer, &wanted).await;
        mark(&writer, &wanted, 1).await;
    }
    let info = store.info().await.unwrap();
    assert!(!info.kind.is_empty() && !info.location.is_empty());
    assert_eq!((info.operations, info.entries), (2, 4));
}
