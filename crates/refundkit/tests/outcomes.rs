//! What becomes of an operation and its money, for every way in which a send can end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::time::Duration;

use common::{Fault, Scene, all_left, authorized, capabilities, keyless, name, refund, reversal};
use refundkit::core::capabilities::{Idempotency, Lookup, OnRepeat};
use refundkit::core::operation::Fact;
use refundkit::core::{Outcome, RefundStatus};
use refundkit::{Capabilities, Error, Operation, RefundRequest, Refusal, State};

fn forty() -> RefundRequest {
    refund("key-1", "40.00 GBP")
}

impl Scene {
    async fn refund(&self, request: &RefundRequest) -> Operation {
        self.refunds.refund(&name(), request).await.unwrap()
    }

    /// Asks for money that is there only where nothing else holds it.
    async fn refuses_the_rest(&self) -> Refusal {
        let over = refund("key-other", "10.01 GBP");
        match self.refunds.refund(&name(), &over).await {
            Err(Error::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_executed_refund_succeeds_and_its_money_is_gone() {
    let scene = Scene::new(capabilities());
    let done = scene.refund(&forty()).await;
    assert_eq!(done.state(), State::Succeeded);
    assert_eq!(done.summary().refund().unwrap().as_str(), "rf_1");
    assert!(matches!(
        scene.refuses_the_rest().await,
        Refusal::OverRefund { .. }
    ));
    assert_eq!(scene.fake.returned("pi_1"), 4000);
}

#[tokio::test]
async fn all_that_is_left_is_what_earlier_refunds_have_left() {
    let scene = Scene::new(capabilities());
    scene.refund(&forty()).await;
    let rest = scene.refund(&all_left("key-2")).await;
    assert_eq!(rest.intent.plan.amount().minor().get(), 1000);
    assert_eq!(scene.fake.returned("pi_1"), 5000);
    let none = scene.refunds.refund(&name(), &all_left("key-3")).await;
    assert!(matches!(none, Err(Error::Refused(_))), "{none:?}");
}

#[tokio::test]
async fn a_pending_refund_is_accepted_and_its_money_held() {
    let scene = Scene::new(capabilities());
    scene.fake.faults([Fault::Status(RefundStatus::Pending)]);
    assert_eq!(scene.refund(&forty()).await.state(), State::Accepted);
    assert!(matches!(
        scene.refuses_the_rest().await,
        Refusal::OverRefund { .. }
    ));
    assert_eq!(scene.refund(&forty()).await.state(), State::Accepted);
    assert_eq!(scene.fake.sends(), 1, "what was taken on isn't sent again");
}

#[tokio::test]
async fn a_pending_refund_blocks_a_second_where_only_one_may_be_open() {
    let scene = Scene::new(Capabilities {
        one_open_refund: true,
        ..capabilities()
    });
    scene.fake.faults([Fault::Status(RefundStatus::Pending)]);
    let first = scene.refund(&forty()).await;
    let second = refund("key-2", "1.00 GBP");
    match scene.refunds.refund(&name(), &second).await {
        Err(Error::Refused(Refusal::UnderWay { operation, .. })) => {
            assert_eq!(operation, first.intent.id);
        }
        other => panic!("{other:?}"),
    }
    scene.fake.turn(&RefundStatus::Succeeded);
    assert_eq!(scene.refund(&second).await.state(), State::Succeeded);
    let first = scene.refunds.status(&first.intent.id).await.unwrap();
    assert_eq!(first.state(), State::Succeeded);
}

#[tokio::test]
async fn an_unknown_word_of_the_provider_is_never_taken_for_success() {
    let scene = Scene::new(capabilities());
    let word = RefundStatus::Other("on_hold_by_moon".to_owned());
    scene.fake.faults([Fault::Status(word)]);
    assert_eq!(scene.refund(&forty()).await.state(), State::Accepted);
}

#[tokio::test]
async fn a_refund_that_the_provider_refuses_frees_its_money() {
    let scene = Scene::new(capabilities());
    scene.fake.faults([Fault::Refuse]);
    assert_eq!(scene.refund(&forty()).await.state(), State::Rejected);
    let other = scene.refund(&refund("key-2", "50.00 GBP")).await;
    assert_eq!(other.state(), State::Succeeded);
    assert_eq!(scene.refund(&forty()).await.state(), State::Rejected);
    assert_eq!(scene.fake.sends(), 2, "the refused one isn't sent again");
    assert_eq!(scene.fake.returned("pi_1"), 5000);
}

#[tokio::test]
async fn a_refund_that_fails_at_the_provider_frees_its_money() {
    let scene = Scene::new(capabilities());
    scene.fake.faults([Fault::Status(RefundStatus::Failed)]);
    assert_eq!(scene.refund(&forty()).await.state(), State::Failed);
    let other = scene.refund(&refund("key-2", "50.00 GBP")).await;
    assert_eq!(other.state(), State::Succeeded);
}

#[tokio::test]
async fn a_refund_that_was_not_sent_is_ready_holds_its_money_and_goes_out_with_the_same_key() {
    let scene = Scene::new(capabilities());
    scene.fake.faults([Fault::NotSent]);
    assert_eq!(scene.refund(&forty()).await.state(), State::Ready);
    assert_eq!(scene.fake.sends(), 1, "one call tries an unsent one once");
    assert!(matches!(
        scene.refuses_the_rest().await,
        Refusal::OverRefund { .. }
    ));
    assert_eq!(scene.refund(&forty()).await.state(), State::Succeeded);
    let keys = scene.fake.keys();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(scene.fake.returned("pi_1"), 4000);
}

#[tokio::test]
async fn a_refund_that_was_turned_away_unread_is_ready_even_without_a_key() {
    let scene = Scene::new(keyless());
    scene.fake.faults([Fault::Busy]);
    assert_eq!(scene.refund(&forty()).await.state(), State::Ready);
    assert_eq!(scene.refund(&forty()).await.state(), State::Succeeded);
    assert_eq!(scene.fake.returned("pi_1"), 4000);
}

#[tokio::test]
async fn a_lost_answer_with_a_key_is_looked_for_first_and_found() {
    let scene = Scene::new(capabilities());
    scene.fake.faults([Fault::LoseAnswer]);
    let done = scene.refund(&forty()).await;
    assert_eq!(done.state(), State::Succeeded);
    assert_eq!(scene.fake.calls(), ["payment", "refund", "payment"]);
    assert_eq!(scene.fake.ledger().len(), 1);
    assert_eq!(scene.fake.returned("pi_1"), 4000);
}

#[tokio::test]
async fn a_lost_answer_that_no_reading_shows_yet_is_sent_again_and_has_one_effect() {
    let scene = Scene::new(capabilities());
    scene.fake.stale(true);
    scene.fake.faults([Fault::LoseAnswer]);
    let done = scene.refund(&forty()).await;
    assert_eq!(done.state(), State::Succeeded);
    assert_eq!(scene.fake.sends(), 2);
    assert_eq!(scene.fake.ledger().len(), 1);
    assert_eq!(scene.fake.returned("pi_1"), 4000);
}

#[tokio::test]
async fn a_lost_request_with_a_key_is_sent_again_and_has_one_effect() {
    let scene = Scene::new(capabilities());
    scene.fake.faults([Fault::LoseRequest]);
    assert_eq!(scene.refund(&forty()).await.state(), State::Succeeded);
    assert_eq!(scene.fake.sends(), 2);
    assert_eq!(scene.fake.returned("pi_1"), 4000);
}

#[tokio::test]
async fn a_server_error_is_unknown_whether_or_not_it_had_an_effect() {
    for fault in [Fault::ServerError, Fault::ServerErrorAfterEffect] {
        let scene = Scene::new(capabilities());
        scene.fake.faults([fault.clone()]);
        let done = scene.refund(&forty()).await;
        assert_eq!(done.state(), State::Succeeded, "{fault:?}");
        assert!(
            done.evidence.iter().any(|evidence| matches!(
                &evidence.fact,
                Fact::Answered {
                    attempt: 1,
                    outcome: Outcome::Unknown { .. },
                    ..
                }
            )),
            "{fault:?}: {done:?}"
        );
        assert_eq!(scene.fake.returned("pi_1"), 4000, "{fault:?}");
    }
}

#[tokio::test]
async fn a_key_that_conflicts_is_looked_up_instead_of_sent_a_third_time() {
    let conflicting = Idempotency::Key {
        lifetime: None,
        on_repeat: OnRepeat::Conflict,
    };
    let scene = Scene::new(Capabilities {
        refund_key: conflicting,
        ..capabilities()
    });
    scene.fake.stale(true);
    scene.fake.faults([Fault::LoseAnswer]);
    let open = scene.refund(&forty()).await;
    assert_eq!(open.state(), State::Unknown);
    assert_eq!(
        scene.fake.calls(),
        ["payment", "refund", "payment", "refund", "payment"]
    );
    scene.fake.stale(false);
    assert_eq!(scene.refund(&forty()).await.state(), State::Succeeded);
    assert_eq!(scene.fake.sends(), 2);
    assert_eq!(scene.fake.returned("pi_1"), 4000);
}

#[tokio::test]
async fn a_lost_answer_without_a_key_is_found_by_its_token_and_sent_once() {
    let scene = Scene::new(keyless());
    scene.fake.faults([Fault::LoseAnswer]);
    let done = scene.refund(&forty()).await;
    assert_eq!(done.state(), State::Succeeded);
    assert_eq!(done.summary().refund().unwrap().as_str(), "rf_1");
    assert_eq!(scene.fake.calls(), ["payment", "refund", "payment"]);
    assert_eq!(scene.fake.returned("pi_1"), 4000);
}

#[tokio::test]
async fn a_lost_answer_without_a_key_and_with_a_stale_list_holds_the_money() {
    let scene = Scene::new(keyless());
    scene.fake.faults([Fault::LoseAnswer]);
    scene.fake.stale(true);
    assert_eq!(scene.refund(&forty()).await.state(), State::Unknown);
    assert!(matches!(
        scene.refuses_the_rest().await,
        Refusal::OverRefund { .. }
    ));
    assert_eq!(scene.refund(&forty()).await.state(), State::Unknown);
    assert_eq!(scene.fake.sends(), 1);
    scene.fake.stale(false);
    assert_eq!(scene.refund(&forty()).await.state(), State::Succeeded);
    assert_eq!(scene.fake.sends(), 1);
}

#[tokio::test]
async fn an_unknown_refund_blocks_a_second_one_even_of_money_that_is_left() {
    let scene = Scene::new(keyless());
    scene.fake.faults([Fault::LoseAnswer]);
    scene.fake.stale(true);
    let unknown = scene.refund(&forty()).await;
    let small = refund("key-2", "1.00 GBP");
    match scene.refunds.refund(&name(), &small).await {
        Err(Error::Refused(Refusal::UnderWay { operation, .. })) => {
            assert_eq!(operation, unknown.intent.id);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(scene.fake.sends(), 1);
}

#[tokio::test]
async fn the_next_refund_settles_an_unknown_one_by_its_reading_first() {
    let scene = Scene::new(keyless());
    scene.fake.faults([Fault::LoseAnswer]);
    scene.fake.stale(true);
    let unknown = scene.refund(&forty()).await;
    scene.fake.stale(false);
    let rest = scene.refund(&all_left("key-2")).await;
    assert_eq!(rest.intent.plan.amount().minor().get(), 1000);
    let settled = scene.refunds.status(&unknown.intent.id).await.unwrap();
    assert_eq!(settled.state(), State::Succeeded);
    assert_eq!(scene.fake.returned("pi_1"), 5000);
}

#[tokio::test]
async fn a_lost_answer_is_found_in_the_payments_total_where_there_is_no_list() {
    let scene = Scene::new(Capabilities {
        lookup: Lookup::Total,
        ..keyless()
    });
    scene.fake.faults([Fault::LoseAnswer]);
    assert_eq!(scene.refund(&forty()).await.state(), State::Succeeded);
    assert_eq!(scene.fake.sends(), 1);
}

#[tokio::test]
async fn a_lost_request_without_a_key_goes_out_again_only_after_two_late_readings_without_it() {
    let scene = Scene::new(keyless());
    scene.fake.faults([Fault::LoseRequest]);
    assert_eq!(scene.refund(&forty()).await.state(), State::Unknown);
    scene.clock.advance_minutes(14);
    assert_eq!(scene.refund(&forty()).await.state(), State::Unknown);
    scene.clock.advance_minutes(1);
    assert_eq!(scene.refund(&forty()).await.state(), State::Unknown);
    scene.clock.advance(Duration::from_secs(59));
    assert_eq!(scene.refund(&forty()).await.state(), State::Unknown);
    assert_eq!(scene.fake.sends(), 1, "readings too close count as one");
    scene.clock.advance(Duration::from_secs(1));
    assert_eq!(scene.refund(&forty()).await.state(), State::Succeeded);
    let keys = scene.fake.keys();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(scene.fake.returned("pi_1"), 4000);
}

#[tokio::test]
async fn a_payment_that_cannot_be_read_leaves_the_refund_unknown() {
    let scene = Scene::new(keyless());
    scene.fake.faults([Fault::LoseAnswer]);
    scene.fake.stale(true);
    assert_eq!(scene.refund(&forty()).await.state(), State::Unknown);
    scene.fake.stale(false);
    scene.fake.down(true);
    assert_eq!(scene.refund(&forty()).await.state(), State::Unknown);
    scene.fake.down(false);
    assert_eq!(scene.refund(&forty()).await.state(), State::Succeeded);
    assert_eq!(scene.fake.returned("pi_1"), 4000);
}

#[tokio::test]
async fn an_answer_for_another_amount_parks_the_operation_and_holds_its_money() {
    let scene = Scene::new(capabilities());
    scene.fake.faults([Fault::OtherAmount]);
    let parked = scene.refund(&forty()).await;
    assert_eq!(parked.state(), State::Parked);
    assert_eq!(
        parked.summary().contradiction(),
        Some("it is for 4001 minor units instead of 4000")
    );
    assert!(matches!(
        scene.refuses_the_rest().await,
        Refusal::OverRefund { .. }
    ));
    assert_eq!(scene.refund(&forty()).await.state(), State::Parked);
    assert_eq!(scene.fake.sends(), 1, "what waits for a person isn't sent");
}

#[tokio::test]
async fn a_failure_after_success_is_failed_late_and_frees_the_money() {
    let scene = Scene::new(capabilities());
    let done = scene.refund(&forty()).await;
    assert_eq!(done.state(), State::Succeeded);
    scene.clock.advance_minutes(60);
    scene.fake.turn(&RefundStatus::Failed);
    let late = scene.refunds.refresh(&done.intent.id).await.unwrap();
    assert_eq!(late.state(), State::FailedLate);
    assert_eq!(scene.refund(&forty()).await.state(), State::FailedLate);
    assert_eq!(scene.fake.sends(), 1);
    let other = scene.refund(&refund("key-2", "50.00 GBP")).await;
    assert_eq!(other.state(), State::Succeeded);
    assert_eq!(scene.fake.returned("pi_1"), 5000);
}

#[tokio::test]
async fn a_lost_reversal_without_a_key_is_found_in_its_payment_and_sent_once() {
    let scene = Scene::with(keyless(), vec![authorized("pi_1")]);
    scene.fake.faults([Fault::LoseAnswer]);
    let done = scene
        .refunds
        .reverse(&name(), &reversal("key-1"))
        .await
        .unwrap();
    assert_eq!(done.state(), State::Succeeded);
    assert_eq!(scene.fake.calls(), ["payment", "reverse", "payment"]);
}
