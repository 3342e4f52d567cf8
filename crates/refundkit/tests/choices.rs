//! Providers, plans, and the choice between a reversal and a refund.
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

use common::words::{ten, ten_of};
use common::{
    FakeProvider, Fault, Scene, all_left, authorized, capabilities, captured, name, refund,
    reversal,
};
use refundkit::core::{CaptureMode, Notice};
use refundkit::{
    Coded, Error, Kind, MemoryStore, ProviderName, RefundCommand, Refunds, Refusal, State,
};

#[tokio::test]
async fn an_unknown_provider_is_an_error_that_lists_the_known_ones() {
    let fake = || Arc::new(FakeProvider::new(capabilities(), Vec::new()));
    let builder = Refunds::builder()
        .namespace("test".parse().unwrap())
        .journal(Arc::new(MemoryStore::new()));
    let refunds = builder
        .provider("dojo".parse().unwrap(), fake())
        .provider("dodo".parse().unwrap(), fake())
        .build()
        .unwrap();
    let dojoo: ProviderName = "dojoo".parse().unwrap();
    let error = refunds.refund(&dojoo, &ten()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no provider dojoo; there are: dodo, dojo"
    );
    assert_eq!(error.code().as_str(), "RK1101");
    let planned = refunds.plan(&dojoo, &RefundCommand::Refund(ten())).await;
    assert!(
        matches!(planned, Err(Error::UnknownProvider { .. })),
        "{planned:?}"
    );
}

#[tokio::test]
async fn without_any_provider_the_error_says_so() {
    let refunds = Refunds::builder()
        .namespace("test".parse().unwrap())
        .journal(Arc::new(MemoryStore::new()))
        .build()
        .unwrap();
    let error = refunds.refund(&name(), &ten()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no provider dojo; there are: none"
    );
}

#[test]
fn the_builder_names_what_it_was_not_given_or_was_given_twice() {
    let fake = || Arc::new(FakeProvider::new(capabilities(), Vec::new()));
    let journal = || Arc::new(MemoryStore::new());
    let builder = Refunds::builder;
    let cases = [
        (
            builder().namespace("test".parse().unwrap()).build(),
            "journal",
        ),
        (builder().journal(journal()).build(), "namespace"),
        (
            builder()
                .namespace("test".parse().unwrap())
                .journal(journal())
                .provider(name(), fake())
                .provider(name(), fake())
                .build(),
            "two providers named dojo",
        ),
    ];
    for (built, names) in cases {
        let error = built.expect_err(names);
        assert!(matches!(error, Error::Setup(_)), "{error:?}");
        assert_eq!(error.code().as_str(), "RK1104");
        assert!(error.to_string().contains(names), "{error}");
    }
}

#[tokio::test]
async fn a_plan_writes_and_sends_nothing_and_shows_the_key_that_is_sent_later() {
    let scene = Scene::new(capabilities());
    let ask = RefundCommand::Refund(ten());
    let planned = scene.refunds.plan(&name(), &ask).await.unwrap();
    assert_eq!(planned.plan.amount().to_string(), "10.00 GBP");
    assert_eq!(planned.plan.kind(), Kind::Refund);
    assert_eq!(planned.payment.captured.get(), 5000);
    assert_eq!(scene.fake.calls(), ["payment"]);
    assert_eq!(scene.refunds.journal_info().await.unwrap().operations, 0);

    let done = scene.refunds.refund(&name(), &ten()).await.unwrap();
    let sent = scene.fake.keys()[0].to_string();
    assert_eq!(
        planned.preview.headers,
        [("Idempotency-Key".to_owned(), sent)]
    );
    assert_eq!(done.intent.plan, planned.plan);
    let replanned = scene.refunds.plan(&name(), &ask).await.unwrap();
    assert_eq!(
        replanned.preview, planned.preview,
        "a used key may be shown"
    );
    assert_eq!(scene.fake.sends(), 1);
}

#[tokio::test]
async fn a_plan_is_refused_by_the_rules_that_refuse_the_refund() {
    let scene = Scene::new(capabilities());
    let over = RefundCommand::Refund(refund("key-1", "50.01 GBP"));
    let refused = scene.refunds.plan(&name(), &over).await;
    assert!(
        matches!(refused, Err(Error::Refused(Refusal::OverRefund { .. }))),
        "{refused:?}"
    );
    let reverse = RefundCommand::Reverse(reversal("key-1"));
    let refused = scene.refunds.plan(&name(), &reverse).await;
    assert!(
        matches!(refused, Err(Error::Refused(Refusal::NotReversible { .. }))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn reverse_or_refund_reverses_what_is_authorised_or_captured_by_itself() {
    let mut auto = captured("pi_1");
    auto.capture_mode = CaptureMode::Auto;
    for payment in [authorized("pi_1"), auto] {
        let scene = Scene::with(capabilities(), vec![payment]);
        let all = all_left("key-1");
        let done = scene
            .refunds
            .reverse_or_refund(&name(), &all)
            .await
            .unwrap();
        assert_eq!(done.intent.plan.kind(), Kind::Reversal);
        assert_eq!(done.intent.plan.notices(), [Notice::ChoseReversal]);
        assert_eq!(scene.fake.calls(), ["payment", "reverse"]);
    }
}

#[tokio::test]
async fn reverse_or_refund_refunds_what_the_merchant_has_captured_and_says_why() {
    let scene = Scene::new(capabilities());
    let all = all_left("key-1");
    let done = scene
        .refunds
        .reverse_or_refund(&name(), &all)
        .await
        .unwrap();
    assert_eq!(done.intent.plan.kind(), Kind::Refund);
    match done.intent.plan.notices() {
        [Notice::ChoseRefund { because }] => {
            assert!(because.contains("captured by the merchant"), "{because}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(scene.fake.calls(), ["payment", "refund"]);
}

#[tokio::test]
async fn reverse_or_refund_of_a_part_refunds_or_is_refused_and_never_reverses() {
    let mut auto = captured("pi_1");
    auto.capture_mode = CaptureMode::Auto;
    let scene = Scene::with(capabilities(), vec![auto]);
    let done = scene
        .refunds
        .reverse_or_refund(&name(), &ten())
        .await
        .unwrap();
    assert_eq!(done.intent.plan.kind(), Kind::Refund);
    let scene = Scene::with(capabilities(), vec![authorized("pi_1")]);
    let refused = scene.refunds.reverse_or_refund(&name(), &ten()).await;
    assert!(
        matches!(refused, Err(Error::Refused(Refusal::NotReversible { .. }))),
        "{refused:?}"
    );
    assert_eq!(scene.fake.sends(), 0);
}

#[tokio::test]
async fn reverse_or_refund_does_not_fall_back_to_a_refund_when_the_reversal_is_refused() {
    let mut auto = captured("pi_1");
    auto.capture_mode = CaptureMode::Auto;
    let scene = Scene::with(capabilities(), vec![auto]);
    scene.fake.faults([Fault::Refuse]);
    let all = all_left("key-1");
    let done = scene
        .refunds
        .reverse_or_refund(&name(), &all)
        .await
        .unwrap();
    assert_eq!(done.state(), State::Rejected);
    assert_eq!(scene.fake.calls(), ["payment", "reverse"]);
}

#[tokio::test]
async fn captured_money_is_not_reversed_and_authorised_money_not_refunded() {
    let payments = vec![captured("pi_1"), authorized("pi_2")];
    let scene = Scene::with(capabilities(), payments);
    let reversed = scene.refunds.reverse(&name(), &reversal("key-1")).await;
    match reversed {
        Err(Error::Refused(refusal @ Refusal::NotReversible { .. })) => {
            assert!(refusal.to_string().ends_with("refund it instead"));
        }
        other => panic!("{other:?}"),
    }
    let refunded = scene
        .refunds
        .refund(&name(), &ten_of("pi_2", "key-2"))
        .await;
    assert!(
        matches!(refunded, Err(Error::Refused(Refusal::NotCaptured { .. }))),
        "{refunded:?}"
    );
    assert_eq!(scene.fake.sends(), 0);
}

#[tokio::test]
async fn a_payment_with_a_refund_on_record_is_not_reversed_even_while_its_reading_is_stale() {
    let mut auto = captured("pi_1");
    auto.capture_mode = CaptureMode::Auto;
    let scene = Scene::with(capabilities(), vec![auto]);
    scene.refunds.refund(&name(), &ten()).await.unwrap();
    scene.fake.stale(true);
    let reversed = scene.refunds.reverse(&name(), &reversal("key-2")).await;
    assert!(
        matches!(reversed, Err(Error::Refused(Refusal::OtherKind { .. }))),
        "{reversed:?}"
    );
    assert_eq!(scene.fake.returned("pi_1"), 1000);
}
