//! Messages that come after another send has followed the one that they tell of.
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

use common::{absent, answered, at, decided, evidence, fact, marked, refund, token, unknown};
use refundkit_core::ProviderRefund;
use refundkit_core::operation::Decision;
use refundkit_core::webhook::{Consequence, EventContent, consequence};
use refundkit_core::{Evidence, Fact, Operation, Outcome, RefundStatus, State};

/// Our refund of this id, made at `made`, as a message tells of it.
fn message(id: &str, status: RefundStatus, made: Option<i64>) -> EventContent {
    EventContent::Refund(Box::new(ProviderRefund {
        payment: Some("pay_1".parse().unwrap()),
        currency: None,
        id: id.parse().ok(),
        token: Some(token(1)),
        created_at: made.map(at),
        ..ProviderRefund::with_status(status)
    }))
}

fn tell(operation: &mut Operation, news: &EventContent) -> Consequence {
    let told = consequence(std::slice::from_ref(operation), news);
    if let Some((_, fact)) = &told.fact {
        operation.evidence.push(evidence(3_000, fact.clone()));
    }
    told
}

/// A first attempt that was lost and given up in one of three ways, and a second that is open.
fn sent_twice() -> Vec<Operation> {
    let first = vec![marked(1, 1), answered(2, 1, unknown())];
    let ends: [Vec<Evidence>; 3] = [
        vec![absent(2_000, 1), absent(2_100, 1)],
        vec![evidence(2_000, Fact::NoRoom { attempt: 1 })],
        vec![decided(2_000, 1, Decision::Ready)],
    ];
    let open = [
        vec![marked(2_200, 2)],
        vec![marked(2_200, 2), answered(2_300, 2, unknown())],
    ];
    let both = ends
        .iter()
        .flat_map(|end| open.iter().map(move |open| (end, open)));
    both.map(|(end, open)| refund(1, 6_000, [first.as_slice(), end, open].concat()))
        .collect()
}

#[test]
fn what_became_of_an_earlier_send_ends_no_open_one() {
    for operation in sent_twice() {
        let before = operation.state();
        for status in [RefundStatus::Failed, RefundStatus::Pending] {
            // Made by the first attempt, or at a time that nobody tells.
            for made in [Some(30), None] {
                let mut operation = operation.clone();
                let told = tell(&mut operation, &message("re_1", status.clone(), made));
                assert_eq!(
                    (told.fact, told.refresh),
                    (None, true),
                    "{status:?}, {made:?}"
                );
                assert_eq!(operation.state(), before);
            }
        }
    }
}

#[test]
fn that_an_earlier_send_succeeded_keeps_the_money_held() {
    for mut operation in sent_twice() {
        tell(
            &mut operation,
            &message("re_1", RefundStatus::Succeeded, Some(30)),
        );
        assert_eq!(operation.state(), State::Succeeded);
    }
}

#[test]
fn a_refund_that_was_made_since_the_open_send_is_its_own() {
    // A provider's clock may be behind ours.
    for made in [2_000, 2_200, 2_260] {
        for operation in sent_twice() {
            let mut failed = operation.clone();
            tell(
                &mut failed,
                &message("re_2", RefundStatus::Failed, Some(made)),
            );
            assert_eq!(failed.state(), State::Failed);
            let mut late = operation;
            tell(
                &mut late,
                &message("re_2", RefundStatus::Succeeded, Some(made)),
            );
            late.evidence.last_mut().unwrap().at = at(2_400);
            tell(
                &mut late,
                &message("re_2", RefundStatus::Failed, Some(made)),
            );
            late.evidence.last_mut().unwrap().at = at(3_300);
            assert_eq!(late.state(), State::FailedLate);
        }
    }
}

#[test]
fn a_refund_of_the_open_sends_own_answer_is_its_own() {
    for mut operation in sent_twice() {
        let named = ProviderRefund {
            id: "re_2".parse().ok(),
            ..fact(RefundStatus::Pending)
        };
        let answer = answered(2_400, 2, Outcome::Accepted(named));
        operation.evidence.push(answer);
        tell(&mut operation, &message("re_2", RefundStatus::Failed, None));
        assert_eq!(operation.state(), State::Failed);
    }
}

#[test]
fn a_message_about_the_only_send_counts_whenever_its_refund_was_made() {
    let first = vec![marked(1, 1), answered(2, 1, unknown())];
    for made in [None, Some(30)] {
        let mut operation = refund(1, 6_000, first.clone());
        tell(&mut operation, &message("re_1", RefundStatus::Failed, made));
        assert_eq!(operation.state(), State::Failed);
    }
}

/// The second send was taken on, and its answer doesn't say as which refund.
fn taken_on_unnamed(status: RefundStatus) -> Vec<Operation> {
    let mut operations = sent_twice();
    for operation in &mut operations {
        let answer = answered(2_400, 2, Outcome::Accepted(fact(status.clone())));
        operation.evidence.push(answer);
    }
    operations
}

#[test]
fn what_became_of_an_earlier_send_ends_no_later_one_whose_refund_has_no_name() {
    for answer in [RefundStatus::Pending, RefundStatus::Succeeded] {
        for mut operation in taken_on_unnamed(answer) {
            let before = operation.state();
            for made in [Some(30), None] {
                let told = tell(&mut operation, &message("re_1", RefundStatus::Failed, made));
                assert_eq!((told.fact, told.refresh), (None, true), "{made:?}");
                assert_eq!(operation.state(), before);
            }
            let own = message("re_2", RefundStatus::Failed, Some(2_200));
            tell(&mut operation, &own);
            operation.evidence.last_mut().unwrap().at = at(3_300);
            assert!(!operation.state().holds_money());
        }
    }
}

#[test]
fn an_attempt_that_did_not_leave_does_not_close_the_send_that_it_repeats() {
    let nothing = || "the connection was refused".to_owned();
    let repeats = [
        Outcome::NotSent { why: nothing() },
        Outcome::Refused {
            status: 400,
            code: None,
            message: None,
        },
    ];
    for repeat in repeats {
        for mut operation in sent_twice() {
            let more = [
                answered(2_350, 2, unknown()),
                marked(2_400, 3),
                answered(2_450, 3, repeat.clone()),
            ];
            operation.evidence.extend(more);
            assert_eq!(operation.state(), State::Unknown);
            let failed = message("re_1", RefundStatus::Failed, None);
            let told = tell(&mut operation, &failed);
            assert_eq!((told.fact, told.refresh), (None, true), "{repeat:?}");
            assert_eq!(operation.state(), State::Unknown);
        }
    }
}
