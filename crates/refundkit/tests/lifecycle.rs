//! Looking at operations, calling them off, picking them up again, and the ways to get none.
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

use std::sync::Arc;

use common::words::{keys, nobody, ten, ten_of};
use common::{
    FakeProvider, Fault, Scene, all_left, capabilities, captured, keyless, name, payment_id,
    refund, resolve,
};
use refundkit::core::RefundStatus;
use refundkit::core::operation::Decision;
use refundkit::core::ports::ReadErrorKind;
use refundkit::{Clock, Error, Filter, JournalError, Operation, Refunds, State};

#[tokio::test]
async fn status_gives_what_the_journal_holds_and_asks_nobody() {
    let scene = Scene::new(capabilities());
    let done = scene.refunds.refund(&name(), &ten()).await.unwrap();
    let calls = scene.fake.calls();
    let status = scene.refunds.status(&done.intent.id).await.unwrap();
    assert_eq!(status, done);
    assert_eq!(scene.fake.calls(), calls);
}

#[tokio::test]
async fn an_operation_that_is_not_there_has_no_status_and_cannot_be_touched() {
    let scene = Scene::new(capabilities());
    let (refunds, id) = (&scene.refunds, nobody());
    let results = [
        refunds.status(&id).await,
        refunds.refresh(&id).await,
        refunds.cancel(&id).await,
        refunds.resume_one(&id).await,
        resolve(refunds, &id, Decision::Ready).await,
    ];
    for result in results {
        match result {
            Err(Error::Journal(JournalError::NoSuchOperation(missing))) => assert_eq!(missing, id),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn asking_writes_down_what_the_provider_says_and_sends_nothing() {
    let scene = Scene::new(capabilities());
    let pending = scene
        .after(Fault::Status(RefundStatus::Pending), &ten())
        .await;
    assert_eq!(pending.state(), State::Accepted);
    scene.fake.turn(&RefundStatus::Succeeded);
    let asked = scene.refunds.refresh(&pending.intent.id).await.unwrap();
    assert_eq!(asked.state(), State::Succeeded);
    let status = scene.refunds.status(&pending.intent.id).await.unwrap();
    assert_eq!(status, asked);
    assert_eq!(scene.fake.calls(), ["payment", "refund", "refund_status"]);
}

#[tokio::test]
async fn asking_about_an_unknown_one_settles_it_from_its_payment() {
    let scene = Scene::new(keyless());
    let unknown = scene.unknown().await;
    let id = &unknown.intent.id;
    assert_eq!(
        scene.refunds.refresh(id).await.unwrap().state(),
        State::Unknown
    );
    scene.fake.stale(false);
    assert_eq!(
        scene.refunds.refresh(id).await.unwrap().state(),
        State::Succeeded
    );
    assert_eq!(scene.fake.sends(), 1);
}

#[tokio::test]
async fn asking_a_provider_that_does_not_answer_is_an_error_and_changes_nothing() {
    let scene = Scene::new(keyless());
    let unknown = scene.unknown().await;
    scene.fake.down(true);
    match scene.refunds.refresh(&unknown.intent.id).await {
        Err(Error::Read(error)) => assert_eq!(error.kind, ReadErrorKind::Unavailable),
        other => panic!("{other:?}"),
    }
    let status = scene.refunds.status(&unknown.intent.id).await.unwrap();
    assert_eq!(status, unknown);
}

#[tokio::test]
async fn the_list_can_be_narrowed_by_state_provider_time_and_number() {
    let payments = vec![captured("pi_1"), captured("pi_2"), captured("pi_3")];
    let scene = Scene::with(capabilities(), payments);
    scene.after(Fault::Refuse, &ten_of("pi_1", "key-1")).await;
    scene.clock.advance_minutes(1);
    scene.after(Fault::NotSent, &ten_of("pi_2", "key-2")).await;
    let since = scene.clock.now();
    let third = ten_of("pi_3", "key-3");
    scene.refunds.refund(&name(), &third).await.unwrap();
    let list = async |filter: Filter| scene.refunds.list(&filter).await.unwrap();

    let all = list(Filter::default()).await;
    assert_eq!(keys(&all), ["key-1", "key-2", "key-3"]);
    let some = list(Filter {
        states: vec![State::Rejected, State::Succeeded],
        ..Filter::default()
    });
    assert_eq!(keys(&some.await), ["key-1", "key-3"]);
    let late = list(Filter {
        since: Some(since),
        ..Filter::default()
    });
    assert_eq!(keys(&late.await), ["key-2", "key-3"]);
    let oldest = list(Filter {
        limit: Some(2),
        ..Filter::default()
    });
    assert_eq!(keys(&oldest.await), ["key-1", "key-2"]);
    let here = list(Filter {
        provider: Some(name()),
        states: vec![State::Ready],
        ..Filter::default()
    });
    assert_eq!(keys(&here.await), ["key-2"]);
    let elsewhere = list(Filter {
        provider: Some("dodo".parse().unwrap()),
        ..Filter::default()
    });
    assert_eq!(keys(&elsewhere.await), Vec::<&str>::new());
}

#[tokio::test]
async fn the_operations_of_a_payment_are_its_own_only() {
    let scene = Scene::with(capabilities(), vec![captured("pi_1"), captured("pi_2")]);
    for request in [
        ten_of("pi_1", "key-1"),
        ten_of("pi_2", "key-2"),
        ten_of("pi_1", "key-3"),
    ] {
        scene.refunds.refund(&name(), &request).await.unwrap();
    }
    let of_payment = scene
        .refunds
        .of_payment(&name(), &payment_id("pi_1"))
        .await
        .unwrap();
    assert_eq!(keys(&of_payment), ["key-1", "key-3"]);
}

#[tokio::test]
async fn a_ready_operation_can_be_cancelled_twice_frees_its_money_and_is_never_sent() {
    let scene = Scene::new(capabilities());
    let ready = scene.after(Fault::NotSent, &all_left("key-1")).await;
    let cancelled = scene.refunds.cancel(&ready.intent.id).await.unwrap();
    assert_eq!(cancelled.state(), State::Cancelled);
    let twice = scene.refunds.cancel(&ready.intent.id).await.unwrap();
    assert_eq!(twice, cancelled);
    let again = scene
        .refunds
        .refund(&name(), &all_left("key-1"))
        .await
        .unwrap();
    assert_eq!(again, cancelled);
    assert_eq!(scene.refunds.resume().await.unwrap(), []);
    assert_eq!(scene.fake.sends(), 1);
    let other = refund("key-2", "50.00 GBP");
    let other = scene.refunds.refund(&name(), &other).await.unwrap();
    assert_eq!(other.state(), State::Succeeded);
}

#[tokio::test]
async fn what_may_have_been_sent_or_has_ended_cannot_be_cancelled() {
    let scene = Scene::new(keyless());
    let unknown = scene.unknown().await;
    let refused = |result: Result<Operation, Error>, expected: State| match result {
        Err(Error::NotCancellable { operation, state }) => {
            assert_eq!(operation, unknown.intent.id);
            assert_eq!(state, expected);
        }
        other => panic!("{other:?}"),
    };
    let id = &unknown.intent.id;
    refused(scene.refunds.cancel(id).await, State::Unknown);
    scene.fake.stale(false);
    scene.refunds.refresh(id).await.unwrap();
    refused(scene.refunds.cancel(id).await, State::Succeeded);
}

#[tokio::test]
async fn resume_picks_up_all_that_is_open_and_leaves_the_rest() {
    let names = ["pi_1", "pi_2", "pi_3", "pi_4", "pi_5"];
    let payments = names.iter().map(|id| captured(id)).collect();
    let scene = Scene::with(keyless(), payments);
    let provider = name();
    scene.after(Fault::NotSent, &ten_of("pi_1", "ready")).await;
    scene.fake.stale(true);
    scene
        .after(Fault::LoseAnswer, &ten_of("pi_2", "unknown"))
        .await;
    scene.fake.stale(false);
    scene.fake.faults([Fault::Hang]);
    let dropped = ten_of("pi_3", "attempting");
    tokio::select! {
        done = scene.refunds.refund(&provider, &dropped) => panic!("{done:?}"),
        () = scene.fake.hung.notified() => {}
    }
    let pending = Fault::Status(RefundStatus::Pending);
    scene.after(pending, &ten_of("pi_4", "accepted")).await;
    scene
        .after(Fault::OtherAmount, &ten_of("pi_5", "parked"))
        .await;
    let done = ten_of("pi_4", "succeeded");
    scene.refunds.refund(&name(), &done).await.unwrap();

    let resumed = scene.restarted().resume().await.unwrap();
    assert_eq!(
        keys(&resumed),
        ["ready", "unknown", "attempting", "accepted"]
    );
    let states: Vec<State> = resumed.iter().map(Operation::state).collect();
    assert_eq!(
        states,
        [
            State::Succeeded,
            State::Succeeded,
            State::Succeeded,
            State::Accepted
        ]
    );
    for payment in ["pi_1", "pi_2", "pi_3"] {
        assert_eq!(scene.fake.returned(payment), 1000, "{payment}");
    }
    assert_eq!(scene.fake.sends(), 7, "only the ready one was sent again");
    let again = scene.refunds.resume().await.unwrap();
    assert_eq!(keys(&again), ["accepted"]);
    assert_eq!(scene.fake.sends(), 7);
}

#[tokio::test]
async fn resume_leaves_the_operations_of_a_provider_that_is_not_configured() {
    let scene = Scene::new(capabilities());
    let ready = scene.after(Fault::NotSent, &ten()).await;
    let other = Arc::new(FakeProvider::new(capabilities(), Vec::new()));
    let refunds = Refunds::builder()
        .namespace("test".parse().unwrap())
        .provider("dodo".parse().unwrap(), other.clone())
        .journal(scene.journal.clone())
        .build()
        .unwrap();
    let resumed = refunds.resume().await.unwrap();
    assert_eq!(resumed, std::slice::from_ref(&ready));
    assert_eq!(other.calls(), Vec::<&str>::new());
    let one = refunds.resume_one(&ready.intent.id).await;
    assert!(matches!(one, Err(Error::UnknownProvider { .. })), "{one:?}");
}
