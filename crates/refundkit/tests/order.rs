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
use common::{TestStore, all_left, authorized, capabilities, captured, name, refund, reversal};
use refundkit::core::ProviderRefund;
use refundkit::core::{Outcome, RefundStatus};
use refundkit::{Error, JournalError, State};

/// The payment is read between two loadings of its ledger, and nothing leaves before its mark is durable.
const WHOLE: [&str; 6] = [
    "loads",
    "reads",
    "loads",
    "commit: begun, marked 1",
    "refunds 1",
    "commit: answered 1",
];

#[tokio::test]
async fn a_new_refund_is_read_begun_and_marked_sent_and_recorded_in_this_order() {
    let script = Script::new(capabilities(), captured("pi_1"), [executed()]);
    let done = script.refunds.refund(&name(), &ten()).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
    assert_eq!(script.log.all(), WHOLE);
}

#[tokio::test]
async fn a_new_reversal_is_read_begun_and_marked_sent_and_recorded_in_this_order() {
    let script = Script::new(capabilities(), authorized("pi_1"), [executed()]);
    let done = script
        .refunds
        .reverse(&name(), &reversal("key-1"))
        .await
        .unwrap();
    assert_eq!(done.state(), State::Succeeded);
    let expected = WHOLE.map(|call| call.replace("refunds", "reverses"));
    assert_eq!(script.log.all(), expected);
}

#[tokio::test]
async fn a_reversal_or_refund_keeps_the_order_and_sends_only_what_it_chose() {
    let script = Script::new(capabilities(), captured("pi_1"), [executed()]);
    let request = all_left("key-1");
    let done = script
        .refunds
        .reverse_or_refund(&name(), &request)
        .await
        .unwrap();
    assert_eq!(done.state(), State::Succeeded);
    assert_eq!(script.log.all(), WHOLE);
}

#[tokio::test]
async fn what_cannot_be_begun_and_marked_is_never_sent() {
    for authorised in [false, true] {
        let store = TestStore::default().full_after(0);
        let payment = if authorised {
            authorized("pi_1")
        } else {
            captured("pi_1")
        };
        let script = Script::over(store, capabilities(), Some(payment), []);
        let failed = if authorised {
            script.refunds.reverse(&name(), &reversal("key-1")).await
        } else {
            script.refunds.refund(&name(), &ten()).await
        };
        assert!(
            matches!(failed, Err(Error::Journal(JournalError::Full))),
            "{failed:?}"
        );
        assert_eq!(script.log.all(), WHOLE[..4]);
        assert!(script.operations().await.is_empty());
    }
}

#[tokio::test]
async fn what_a_rule_forbids_is_never_begun() {
    let script = Script::new(capabilities(), captured("pi_1"), []);
    let over = refund("key-1", "50.01 GBP");
    let refused = script.refunds.refund(&name(), &over).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    assert_eq!(script.log.all(), WHOLE[..3]);
}

#[tokio::test]
async fn a_payment_that_cannot_be_read_stops_before_anything_is_begun() {
    let script = Script::over(TestStore::default(), capabilities(), None, []);
    let failed = script.refunds.refund(&name(), &ten()).await;
    assert!(matches!(failed, Err(Error::Read(_))), "{failed:?}");
    assert_eq!(script.log.all(), WHOLE[..2]);
}

#[tokio::test]
async fn a_final_operation_is_only_looked_up() {
    let fact = ProviderRefund::with_status(RefundStatus::Succeeded);
    let (store, before) = existing([answered(Outcome::Executed(fact))]).await;
    let script = Script::over(store, capabilities(), Some(captured("pi_1")), []);
    let again = script.refunds.refund(&name(), &ten()).await.unwrap();
    assert_eq!(again, before);
    assert_eq!(script.log.all(), ["loads"]);
}

#[tokio::test]
async fn a_key_with_other_content_never_reaches_the_provider() {
    let (store, before) = existing([]).await;
    let script = Script::over(store, capabilities(), Some(captured("pi_1")), []);
    let other = refund("key-1", "10.01 GBP");
    let refused = script.refunds.refund(&name(), &other).await;
    match refused {
        Err(Error::KeyReused { key, operation }) => {
            assert_eq!(key.as_str(), "key-1");
            assert_eq!(operation, before.intent.id);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(script.log.all(), ["loads"]);
}
