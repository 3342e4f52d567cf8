//! What Dodo's answers to a refund mean, and what its readings prove after an answer was lost.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::sync::Arc;

use refundkit_core::fingerprint::Fingerprint;
use refundkit_core::operation::{Fact, Finding, find};
use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::{
    Detail, Evidence, Intent, Operation, OperationId, Outcome, Payment, PaymentId, Provider,
    ProviderKey, ProviderName, RefundRequest, RequestKey, Timestamp, classify, reading,
};
use refundkit_dodo::{Dodo, DodoConfig};
use refundkit_http::{BaseUrl, Reply, ScriptedTransport, Secret};
use serde_json::{Value, json};

const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz234567";

fn dodo(replies: Vec<Reply>) -> Dodo {
    let config = DodoConfig::new(Secret::new("planted-key").unwrap())
        .base_url(BaseUrl::parse("http://127.0.0.1:9").unwrap());
    Dodo::with_transport(config, Arc::new(ScriptedTransport::new(replies))).unwrap()
}

/// `GET /payments/pay_1`, with no refund yet.
fn untouched() -> Value {
    json!({"payment_id": "pay_1", "status": "succeeded", "total_amount": 5000, "currency": "USD",
        "settlement_currency": "USD", "refund_status": null, "refunds": [], "disputes": [],
        "created_at": "1969-12-31T00:00:00Z"})
}

async fn read(status: u16, body: &Value) -> Result<Payment, refundkit_core::ReadError> {
    let dodo = dodo(vec![Reply::answer(status, body.to_string())]);
    let id = PaymentId::new("pay_1").unwrap();
    let read = dodo.payment(&id, Detail::Sums).await;
    read.and_then(|payment| reading::about(&id, payment))
}

/// All of `pay_1`, planned on its untouched reading.
async fn intent() -> Intent {
    let payment = read(200, &untouched()).await.unwrap();
    let request = RefundRequest::new(payment.id.clone(), RequestKey::new("order-7").unwrap());
    let can = dodo(vec![]);
    let plan = plan_refund(&payment, &History::default(), &request, can.capabilities()).unwrap();
    let provider = ProviderName::new("dodo").unwrap();
    Intent {
        id: OperationId::new("op_1").unwrap(),
        fingerprint: Fingerprint::of(&provider, "refund", &"x"),
        provider,
        request_key: RequestKey::new("order-7").unwrap(),
        key: ProviderKey::new(TOKEN).unwrap(),
        origin: Default::default(),
        plan: Plan::Refund(plan),
        created_at: Timestamp::epoch(),
    }
}

async fn outcome(reply: Reply) -> Outcome {
    let dodo = dodo(vec![reply]);
    let intent = intent().await;
    let Plan::Refund(plan) = &intent.plan else {
        panic!("no refund");
    };
    let attempt = refundkit_conformance::attempt_at(&intent);
    let answer = dodo.refund(plan, attempt).await;
    classify(&dodo.capabilities().answers, &intent, answer)
}

async fn said(status: u16, code: &str) -> Outcome {
    let body = json!({"code": code, "message": "no"}).to_string();
    outcome(Reply::answer(status, body)).await
}

/// The refunds' part of Dodo's error page.
const REFUSALS: &str = "LINE_ITEM_FULLY_REFUNDED LINE_ITEM_NOT_FOUND LINE_ITEM_PRORATED \
    LINE_ITEM_REFUND_AMOUNT_TOO_HIGH LINE_ITEM_REFUND_AMOUNT_TOO_LOW DUPLICATE_LINE_ITEMS_IN_REQUEST \
    NOTHING_TO_REFUND PARTIAL_REFUND_NOT_ALLOWED PAYMENT_ALREADY_REFUNDED PAYMENT_HAS_BEEN_REFUNDED \
    REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT REFUND_WINDOW_EXPIRED ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED \
    PAYMENT_NOT_SUCCEEDED UNSUCCESSFUL_PAYMENT_ID EXCHANGE_RATE_NOT_FOUND MAXIMUM_KEYS_REACHED \
    UNAUTHORIZED MERCHANT_NOT_LIVE INVALID_REQUEST_BODY INVALID_REQUEST_PARAMETERS INVALID_QUERY_PARAMS \
    INTEGER_CONVERSION_FAILURE NOT_FOUND UNSUPPORTED_ACTION";
const LATER: &str = "INSUFFICIENT_WALLET_FUNDS EXISTING_REFUND_REQUEST_PROCESSING";

#[tokio::test]
async fn a_published_code_is_what_it_says_under_any_4xx_and_unknown_under_any_5xx() {
    for status in [400, 404, 409, 410, 422] {
        for code in REFUSALS.split_whitespace() {
            let found = said(status, code).await;
            assert!(matches!(found, Outcome::Refused { .. }), "{status} {code}");
        }
        for code in LATER.split_whitespace() {
            let found = said(status, code).await;
            assert!(matches!(found, Outcome::Deferred { .. }), "{status} {code}");
        }
    }
    let all = REFUSALS.split_whitespace().chain(LATER.split_whitespace());
    for code in all {
        for status in [500, 502, 503, 504] {
            let found = said(status, code).await;
            assert!(matches!(found, Outcome::Unknown { .. }), "{status} {code}");
        }
    }
}

#[tokio::test]
async fn an_error_that_is_not_listed_is_no_refusal() {
    for status in [400, 401, 403, 404, 409, 410, 413, 422] {
        for body in [
            r#"{"code":"INTERNAL_SERVER_ERROR","message":"x"}"#,
            r#"{"code":"SOMETHING_NEW","message":"x"}"#,
            r#"{"code":7}"#,
            r#"{"message":"NOTHING_TO_REFUND"}"#,
            "{}",
            "",
            "<html>no</html>",
        ] {
            let found = outcome(Reply::answer(status, body)).await;
            assert!(matches!(found, Outcome::Unlisted { .. }), "{status} {body}");
        }
    }
    for status in [408, 425, 429] {
        let found = outcome(Reply::answer(status, "<html>later</html>")).await;
        assert!(matches!(found, Outcome::Unknown { .. }), "{status}");
    }
    let busy = said(429, "TOO_MANY_REQUESTS").await;
    assert!(matches!(busy, Outcome::Deferred { .. }));
}

#[tokio::test]
async fn another_refunds_answer_contradicts_the_request() {
    let ours = json!({"refund_id": "ref_1", "payment_id": "pay_1", "status": "succeeded",
        "amount": 5000, "currency": "USD", "reason": format!("[rk:{TOKEN}]"),
        "metadata": {"refundkit_token": TOKEN}});
    let sent = |body: &Value| outcome(Reply::answer(200, body.to_string()));
    assert!(matches!(sent(&ours).await, Outcome::Executed(_)));
    let changes: [(&str, Value); 4] = [
        ("payment_id", json!("pay_2")),
        ("amount", json!(4999)),
        ("currency", json!("EUR")),
        ("metadata", json!({"refundkit_token": "zyxwvuts"})),
    ];
    for (field, value) in changes {
        let mut other = ours.clone();
        other[field] = value;
        let found = sent(&other).await;
        let is_another = matches!(found, Outcome::Contradiction { .. });
        assert!(is_another, "{field}: {found:?}");
    }
    // Without its metadata, a stored answer to an earlier request shows its token in the reason.
    let mut earlier = ours.clone();
    earlier["metadata"] = json!({});
    earlier["reason"] = json!("[rk:zyxwvuts]");
    let found = sent(&earlier).await;
    assert!(matches!(found, Outcome::Contradiction { .. }), "{found:?}");
}

/// What the reading shows of a refund whose answer was lost.
async fn found(status: u16, body: &Value) -> Option<Finding> {
    let mut operation = Operation::new(intent().await);
    let outcome = outcome(Reply::lost()).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }));
    operation.evidence = vec![
        Evidence {
            at: Timestamp::epoch(),
            fact: Fact::Marked { attempt: 1 },
        },
        Evidence {
            at: Timestamp::epoch(),
            fact: Fact::Answered {
                attempt: 1,
                outcome,
                wait_seconds: None,
            },
        },
    ];
    let payment = read(status, body).await.ok()?;
    let can = dodo(vec![]);
    let history = History::default();
    Some(find(&operation, &payment, &history, can.capabilities()))
}

#[tokio::test]
async fn a_lost_answer_and_a_reading_that_lies_are_no_absence() {
    let honest = found(200, &untouched()).await;
    assert_eq!(
        honest,
        Some(Finding::Absent),
        "else nothing below says anything"
    );
    let lie = |field: &str, value: Option<Value>| {
        let mut body = untouched();
        let fields = body.as_object_mut().unwrap();
        match value {
            Some(value) => drop(fields.insert(field.to_owned(), value)),
            None => drop(fields.remove(field)),
        }
        body
    };
    let other = json!([{"refund_id": "ref_9", "payment_id": "pay_9", "status": "succeeded"}]);
    for body in [
        lie("refunds", None),
        lie("refunds", Some(Value::Null)),
        lie("refunds", Some(json!({}))),
        lie("refunds", Some(other)),
        lie("refund_status", Some(json!("partial"))),
        lie("refund_status", Some(json!("full"))),
        lie("refund_status", Some(json!("some"))),
        lie("status", None),
        lie("status", Some(json!("processing"))),
        lie("status", Some(json!("settling"))),
        lie("currency", Some(json!("EUR"))),
        lie("total_amount", Some(json!(4000))),
        lie("payment_id", Some(json!("pay_2"))),
    ] {
        assert_ne!(found(200, &body).await, Some(Finding::Absent), "{body}");
    }
    for status in [201, 202, 203, 204, 206, 404, 500] {
        assert_eq!(found(status, &untouched()).await, None, "{status}");
    }
}

#[tokio::test]
async fn what_may_be_ours_in_another_form_blocks_and_ours_is_proof() {
    let shown = |reason: &str| {
        let mut body = untouched();
        body["refund_status"] = json!("full");
        body["refunds"] = json!([{"refund_id": "ref_1", "payment_id": "pay_1", "status": "succeeded",
            "amount": 5000, "currency": "USD", "reason": reason}]);
        body
    };
    let ours = found(200, &shown(&format!("late [rk:{TOKEN}]"))).await;
    assert!(matches!(ours, Some(Finding::Proof(_))), "{ours:?}");
    for reason in [
        format!("[rk:{}]", TOKEN.to_uppercase()),
        format!("[rk:{TOKEN}] by Ada"),
        TOKEN.chars().take(12).collect(),
        String::new(),
    ] {
        let found = found(200, &shown(&reason)).await;
        assert!(
            matches!(found, Some(Finding::Blocked(_))),
            "{reason}: {found:?}"
        );
    }
}
