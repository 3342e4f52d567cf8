//! The built-in profiles, field by field: what is sent, and what answers become.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::sync::Arc;

use refundkit_conformance::attempt;
use refundkit_core::answer::{Answer, Outcome, classify};
use refundkit_core::plan::{History, Plan, RefundPlan, plan_refund};
use refundkit_core::ports::ReadErrorKind;
use refundkit_core::{
    CaptureMode, Detail, Intent, Metadata, Minor, OrderId, PaymentId, Provider, RefundId,
    RefundRequest, RefundStatus, Stage, Text,
};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{BaseUrl, Reply, ScriptedTransport, Secret};
use serde_json::{Value, json};

fn provider(profile: &str, replies: Vec<Reply>) -> (Generic, Arc<ScriptedTransport>) {
    let transport = Arc::new(ScriptedTransport::new(replies));
    let config = GenericConfig::new(
        Profile::builtin(profile).unwrap(),
        Secret::new("planted_key").unwrap(),
    )
    .base_url(BaseUrl::parse("http://127.0.0.1:9").unwrap());
    (
        Generic::with_transport(config, transport.clone()).unwrap(),
        transport,
    )
}

/// A payment of Primer with every field of its refund page's answer.
fn primer(status: &str, transactions: Value) -> Value {
    json!({
        "id": "pay1", "date": "2026-11-20T09:30:00.367687", "dateUpdated": "2026-11-20T09:30:01.000000",
        "status": status, "cardTokenType": "CARD_PAN", "orderId": "order-123", "currencyCode": "USD",
        "amount": 7000, "order": {"lineItems": []}, "customerId": "c", "customer": {"emailAddress": "a@example.com"},
        "metadata": {"k": 1}, "paymentMethod": {"paymentMethodType": "PAYMENT_CARD"},
        "processor": {"name": "STRIPE", "amountCaptured": 7000, "amountRefunded": 700},
        "requiredAction": null, "statusReason": null, "transactions": transactions, "riskData": null,
    })
}

fn transaction(kind: &str, order: &str, status: &str, amount: i64) -> Value {
    json!({"date": "2026-11-20T09:30:01.000000", "amount": amount, "currencyCode": "USD", "orderId": order,
        "transactionType": kind, "processorName": "STRIPE", "processorTransactionId": "x", "processorStatus": status})
}

async fn planned(provider: &Generic, request: RefundRequest) -> RefundPlan {
    let payment = provider
        .payment(&request.payment, Detail::Items)
        .await
        .unwrap();
    plan_refund(
        &payment,
        &History::default(),
        &request,
        provider.capabilities(),
    )
    .unwrap()
}

fn request() -> RefundRequest {
    RefundRequest::new("pay1".parse().unwrap(), "key-1".parse().unwrap())
}

fn token() -> String {
    // The token of attempt 1 doesn't depend on the plan.
    let sample = refundkit_conformance::intent(1, "p", "pay1", 100).plan;
    attempt(1, &sample).key().to_string()
}

fn read(value: &Value) -> Reply {
    Reply::answer(200, value.to_string())
}

fn header<'a>(preview: &'a refundkit_core::Preview, name: &str) -> Option<&'a str> {
    let found = preview.headers.iter().find(|(found, _)| found == name);
    found.map(|(_, value)| value.as_str())
}

fn untouched() -> Value {
    let mut payment = primer(
        "SETTLED",
        json!([transaction("SALE", "order-123", "SETTLED", 7000)]),
    );
    payment["processor"]["amountRefunded"] = json!(0);
    payment
}

#[tokio::test]
async fn primer_gets_amount_order_id_reason_and_key() {
    let (primer, transport) = provider("primer", vec![read(&untouched()), Reply::lost()]);
    let asked = request()
        .amount("7.00 USD".parse().unwrap())
        .order_id(OrderId::new("return-5").unwrap())
        .reason(Text::new("broken").unwrap());
    let plan = planned(&primer, asked).await;
    let sent = attempt(1, &Plan::Refund(plan.clone()));
    let answer = primer.refund(&plan, sent).await;
    assert!(matches!(answer, Answer::Lost { .. }));
    let seen = &transport.seen()[1];
    assert_eq!(
        (seen.method.as_str(), seen.url.as_str()),
        ("POST", "http://127.0.0.1:9/payments/pay1/refund")
    );
    let body: Value = serde_json::from_str(seen.body.as_deref().unwrap()).unwrap();
    assert_eq!(
        body,
        json!({"amount": 700, "orderId": format!("return-5-{}", token()), "reason": "broken"})
    );
    assert_eq!(header(seen, "X-API-VERSION"), Some("2.4"));
    assert_eq!(header(seen, "X-API-KEY"), Some("[secret]"));
    assert_eq!(header(seen, "X-Idempotency-Key"), Some(token().as_str()));
}

#[tokio::test]
async fn primers_answer_is_the_payment_and_the_refund_is_found_in_it() {
    for (status, expected) in [
        ("SETTLED", RefundStatus::Succeeded),
        ("PENDING", RefundStatus::Pending),
        ("SETTLING", RefundStatus::Pending),
        ("FAILED", RefundStatus::Failed),
        ("DECLINED", RefundStatus::Failed),
        ("CANCELLED", RefundStatus::Failed),
        ("AUTHORIZED", RefundStatus::Other("AUTHORIZED".to_owned())),
    ] {
        let answered = primer(
            "SETTLED",
            json!([
                transaction("SALE", "order-123", "SETTLED", 7000),
                transaction("REFUND", "order-123", "SETTLED", 5),
                transaction("REFUND", &token(), status, 700),
            ]),
        );
        let (primer, _) = provider("primer", vec![read(&untouched()), read(&answered)]);
        let plan = planned(&primer, request().amount("7.00 USD".parse().unwrap())).await;
        let answer = primer
            .refund(&plan, attempt(1, &Plan::Refund(plan.clone())))
            .await;
        let Answer::Refund(fact) = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(fact.status, expected);
        assert_eq!(fact.amount.unwrap().get(), 700);
        assert_eq!(fact.id, Some(RefundId::new(token()).unwrap()));
    }
}

#[tokio::test]
async fn a_primer_answer_without_our_refund_or_with_two_says_nothing() {
    let ours = || transaction("REFUND", &token(), "SETTLED", 700);
    for transactions in [json!([]), json!(null), json!([ours(), ours()]), json!("x")] {
        let (primer, _) = provider(
            "primer",
            vec![read(&untouched()), read(&primer("SETTLED", transactions))],
        );
        let plan = planned(&primer, request().amount("7.00 USD".parse().unwrap())).await;
        let answer = primer
            .refund(&plan, attempt(1, &Plan::Refund(plan.clone())))
            .await;
        assert!(matches!(answer, Answer::Unreadable { .. }), "{answer:?}");
    }
}

#[tokio::test]
async fn primers_examples_name_the_type_otherwise_than_its_schema() {
    let mut refund = transaction("REFUND", "ours", "SETTLED", 700);
    let fields = refund.as_object_mut().unwrap();
    fields.remove("transactionType");
    fields.insert("type".to_owned(), json!("REFUND"));
    let (primer, _) = provider("primer", vec![read(&primer("SETTLED", json!([refund])))]);
    let payment = primer
        .payment(&PaymentId::new("pay1").unwrap(), Detail::Sums)
        .await
        .unwrap();
    assert_eq!(payment.shown().len(), 1);
}

#[tokio::test]
async fn primers_statuses_of_a_payment() {
    for (word, stage) in [
        ("PENDING", Stage::Created),
        ("AUTHORIZED", Stage::Authorized),
        ("SETTLED", Stage::Captured),
        ("PARTIALLY_SETTLED", Stage::PartiallyCaptured),
        ("CANCELLED", Stage::Reversed),
        ("DECLINED", Stage::Failed),
        ("FAILED", Stage::Failed),
        ("SETTLING", Stage::Other("SETTLING".to_owned())),
    ] {
        let refunds = json!([transaction("REFUND", "ours", "SETTLED", 700)]);
        let (primer, _) = provider("primer", vec![read(&primer(word, refunds))]);
        let payment = primer
            .payment(&PaymentId::new("pay1").unwrap(), Detail::Sums)
            .await
            .unwrap();
        assert_eq!(payment.stage, stage);
        assert_eq!(payment.refunded.map(Minor::get), Some(700));
        assert_eq!(
            payment.created_at,
            "2026-11-20T09:30:00.367687Z".parse().ok()
        );
    }
}

#[tokio::test]
async fn primers_errors_are_judged_by_status_and_id() {
    let error = |id: &str| {
        json!({"error": {"errorId": id, "description": "words", "diagnosticsId": "1"}}).to_string()
    };
    let (primer, _) = provider("primer", vec![read(&untouched())]);
    let plan = planned(&primer, request()).await;
    let judge = async |status: u16, body: String| {
        let (primer, _) = provider("primer", vec![Reply::answer(status, body)]);
        let whole = Plan::Refund(plan.clone());
        let answer = primer.refund(&plan, attempt(1, &whole)).await;
        let intent = Intent {
            key: attempt(1, &whole).key().clone(),
            plan: whole,
            ..refundkit_conformance::intent(1, "p", "pay1", 100)
        };
        classify(&primer.capabilities().answers, &intent, answer)
    };
    assert_eq!(
        judge(409, error("IdempotencyKeyAlreadyExists")).await,
        Outcome::Exists
    );
    for (status, id) in [
        (409, "PaymentAlreadyRefunded"),
        (409, "PaymentRequestLimitExceeded"),
        (400, "PaymentError"),
        (422, "UnprocessableRefundAmount"),
    ] {
        let outcome = judge(status, error(id)).await;
        assert!(
            matches!(outcome, Outcome::Refused { .. }),
            "{id}: {outcome:?}"
        );
    }
    assert!(matches!(
        judge(409, error("SomethingNew")).await,
        Outcome::Unlisted { .. }
    ));
    for (status, body) in [
        (504, String::new()),
        (500, error("x")),
        (307, String::new()),
        (200, "<html>".to_owned()),
    ] {
        let outcome = judge(status, body).await;
        assert!(
            matches!(outcome, Outcome::Unknown { .. }),
            "{status}: {outcome:?}"
        );
    }
    assert!(matches!(
        judge(429, error("TooManyRequests")).await,
        Outcome::Deferred { .. }
    ));
    // Nobody's word.
    for status in [401, 403, 410, 422, 429] {
        let outcome = judge(status, String::new()).await;
        let settled = matches!(
            outcome,
            Outcome::Refused { .. } | Outcome::Deferred { .. } | Outcome::NotSent { .. }
        );
        assert!(!settled, "{status}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_version_at_its_end_is_a_matter_of_configuration() {
    let (primer, _) = provider("primer", vec![Reply::answer(410, "")]);
    let error = primer
        .payment(&PaymentId::new("pay1").unwrap(), Detail::Sums)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Configuration);
}

fn intent() -> Value {
    json!({"id": "pi_1", "object": "payment_intent", "amount": 5000, "amount_received": 5000, "currency": "usd",
        "status": "succeeded", "capture_method": "manual", "created": 1_700_000_000,
        "latest_charge": {"id": "ch_1", "object": "charge", "disputed": false}})
}

#[tokio::test]
async fn stripe_is_spoken_to_in_forms() {
    let refund = json!({"id": "re_1", "object": "refund", "amount": 1000, "currency": "usd", "payment_intent": "pi_1",
        "status": "succeeded", "created": 1_700_000_001, "metadata": {}});
    let list = json!({"object": "list", "data": [], "has_more": false});
    let (stripe, transport) = provider("stripe", vec![read(&intent()), read(&list), read(&refund)]);
    let asked = RefundRequest::new("pi_1".parse().unwrap(), "key-1".parse().unwrap())
        .amount("10.00 USD".parse().unwrap())
        .reason(Text::new("too late & broken").unwrap())
        .metadata(Metadata::new([("ticket", "42")]).unwrap());
    let plan = planned(&stripe, asked).await;
    let answer = stripe
        .refund(&plan, attempt(1, &Plan::Refund(plan.clone())))
        .await;
    let Answer::Refund(fact) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(
        (fact.status, fact.currency.unwrap().code()),
        (RefundStatus::Succeeded, "USD")
    );
    let seen = transport.seen();
    assert_eq!(
        seen[1].url,
        "http://127.0.0.1:9/v1/refunds?limit=100&payment_intent=pi_1"
    );
    let body = seen[2].body.as_deref().unwrap();
    for pair in [
        "amount=1000",
        "payment_intent=pi_1",
        "metadata%5Bticket%5D=42",
        "metadata%5Brefundkit_reason%5D=too+late+%26+broken",
        &format!("metadata%5Brefundkit_token%5D={}", token()),
    ] {
        assert!(body.contains(pair), "{pair} in {body}");
    }
    assert_eq!(header(&seen[2], "Idempotency-Key"), Some(token().as_str()));
    assert_eq!(
        header(&seen[2], "content-type"),
        Some("application/x-www-form-urlencoded")
    );
}

#[tokio::test]
async fn stripes_list_of_refunds_has_our_token() {
    const OWN: &str = "abcdefghijklmnopqrstuvwxyz234567";
    let refund = json!({"id": "re_1", "amount": 1000, "currency": "usd", "payment_intent": "pi_1", "status": "requires_action",
        "created": 1_700_000_001, "metadata": {"refundkit_token": OWN}});
    let list = json!({"object": "list", "data": [refund], "has_more": false});
    let (stripe, _) = provider("stripe", vec![read(&intent()), read(&list)]);
    let payment = stripe
        .payment(&PaymentId::new("pi_1").unwrap(), Detail::Sums)
        .await
        .unwrap();
    let seen = &payment.shown()[0];
    assert_eq!(
        (seen.token.as_ref().unwrap().as_str(), &seen.status),
        (OWN, &RefundStatus::Review)
    );
    assert_eq!(
        (payment.returned().get(), payment.capture_mode),
        (1000, CaptureMode::Manual)
    );
    let more = json!({"data": [], "has_more": true});
    let (stripe, _) = provider("stripe", vec![read(&intent()), read(&more)]);
    let error = stripe
        .payment(&PaymentId::new("pi_1").unwrap(), Detail::Sums)
        .await
        .unwrap_err();
    assert_eq!(
        error.kind,
        ReadErrorKind::Unreadable,
        "a list that isn't whole proves nothing"
    );
}

#[tokio::test]
async fn a_stripe_refund_is_read_by_its_id() {
    let refund = json!({"id": "re_1", "amount": 1000, "currency": "usd", "payment_intent": "pi_1", "status": "canceled"});
    let (stripe, transport) = provider("stripe", vec![read(&refund)]);
    let fact = stripe
        .refund_status(
            &PaymentId::new("pi_1").unwrap(),
            &RefundId::new("re_1").unwrap(),
        )
        .await
        .unwrap();
    assert_eq!(fact.status, RefundStatus::Failed);
    assert_eq!(
        transport.seen()[0].url,
        "http://127.0.0.1:9/v1/refunds/re_1"
    );
}

#[tokio::test]
async fn mollies_amounts_are_nested_and_in_major_units() {
    let payment = json!({"id": "tr_1", "status": "paid", "amount": {"value": "50.00", "currency": "EUR"},
        "amountRefunded": {"value": "0.00", "currency": "EUR"}, "createdAt": "2026-11-20T09:30:00+00:00"});
    let list = json!({"count": 0, "_embedded": {"refunds": []}, "_links": {"next": null}});
    let refund = json!({"id": "re_1", "status": "queued", "amount": {"value": "12.34", "currency": "EUR"}, "paymentId": "tr_1"});
    let (mollie, transport) = provider(
        "mollie",
        vec![
            read(&payment),
            read(&list),
            Reply::answer(201, refund.to_string()),
        ],
    );
    let asked = RefundRequest::new("tr_1".parse().unwrap(), "key-1".parse().unwrap())
        .amount("12.34 EUR".parse().unwrap());
    let plan = planned(&mollie, asked).await;
    let answer = mollie
        .refund(&plan, attempt(1, &Plan::Refund(plan.clone())))
        .await;
    let Answer::Refund(fact) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(
        (fact.status, fact.amount.unwrap().get()),
        (RefundStatus::Pending, 1234)
    );
    let seen = transport.seen();
    let body: Value = serde_json::from_str(seen[2].body.as_deref().unwrap()).unwrap();
    assert_eq!(
        body,
        json!({"amount": {"value": "12.34", "currency": "EUR"}, "description": "Refund", "metadata": {"refundkit_token": token()}})
    );
    assert_eq!(seen[2].url, "http://127.0.0.1:9/v2/payments/tr_1/refunds");
}

#[tokio::test]
async fn a_full_page_of_polars_refunds_is_followed_by_another() {
    let refund = |at: usize| {
        json!({"id": at.to_string(), "status": "succeeded", "amount": 1, "tax_amount": 0,
            "currency": "usd", "order_id": "ord_1", "metadata": {}})
    };
    let page = |ids: std::ops::Range<usize>| {
        let items: Vec<Value> = ids.map(refund).collect();
        read(&json!({"items": items, "pagination": {"total_count": 101, "max_page": 2}}))
    };
    let order = json!({"id": "ord_1", "status": "partially_refunded", "net_amount": 5000,
        "refunded_amount": 101, "currency": "usd"});
    let (polar, transport) = provider("polar", vec![read(&order), page(0..100), page(100..101)]);
    let payment = polar
        .payment(&"ord_1".parse().unwrap(), Detail::Items)
        .await
        .unwrap();
    assert_eq!(payment.shown().len(), 101);
    let urls: Vec<String> = transport.seen()[1..]
        .iter()
        .map(|s| s.url.clone())
        .collect();
    let first = "http://127.0.0.1:9/v1/refunds/?limit=100&order_id=ord_1";
    assert_eq!(urls, [first.to_owned(), [first, "&page=2"].concat()]);
}
