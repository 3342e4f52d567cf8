//! Every rule for what is noted of operations, without any store: once, and a refund is one operation's.
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

use common::ledgers::{begun, change, done, fresh, named, noted, op, sent, told, wanted};
use common::{absent, answered, at, decided, evidence, marked, parked, text, unknown};
use refundkit_core::operation::{Decision, Source};
use refundkit_core::{
    Evidence, Fact, JournalError, Operation, Outcome, PaymentLedger, RefundId, RefundStatus, State,
};

/// Nothing is added by it, and the ledger stays as it is, its version too.
fn adds_nothing(ledger: &PaymentLedger, number: usize, known: &Evidence) {
    let mut change = change(ledger);
    assert!(!change.note(&op(number), known).unwrap(), "{known:?}");
    assert!(change.is_empty());
    assert_eq!((change.indexed().count(), change.owned().len()), (0, 0));
    let (after, mark) = done(change);
    assert_eq!((&after, mark), (ledger, None));
    assert_eq!(after.version(), ledger.version());
}

fn lost() -> PaymentLedger {
    let ledger = sent(&begun(&fresh(), wanted(1, 1_000)), 1, 1);
    noted(&ledger, 1, &answered(2, 1, unknown()))
}

#[test]
fn evidence_is_added_once() {
    let ledger = lost();
    adds_nothing(&ledger, 1, &answered(2, 1, unknown()));
    let absences = noted(&noted(&ledger, 1, &absent(9, 1)), 1, &absent(10, 1));
    assert_eq!(
        absences.version().entries,
        5,
        "at another time it is another"
    );
    adds_nothing(&absences, 1, &absent(9, 1));
    let off = noted(
        &begun(&fresh(), wanted(1, 1_000)),
        1,
        &evidence(1, Fact::cancelled()),
    );
    adds_nothing(&off, 1, &evidence(1, Fact::cancelled()));
    // In one change as well.
    let mut twice = change(&begun(&fresh(), wanted(1, 1_000)));
    for is_new in [true, false] {
        let added = twice.note(&op(1), &evidence(1, Fact::cancelled())).unwrap();
        assert_eq!(added, is_new);
    }
    assert_eq!(twice.entries().len(), 1);
}

#[test]
fn what_the_provider_says_again_is_not_written_down_again() {
    let pending = |seconds| told(seconds, "re_1", RefundStatus::Pending);
    let ledger = noted(&lost(), 1, &pending(10));
    for seconds in [5, 10, 11, 1_000] {
        adds_nothing(&ledger, 1, &pending(seconds));
    }
    // From elsewhere, or after something else, it is.
    let refund = named("re_1", RefundStatus::Pending);
    let by = Source::Webhook;
    let elsewhere = noted(&ledger, 1, &evidence(20, Fact::Seen { by, refund }));
    let once_more = noted(&elsewhere, 1, &pending(30));
    let succeeded = noted(&once_more, 1, &told(40, "re_1", RefundStatus::Succeeded));
    adds_nothing(&succeeded, 1, &told(50, "re_1", RefundStatus::Succeeded));
    let what = "it is of another amount".to_owned();
    let refund = named("re_1", RefundStatus::Succeeded);
    let contradicted = Fact::Contradicted { what, refund };
    let parked = noted(&succeeded, 1, &evidence(60, contradicted.clone()));
    adds_nothing(&parked, 1, &evidence(70, contradicted));
}

#[test]
fn what_is_noted_tells_a_store_what_follows() {
    let mut change = change(&lost());
    assert!(
        change
            .note(&op(1), &told(9, "re_1", RefundStatus::Pending))
            .unwrap()
    );
    assert!(
        change
            .note(&op(1), &told(10, "re_2", RefundStatus::Failed))
            .unwrap()
    );
    assert!(
        change
            .note(&op(1), &told(11, "re_1", RefundStatus::Succeeded))
            .unwrap()
    );
    let rows: Vec<_> = change
        .indexed()
        .map(|row| (row.place, row.before, row.state))
        .collect();
    assert_eq!(rows, [(0, Some(State::Unknown), State::Succeeded)]);
    let owned: Vec<_> = change
        .owned()
        .iter()
        .map(|one| (one.refund.as_str(), one.operation))
        .collect();
    assert_eq!(owned, [("re_1", 0), ("re_2", 0)], "each once");
    let owned = change.owned().to_vec();
    let (ledger, _) = done(change);
    let owners = ledger.owners();
    assert!(owners.eq(owned.iter().map(|one| (&one.refund, one.operation))));
    assert_eq!(ledger.version().entries, 6);
}

#[test]
fn nothing_is_noted_of_what_was_not_begun() {
    for ledger in [fresh(), lost()] {
        let mut change = change(&ledger);
        let noted = change.note(&op(9), &evidence(1, Fact::cancelled()));
        assert!(matches!(noted, Err(JournalError::NoSuchOperation(id)) if id == op(9)));
        assert!(change.is_empty());
    }
}

#[test]
fn only_the_rule_for_marks_makes_one() {
    for ledger in [begun(&fresh(), wanted(1, 1_000)), lost()] {
        for attempt in 1..4 {
            let mut change = change(&ledger);
            let noted = change.note(&op(1), &marked(1, attempt));
            assert!(
                matches!(noted, Err(JournalError::Damaged { .. })),
                "{noted:?}"
            );
            assert!(change.is_empty());
        }
    }
}

/// Else the next attempt would count as ended before it is sent, and another one could follow it at once.
#[test]
fn nothing_is_decided_about_an_attempt_that_is_yet_to_be_sent() {
    let decisions = |attempt| {
        [
            decided(9, attempt, Decision::Ready),
            decided(9, attempt, Decision::Rejected),
            absent(9, attempt),
            parked(9, attempt),
            evidence(9, Fact::NoRoom { attempt }),
        ]
    };
    let ready = begun(&fresh(), wanted(1, 1_000));
    for (ledger, attempts) in [(&ready, 0), (&lost(), 1)] {
        for decision in decisions(attempts + 1) {
            let mut change = change(ledger);
            let noted = change.note(&op(1), &decision);
            assert!(
                matches!(noted, Err(JournalError::Damaged { .. })),
                "{decision:?}"
            );
            assert!(change.is_empty());
        }
        for decision in decisions(attempts) {
            noted(ledger, 1, &decision);
        }
    }
    let again = sent(&noted(&ready, 1, &decided(9, 0, Decision::Ready)), 1, 10);
    assert_eq!(again.need(&op(1)).unwrap().state(), State::Attempting);
}

#[test]
fn what_is_known_of_one_changes_no_other() {
    let both = begun(&begun(&fresh(), wanted(1, 1_000)), wanted(2, 500));
    let after = noted(
        &sent(&both, 2, 1),
        2,
        &told(2, "re_1", RefundStatus::Pending),
    );
    assert_eq!(after.need(&op(1)).unwrap(), both.need(&op(1)).unwrap());
    assert_eq!(
        (after.marker(&op(1)), after.marker(&op(2)).is_some()),
        (None, true)
    );
}

/// How an operation is told of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Accepted,
    Executed,
    ContradictingAnswer,
    Seen(Source),
    Contradicted,
}

const WAYS: [Way; 8] = [
    Way::Accepted,
    Way::Executed,
    Way::ContradictingAnswer,
    Way::Seen(Source::Listed),
    Way::Seen(Source::Asked),
    Way::Seen(Source::Total),
    Way::Seen(Source::Webhook),
    Way::Contradicted,
];

impl Way {
    fn tells(self, id: &str, seconds: i64) -> Evidence {
        let refund = named(id, RefundStatus::Succeeded);
        let what = "it is of another amount".to_owned();
        match self {
            Self::Accepted => answered(seconds, 1, Outcome::Accepted(refund)),
            Self::Executed => answered(seconds, 1, Outcome::Executed(refund)),
            Self::ContradictingAnswer => {
                let fact = refund;
                answered(seconds, 1, Outcome::Contradiction { what, fact })
            }
            Self::Seen(by) => evidence(seconds, Fact::Seen { by, refund }),
            Self::Contradicted => evidence(seconds, Fact::Contradicted { what, refund }),
        }
    }
}

/// Operation 1 has made `re_1`, and was told so in this way; operation 2 was sent after its end.
fn made(way: Way) -> PaymentLedger {
    let first = sent(&begun(&fresh(), wanted(1, 1_000)), 1, 1);
    let first = noted(&first, 1, &way.tells("re_1", 100));
    let ended = Fact::Decided {
        attempt: 1,
        decision: Decision::Succeeded,
        evidence: text("seen in the dashboard"),
        by: text("Ada"),
        actor: None,
        ticket: None,
        known: first.need(&op(1)).unwrap().known(),
    };
    let first = noted(&first, 1, &evidence(110, ended));
    assert_eq!(first.need(&op(1)).unwrap().state(), State::Succeeded);
    sent(&begun(&first, wanted(2, 1_000)), 2, 120)
}

/// Parked for a contradiction that names refund and owner, with no claim to the refund.
fn is_turned_away(operation: &Operation, about: &str) {
    assert_eq!(operation.state(), State::Parked, "{about}");
    let summary = operation.summary();
    assert_eq!(summary.refunds().count(), 0, "{about}");
    let what = summary.contradiction().unwrap_or_default();
    assert!(
        what.contains("re_1") && what.contains("op_1"),
        "{about}: {what}"
    );
}

#[test]
fn a_refund_is_one_operations() {
    for way in WAYS {
        let ledger = made(way);
        let before = ledger.need(&op(1)).unwrap();
        assert_eq!(before.refunds().next(), RefundId::new("re_1").ok().as_ref());
        for other in WAYS {
            let about = format!("{way:?}, then {other:?}");
            let mut change = change(&ledger);
            assert!(change.note(&op(2), &other.tells("re_1", 200)).unwrap());
            assert_eq!(change.owned(), [], "{about}");
            let (after, _) = done(change);
            is_turned_away(after.need(&op(2)).unwrap(), &about);
            assert_eq!(after.need(&op(1)).unwrap(), before, "{about}");
            assert!(after.owners().eq(ledger.owners()), "{about}");
        }
    }
}

#[test]
fn a_refund_of_another_is_written_down_once() {
    for way in WAYS {
        let told = noted(&made(Way::Executed), 2, &way.tells("re_1", 200));
        for later in [200, 201, 300] {
            adds_nothing(&told, 2, &way.tells("re_1", later));
            adds_nothing(&told, 2, &Way::Seen(Source::Asked).tells("re_1", later));
        }
    }
}

#[test]
fn both_in_one_change_are_told_apart_too() {
    let both = begun(&begun(&fresh(), wanted(1, 1_000)), wanted(2, 1_000));
    let mut change = change(&both);
    assert!(
        change
            .note(&op(2), &told(1, "re_1", RefundStatus::Pending))
            .unwrap()
    );
    assert!(
        change
            .note(&op(1), &told(2, "re_1", RefundStatus::Pending))
            .unwrap()
    );
    let (after, _) = done(change);
    let owners: Vec<_> = after
        .owners()
        .map(|(refund, owner)| (refund.as_str(), owner))
        .collect();
    assert_eq!(
        owners,
        [("re_1", 1)],
        "the first that is told of it has made it"
    );
    assert_eq!(after.need(&op(1)).unwrap().state(), State::Parked);
    assert_eq!(after.need(&op(2)).unwrap().state(), State::Accepted);
}

#[test]
fn an_operation_keeps_its_own_refunds() {
    let ledger = made(Way::Executed);
    for way in WAYS {
        let mut change = change(&ledger);
        change.note(&op(1), &way.tells("re_1", 200)).unwrap();
        assert_eq!(change.owned(), [], "it was known before");
        let after = change.ledger().need(&op(1)).unwrap().clone();
        assert!(
            after
                .summary()
                .refunds()
                .any(|refund| refund.as_str() == "re_1"),
            "{way:?}"
        );
    }
    let two = noted(&ledger, 1, &Way::Seen(Source::Listed).tells("re_2", 300));
    for id in ["re_1", "re_2"] {
        let turned = noted(&two, 2, &Way::Accepted.tells(id, 400));
        assert_eq!(
            turned.need(&op(2)).unwrap().summary().refunds().count(),
            0,
            "{id}"
        );
    }
    let own = noted(&two, 2, &Way::Accepted.tells("re_3", 400));
    let owners: Vec<_> = own
        .owners()
        .map(|(refund, owner)| (refund.as_str(), owner))
        .collect();
    assert_eq!(owners, [("re_1", 0), ("re_2", 0), ("re_3", 1)]);
    let operation = own.need(&op(2)).unwrap();
    assert_eq!(
        (operation.state(), operation.last_mark()),
        (State::Succeeded, Some(at(120)))
    );
}
