//! A provider that shows no payments: planned by the caller's word, and never read in vain.
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

use common::{Fault, Scene, all_left, capabilities, name, refund, resolve, reversal, unseen};
use refundkit::core::RefundStatus;
use refundkit::core::capabilities::Idempotency;
use refundkit::core::operation::Decision;
use refundkit::core::ports::ReadErrorKind;
use refundkit::{Capabilities, Coded, Error, Kind, Operation, RefundCommand, RefundRequest, State};

fn paid(request: RefundRequest) -> RefundRequest {
    request.paid("50.00 GBP".parse().unwrap())
}

fn ten() -> RefundRequest {
    paid(refund("key-1", "10.00 GBP"))
}

fn keyless() -> Capabilities {
    Capabilities {
        refund_key: Idempotency::None,
        ..unseen()
    }
}

async fn done(scene: &Scene, request: &RefundRequest) -> Operation {
    scene.refunds.refund(&name(), request).await.unwrap()
}

/// Nothing but refunds was asked of the provider.
fn only_refunds(scene: &Scene) {
    assert!(
        !scene.fake.calls().contains(&"payment"),
        "{:?}",
        scene.fake.calls()
    );
}

#[tokio::test]
async fn a_refund_goes_out_without_a_reading() {
    let scene = Scene::new(unseen());
    assert_eq!(done(&scene, &ten()).await.state(), State::Succeeded);
    let rest = done(&scene, &paid(all_left("key-2"))).await;
    assert_eq!(rest.intent.plan.amount(), "40.00 GBP".parse().unwrap());
    let over = scene
        .refunds
        .refund(&name(), &paid(refund("key-3", "0.01 GBP")))
        .await;
    assert!(matches!(over, Err(Error::Refused(_))), "{over:?}");
    assert_eq!(scene.fake.returned("pi_1"), 5000);
    assert_eq!(scene.fake.calls(), ["refund", "refund"]);
}

#[tokio::test]
async fn what_was_paid_is_said_where_it_is_needed_and_nowhere_else() {
    let seen = Scene::new(capabilities());
    let hidden = Scene::new(unseen());
    for (scene, request) in [(&seen, ten()), (&hidden, refund("key-1", "10.00 GBP"))] {
        for ask in [
            RefundCommand::Refund(request.clone()),
            RefundCommand::ReverseOrRefund(request),
        ] {
            let refused = scene.refunds.plan(&name(), &ask).await.unwrap_err();
            assert_eq!(refused.code().as_str(), "RK1217", "{refused}");
        }
        assert!(scene.fake.calls().is_empty());
    }
}

#[tokio::test]
async fn the_smaller_of_two_stated_sums_counts_whoever_comes_first() {
    let scene = Scene::new(unseen());
    let with =
        |key: &str, amount: &str, paid: &str| refund(key, amount).paid(paid.parse().unwrap());
    done(&scene, &with("key-1", "10.00 GBP", "30.00 GBP")).await;
    let more = with("key-2", "20.01 GBP", "50.00 GBP");
    let refused = scene.refunds.refund(&name(), &more).await.unwrap_err();
    assert_eq!(refused.code().as_str(), "RK1203", "{refused}");
    done(&scene, &with("key-3", "20.00 GBP", "50.00 GBP")).await;
    assert_eq!(scene.fake.returned("pi_1"), 3000);
    // Another sum under the same key is another request.
    let reused = scene
        .refunds
        .refund(&name(), &with("key-1", "10.00 GBP", "31.00 GBP"))
        .await;
    assert!(matches!(reused, Err(Error::KeyReused { .. })), "{reused:?}");
}

#[tokio::test]
async fn there_is_no_reversal_and_either_of_both_is_the_refund() {
    let scene = Scene::new(unseen());
    let refused = scene
        .refunds
        .reverse(&name(), &reversal("key-1"))
        .await
        .unwrap_err();
    assert_eq!(refused.code().as_str(), "RK1215");
    let either = scene
        .refunds
        .reverse_or_refund(&name(), &paid(all_left("key-1")))
        .await
        .unwrap();
    assert_eq!(either.intent.plan.kind(), Kind::Refund);
    assert_eq!(either.state(), State::Succeeded);
    only_refunds(&scene);
}

#[tokio::test]
async fn a_lost_one_is_sent_again_under_its_key_while_the_key_is_known() {
    let scene = Scene::new(unseen());
    scene.fake.faults([Fault::LoseAnswer, Fault::LoseAnswer]);
    let lost = done(&scene, &ten()).await;
    assert_eq!((lost.state(), scene.fake.sends()), (State::Unknown, 2));
    scene.clock.advance_minutes(50);
    let found = scene.restarted().resume_one(&lost.intent.id).await.unwrap();
    assert_eq!((found.state(), scene.fake.sends()), (State::Succeeded, 3));
    assert_eq!(scene.fake.ledger().len(), 1);
    only_refunds(&scene);
}

#[tokio::test]
async fn after_that_it_waits_for_a_person_and_not_for_ever() {
    for (capabilities, sends) in [(unseen(), 2), (keyless(), 1)] {
        for asked in [true, false] {
            let scene = Scene::new(capabilities.clone());
            scene.fake.faults(vec![Fault::LoseRequest; sends]);
            // More than half of what was paid: no reason to send it once more.
            let lost = done(&scene, &paid(refund("key-1", "40.00 GBP"))).await;
            let id = &lost.intent.id;
            assert_eq!((lost.state(), scene.fake.sends()), (State::Unknown, sends));
            scene.clock.advance_minutes(12 * 60);
            let parked = if asked {
                scene.refunds.refresh(id).await.unwrap()
            } else {
                scene.refunds.resume_one(id).await.unwrap()
            };
            assert_eq!((parked.state(), scene.fake.sends()), (State::Parked, sends));
            assert_eq!(scene.refunds.refresh(id).await.unwrap(), parked);
            let ready = resolve(&scene.refunds, id, Decision::Ready).await;
            assert_eq!(ready.unwrap().state(), State::Ready);
            let sent = scene.refunds.resume_one(id).await.unwrap();
            assert_eq!(sent.state(), State::Succeeded);
            assert_eq!(scene.fake.returned("pi_1"), 4000);
            only_refunds(&scene);
        }
    }
}

/// The provider may let go of more than the caller says was paid.
#[tokio::test]
async fn what_the_caller_says_was_paid_is_no_reason_to_send_it_once_more() {
    let scene = Scene::new(Capabilities {
        enforces_cap: true,
        ..keyless()
    });
    scene.fake.faults([Fault::LoseAnswer]);
    let less = refund("key-1", "20.00 GBP").paid("30.00 GBP".parse().unwrap());
    let lost = done(&scene, &less).await;
    assert_eq!((lost.state(), scene.fake.sends()), (State::Unknown, 1));
    for _ in 0..4 {
        scene.clock.advance_minutes(20);
        scene.refunds.resume_one(&lost.intent.id).await.unwrap();
    }
    let parked = scene.refunds.status(&lost.intent.id).await.unwrap();
    assert_eq!((parked.state(), scene.fake.sends()), (State::Parked, 1));
    assert_eq!(scene.fake.returned("pi_1"), 2000);
    only_refunds(&scene);
}

#[tokio::test]
async fn one_that_was_not_sent_goes_out_when_it_is_resumed() {
    let scene = Scene::new(unseen());
    scene.fake.faults([Fault::NotSent]);
    let ready = done(&scene, &ten()).await;
    assert_eq!(ready.state(), State::Ready);
    scene.clock.advance_minutes(3 * 24 * 60);
    let resumed = scene.restarted().resume().await.unwrap();
    assert_eq!(resumed[0].state(), State::Succeeded);
    only_refunds(&scene);
}

#[tokio::test]
async fn one_that_was_taken_on_is_asked_about_by_its_id_or_stays_as_it_is() {
    for mute in [false, true] {
        let scene = Scene::new(unseen());
        scene.fake.faults([Fault::Status(RefundStatus::Pending)]);
        let taken = done(&scene, &ten()).await;
        assert_eq!(taken.state(), State::Accepted);
        scene.fake.turn(&RefundStatus::Succeeded);
        if mute {
            scene.fake.mute();
        }
        let asked = scene.refunds.refresh(&taken.intent.id).await.unwrap();
        if mute {
            assert_eq!(asked, taken);
            // Its end needn't be known for the next one.
            done(&scene, &paid(all_left("key-2"))).await;
            assert_eq!(scene.fake.returned("pi_1"), 5000);
        } else {
            assert_eq!(asked.state(), State::Succeeded);
        }
        only_refunds(&scene);
    }
}

#[tokio::test]
async fn one_without_a_status_comes_to_rest() {
    let scene = Scene::new(unseen());
    scene.fake.faults([Fault::Status(RefundStatus::Unstated)]);
    let taken = done(&scene, &ten()).await;
    assert_eq!(taken.state(), State::Accepted);
    assert_eq!(done(&scene, &ten()).await, taken);
    only_refunds(&scene);
}

#[tokio::test]
async fn its_payments_can_not_be_read() {
    let scene = Scene::new(unseen());
    let payment = "pi_1".parse().unwrap();
    match scene.refunds.payment(&name(), &payment).await {
        Err(Error::Read(error)) => assert_eq!(error.kind, ReadErrorKind::Unsupported),
        other => panic!("{other:?}"),
    }
}
