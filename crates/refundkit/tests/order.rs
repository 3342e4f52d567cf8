//! The order of the engine's calls to journal and provider: intent, mark, send, evidence.
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

use common::script::{Script, answered, executed, existing, ten};

use common::{all_left, authorized, capabilities, captured, name, refund, reversal};
use refundkit::core::ports::ReadErrorKind;
use refundkit::core::{Begun, Outcome, RefundFact, RefundStatus};
use refundkit::{Error, JournalError, Minor, ReadError, State};

#[tokio::test]
async fn a_new_refund_is_looked_up_read_begun_marked_sent_and_recorded_in_this_order() {
    let refunds = Script::new(capabilities())
        .looks_up(None)
        .reads(captured("pi_1"))
        .reads_history()
        .begins()
        .marks(1)
        .refunds(1, executed())
        .records()
        .play();
    let done = refunds.refund(&name(), &ten()).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
}

#[tokio::test]
async fn a_new_reversal_is_looked_up_read_begun_marked_sent_and_recorded_in_this_order() {
    let refunds = Script::new(capabilities())
        .looks_up(None)
        .reads(authorized("pi_1"))
        .reads_history()
        .begins()
        .marks(1)
        .reverses(1, executed())
        .records()
        .play();
    let done = refunds.reverse(&name(), &reversal("key-1")).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
}

#[tokio::test]
async fn a_reversal_or_refund_keeps_the_order_and_sends_only_what_it_chose() {
    let refunds = Script::new(capabilities())
        .begins_anew(captured("pi_1"))
        .marks(1)
        .refunds(1, executed())
        .records()
        .play();
    let done = refunds
        .reverse_or_refund(&name(), &all_left("key-1"))
        .await
        .unwrap();
    assert_eq!(done.state(), State::Succeeded);
}

#[tokio::test]
async fn what_cannot_be_begun_is_never_marked_or_sent() {
    let mut script = Script::new(capabilities())
        .looks_up(None)
        .reads(captured("pi_1"))
        .reads_history();
    script
        .journal
        .expect_begin()
        .times(1)
        .in_sequence(&mut script.order)
        .return_once(|_, _, _| Err(JournalError::Full));
    script.journal.expect_mark().never();
    script.provider.expect_refund().never();
    let failed = script.play().refund(&name(), &ten()).await;
    assert!(
        matches!(failed, Err(Error::Journal(JournalError::Full))),
        "{failed:?}"
    );
}

#[tokio::test]
async fn what_the_journal_has_no_room_for_is_never_marked_or_sent() {
    let mut script = Script::new(capabilities())
        .looks_up(None)
        .reads(captured("pi_1"))
        .reads_history();
    script
        .journal
        .expect_begin()
        .times(1)
        .in_sequence(&mut script.order)
        .return_once(|_, _, _| Ok(Begun::OverBudget { left: Minor::ZERO }));
    script.journal.expect_mark().never();
    script.provider.expect_refund().never();
    let refused = script.play().refund(&name(), &ten()).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn what_cannot_be_marked_is_never_sent() {
    let mut script = Script::new(capabilities()).begins_anew(captured("pi_1"));
    script
        .journal
        .expect_mark()
        .times(1)
        .in_sequence(&mut script.order)
        .return_once(|_, _, _| Err(JournalError::Full));
    script.provider.expect_refund().never();
    script.journal.expect_record().never();
    let failed = script.play().refund(&name(), &ten()).await;
    assert!(
        matches!(failed, Err(Error::Journal(JournalError::Full))),
        "{failed:?}"
    );
}

#[tokio::test]
async fn a_reversal_that_cannot_be_marked_is_never_sent() {
    let mut script = Script::new(capabilities()).begins_anew(authorized("pi_1"));
    script
        .journal
        .expect_mark()
        .times(1)
        .in_sequence(&mut script.order)
        .return_once(|_, _, _| Err(JournalError::InFlight));
    script.provider.expect_reverse().never();
    let failed = script.play().reverse(&name(), &reversal("key-1")).await;
    assert!(
        matches!(failed, Err(Error::Journal(JournalError::InFlight))),
        "{failed:?}"
    );
}

#[tokio::test]
async fn what_a_rule_forbids_is_never_begun() {
    let mut script = Script::new(capabilities())
        .looks_up(None)
        .reads(captured("pi_1"))
        .reads_history()
        .looks_up(None);
    script.journal.expect_begin().never();
    script.journal.expect_mark().never();
    script.provider.expect_refund().never();
    let over = refund("key-1", "50.01 GBP");
    let refused = script.play().refund(&name(), &over).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn a_payment_that_cannot_be_read_stops_before_anything_is_begun() {
    let mut script = Script::new(capabilities()).looks_up(None);
    script
        .provider
        .expect_payment()
        .times(1)
        .in_sequence(&mut script.order)
        .return_once(|_, _| Err(ReadError::new(ReadErrorKind::Unavailable, "down")));
    script.journal.expect_begin().never();
    let failed = script.play().refund(&name(), &ten()).await;
    assert!(matches!(failed, Err(Error::Read(_))), "{failed:?}");
}

#[tokio::test]
async fn a_final_operation_is_only_looked_up() {
    let fact = RefundFact::with_status(RefundStatus::Succeeded);
    let before = existing([answered(Outcome::Executed(fact))]).await;
    let refunds = Script::new(capabilities())
        .looks_up(Some(before.clone()))
        .play();
    let again = refunds.refund(&name(), &ten()).await.unwrap();
    assert_eq!(again, before);
}

#[tokio::test]
async fn a_key_with_other_content_never_reaches_the_provider() {
    let before = existing([]).await;
    let id = before.intent.id.clone();
    let refunds = Script::new(capabilities()).looks_up(Some(before)).play();
    let refused = refunds.refund(&name(), &refund("key-1", "10.01 GBP")).await;
    match refused {
        Err(Error::KeyReused { key, operation }) => {
            assert_eq!(key.as_str(), "key-1");
            assert_eq!(operation, id);
        }
        other => panic!("{other:?}"),
    }
}
