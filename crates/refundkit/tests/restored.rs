//! A journal that knows less than the provider: restored from a copy, or made anew.
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

use std::sync::Arc;

use common::{Fault, Scene, engine, keyless, name, refund, replay, unseen};
use refundkit::core::ledger::Begun;
use refundkit::core::{Change, PaymentLedger};
use refundkit::{MemoryStore, Operation, Refunds, State, Store};

/// The copy of a journal that was made after `operation` was begun and before its first mark.
async fn copy_before_the_mark(scene: &Scene, operation: &Operation) -> Refunds {
    copy(scene, operation, 0).await
}

/// The copy of a journal that was made once so much of the evidence was written down.
async fn copy(scene: &Scene, operation: &Operation, evidence: usize) -> Refunds {
    let journal = Arc::new(MemoryStore::new());
    let intent = &operation.intent;
    let ledger = PaymentLedger::new(name(), intent.plan.payment().clone(), 0);
    let mut change = Change::of(&ledger, &"ada".parse().unwrap());
    assert_eq!(change.begin(intent.clone()).unwrap(), Begun::New);
    replay(&mut change, &intent.id, &operation.evidence[..evidence]);
    let _ = journal.commit(&change.into()).await.unwrap();
    engine("test", &scene.fake, journal, &scene.clock)
}

#[tokio::test]
async fn what_was_sent_after_the_copy_was_made_is_found_and_not_sent_again() {
    for resumes in [true, false] {
        let scene = Scene::new(keyless());
        let request = refund("a", "10.00 GBP");
        let first = scene.refunds.refund(&name(), &request).await.unwrap();
        assert_eq!(first.state(), State::Succeeded);

        let copy = copy_before_the_mark(&scene, &first).await;
        let again = if resumes {
            copy.resume_one(&first.intent.id).await.unwrap()
        } else {
            copy.refund(&name(), &request).await.unwrap()
        };
        assert_eq!(scene.fake.ledger().len(), 1, "resumed: {resumes}");
        assert_eq!(again.state(), State::Succeeded);
    }
}

#[tokio::test]
async fn where_no_payment_is_shown_its_key_finds_what_was_sent_after_the_copy() {
    for resumes in [true, false] {
        let scene = Scene::new(unseen());
        let request = refund("a", "10.00 GBP").paid("50.00 GBP".parse().unwrap());
        let first = scene.refunds.refund(&name(), &request).await.unwrap();
        let copy = copy_before_the_mark(&scene, &first).await;
        let again = if resumes {
            copy.resume_one(&first.intent.id).await.unwrap()
        } else {
            copy.refund(&name(), &request).await.unwrap()
        };
        assert_eq!(again.state(), State::Succeeded, "resumed: {resumes}");
        assert_eq!((scene.fake.ledger().len(), scene.fake.sends()), (1, 2));
    }
}

#[tokio::test]
async fn what_may_have_been_sent_before_waits_until_its_payment_can_be_read() {
    let scene = Scene::new(keyless());
    let request = refund("a", "10.00 GBP");
    let first = scene.refunds.refund(&name(), &request).await.unwrap();
    let copy = copy_before_the_mark(&scene, &first).await;
    scene.fake.down(true);
    let waiting = copy.resume_one(&first.intent.id).await.unwrap();
    assert_eq!((waiting.state(), scene.fake.sends()), (State::Ready, 1));
    scene.fake.down(false);
    let found = copy.resume_one(&first.intent.id).await.unwrap();
    assert_eq!((found.state(), scene.fake.sends()), (State::Succeeded, 1));
}

#[tokio::test]
async fn a_copy_of_any_moment_ends_with_the_one_refund_that_was_made() {
    for faults in [
        vec![],
        vec![Fault::NotSent],
        vec![Fault::Busy, Fault::NotSent, Fault::LoseAnswer],
        vec![Fault::LoseRequest],
        vec![Fault::NotSent, Fault::ServerError],
        vec![Fault::ServerErrorAfterEffect],
    ] {
        let scene = Scene::new(keyless());
        scene.fake.faults(faults.clone());
        let request = refund("a", "10.00 GBP");
        let mut whole = scene.refunds.refund(&name(), &request).await.unwrap();
        for _ in 0..10 {
            scene.clock.advance_minutes(8);
            whole = scene.refunds.refund(&name(), &request).await.unwrap();
        }
        assert_eq!(whole.state(), State::Succeeded, "{faults:?}");
        for known in 0..=whole.evidence.len() {
            let copy = copy(&scene, &whole, known).await;
            let again = copy.resume_one(&whole.intent.id).await.unwrap();
            let case = format!("{faults:?}, {known} of {:?}", whole.evidence);
            assert_eq!(again.state(), State::Succeeded, "{case}");
            assert_eq!(scene.fake.ledger().len(), 1, "{case}");
        }
    }
}
