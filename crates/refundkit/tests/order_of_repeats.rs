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
use common::{TestStore, authorized, capabilities, captured, keyless, name, reversal};
use refundkit::core::Outcome;
use refundkit::core::operation::Fact;
use refundkit::{Error, JournalError, State};

/// Up to the first answer, which was lost.
const FIRST: [&str; 6] = [
    "loads",
    "reads",
    "loads",
    "commit: begun, marked 1",
    "refunds 1",
    "commit: answered 1",
];

#[tokio::test]
async fn a_second_send_after_a_lost_answer_has_its_own_mark_and_the_same_key() {
    let script = Script::new(capabilities(), captured("pi_1"), [lost(), executed()]);
    let done = script.refunds.refund(&name(), &ten()).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
    let again = [
        "reads",
        "loads",
        "commit: marked 2",
        "refunds 2",
        "commit: answered 2",
    ];
    assert_eq!(script.log.all(), [&FIRST[..], &again].concat());
    assert_eq!(script.keys(), [done.intent.key.clone(), done.intent.key]);
}

#[tokio::test]
async fn a_second_send_of_a_reversal_has_its_own_mark_and_the_same_key() {
    let script = Script::new(capabilities(), authorized("pi_1"), [lost(), executed()]);
    let done = script
        .refunds
        .reverse(&name(), &reversal("key-1"))
        .await
        .unwrap();
    assert_eq!(done.state(), State::Succeeded);
    assert_eq!(script.keys(), [done.intent.key.clone(), done.intent.key]);
}

#[tokio::test]
async fn a_second_send_whose_mark_fails_is_not_made() {
    let store = TestStore::default().full_after(2);
    let script = Script::over(store, capabilities(), Some(captured("pi_1")), [lost()]);
    let failed = script.refunds.refund(&name(), &ten()).await;
    assert!(
        matches!(failed, Err(Error::Journal(JournalError::Full))),
        "{failed:?}"
    );
    assert_eq!(script.keys().len(), 1);
}

#[tokio::test]
async fn two_lost_answers_are_followed_by_a_reading_and_no_third_send() {
    let script = Script::new(capabilities(), captured("pi_1"), [lost(), lost()]);
    let done = script.refunds.refund(&name(), &ten()).await.unwrap();
    assert_eq!(done.state(), State::Unknown);
    assert_eq!(script.keys().len(), 2);
    assert_eq!(script.log.all().last().unwrap(), "reads");
}

#[tokio::test]
async fn without_a_key_a_lost_answer_is_followed_by_a_reading_and_no_second_send() {
    let script = Script::new(keyless(), captured("pi_1"), [lost()]);
    let done = script.refunds.refund(&name(), &ten()).await.unwrap();
    assert_eq!(done.state(), State::Unknown);
    assert_eq!(script.log.all(), [&FIRST[..], &["reads"]].concat());
}

#[tokio::test]
async fn an_attempt_of_a_dead_process_is_recorded_as_unknown_before_the_next_mark() {
    let (store, before) = existing([Fact::Marked { attempt: 1 }]).await;
    let script = Script::over(store, capabilities(), Some(captured("pi_1")), [executed()]);
    let done = script.refunds.refund(&name(), &ten()).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
    assert_eq!(script.keys(), [before.intent.key]);
    let expected = [
        "loads",
        "commit: answered 1",
        "reads",
        "loads",
        "commit: marked 2",
        "refunds 2",
        "commit: answered 2",
    ];
    assert_eq!(script.log.all(), expected);
    assert!(
        matches!(
            &done.evidence[1].fact,
            Fact::Answered {
                attempt: 1,
                outcome: Outcome::Unknown { .. },
                ..
            }
        ),
        "{done:?}"
    );
}

#[tokio::test]
async fn evidence_that_cannot_be_recorded_stops_before_another_send() {
    let store = TestStore::default().full_after(1);
    let script = Script::over(store, capabilities(), Some(captured("pi_1")), [lost()]);
    let failed = script.refunds.refund(&name(), &ten()).await;
    let Err(Error::Unwritten {
        operation,
        answer,
        evidence,
        source: JournalError::Full,
    }) = failed
    else {
        panic!("{failed:?}");
    };
    assert_eq!(operation, script.operations().await[0].intent.id);
    assert_eq!(answer, "the connection was closed");
    assert!(matches!(
        evidence.fact,
        Fact::Answered {
            attempt: 1,
            outcome: Outcome::Unknown { .. },
            ..
        }
    ));
    assert_eq!(script.keys().len(), 1);
}
