//! The requests that Dojo gets, field by field, and what its answers become.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::sync::Arc;

use refundkit_core::answer::Answer;
use refundkit_core::fingerprint::Fingerprint;
use refundkit_core::plan::{History, Plan, plan_refund, plan_reversal};
use refundkit_core::{
    Attempt, Detail, Intent, OperationId, Payment, PaymentId, Provider, ProviderKey, ProviderName,
    RefundRequest, RequestKey, ReversalRequest, Stage, Text, Timestamp,
};
use refundkit_dojo::{Dojo, DojoConfig, Version};
use refundkit_http::{BaseUrl, Reply, ScriptedTransport, Secret};

fn dojo(version: Version, replies: Vec<Reply>) -> (Dojo, Arc<ScriptedTransport>) {
    let transport = Arc::new(ScriptedTransport::new(replies));
    let config = DojoConfig::new(Secret::new("sk_sandbox_planted").unwrap())
        .version(version)
        .base_url(BaseUrl::parse("http://127.0.0.1:9").unwrap());
    let dojo = Dojo::with_transport(config, transport.clone()).unwrap();
    (dojo, transport)
}

fn payment(stage: Stage) -> Payment {
    let mut payment = Payment::new(
        PaymentId::new("pi_1").unwrap(),
        "GBP".parse().unwrap(),
        stage.clone(),
    );
    payment.authorized = refundkit_core::Minor::new(5000).unwrap();
    if stage == Stage::Captured {
        payment.captured = payment.authorized;
    }
    payment
}

fn request() -> RefundRequest {
    RefundRequest::new(
        PaymentId::new("pi_1").unwrap(),
        RequestKey::new("order-7").unwrap(),
    )
}

fn attempt(plan: &Plan) -> Attempt {
    let intent = Intent {
        id: OperationId::new("op_1").unwrap(),
        provider: ProviderName::new("dojo").unwrap(),
        request_key: RequestKey::new("order-7").unwrap(),
        fingerprint: Fingerprint::of(&ProviderName::new("dojo").unwrap(), "refund", &"x"),
        key: ProviderKey::new("abcdefgh").unwrap(),
        origin: Default::default(),
        plan: plan.clone(),
        created_at: Timestamp::epoch(),
    };
    refundkit_conformance::attempt_at(&intent)
}

fn header(preview: &refundkit_core::Preview, name: &str) -> Option<String> {
    preview
        .headers
        .iter()
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.clone())
}

#[tokio::test]
async fn a_partial_refund_is_sent_as_the_page_shows_it() {
    let (dojo, transport) = dojo(
        Version::V2024_02_05,
        vec![Reply::answer(200, r#"{"refundId":"rfnd_1"}"#)],
    );
    let asked = request()
        .amount("10.00 GBP".parse().unwrap())
        .reason(Text::new("Demo refund").unwrap())
        .notes(Text::new("Duplicate transaction").unwrap());
    let plan = plan_refund(
        &payment(Stage::Captured),
        &History::default(),
        &asked,
        dojo.capabilities(),
    )
    .unwrap();
    let whole = Plan::Refund(plan.clone());
    let answer = dojo.refund(&plan, attempt(&whole)).await;
    assert!(matches!(answer, Answer::Refund(_)), "{answer:?}");
    let seen = transport.seen();
    assert_eq!(seen[0].method, "POST");
    assert_eq!(
        seen[0].url,
        "http://127.0.0.1:9/payment-intents/pi_1/refunds"
    );
    assert_eq!(
        seen[0].body.as_deref(),
        Some(r#"{"amount":1000,"refundReason":"Demo refund","notes":"Duplicate transaction"}"#)
    );
    assert_eq!(
        header(&seen[0], "idempotencyKey").as_deref(),
        Some("abcdefgh")
    );
    assert_eq!(header(&seen[0], "version").as_deref(), Some("2024-02-05"));
    assert_eq!(
        header(&seen[0], "Authorization").as_deref(),
        Some("[secret]")
    );
    assert_eq!(
        dojo.preview(&whole, attempt(&whole).key()).as_ref(),
        Ok(&seen[0])
    );
}

#[tokio::test]
async fn a_full_refund_names_its_amount_too() {
    let (dojo, transport) = dojo(Version::V2022_01_03, vec![Reply::lost()]);
    let plan = plan_refund(
        &payment(Stage::Captured),
        &History::default(),
        &request(),
        dojo.capabilities(),
    )
    .unwrap();
    let answer = dojo
        .refund(&plan, attempt(&Plan::Refund(plan.clone())))
        .await;
    assert!(matches!(answer, Answer::Lost { .. }), "{answer:?}");
    assert_eq!(
        transport.seen()[0].body.as_deref(),
        Some(r#"{"amount":5000}"#)
    );
}

#[tokio::test]
async fn a_reversal_has_neither_key_nor_body() {
    let (dojo, transport) = dojo(Version::V2022_01_03, vec![Reply::not_sent()]);
    let asked = ReversalRequest::new(
        PaymentId::new("pi_1").unwrap(),
        RequestKey::new("order-7").unwrap(),
    );
    let plan = plan_reversal(
        &payment(Stage::Authorized),
        &History::default(),
        &asked,
        dojo.capabilities(),
        Timestamp::epoch(),
    )
    .unwrap();
    let answer = dojo
        .reverse(&plan, attempt(&Plan::Reversal(plan.clone())))
        .await;
    assert!(matches!(answer, Answer::NotSent { .. }), "{answer:?}");
    let (dojo, transport_again) = dojo_again();
    dojo.reverse(&plan, attempt(&Plan::Reversal(plan.clone())))
        .await;
    let seen = transport_again.seen();
    assert_eq!(
        seen[0].url,
        "http://127.0.0.1:9/payment-intents/pi_1/reversal"
    );
    assert_eq!((seen[0].method.as_str(), &seen[0].body), ("POST", &None));
    assert_eq!(header(&seen[0], "idempotencyKey"), None);
    assert_eq!(transport.seen().len(), 1);
}

fn dojo_again() -> (Dojo, Arc<ScriptedTransport>) {
    dojo(
        Version::V2022_01_03,
        vec![Reply::answer(200, r#"{"reversalId":"1"}"#)],
    )
}

#[tokio::test]
async fn a_cancelled_intent_is_asked_for_where_the_version_can() {
    for version in Version::ALL {
        let (dojo, transport) = dojo(version, vec![Reply::answer(404, "")]);
        let read = dojo
            .payment(&PaymentId::new("pi_1").unwrap(), Detail::Sums)
            .await;
        assert!(read.is_err());
        let url = transport.seen()[0].url.clone();
        let expected = version >= Version::V2024_02_05;
        assert_eq!(
            url.ends_with("?returnCanceled=true"),
            expected,
            "{version}: {url}"
        );
    }
}

#[tokio::test]
async fn before_2022_04_07_an_automatic_capture_is_not_reversed() {
    let mut paid = payment(Stage::Captured);
    paid.capture_mode = refundkit_core::CaptureMode::Auto;
    let asked = ReversalRequest::new(
        PaymentId::new("pi_1").unwrap(),
        RequestKey::new("order-7").unwrap(),
    );
    for version in Version::ALL {
        let (dojo, _) = dojo(version, vec![]);
        let plan = plan_reversal(
            &paid,
            &History::default(),
            &asked,
            dojo.capabilities(),
            Timestamp::epoch(),
        );
        assert_eq!(plan.is_ok(), version > Version::V2022_01_03, "{version}");
    }
}

#[test]
fn the_key_is_in_no_debug_output() {
    let (dojo, _) = dojo(Version::NEWEST, vec![]);
    assert!(!format!("{dojo:?}").contains("planted"));
}
