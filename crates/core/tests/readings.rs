//! What a reading can prove: presence by whatever it shows, absence only where it would have shown it.
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

use common::plans::{able, plan, plan_after, plan_with};
use common::{
    CAPTURED, answered, at, find, foreign, marked, minor, payment, refund, request, request_of,
    token, unknown,
};
use refundkit_core::ProviderRefund;
use refundkit_core::capabilities::{Capabilities, Lookup};
use refundkit_core::operation::Finding;
use refundkit_core::ports::ReadErrorKind;
use refundkit_core::{
    Dispute, DisputeStage, Extent, ListedRefunds, Operation, Outcome, Payment, RefundStatus,
    Refusal, Stage, reading,
};

/// 10.00 of 100.00 GBP, sent and lost.
fn lost() -> Operation {
    refund(1, 1_000, vec![marked(0, 1), answered(1, 1, unknown())])
}

fn by(lookup: Lookup) -> Capabilities {
    able(|can| can.lookup = lookup)
}

/// A payment whose list is whole and empty.
fn listing() -> Payment {
    let mut payment = payment();
    payment.refunded = None;
    payment.refunds = Some(ListedRefunds::whole(Vec::new()));
    payment
}

type Change = fn(&mut Payment);

fn shown(change: impl FnOnce(&mut Payment), base: Payment) -> Payment {
    let mut payment = base;
    change(&mut payment);
    payment
}

fn proves_nothing(found: &Finding) -> bool {
    matches!(found, Finding::Unclear(_) | Finding::Blocked(_))
}

#[test]
fn absence_is_proved_by_a_reading_that_says_so() {
    let listed = find(&lost(), &listing(), &by(Lookup::ByToken));
    assert_eq!(listed, Finding::Absent);
    let summed = find(&lost(), &payment(), &by(Lookup::Total));
    assert_eq!(summed, Finding::Absent);
}

#[test]
fn a_total_that_is_not_stated_is_not_zero() {
    let untold = shown(|payment| payment.refunded = None, payment());
    assert!(proves_nothing(&find(&lost(), &untold, &by(Lookup::Total))));
    // It forbids no plan, and is no base for telling later what has happened.
    let planned = plan_with(&by(Lookup::Total), &untold, &request_of(1_000)).unwrap();
    assert!(!planned.total_is_certain());
}

#[test]
fn a_list_without_a_stated_end_is_not_whole() {
    let some = |payment: &mut Payment| payment.refunds = Some(ListedRefunds::some(Vec::new()));
    let cut = shown(some, listing());
    assert!(proves_nothing(&find(&lost(), &cut, &by(Lookup::ByToken))));
    let mut ours = foreign(1, RefundStatus::Succeeded, 1_000);
    ours.token = Some(token(1));
    let some = |payment: &mut Payment| payment.refunds = Some(ListedRefunds::some(vec![ours]));
    let found = find(&lost(), &shown(some, listing()), &by(Lookup::ByToken));
    assert!(matches!(found, Finding::Proof(_)), "presence is proof");
    let none = shown(|payment| payment.refunds = None, listing());
    let found = find(&lost(), &none, &by(Lookup::ByToken));
    assert_eq!(found, Finding::Silent);
}

/// Each change makes a reading contradict itself, or what is known.
fn contradictory() -> Vec<(&'static str, Payment)> {
    let listed = |change: fn(&mut Payment)| shown(change, listing());
    let summed = |change: fn(&mut Payment)| shown(change, payment());
    vec![
        (
            "refunded in part beside an empty list",
            listed(|p| p.extent = Some(Extent::Part)),
        ),
        (
            "refunded whole beside an empty list",
            listed(|p| p.extent = Some(Extent::Whole)),
        ),
        (
            "all refunded beside an empty list",
            listed(|p| p.stage = Stage::Refunded),
        ),
        (
            "a total beside an empty list",
            listed(|p| p.refunded = Some(minor(1))),
        ),
        (
            "all refunded with a total of nothing",
            summed(|p| p.stage = Stage::Refunded),
        ),
        (
            "in part with a total of nothing",
            summed(|p| p.extent = Some(Extent::Part)),
        ),
        (
            "in part, and nothing says how much",
            summed(|p| {
                p.refunded = None;
                p.extent = Some(Extent::Part);
            }),
        ),
        ("captured of nothing", summed(|p| p.captured = minor(0))),
        (
            "not paid yet, with a total",
            summed(|p| {
                p.stage = Stage::Created;
                p.refunded = Some(minor(500));
            }),
        ),
        (
            "one id for two refunds",
            listed(|p| {
                let two = [RefundStatus::Succeeded, RefundStatus::Failed];
                let two = two.map(|status| foreign(5, status, 300));
                p.refunds = Some(ListedRefunds::whole(two.into()));
            }),
        ),
    ]
}

#[test]
fn what_contradicts_itself_proves_nothing_and_nothing_new_is_planned_on_it() {
    for (what, payment) in contradictory() {
        for lookup in [Lookup::ByToken, Lookup::Total] {
            let found = find(&lost(), &payment, &by(lookup));
            let proves = matches!(found, Finding::Absent | Finding::Proof(_));
            assert!(!proves, "{what}: {found:?}");
        }
        let planned = plan(&payment, &request_of(1_000));
        let refused = matches!(
            planned,
            Err(Refusal::Unclear { .. } | Refusal::NoMoney { .. })
        );
        assert!(refused, "{what}: {planned:?}");
    }
}

#[test]
fn what_contradicts_what_was_known_proves_nothing() {
    let euros = |payment: &mut Payment| payment.currency = "EUR".parse().unwrap();
    let changes: [(&str, Change); 7] = [
        ("in another currency", euros),
        ("back at created", |p| p.stage = Stage::Created),
        ("back at authorised", |p| p.stage = Stage::Authorized),
        ("failed", |p| p.stage = Stage::Failed),
        ("a word that nobody knows", |p| {
            p.stage = Stage::Other("processing".to_owned())
        }),
        ("less was captured", |p| p.captured = minor(CAPTURED - 1)),
        ("more was captured", |p| p.captured = minor(CAPTURED + 1)),
    ];
    for (what, change) in changes {
        for (lookup, base) in [(Lookup::ByToken, listing()), (Lookup::Total, payment())] {
            let found = find(&lost(), &shown(change, base), &by(lookup));
            assert!(proves_nothing(&found), "{what}: {found:?}");
        }
    }
}

#[test]
fn a_list_that_lacks_a_refund_that_is_known_is_not_all() {
    let known = ProviderRefund {
        id: "re_9".parse().ok(),
        ..ProviderRefund::with_status(RefundStatus::Succeeded)
    };
    let evidence = vec![marked(0, 1), answered(1, 1, Outcome::Executed(known))];
    let before = refund(2, 500, evidence);
    let refused = plan_after(
        std::slice::from_ref(&before),
        &listing(),
        &request_of(1_000),
    );
    // As young as that, it may only not be shown yet.
    assert!(refused.is_ok(), "{refused:?}");
    let history = refundkit_core::plan::History::of([&before], at(3_600));
    assert!(reading::contradiction(&listing(), &history).is_some());
    let there = foreign(9, RefundStatus::Succeeded, 500);
    let whole = shown(
        |p| p.refunds = Some(ListedRefunds::whole(vec![there])),
        listing(),
    );
    assert_eq!(reading::contradiction(&whole, &history), None);
}

#[test]
fn our_token_in_another_form_is_perhaps_ours() {
    let mut operation = lost();
    operation.intent.key = "abcdefghijklmnopqrstuvwxyz234567".parse().unwrap();
    for text in [
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "abcdefghijklmnop",
        "by Ada: (abcdefghijklmnopqrstuvwxyz234567)",
    ] {
        // It was there before, or fails to be new: the reference alone tells.
        let mut seen = foreign(1, RefundStatus::Pending, 1_000);
        seen.references = [text].into_iter().collect();
        let payment = shown(
            |p| p.refunds = Some(ListedRefunds::whole(vec![seen])),
            listing(),
        );
        let found = find(&operation, &payment, &by(Lookup::ByToken));
        let Finding::Blocked(why) = found else {
            panic!("{text}: {found:?}");
        };
        assert!(
            why.contains("re_1") && why.contains("not quite ours"),
            "{why}"
        );
    }
}

#[test]
fn a_refund_that_is_new_and_nobodys_blocks_whatever_its_amount() {
    for units in [1, 999, 1_000, 5_000] {
        let seen = foreign(1, RefundStatus::Pending, units);
        let payment = shown(
            |p| p.refunds = Some(ListedRefunds::whole(vec![seen])),
            listing(),
        );
        let found = find(&lost(), &payment, &by(Lookup::ByToken));
        assert!(matches!(found, Finding::Blocked(_)), "{units}: {found:?}");
    }
}

#[test]
fn a_refund_that_was_there_before_or_is_another_operations_blocks_nothing() {
    let seen = foreign(1, RefundStatus::Succeeded, 1_000);
    let with = shown(
        |p| p.refunds = Some(ListedRefunds::whole(vec![seen])),
        listing(),
    );
    let planned = plan(&with, &request_of(1_000)).unwrap();
    let mut operation = lost();
    operation.intent.plan = refundkit_core::Plan::Refund(planned);
    assert_eq!(
        find(&operation, &with, &by(Lookup::ByToken)),
        Finding::Absent
    );
    // Without an id, one more than before is new.
    let mut nameless = foreign(1, RefundStatus::Succeeded, 1_000);
    nameless.id = None;
    let of = |number| {
        shown(
            |p| p.refunds = Some(ListedRefunds::whole(vec![nameless.clone(); number])),
            listing(),
        )
    };
    operation.intent.plan = refundkit_core::Plan::Refund(plan(&of(1), &request_of(1_000)).unwrap());
    let found = |number| find(&operation, &of(number), &by(Lookup::ByToken));
    assert_eq!(found(1), Finding::Absent);
    assert!(matches!(found(2), Finding::Blocked(_)));
}

#[test]
fn a_total_that_has_grown_by_ours_or_more_blocks_every_lookup() {
    for lookup in [Lookup::No, Lookup::ByToken, Lookup::Total] {
        let found = |units: i64| {
            let grown = shown(|p| p.refunded = Some(minor(units)), payment());
            find(&lost(), &grown, &by(lookup))
        };
        assert!(matches!(found(1_001), Finding::Blocked(_)), "{lookup:?}");
        assert!(!matches!(found(999), Finding::Blocked(_)), "{lookup:?}");
    }
}

#[test]
fn only_what_was_asked_for_is_a_reading() {
    let asked = "pay_2".parse().unwrap();
    let error = reading::about(&asked, payment()).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::AboutAnother);
    assert!(
        error.message.contains("pay_2") && error.message.contains("pay_1"),
        "{error}"
    );
    assert!(reading::about(&payment().id, payment()).is_ok());
    let fact = |id: Option<&str>| ProviderRefund {
        id: id.map(|id| id.parse().unwrap()),
        ..ProviderRefund::with_status(RefundStatus::Succeeded)
    };
    let asked = "re_1".parse().unwrap();
    let about = |id| reading::about_refund(&asked, fact(id)).map_err(|error| error.kind);
    assert!(about(Some("re_1")).is_ok() && about(None).is_ok());
    assert_eq!(about(Some("re_2")), Err(ReadErrorKind::AboutAnother));
}

fn dispute(stage: DisputeStage, amount: Option<i64>) -> Dispute {
    Dispute {
        id: Some("dp_1".to_owned()),
        stage,
        amount: amount.map(minor),
        created_at: None,
    }
}

#[test]
fn what_is_disputed_and_not_won_counts_as_gone() {
    let left = |disputes: Vec<Dispute>| {
        let disputed = shown(|p| p.disputes = Some(disputes), payment());
        plan(&disputed, &request()).map(|plan| plan.amount().minor().get())
    };
    assert_eq!(left(Vec::new()), Ok(CAPTURED));
    assert_eq!(left(vec![dispute(DisputeStage::Won, None)]), Ok(CAPTURED));
    for stage in [DisputeStage::Open, DisputeStage::Lost] {
        assert_eq!(left(vec![dispute(stage, Some(4_000))]), Ok(6_000));
        for amount in [None, Some(CAPTURED)] {
            let refused = left(vec![dispute(stage, amount)]).unwrap_err();
            assert!(matches!(refused, Refusal::Disputed { .. }), "{refused:?}");
        }
    }
}

#[test]
fn what_is_disputed_is_told_by_dispute_and_not_added_up() {
    let named = dispute(DisputeStage::Open, Some(CAPTURED));
    let mut lost = dispute(DisputeStage::Lost, None);
    lost.id = None;
    let won = dispute(DisputeStage::Won, Some(CAPTURED));
    let disputed = shown(|p| p.disputes = Some(vec![named, lost, won]), payment());
    let refused = plan(&disputed, &request()).unwrap_err().to_string();
    assert_eq!(
        refused,
        "payment pay_1 has nothing left to refund: dispute dp_1 is open, of 100.00 GBP; dispute is \
         lost, and no amount of it is told, so that all of the payment counts"
    );
}

#[test]
fn what_was_taken_since_it_was_planned_leaves_no_room_for_it() {
    let ready = refund(1, 6_000, Vec::new());
    let lost = refund(1, 6_000, vec![marked(0, 1), answered(1, 1, unknown())]);
    let by_others = |units| shown(|p| p.refunded = Some(minor(units)), payment());
    let disputed = |units| {
        let open = dispute(DisputeStage::Open, Some(units));
        shown(|p| p.disputes = Some(vec![open]), payment())
    };
    for lookup in [Lookup::No, Lookup::Total] {
        let blocked = |operation: &Operation, payment: &Payment| {
            matches!(find(operation, payment, &by(lookup)), Finding::Blocked(_))
        };
        assert!(!blocked(&ready, &by_others(4_000)), "{lookup:?}");
        assert!(blocked(&ready, &by_others(4_001)), "{lookup:?}");
        for operation in [&ready, &lost] {
            assert!(!blocked(operation, &disputed(4_000)), "{lookup:?}");
            assert!(blocked(operation, &disputed(4_001)), "{lookup:?}");
        }
    }
}

#[test]
fn where_disputes_are_shown_a_payment_without_them_is_no_whole_reading() {
    let can = able(|can| can.shows_disputes = true);
    let refused = plan_with(&can, &payment(), &request()).unwrap_err();
    assert!(matches!(refused, Refusal::Unclear { .. }), "{refused:?}");
    let told = shown(|p| p.disputes = Some(Vec::new()), payment());
    assert!(plan_with(&can, &told, &request()).is_ok());
}

#[test]
fn what_the_provider_can_not_count_is_refused_before_anything_is_written() {
    let can = able(|can| {
        let rule = refundkit_core::capabilities::Countable::in_steps_of(minor(100));
        can.amounts = [("GBP".parse().unwrap(), rule)].into_iter().collect();
    });
    let refused = plan_with(&can, &payment(), &request_of(1_050)).unwrap_err();
    assert!(
        matches!(refused, Refusal::Uncountable { .. }),
        "{refused:?}"
    );
    assert!(plan_with(&can, &payment(), &request_of(1_000)).is_ok());
    let odd = shown(|p| p.captured = minor(1_050), payment());
    let refused = plan_with(&can, &odd, &request()).unwrap_err();
    assert!(
        matches!(refused, Refusal::Uncountable { .. }),
        "all of it, too"
    );
}

#[test]
fn nothing_is_planned_outside_of_the_providers_window() {
    use refundkit_core::capabilities::Window;
    use std::time::Duration;
    let days = |days: u64| Some(Duration::from_secs(days * 24 * 60 * 60));
    let can = able(|can| {
        can.windows = vec![
            Window {
                method: None,
                from: None,
                until: days(30),
            },
            Window {
                method: Some("sepa".into()),
                from: days(2),
                until: days(10),
            },
        ];
    });
    let made = shown(|p| p.created_at = Some(at(0)), payment());
    let planned = |payment: &Payment, day: i64| {
        let history = refundkit_core::plan::History::of([], at(day * 24 * 60 * 60 + 1));
        refundkit_core::plan::plan_refund(payment, &history, &request(), &can)
    };
    assert!(planned(&made, 29).is_ok());
    assert!(matches!(planned(&made, 30), Err(Refusal::TooLate { .. })));
    let sepa = shown(|p| p.method = Some("sepa".to_owned()), made.clone());
    assert!(planned(&sepa, 2).is_ok());
    assert!(matches!(planned(&sepa, 10), Err(Refusal::TooLate { .. })));
    let Err(Refusal::TooEarly { begins, .. }) = planned(&sepa, 1) else {
        panic!("it is too early");
    };
    assert_eq!(begins, at(2 * 24 * 60 * 60), "it says when");
    assert!(
        planned(&payment(), 1_000).is_ok(),
        "nobody knows when it was made"
    );
}
