//! What comes before what when a refund is sent a second time, or was left behind.
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

use common::script::{Script, executed, existing, lost, ten};

use common::{authorized, capabilities, captured, keyless, name, reversal};
use refundkit::core::Outcome;
use refundkit::core::operation::Fact;
use refundkit::{Error, JournalError, State};

#[tokio::test]
async fn a_second_send_after_a_lost_answer_has_its_own_mark_and_the_same_key() {
    let script = Script::new(capabilities())
        .begins_anew(captured("pi_1"))
        .marks(1)
        .refunds(1, lost())
        .records()
        .looks(captured("pi_1"))
        .marks(2)
        .refunds(2, executed())
        .records();
    let (keys, book) = (script.keys.clone(), script.book.clone());
    let done = script.play().refund(&name(), &ten()).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
    let key = book.lock().unwrap().as_ref().unwrap().intent.key.clone();
    assert_eq!(*keys.lock().unwrap(), [key.clone(), key]);
}

#[tokio::test]
async fn a_second_send_of_a_reversal_has_its_own_mark_and_the_same_key() {
    let script = Script::new(capabilities())
        .begins_anew(authorized("pi_1"))
        .marks(1)
        .reverses(1, lost())
        .records()
        .looks(authorized("pi_1"))
        .marks(2)
        .reverses(2, executed())
        .records();
    let keys = script.keys.clone();
    let done = script
        .play()
        .reverse(&name(), &reversal("key-1"))
        .await
        .unwrap();
    assert_eq!(done.state(), State::Succeeded);
    let keys = keys.lock().unwrap();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
}

#[tokio::test]
async fn a_second_send_whose_mark_fails_is_not_made() {
    let mut script = Script::new(capabilities())
        .begins_anew(captured("pi_1"))
        .marks(1)
        .refunds(1, lost())
        .records()
        .looks(captured("pi_1"));
    script
        .journal
        .expect_mark()
        .times(1)
        .in_sequence(&mut script.order)
        .return_once(|_, _, _| Err(JournalError::Full));
    let keys = script.keys.clone();
    let failed = script.play().refund(&name(), &ten()).await;
    assert!(
        matches!(failed, Err(Error::Journal(JournalError::Full))),
        "{failed:?}"
    );
    assert_eq!(keys.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn two_lost_answers_are_followed_by_a_reading_and_no_third_send() {
    let script = Script::new(capabilities())
        .begins_anew(captured("pi_1"))
        .marks(1)
        .refunds(1, lost())
        .records()
        .looks(captured("pi_1"))
        .marks(2)
        .refunds(2, lost())
        .records()
        .looks(captured("pi_1"));
    let keys = script.keys.clone();
    let done = script.play().refund(&name(), &ten()).await.unwrap();
    assert_eq!(done.state(), State::Unknown);
    assert_eq!(keys.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn without_a_key_a_lost_answer_is_followed_by_a_reading_and_no_second_send() {
    let script = Script::new(keyless())
        .begins_anew(captured("pi_1"))
        .marks(1)
        .refunds(1, lost())
        .records()
        .looks(captured("pi_1"));
    let keys = script.keys.clone();
    let done = script.play().refund(&name(), &ten()).await.unwrap();
    assert_eq!(done.state(), State::Unknown);
    assert_eq!(keys.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_attempt_of_a_dead_process_is_recorded_as_unknown_before_the_next_mark() {
    let mut before = existing([Fact::Marked { attempt: 1 }]).await;
    before.evidence[0].at = before.intent.created_at;
    let script = Script::new(capabilities())
        .looks_up(Some(before.clone()))
        .decides()
        .looks(captured("pi_1"))
        .marks(2)
        .refunds(2, executed())
        .records();
    let (keys, book) = (script.keys.clone(), script.book.clone());
    let done = script.play().refund(&name(), &ten()).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
    assert_eq!(*keys.lock().unwrap(), [before.intent.key]);
    let recorded = book.lock().unwrap().take().unwrap();
    let evidence = recorded.evidence;
    assert!(
        matches!(
            &evidence[1].fact,
            Fact::Answered {
                attempt: 1,
                outcome: Outcome::Unknown { .. },
                ..
            }
        ),
        "{evidence:?}"
    );
}

#[tokio::test]
async fn evidence_that_cannot_be_recorded_stops_before_another_send() {
    let mut script = Script::new(capabilities())
        .begins_anew(captured("pi_1"))
        .marks(1)
        .refunds(1, lost());
    script
        .journal
        .expect_record()
        .times(1)
        .in_sequence(&mut script.order)
        .return_once(|_, _| Err(JournalError::Full));
    let (keys, book) = (script.keys.clone(), script.book.clone());
    let failed = script.play().refund(&name(), &ten()).await;
    let Err(Error::Unwritten {
        operation,
        answer,
        evidence,
        source: JournalError::Full,
    }) = failed
    else {
        panic!("{failed:?}");
    };
    let begun = book.lock().unwrap().as_ref().unwrap().intent.id.clone();
    assert_eq!(operation, begun);
    assert_eq!(answer, "the connection was closed");
    assert!(matches!(
        evidence.fact,
        Fact::Answered {
            attempt: 1,
            outcome: Outcome::Unknown { .. },
            ..
        }
    ));
    assert_eq!(keys.lock().unwrap().len(), 1);
}
