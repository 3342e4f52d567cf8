//! What an answer, a reading or a person's word can do, and what none of them can.
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

use common::{Fault, Meanwhile, Scene, capabilities, captured, keyless, name, refund, resolve};
use refundkit::core::ProviderRefund;
use refundkit::core::capabilities::USUALLY_SETTLED;
use refundkit::core::operation::{Decision, Fact, Source};
use refundkit::core::timing::QUIESCENCE;
use refundkit::core::{Outcome, RefundStatus};
use refundkit::{Error, Operation, RefundRequest, State};

fn ten(key: &str) -> RefundRequest {
    refund(key, "10.00 GBP")
}

fn of(key: &str, payment: &str) -> RefundRequest {
    RefundRequest::new(payment.parse().unwrap(), key.parse().unwrap())
        .amount("10.00 GBP".parse().unwrap())
}

async fn refunded(scene: &Scene, request: &RefundRequest) -> Operation {
    scene.refunds.refund(&name(), request).await.unwrap()
}

async fn decide(
    scene: &Scene,
    operation: &Operation,
    decision: Decision,
) -> Result<Operation, Error> {
    resolve(&scene.refunds, &operation.intent.id, decision).await
}

fn undecidable(resolved: &Result<Operation, Error>) -> bool {
    matches!(resolved, Err(Error::NotDecidable { .. }))
}

#[tokio::test]
async fn a_wait_holds_for_the_operation_for_its_account_and_for_later_processes() {
    let payments = ["pi_1", "pi_2"].map(captured);
    let scene = Scene::with(keyless(), payments.into());
    scene.fake.faults([Fault::Wait(Duration::from_secs(600))]);
    let first = refunded(&scene, &ten("key-1")).await;
    assert_eq!(
        first.state(),
        State::Ready,
        "nothing moved, and its money is held"
    );
    let second = refunded(&scene, &of("key-2", "pi_2")).await;
    assert_eq!(second.state(), State::Ready);
    refunded(&scene, &ten("key-1")).await;
    let restarted = scene.restarted();
    restarted
        .refund(&name(), &of("key-2", "pi_2"))
        .await
        .unwrap();
    assert_eq!(
        scene.fake.sends(),
        1,
        "nobody sends before the account wants it"
    );
    scene.clock.advance_minutes(10);
    for request in [ten("key-1"), of("key-2", "pi_2")] {
        let done = restarted.refund(&name(), &request).await.unwrap();
        assert_eq!(done.state(), State::Succeeded);
    }
    assert_eq!(scene.fake.sends(), 3);
}

#[tokio::test]
async fn the_account_waits_whatever_a_429_says_of_the_refund() {
    let mut undocumented = keyless();
    undocumented.answers.clear();
    for fault in [Fault::Wait, Fault::Page] {
        let scene = Scene::with(undocumented.clone(), ["pi_1", "pi_2"].map(captured).into());
        scene.fake.faults([fault(Duration::from_secs(600))]);
        let first = refunded(&scene, &ten("key-1")).await;
        assert_eq!(first.state(), State::Unknown);
        let second = refunded(&scene, &of("key-2", "pi_2")).await;
        assert_eq!((second.state(), scene.fake.sends()), (State::Ready, 1));
        scene.clock.advance_minutes(10);
        let second = refunded(&scene, &of("key-2", "pi_2")).await;
        assert_eq!(second.state(), State::Succeeded);
    }
}

#[tokio::test]
async fn an_error_that_nobody_knows_is_met_twice_and_then_a_person_is_asked() {
    for (capabilities, minutes) in [
        (keyless(), vec![16, 2, 16, 2, 60]),
        (capabilities(), vec![1]),
    ] {
        let scene = Scene::new(capabilities);
        scene.fake.faults(vec![Fault::Unlisted; 12]);
        let mut open = refunded(&scene, &ten("key-1")).await;
        for minutes in minutes {
            scene.clock.advance_minutes(minutes);
            open = scene.refunds.resume_one(&open.intent.id).await.unwrap();
        }
        assert_eq!((open.state(), scene.fake.sends()), (State::Parked, 2));
        let parked = open.summary();
        let why = parked.parked_because().unwrap();
        assert!(why.contains("an error that its list doesn't have"), "{why}");
    }
}

#[tokio::test]
async fn what_was_not_sent_is_not_sent_once_its_payment_is_disputed() {
    for capabilities in [keyless(), capabilities()] {
        let scene = Scene::new(capabilities);
        scene.fake.faults([Fault::Busy]);
        let held = refunded(&scene, &ten("key-1")).await;
        assert_eq!((held.state(), scene.fake.sends()), (State::Ready, 1));
        scene.fake.dispute("pi_1");
        scene.clock.advance_minutes(10);
        let parked = scene.refunds.resume_one(&held.intent.id).await.unwrap();
        assert_eq!((parked.state(), scene.fake.sends()), (State::Parked, 1));
    }
}

#[tokio::test]
async fn what_is_on_its_way_for_too_long_waits_for_a_person_though_nobody_answers() {
    let scene = Scene::new(capabilities());
    scene.fake.faults([Fault::Status(RefundStatus::Pending)]);
    let accepted = refunded(&scene, &ten("key-1")).await;
    assert_eq!(accepted.state(), State::Accepted);
    scene.fake.down(true);
    let id = &accepted.intent.id;
    assert!(scene.refunds.refresh(id).await.is_err());
    let still = scene.refunds.status(id).await.unwrap();
    assert_eq!(still.state(), State::Accepted);
    scene.clock.advance(USUALLY_SETTLED);
    scene.clock.advance_minutes(1);
    let parked = scene.refunds.refresh(id).await.unwrap();
    assert_eq!(parked.state(), State::Parked);
}

#[tokio::test]
async fn one_refund_is_one_operations() {
    let scene = Scene::new(keyless());
    let first = refunded(&scene, &ten("key-1")).await;
    assert_eq!(first.state(), State::Succeeded);
    // A proxy gives the stored first answer to the second refund.
    scene.fake.faults([Fault::Stored]);
    let second = refunded(&scene, &ten("key-2")).await;
    assert_eq!(second.state(), State::Parked);
    let summary = second.summary();
    let what = summary.contradiction().unwrap();
    assert!(what.contains("rf_1"), "{what}");
    assert_eq!(summary.refunds().count(), 0, "it is none of the second's");
    assert!(matches!(
        second.last_outcome(),
        Some(Outcome::Contradiction { .. })
    ));
}

#[tokio::test]
async fn what_the_provider_took_on_and_does_not_know_any_more_can_be_ended_by_a_person() {
    let scene = Scene::new(keyless());
    scene.fake.faults([Fault::Status(RefundStatus::Pending)]);
    let taken = refunded(&scene, &ten("key-1")).await;
    assert_eq!(taken.state(), State::Accepted);
    for decision in [Decision::Rejected, Decision::Ready] {
        assert!(
            undecidable(&decide(&scene, &taken, decision).await),
            "too early"
        );
    }
    scene.clock.advance_minutes(16);
    let shown = decide(&scene, &taken, Decision::Rejected).await;
    assert!(undecidable(&shown), "the provider shows it");
    scene.fake.down(true);
    let unread = decide(&scene, &taken, Decision::Rejected).await;
    assert!(matches!(unread, Err(Error::Read(_))), "{unread:?}");
    scene.fake.down(false);
    scene.fake.forget();
    let again = decide(&scene, &taken, Decision::Ready).await;
    assert!(
        undecidable(&again),
        "what was acknowledged is never sent again"
    );
    let ended = decide(&scene, &taken, Decision::Rejected).await.unwrap();
    assert_eq!(ended.state(), State::Rejected);
    let freed = refunded(&scene, &refund("key-2", "50.00 GBP")).await;
    assert_eq!(freed.state(), State::Succeeded, "its money is free");
}

#[tokio::test]
async fn that_it_happened_can_be_said_at_any_time() {
    for down in [false, true] {
        let scene = Scene::new(keyless());
        scene.fake.stale(true);
        scene.fake.faults([Fault::LoseAnswer]);
        let open = refunded(&scene, &ten("key-1")).await;
        assert_eq!(open.state(), State::Unknown);
        scene.fake.down(down);
        let ended = decide(&scene, &open, Decision::Succeeded).await.unwrap();
        assert_eq!(ended.state(), State::Succeeded);
    }
}

#[tokio::test]
async fn a_word_against_a_persons_decision_is_not_hidden_by_it() {
    let scene = Scene::new(keyless());
    scene.fake.stale(true);
    scene.fake.faults([Fault::LoseAnswer]);
    let open = refunded(&scene, &ten("key-1")).await;
    scene.clock.advance_minutes(16);
    let ended = decide(&scene, &open, Decision::Rejected).await.unwrap();
    assert_eq!(ended.state(), State::Rejected);
    scene.fake.stale(false);
    let payment = open.intent.plan.payment();
    let seen = scene
        .refunds
        .refresh_payment(&name(), payment)
        .await
        .unwrap();
    assert_eq!(seen[0].state(), State::Parked);
    let settled = decide(&scene, &seen[0], Decision::Succeeded).await.unwrap();
    assert_eq!(
        settled.state(),
        State::Succeeded,
        "and a person ends it again"
    );
}

#[tokio::test]
async fn a_reading_counts_as_of_the_moment_it_was_asked_for() {
    let scene = Scene::new(keyless());
    scene.fake.faults([Fault::Status(RefundStatus::Pending)]);
    let taken = refunded(&scene, &ten("key-1")).await;
    let refund = ProviderRefund {
        id: taken.summary().refund().cloned(),
        ..ProviderRefund::with_status(RefundStatus::Failed)
    };
    // The reading shows a success, and a message says while it is on its way that it has failed.
    scene.fake.mute();
    scene.fake.turn(&RefundStatus::Succeeded);
    scene.fake.meanwhile(Meanwhile {
        clock: scene.clock.clone(),
        journal: scene.journal.clone(),
        operation: taken.intent.id.clone(),
        fact: Fact::Seen {
            by: Source::Webhook,
            refund,
        },
    });
    let calls = scene.fake.calls().len();
    let asked = scene.refunds.refresh(&taken.intent.id).await.unwrap();
    // Which of the two is newer only another reading tells.
    assert_eq!(
        scene.fake.calls().len() - calls,
        3,
        "{:?}",
        scene.fake.calls()
    );
    assert_eq!(asked.state(), State::Accepted);
    let words = asked
        .evidence
        .iter()
        .filter(|evidence| matches!(evidence.fact, Fact::Seen { .. }));
    // That it is said once more so soon after the other word says nothing more.
    assert_eq!(words.count(), 2, "{asked:?}");
    scene.clock.advance(QUIESCENCE);
    let asked = scene.refunds.refresh(&taken.intent.id).await.unwrap();
    assert_eq!(asked.state(), State::Succeeded);
}

/// It was asked for a second too early, and came two seconds later: it shows what was there before.
#[tokio::test]
async fn an_absence_counts_from_when_it_was_asked_for() {
    let scene = Scene::new(keyless());
    scene.fake.faults([Fault::LoseRequest]);
    let lost = refunded(&scene, &ten("key-1")).await;
    let absent = |operation: &Operation| {
        let evidence = operation.evidence.iter();
        let absent = evidence.filter(|one| matches!(one.fact, Fact::Absent { .. }));
        absent.count()
    };
    scene.clock.advance(QUIESCENCE - Duration::from_secs(1));
    let why = "the answer came late, and could not be read".to_owned();
    scene.fake.meanwhile(Meanwhile {
        clock: scene.clock.clone(),
        journal: scene.journal.clone(),
        operation: lost.intent.id.clone(),
        fact: Fact::answered(1, Outcome::Unknown { why }, None),
    });
    let asked = scene.refunds.refresh(&lost.intent.id).await.unwrap();
    assert_eq!((asked.state(), absent(&asked)), (State::Unknown, 0));
    let asked = scene.refunds.refresh(&lost.intent.id).await.unwrap();
    assert_eq!(absent(&asked), 1);
}
