//! A ledger is read back as it was written, and nothing else is taken for it.
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

use common::ledgers::{
    Shelf, begun, change, done, fresh, named, noted, op, other_head, payment_id, provider, sent,
    told, wanted, worker,
};
use common::{answered, evidence, minor, unknown};
use refundkit_core::ledger::{Entry, Stored};
use refundkit_core::{
    Change, Fact, JournalError, Outcome, PaymentId, PaymentLedger, RefundId, RefundStatus, State,
};

/// A payment of which much is known: two refunds, of which one has failed and then succeeded, so that more
/// is held than there is.
fn shelf() -> Shelf {
    let mut shelf = Shelf::new();
    let failed = Outcome::Accepted(named("re_1", RefundStatus::Failed));
    let steps: [&dyn Fn(&mut Change); 6] = [
        &|change| {
            change.begin(wanted(1, 6_000)).unwrap();
            change.mark(&op(1), common::at(1)).unwrap();
        },
        &|change| {
            assert!(
                change
                    .note(&op(1), &answered(2, 1, failed.clone()))
                    .unwrap()
            );
        },
        &|change| {
            change.begin(wanted(2, 7_000)).unwrap();
            change.mark(&op(2), common::at(3)).unwrap();
        },
        &|change| {
            assert!(change.note(&op(2), &answered(4, 1, unknown())).unwrap());
            assert!(
                change
                    .note(&op(1), &told(1_000, "re_1", RefundStatus::Succeeded))
                    .unwrap()
            );
        },
        &|change| {
            assert!(
                change
                    .note(&op(2), &told(1_001, "re_2", RefundStatus::Pending))
                    .unwrap()
            );
        },
        &|change| {
            change.begin(wanted(1, 10)).unwrap();
        },
    ];
    for (number, step) in (0..).zip(steps) {
        let mut change = Change::of(&shelf.load(), &worker(&format!("w{number}")));
        step(&mut change);
        assert_eq!(change.is_empty(), number == 5);
        let (ledger, _) = shelf.commit(change).unwrap();
        assert_eq!(shelf.load(), ledger, "after step {number}");
    }
    shelf
}

fn damage(stored: &Stored) -> String {
    let error = PaymentLedger::replay(stored).unwrap_err();
    let JournalError::Damaged { what } = error else {
        panic!("{error:?}");
    };
    assert!(what.contains(stored.payment.as_str()), "{what}");
    what
}

/// Read after this was done to it.
fn after(harm: impl FnOnce(&mut Stored)) -> String {
    let mut stored = shelf().0;
    let before = stored.clone();
    harm(&mut stored);
    assert_ne!(stored, before, "nothing was done to it");
    damage(&stored)
}

#[test]
fn a_ledger_is_read_back_as_it_was_written() {
    let ledger = shelf().load();
    assert_eq!(ledger.version().entries, 8);
    assert_eq!(ledger.holds().held, minor(13_000));
    assert!(ledger.holds().overdrawn);
    let states: Vec<State> = ledger.indexed().map(|(_, state)| state).collect();
    assert_eq!(states, [State::Succeeded, State::Accepted]);
    assert_eq!(ledger.marker(&op(1)), Some(&worker("w0")));
    assert_eq!(ledger.marker(&op(2)), Some(&worker("w2")));
    // The owners come in any order.
    let mut stored = shelf().0;
    stored.owners.reverse();
    assert_eq!(PaymentLedger::replay(&stored).unwrap(), ledger);
    let nothing = PaymentLedger::replay(&Shelf::new().0).unwrap();
    assert_eq!(nothing, fresh());
}

#[test]
fn the_timeline_is_part_of_the_version_and_changes_no_entry() {
    let mut stored = shelf().0;
    let before = PaymentLedger::replay(&stored).unwrap();
    stored.timeline = 4;
    let later = PaymentLedger::replay(&stored).unwrap();
    assert_ne!(later.version(), before.version());
    assert_eq!((later.version().timeline, later.head()), (4, before.head()));
    assert_eq!(change(&later).expected(), later.version());
    assert_eq!(done(change(&later)).0.version(), later.version());
}

#[test]
fn a_changed_byte_is_noticed_wherever_it_is() {
    let stored = shelf().0;
    for (number, entry) in stored.entries.iter().enumerate() {
        for place in 0..entry.len() {
            for flip in [1, 0x20, 0x80] {
                let mut changed = stored.clone();
                changed.entries[number][place] ^= flip;
                damage(&changed);
            }
        }
    }
}

#[test]
fn the_same_entry_in_other_bytes_is_another() {
    let what = after(|stored| stored.entries[3].push(b' '));
    assert!(what.contains("changed"), "{what}");
    after(|stored| stored.entries[3].insert(0, b'\n'));
}

#[test]
fn a_missing_entry_is_noticed() {
    for number in 0..shelf().0.entries.len() {
        after(|stored| {
            stored.entries.remove(number);
        });
        // Also where the store says that there are so many.
        after(|stored| {
            stored.entries.remove(number);
            stored.version -= 1;
        });
    }
    after(|stored| stored.entries.clear());
    after(|stored| stored.version += 1);
    after(|stored| stored.version = 0);
}

#[test]
fn an_entry_too_many_is_noticed() {
    for number in 0..shelf().0.entries.len() {
        for counted in [false, true] {
            after(|stored| {
                let again = stored.entries[number].clone();
                stored.entries.insert(number, again);
                stored.version += u64::from(counted);
            });
        }
    }
    after(|stored| stored.entries.push(Vec::new()));
}

#[test]
fn entries_in_another_order_are_noticed() {
    for number in 1..shelf().0.entries.len() {
        after(|stored| stored.entries.swap(number - 1, number));
    }
    after(|stored| stored.entries.reverse());
}

#[test]
fn an_entry_of_another_payment_is_noticed() {
    let payment = PaymentId::new("pay_2").unwrap();
    after(|stored| stored.payment = payment.clone());
    after(|stored| stored.provider = "other".parse().unwrap());
    // One that names no payment: it would fit in either.
    let mut other = Stored::nothing(provider(), payment, 0);
    let cancelled = |by: &str, seconds| {
        let fact = evidence(seconds, Fact::cancelled());
        let by = worker(by);
        let operation = 0;
        let evidence = Box::new(fact);
        Entry::Noted {
            by,
            operation,
            evidence,
        }
        .encode()
        .unwrap()
    };
    other.entries.push(cancelled("ada", 1));
    damage(&other);
    let mut here = Shelf::new();
    here.commit({
        let mut change = change(&here.load());
        change.begin(wanted(1, 10)).unwrap();
        change
            .note(&op(1), &evidence(1, Fact::cancelled()))
            .unwrap();
        change
    })
    .unwrap();
    assert_eq!(
        here.0.entries[1],
        cancelled("ada", 1),
        "it is the right one"
    );
    here.0.entries[1] = cancelled("bob", 1);
    damage(&here.0);
}

#[test]
fn what_is_held_follows_from_the_entries() {
    after(|stored| stored.held.held = minor(12_999));
    after(|stored| stored.held.held = minor(0));
    after(|stored| stored.held.cap = minor(20_000));
    after(|stored| stored.held.external = minor(1));
    let what = after(|stored| stored.held.overdrawn = false);
    assert!(what.contains("held"), "{what}");
    // Also of a payment without entries.
    for harm in [
        (|stored| stored.held.cap = minor(1)) as fn(&mut Stored),
        |stored| stored.held.held = minor(1),
        |stored| stored.held.overdrawn = true,
    ] {
        let mut nothing = Shelf::new().0;
        harm(&mut nothing);
        damage(&nothing);
    }
}

#[test]
fn the_index_follows_from_the_entries() {
    after(|stored| stored.operations[0].1 = State::Accepted);
    after(|stored| stored.operations[1].1 = State::Succeeded);
    after(|stored| stored.operations.swap(0, 1));
    after(|stored| stored.operations[1].0 = op(3));
    let what = after(|stored| {
        stored.operations.pop();
    });
    assert!(what.contains("operations"), "{what}");
    after(|stored| {
        stored.operations.remove(0);
    });
    after(|stored| stored.operations.push((op(3), State::Ready)));
    let again = shelf().0.operations.remove(0);
    after(|stored| stored.operations.push(again));
}

#[test]
fn whose_a_refund_is_follows_from_the_entries() {
    let refund = |id: &str| RefundId::new(id).unwrap();
    after(|stored| stored.owners[0].1 = 1);
    after(|stored| stored.owners[1].0 = refund("re_3"));
    let what = after(|stored| {
        stored.owners.pop();
    });
    assert!(what.contains("refund"), "{what}");
    after(|stored| {
        stored.owners.remove(0);
    });
    after(|stored| stored.owners.push((refund("re_3"), 0)));
    after(|stored| {
        let again = stored.owners[0].clone();
        stored.owners.push(again);
    });
}

#[test]
fn the_head_follows_from_the_entries() {
    let what = after(|stored| stored.head = other_head());
    assert!(what.contains("changed"), "{what}");
    let mut nothing = Shelf::new().0;
    nothing.head = other_head();
    damage(&nothing);
    let ledger = shelf().load();
    let shown = ledger.head().to_string();
    assert_eq!(
        (shown.len(), format!("{:?}", ledger.head())),
        (64, format!("Head({shown})"))
    );
}

#[test]
fn a_head_is_that_of_one_history_of_one_payment() {
    let known = |seconds| told(seconds, "re_1", RefundStatus::Pending);
    let first = sent(&begun(&fresh(), wanted(1, 1_000)), 1, 1);
    let mut heads = vec![
        *fresh().head(),
        *begun(&fresh(), wanted(1, 1_000)).head(),
        *begun(&fresh(), wanted(1, 1_001)).head(),
        *first.head(),
        *noted(&first, 1, &known(1)).head(),
        *noted(&first, 1, &known(2)).head(),
    ];
    for (name, id) in [("p", "pay_2"), ("p2", "pay_1"), ("pp", "ay_1")] {
        let (name, id) = (name.parse().unwrap(), PaymentId::new(id).unwrap());
        heads.push(*PaymentLedger::new(name, id, 0).head());
    }
    assert_eq!(
        *PaymentLedger::new(provider(), payment_id(), 9).head(),
        heads[0]
    );
    for (place, head) in heads.iter().enumerate() {
        assert!(!heads[..place].contains(head), "{place}");
    }
}
