//! Every rule for beginning operations and for marking attempts, without any store.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::ledgers::{
    begun, beside, bodies, change, done, fresh, led_to, named, noted, op, payment_id, provider,
    sent, told, wanted, worker,
};
use common::{CAPTURED, answered, at, evidence, minor, refund, refused, unknown};
use refundkit_core::ledger::{Begun, Held, Version};
use refundkit_core::{
    Budget, Change, Fact, Intent, JournalError, Minor, Outcome, PaymentId, PaymentLedger,
    RefundStatus, State,
};

/// What is left, where that is why it isn't begun.
fn left(ledger: &PaymentLedger, intent: Intent) -> Option<i64> {
    let mut change = change(ledger);
    let begun = change.begin(intent).unwrap();
    match begun {
        Begun::OverBudget { left } => {
            assert!(change.is_empty(), "nothing was added");
            assert_eq!(change.ledger(), ledger);
            Some(left.get())
        }
        Begun::New | Begun::Existing => None,
    }
}

fn held(ledger: &PaymentLedger) -> i64 {
    ledger.held().get()
}

#[test]
fn of_a_fresh_ledger_nothing_is_known() {
    let ledger = PaymentLedger::new(provider(), payment_id(), 3);
    let (timeline, entries) = (3, 0);
    assert_eq!(ledger.version(), Version { timeline, entries });
    assert_eq!(
        (ledger.provider(), ledger.payment()),
        (&provider(), &payment_id())
    );
    assert_eq!((ledger.operations(), held(&ledger)), (&[][..], 0));
    assert_eq!(ledger.budget(), Budget::default());
    assert_eq!(ledger.holds(), Held::default());
    assert_eq!((ledger.owners().count(), ledger.indexed().count()), (0, 0));
    assert_eq!(
        (ledger.operation(&op(1)), ledger.marker(&op(1))),
        (None, None)
    );
    let need = ledger.need(&op(1));
    assert!(matches!(need, Err(JournalError::NoSuchOperation(id)) if id == op(1)));
}

#[test]
fn an_operation_is_begun_once() {
    let first = begun(&fresh(), wanted(1, 1_000));
    assert_eq!(first.version().entries, 1);
    assert_eq!(first.need(&op(1)).unwrap().intent, wanted(1, 1_000));
    assert_eq!(first.need(&op(1)).unwrap().state(), State::Ready);
    let mut again = change(&first);
    // Whatever else is said of it: the one that is there stays.
    for units in [1_000, 2_000, CAPTURED] {
        assert_eq!(again.begin(wanted(1, units)).unwrap(), Begun::Existing);
    }
    assert!(again.is_empty());
    assert_eq!(again.ledger(), &first);
    let mut twice = change(&fresh());
    assert_eq!(twice.begin(wanted(1, 1_000)).unwrap(), Begun::New);
    assert_eq!(twice.begin(wanted(1, 1_000)).unwrap(), Begun::Existing);
    assert_eq!(twice.entries().len(), 1);
}

#[test]
fn an_operation_of_another_payment_or_provider_is_none_of_it() {
    let elsewhere = PaymentId::new("pay_2").unwrap();
    for ledger in [
        PaymentLedger::new(provider(), elsewhere, 0),
        PaymentLedger::new("other".parse().unwrap(), payment_id(), 0),
    ] {
        let mut change = change(&ledger);
        let begun = change.begin(wanted(1, 1_000));
        assert!(
            matches!(begun, Err(JournalError::Damaged { .. })),
            "{begun:?}"
        );
        assert!(change.is_empty());
        assert_eq!(change.ledger(), &ledger);
        assert_eq!(change.indexed().count(), 0);
    }
}

#[test]
fn no_more_is_begun_than_there_is_room_for() {
    let first = begun(&fresh(), wanted(1, 6_000));
    assert_eq!(left(&first, wanted(2, 4_001)), Some(4_000));
    assert_eq!(left(&first, wanted(2, CAPTURED)), Some(4_000));
    let both = begun(&first, wanted(2, 4_000));
    assert_eq!(held(&both), CAPTURED);
    assert_eq!(left(&both, wanted(3, 1)), Some(0));
    // In one change as well as in several.
    let mut change = change(&fresh());
    assert_eq!(change.begin(wanted(1, 6_000)).unwrap(), Begun::New);
    let left = minor(4_000);
    assert_eq!(
        change.begin(wanted(2, 4_001)).unwrap(),
        Begun::OverBudget { left }
    );
    assert_eq!(change.begin(wanted(3, 4_000)).unwrap(), Begun::New);
    assert_eq!(change.entries().len(), 2);
}

#[test]
fn what_others_have_returned_is_not_there_to_be_returned_again() {
    let first = begun(&fresh(), beside(1, 1_000, 5_000));
    let cap = minor(CAPTURED);
    let external = minor(5_000);
    assert_eq!(first.budget(), Budget { cap, external });
    assert_eq!(left(&first, beside(2, 4_001, 5_000)), Some(4_000));
    // By the newest reading, whatever an earlier one has shown.
    assert_eq!(left(&first, beside(2, 2_501, 7_000)), Some(2_000));
    assert_eq!(left(&first, wanted(2, 9_001)), Some(9_000));
    let second = begun(&first, beside(2, 2_000, 7_000));
    let held = Held {
        cap,
        external: minor(7_000),
        held: minor(3_000),
        overdrawn: false,
    };
    assert_eq!(second.holds(), held);
    assert_eq!(left(&second, beside(3, 1, 7_000)), Some(0));
    // More than there is room for, with what is held.
    assert_eq!(left(&second, beside(3, 1, 9_999)), Some(0));
}

#[test]
fn money_is_held_by_what_may_have_returned_it() {
    for state in State::ALL {
        if state == State::Refused {
            continue;
        }
        let ledger = led_to(&begun(&fresh(), wanted(1, 6_000)), 1, state);
        let expected = if state.holds_money() { 6_000 } else { 0 };
        assert_eq!(held(&ledger), expected, "{state}");
        let holds = ledger.holds();
        assert_eq!(
            (holds.held.get(), holds.overdrawn),
            (expected, false),
            "{state}"
        );
        let room = CAPTURED - expected;
        let over = (room < CAPTURED).then_some(room);
        assert_eq!(
            left(&ledger, wanted(2, (room + 1).min(CAPTURED))),
            over,
            "{state}"
        );
        assert_eq!(left(&ledger, wanted(2, room)), None, "{state}");
    }
}

#[test]
fn money_is_free_again_after_a_refusal_and_after_a_cancellation() {
    let first = begun(&fresh(), wanted(1, CAPTURED));
    let no = noted(&sent(&first, 1, 1), 1, &answered(2, 1, refused()));
    let off = noted(&first, 1, &evidence(1, Fact::cancelled()));
    for ledger in [no, off] {
        assert_eq!(
            (held(&ledger), left(&ledger, wanted(2, CAPTURED))),
            (0, None)
        );
        let again = begun(&ledger, wanted(2, CAPTURED));
        assert_eq!(left(&again, wanted(3, 1)), Some(0), "it was freed once");
    }
}

#[test]
fn a_late_success_holds_its_money_again_though_there_is_no_room() {
    let failed = Outcome::Accepted(named("re_1", RefundStatus::Failed));
    let first = sent(&begun(&fresh(), wanted(1, 6_000)), 1, 1);
    let first = noted(&first, 1, &answered(2, 1, failed));
    let both = begun(&first, wanted(2, 7_000));
    assert!(!both.holds().overdrawn);
    let late = noted(&both, 1, &told(9, "re_1", RefundStatus::Succeeded));
    let holds = late.holds();
    assert_eq!((holds.held, holds.overdrawn), (minor(13_000), true));
    assert_eq!(left(&late, wanted(3, 1)), Some(0));
    // Where there was room for it, nothing is overdrawn.
    let fits = begun(&first, wanted(2, 4_000));
    let fits = noted(&fits, 1, &told(9, "re_1", RefundStatus::Succeeded));
    let holds = fits.holds();
    assert_eq!((holds.held, holds.overdrawn), (minor(CAPTURED), false));
}

#[test]
fn amounts_that_have_no_sum_hold_everything() {
    let huge = |number| refund(number, i64::MAX, Vec::new()).intent;
    let first = begun(&fresh(), huge(1));
    assert_eq!(left(&first, huge(2)), Some(0));
    let first = noted(&first, 1, &answered(1, 1, refused()));
    let both = begun(&first, huge(2));
    let late = noted(&both, 1, &told(9, "re_1", RefundStatus::Succeeded));
    assert_eq!(late.held(), Minor::MAX);
    assert!(late.holds().overdrawn);
    assert_eq!(left(&late, wanted(3, 1)), Some(0));
}

#[test]
fn attempts_are_counted_and_their_marks_are_proved() {
    let mut ledger = begun(&fresh(), wanted(1, 1_000));
    for attempt in 1..=3_u32 {
        let seconds = i64::from(attempt) * 10;
        let mut change = Change::of(&ledger, &worker(&format!("w{attempt}")));
        change.mark(&op(1), at(seconds)).unwrap();
        assert_eq!(
            (change.entries().len(), change.expected()),
            (1, ledger.version())
        );
        let (after, marked) = done(change);
        let marked = marked.unwrap();
        assert_eq!((marked.operation(), marked.attempt()), (&op(1), attempt));
        assert_eq!(marked.at(), at(seconds));
        let operation = after.need(&op(1)).unwrap();
        assert_eq!(operation.state(), State::Attempting);
        assert_eq!(operation.last_mark(), Some(at(seconds)));
        assert_eq!(after.marker(&op(1)), Some(&worker(&format!("w{attempt}"))));
        ledger = noted(&after, 1, &answered(seconds + 1, attempt, unknown()));
    }
    assert_eq!(ledger.need(&op(1)).unwrap().summary().attempts(), 3);
}

#[test]
fn only_a_change_with_a_mark_proves_one() {
    let ledger = begun(&fresh(), wanted(1, 1_000));
    assert_eq!(done(change(&ledger)).1, None);
    let mut with_a_fact = change(&ledger);
    with_a_fact
        .note(&op(1), &evidence(1, Fact::cancelled()))
        .unwrap();
    assert_eq!(done(with_a_fact).1, None);
    // One that the rules refused is none.
    let mut twice = change(&sent(&ledger, 1, 1));
    assert!(twice.mark(&op(1), at(2)).is_err());
    assert!(twice.is_empty());
    assert_eq!(done(twice).1, None);
}

#[test]
fn a_payment_has_one_attempt_under_way() {
    let both = begun(&begun(&fresh(), wanted(1, 1_000)), wanted(2, 1_000));
    let under_way = sent(&both, 1, 1);
    let refused_both = |ledger: &PaymentLedger| {
        [1, 2].map(|number| {
            let mut change = change(ledger);
            let marked = change.mark(&op(number), at(5));
            assert!(change.is_empty() || marked.is_ok());
            matches!(marked, Err(JournalError::InFlight))
        })
    };
    assert_eq!(refused_both(&under_way), [true, true]);
    // Its own outcome being unknown it may be sent again; another one may not.
    let lost = noted(&under_way, 1, &answered(2, 1, unknown()));
    assert_eq!(refused_both(&lost), [false, true]);
    let ended = noted(&lost, 1, &told(3, "re_1", RefundStatus::Succeeded));
    assert_eq!(refused_both(&ended), [false, false]);
    sent(&ended, 2, 4);
    // Of two in one change the second is refused.
    let mut change = change(&both);
    change.mark(&op(1), at(1)).unwrap();
    assert!(matches!(
        change.mark(&op(2), at(1)),
        Err(JournalError::InFlight)
    ));
    assert!(matches!(
        change.mark(&op(1), at(1)),
        Err(JournalError::InFlight)
    ));
    assert_eq!(change.entries().len(), 1);
}

#[test]
fn only_what_is_open_is_marked() {
    let ledger = begun(&fresh(), wanted(1, 1_000));
    for state in State::ALL
        .into_iter()
        .filter(|state| *state != State::Refused)
    {
        let led = led_to(&ledger, 1, state);
        let mut change = change(&led);
        let marked = change.mark(&op(1), at(9));
        match state {
            State::Ready | State::Unknown => assert!(marked.is_ok(), "{state}"),
            State::Attempting => assert!(matches!(marked, Err(JournalError::InFlight))),
            State::Accepted
            | State::Succeeded
            | State::Failed
            | State::FailedLate
            | State::Rejected
            | State::Refused
            | State::Cancelled
            | State::Parked => {
                let told = matches!(&marked, Err(JournalError::NotSendable { operation, state: told })
                    if *operation == op(1) && *told == state);
                assert!(told, "{state}: {marked:?}");
            }
        }
        assert_eq!(change.is_empty(), !state.is_sendable(), "{state}");
    }
    let unheard = change(&ledger).mark(&op(9), at(1));
    assert!(matches!(unheard, Err(JournalError::NoSuchOperation(id)) if id == op(9)));
}

#[test]
fn an_operation_is_begun_and_marked_in_one_change() {
    let mut both = change(&fresh());
    assert_eq!(both.begin(wanted(1, 1_000)).unwrap(), Begun::New);
    both.mark(&op(1), at(7)).unwrap();
    assert_eq!(both.expected().entries, 0);
    let places: Vec<u32> = both.entries().map(|(place, _)| place).collect();
    assert_eq!(places, [0, 0]);
    let rows: Vec<_> = both
        .indexed()
        .map(|row| (row.place, row.before, row.state))
        .collect();
    assert_eq!(rows, [(0, None, State::Attempting)]);
    let together = bodies(&both);
    let (ledger, marked) = done(both);
    assert_eq!(marked.map(|marked| marked.attempt()), Some(1));
    assert_eq!(ledger.version().entries, 2);
    // It is the same ledger as by two changes, to the byte.
    let mut apart = change(&fresh());
    apart.begin(wanted(1, 1_000)).unwrap();
    let mut bytes = bodies(&apart);
    let mut second = change(&done(apart).0);
    second.mark(&op(1), at(7)).unwrap();
    bytes.extend(bodies(&second));
    assert_eq!((bytes, done(second).0), (together, ledger));
}

#[test]
fn a_change_tells_what_a_store_has_to_index() {
    let first = sent(&begun(&fresh(), wanted(1, 1_000)), 1, 1);
    let mut change = change(&first);
    let accepted = Outcome::Accepted(named("re_1", RefundStatus::Pending));
    change.note(&op(1), &answered(2, 1, accepted)).unwrap();
    change.begin(wanted(2, 500)).unwrap();
    change.begin(wanted(3, 500)).unwrap();
    change
        .note(&op(3), &evidence(3, Fact::cancelled()))
        .unwrap();
    let rows: Vec<_> = change
        .indexed()
        .map(|row| {
            (
                row.place,
                row.operation.intent.id.clone(),
                row.before,
                row.state,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (0, op(1), Some(State::Attempting), State::Accepted),
            (1, op(2), None, State::Ready),
            (2, op(3), None, State::Cancelled),
        ]
    );
    let owned: Vec<_> = change
        .owned()
        .iter()
        .map(|one| (one.refund.as_str(), one.operation))
        .collect();
    assert_eq!(owned, [("re_1", 0)]);
    assert_eq!(change.by(), &worker("ada"));
    assert_eq!(change.ledger().held(), Minor::new(1_500).unwrap());
    // What stays in its state isn't indexed again.
    let (ledger, _) = done(change);
    let mut same = common::ledgers::change(&ledger);
    same.note(&op(1), &told(9, "re_1", RefundStatus::Review))
        .unwrap();
    assert_eq!(
        (
            same.entries().len(),
            same.indexed().count(),
            same.owned().len()
        ),
        (1, 0, 0)
    );
}
