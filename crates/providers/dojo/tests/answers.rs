//! What Dojo's answers to a refund mean, and what its readings prove after an answer was lost.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::sync::Arc;

use refundkit_core::capabilities::Meaning;
use refundkit_core::fingerprint::Fingerprint;
use refundkit_core::operation::{Fact, Finding, find};
use refundkit_core::plan::{History, Plan, plan_refund, plan_reversal};
use refundkit_core::{
    Detail, Evidence, Intent, Operation, OperationId, Outcome, Payment, PaymentId, Provider,
    ProviderKey, ProviderName, ReadError, RefundRequest, RequestKey, ReversalRequest, Timestamp,
    classify, reading,
};
use refundkit_dojo::{Dojo, DojoConfig, Version};
use refundkit_http::{BaseUrl, Reply, ScriptedTransport, Secret};
use serde_json::{Value, json};

fn dojo(version: Version, replies: Vec<Reply>) -> Dojo {
    let config = DojoConfig::new(Secret::new("sk_sandbox_planted").unwrap())
        .version(version)
        .base_url(BaseUrl::parse("http://127.0.0.1:9").unwrap());
    Dojo::with_transport(config, Arc::new(ScriptedTransport::new(replies))).unwrap()
}

/// `GET /payment-intents/pi_1`, with nothing refunded.
fn untouched() -> Value {
    json!({"id": "pi_1", "captureMode": "Auto", "status": "Captured",
        "amount": {"value": 5000, "currencyCode": "GBP"},
        "totalAmount": {"value": 5000, "currencyCode": "GBP"},
        "refundedAmount": 0, "captures": [], "createdAt": "1969-12-31T23:00:00Z"})
}

async fn read(status: u16, body: &Value) -> Result<Payment, ReadError> {
    let dojo = dojo(
        Version::NEWEST,
        vec![Reply::answer(status, body.to_string())],
    );
    let id = PaymentId::new("pi_1").unwrap();
    let read = dojo.payment(&id, Detail::Sums).await;
    read.and_then(|payment| reading::about(&id, payment))
}

fn intent(plan: Plan) -> Intent {
    let provider = ProviderName::new("dojo").unwrap();
    Intent {
        id: OperationId::new("op_1").unwrap(),
        fingerprint: Fingerprint::of(&provider, "refund", &"x"),
        provider,
        request_key: RequestKey::new("order-7").unwrap(),
        key: ProviderKey::new("abcdefgh").unwrap(),
        origin: Default::default(),
        plan,
        created_at: Timestamp::epoch(),
    }
}

/// 10.00 of `pi_1`, planned on its untouched reading.
async fn refund() -> Intent {
    let payment = read(200, &untouched()).await.unwrap();
    let request = RefundRequest::new(payment.id.clone(), RequestKey::new("order-7").unwrap())
        .amount("10.00 GBP".parse().unwrap());
    let can = dojo(Version::NEWEST, vec![]);
    let plan = plan_refund(&payment, &History::default(), &request, can.capabilities()).unwrap();
    intent(Plan::Refund(plan))
}

async fn reversal() -> Intent {
    let payment = read(200, &untouched()).await.unwrap();
    let key = RequestKey::new("order-7").unwrap();
    let request = ReversalRequest::new(payment.id.clone(), key);
    let (can, now) = (dojo(Version::NEWEST, vec![]), Timestamp::epoch());
    let known = History::default();
    let plan = plan_reversal(&payment, &known, &request, can.capabilities(), now).unwrap();
    intent(Plan::Reversal(plan))
}

async fn outcome_of(intent: &Intent, version: Version, reply: Reply) -> Outcome {
    let dojo = dojo(version, vec![reply]);
    let attempt = refundkit_conformance::attempt_at(intent);
    let answer = match &intent.plan {
        Plan::Refund(plan) => dojo.refund(plan, attempt).await,
        Plan::Reversal(plan) => dojo.reverse(plan, attempt).await,
    };
    classify(&dojo.capabilities().answers, intent, answer)
}

const FAILED: &str = r#"{"Status":400,"Detail":"Your refund request was not successful. Status: Failed.","Extensions":{}}"#;
const FIELDS: &str =
    r#"{"title":"Validation","status":400,"errors":{"Amount":["must be positive"]}}"#;

#[tokio::test]
async fn a_400_is_a_refusal_only_where_its_body_says_so() {
    let intent = refund().await;
    for version in Version::ALL {
        let rules = dojo(version, vec![]).capabilities().answers.clone();
        let bare = rules.iter().any(|rule| {
            let any = rule.code.is_none() && rule.message.is_none();
            any && rule.means == Meaning::Refused && rule.matches(400, None, None)
        });
        assert!(!bare, "{version}: a 400 alone is no refusal");
        for body in [FAILED, FIELDS] {
            let found = outcome_of(&intent, version, Reply::answer(400, body)).await;
            assert!(matches!(found, Outcome::Refused { .. }), "{body}");
            for status in [500, 502, 503, 504] {
                let found = outcome_of(&intent, version, Reply::answer(status, body)).await;
                assert!(matches!(found, Outcome::Unknown { .. }), "{status} {body}");
            }
            for status in [409, 422] {
                let found = outcome_of(&intent, version, Reply::answer(status, body)).await;
                assert!(matches!(found, Outcome::Unlisted { .. }), "{status} {body}");
            }
        }
        for body in [
            r#"{"Status":400,"Detail":"Your refund request was not successful. Status: Pending."}"#,
            r#"{"status":400,"detail":"Something else"}"#,
            r#"{"status":400,"errors":{}}"#,
            r#"{"status":400,"errors":{"Transaction":{"state":"declined"}}}"#,
            "{}",
            "",
            "<html>no</html>",
        ] {
            let found = outcome_of(&intent, version, Reply::answer(400, body)).await;
            assert!(
                matches!(found, Outcome::Unlisted { .. }),
                "{body}: {found:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_error_in_a_shape_that_any_gateway_has_is_no_refusal() {
    for intent in [refund().await, reversal().await] {
        let said = |status, body| outcome_of(&intent, Version::NEWEST, Reply::answer(status, body));
        let own = r#"{"title": "Not found", "detail": "no such payment intent"}"#;
        for status in [401, 402, 403, 404, 405, 407, 409, 410, 422] {
            for page in [own, "{}", "<html>no</html>", ""] {
                let found = said(status, page).await;
                assert!(matches!(found, Outcome::Unlisted { .. }), "{status}");
            }
        }
        for status in [408, 425, 429, 500] {
            let found = said(status, own).await;
            assert!(matches!(found, Outcome::Unknown { .. }), "{status}");
        }
    }
}

#[tokio::test]
async fn another_payments_answer_contradicts_the_request() {
    let intent = refund().await;
    let body = r#"{"paymentIntentId":"pi_2","refundId":"rfnd_1"}"#;
    let found = outcome_of(&intent, Version::NEWEST, Reply::answer(200, body)).await;
    assert!(matches!(found, Outcome::Contradiction { .. }), "{found:?}");
    let ours = body.replace("pi_2", "pi_1");
    let found = outcome_of(&intent, Version::NEWEST, Reply::answer(200, ours)).await;
    assert!(matches!(found, Outcome::Accepted(_)), "{found:?}");
}

/// What the reading shows of an operation whose answer was lost.
async fn found(intent: &Intent, status: u16, body: &Value) -> Option<Finding> {
    let outcome = outcome_of(intent, Version::NEWEST, Reply::lost()).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }));
    let mut operation = Operation::new(intent.clone());
    let answered = Fact::Answered {
        attempt: 1,
        outcome,
        wait_seconds: None,
    };
    operation.evidence = [Fact::Marked { attempt: 1 }, answered]
        .map(|fact| Evidence {
            at: Timestamp::epoch(),
            fact,
        })
        .to_vec();
    let payment = read(status, body).await.ok()?;
    let can = dojo(Version::NEWEST, vec![]);
    let history = History::default();
    Some(find(&operation, &payment, &history, can.capabilities()))
}

fn lie(changes: &[(&str, Option<Value>)]) -> Value {
    let mut body = untouched();
    let fields = body.as_object_mut().unwrap();
    for (field, value) in changes {
        match value {
            Some(value) => drop(fields.insert((*field).to_owned(), value.clone())),
            None => drop(fields.remove(*field)),
        }
    }
    body
}

#[tokio::test]
async fn a_lost_answer_and_a_reading_that_lies_are_no_absence() {
    let euros = json!({"value": 5000, "currencyCode": "EUR"});
    let less = json!({"value": 4000, "currencyCode": "GBP"});
    let refunded = Some(json!("Refunded"));
    let lies = [
        lie(&[("refundedAmount", None)]),
        lie(&[("refundedAmount", Some(Value::Null))]),
        lie(&[("refundedAmount", Some(json!("0")))]),
        lie(&[("refundedAmount", Some(json!(1500)))]),
        lie(&[("status", refunded.clone())]),
        lie(&[("status", refunded), ("refundedAmount", None)]),
        lie(&[("status", Some(json!("Created")))]),
        lie(&[("status", Some(json!("Settling")))]),
        lie(&[("status", None)]),
        lie(&[
            ("amount", Some(euros.clone())),
            ("totalAmount", Some(euros)),
        ]),
        lie(&[("totalAmount", Some(less))]),
        lie(&[("id", Some(json!("pi_2")))]),
    ];
    for intent in [refund().await, reversal().await] {
        let honest = found(&intent, 200, &untouched()).await;
        assert_eq!(
            honest,
            Some(Finding::Absent),
            "else nothing below says anything"
        );
        for status in [201, 202, 203, 204, 206, 404, 500] {
            assert_eq!(found(&intent, status, &untouched()).await, None, "{status}");
        }
    }
    let intent = refund().await;
    for body in lies {
        assert_ne!(
            found(&intent, 200, &body).await,
            Some(Finding::Absent),
            "{body}"
        );
    }
    let ours = lie(&[("refundedAmount", Some(json!(1000)))]);
    let ours = found(&intent, 200, &ours).await;
    assert!(matches!(ours, Some(Finding::Proof(_))), "{ours:?}");
}
