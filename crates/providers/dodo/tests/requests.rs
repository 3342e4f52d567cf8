//! The requests that Dodo gets, field by field.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::sync::Arc;

use refundkit_core::fingerprint::Fingerprint;
use refundkit_core::plan::{History, Plan, RefundPlan, plan_refund};
use refundkit_core::{
    Attempt, Detail, Intent, ItemId, ItemRequest, LineItem, ListedRefunds, Metadata, Minor,
    OperationId, Payment, PaymentId, Period, Provider, ProviderKey, ProviderName, RefundRequest,
    RequestKey, Stage, Text, Timestamp,
};
use refundkit_dodo::{Dodo, DodoConfig};
use refundkit_http::{BaseUrl, Reply, ScriptedTransport, Secret};

const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz234567";

fn dodo(replies: Vec<Reply>) -> (Dodo, Arc<ScriptedTransport>) {
    let transport = Arc::new(ScriptedTransport::new(replies));
    let config = DodoConfig::new(Secret::new("planted_key").unwrap())
        .base_url(BaseUrl::parse("http://127.0.0.1:9").unwrap());
    let dodo = Dodo::with_transport(config, transport.clone()).unwrap();
    (dodo, transport)
}

fn item(id: &str, amount: i64) -> LineItem {
    LineItem {
        id: ItemId::new(id).unwrap(),
        name: None,
        amount: Minor::new(amount).unwrap(),
        tax: None,
        refundable: Minor::new(amount).unwrap(),
    }
}

fn payment() -> Payment {
    let mut payment = Payment::new(
        PaymentId::new("pay_1").unwrap(),
        "USD".parse().unwrap(),
        Stage::Captured,
    );
    payment.captured = Minor::new(5000).unwrap();
    payment.authorized = payment.captured;
    payment.refunds = Some(ListedRefunds::whole(Vec::new()));
    payment.disputes = Some(Vec::new());
    payment.items = vec![item("pdt_a", 3000), item("pdt_b", 2000)];
    payment
}

fn request() -> RefundRequest {
    RefundRequest::new(
        PaymentId::new("pay_1").unwrap(),
        RequestKey::new("order-7").unwrap(),
    )
}

fn body(request: &RefundRequest) -> serde_json::Value {
    let (dodo, _) = dodo(vec![]);
    let plan = plan_refund(
        &payment(),
        &History::default(),
        request,
        dodo.capabilities(),
    )
    .unwrap();
    let preview = dodo
        .preview(&Plan::Refund(plan), &ProviderKey::new(TOKEN).unwrap())
        .unwrap();
    assert_eq!(preview.url, "http://127.0.0.1:9/refunds");
    assert!(!format!("{preview:?}").contains("planted"));
    serde_json::from_str(&preview.body.unwrap()).unwrap()
}

#[test]
fn a_full_refund_names_no_items_and_never_an_amount() {
    let body = body(&request().reason(Text::new("broken").unwrap()));
    assert_eq!(
        body,
        serde_json::json!({
            "payment_id": "pay_1",
            "reason": format!("broken [rk:{TOKEN}]"),
            "metadata": {"refundkit_token": TOKEN},
        })
    );
}

#[test]
fn part_of_a_payment_is_spread_over_its_items_in_its_own_currency() {
    let body = body(&request().amount("10.00 USD".parse().unwrap()));
    assert_eq!(body["currency"], "USD");
    assert_eq!(
        body["items"],
        serde_json::json!([
            {"item_id": "pdt_a", "amount": 600, "tax_inclusive": true},
            {"item_id": "pdt_b", "amount": 400, "tax_inclusive": true},
        ])
    );
    assert!(body.get("amount").is_none(), "the field doesn't exist");
}

#[test]
fn a_whole_item_has_no_amount_and_part_of_one_has() {
    let whole = ItemRequest::whole(ItemId::new("pdt_a").unwrap());
    let found = body(&request().items([whole.clone()]));
    assert_eq!(
        found["items"],
        serde_json::json!([{"item_id": "pdt_a", "tax_inclusive": true}])
    );
    assert!(found.get("currency").is_none());
    let mut part = ItemRequest::part(ItemId::new("pdt_b").unwrap(), "5.00 USD".parse().unwrap());
    part.tax_inclusive = false;
    let found = body(&request().items([whole, part]));
    assert_eq!(
        found["items"][1],
        serde_json::json!({"item_id": "pdt_b", "amount": 500, "tax_inclusive": false})
    );
    assert_eq!(found["currency"], "USD");
}

#[test]
fn metadata_travels_beside_the_token() {
    let found = body(&request().metadata(Metadata::new([("ticket", "42")]).unwrap()));
    assert_eq!(
        found["metadata"],
        serde_json::json!({"ticket": "42", "refundkit_token": TOKEN})
    );
}

#[test]
fn a_reason_of_3000_characters_is_taken_and_one_more_is_refused() {
    let (dodo, _) = dodo(vec![]);
    let plan = |length: usize| {
        let asked = request().reason(Text::new("x".repeat(length)).unwrap());
        plan_refund(&payment(), &History::default(), &asked, dodo.capabilities())
    };
    assert!(plan(3000).is_ok());
    assert!(plan(3001).unwrap_err().to_string().contains("3001"));
}

fn attempt(plan: &RefundPlan) -> Attempt {
    let provider = ProviderName::new("dodo").unwrap();
    let intent = Intent {
        id: OperationId::new("op_1").unwrap(),
        fingerprint: Fingerprint::of(&provider, "refund", &"x"),
        provider,
        request_key: RequestKey::new("order-7").unwrap(),
        key: ProviderKey::new(TOKEN).unwrap(),
        origin: Default::default(),
        plan: Plan::Refund(plan.clone()),
        created_at: Timestamp::epoch(),
    };
    refundkit_conformance::attempt_at(&intent)
}

#[tokio::test]
async fn what_is_previewed_is_what_is_sent_once() {
    let (dodo, transport) = dodo(vec![Reply::lost()]);
    let plan = plan_refund(
        &payment(),
        &History::default(),
        &request(),
        dodo.capabilities(),
    )
    .unwrap();
    let attempt = attempt(&plan);
    let key = attempt.key().clone();
    dodo.refund(&plan, attempt).await;
    let seen = transport.seen();
    assert_eq!(seen.len(), 1);
    let preview = dodo.preview(&Plan::Refund(plan), &key);
    assert_eq!(preview.as_ref(), Ok(&seen[0]));
    assert!(
        seen[0]
            .headers
            .iter()
            .any(|(name, value)| name == "Authorization" && value == "[secret]")
    );
    assert!(!format!("{dodo:?}").contains("planted"));
}

fn listed(number: usize) -> String {
    format!(
        r#"{{"refund_id":"ref_{number}","payment_id":"pay_1","business_id":"b","status":"succeeded",
        "created_at":"2026-11-20T00:00:00Z","is_partial":true,"amount":1,"currency":"USD"}}"#
    )
}

#[tokio::test]
async fn pages_are_counted_from_zero_until_one_is_empty() {
    let page = |numbers: std::ops::Range<usize>| {
        let items: Vec<String> = numbers.map(listed).collect();
        Reply::answer(200, format!(r#"{{"items":[{}]}}"#, items.join(",")))
    };
    let (dodo, transport) = dodo(vec![
        page(0..100),
        // A page that is short is not the last.
        page(100..130),
        page(130..131),
        page(0..0),
    ]);
    let period = Period {
        since: Some("2026-11-01T00:00:00Z".parse().unwrap()),
        until: None,
    };
    let (mut cursor, mut refunds) = (None, 0);
    loop {
        let page = dodo.refunds(&period, cursor).await.unwrap();
        refunds += page.refunds.len();
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(refunds, 131);
    assert_eq!(transport.seen().len(), 4);
    let numbers: Vec<String> = transport
        .seen()
        .iter()
        .map(|seen| seen.url.clone())
        .collect();
    assert_eq!(
        numbers[2],
        "http://127.0.0.1:9/refunds?page_size=100&page_number=2&created_at_gte=2026-11-01T00%3A00%3A00Z"
    );
    assert!(numbers[0].contains("page_number=0&"));
}

#[tokio::test]
async fn a_token_behind_a_long_reason_is_fetched_from_the_refund_itself() {
    let long = "x".repeat(3000);
    let refund = listed(1).replace(r#""amount":1"#, &format!(r#""reason":"{long}","amount":1"#));
    let payment = format!(
        r#"{{"payment_id":"pay_1","status":"succeeded","total_amount":5000,"currency":"USD","refunds":[{refund}]}}"#
    );
    let single = refund.replace(
        r#""amount":1"#,
        &format!(r#""metadata":{{"refundkit_token":"{TOKEN}"}},"amount":1"#),
    );
    let (dodo, transport) = dodo(vec![
        Reply::answer(200, payment),
        Reply::answer(200, single),
    ]);
    let read = dodo
        .payment(&PaymentId::new("pay_1").unwrap(), Detail::Sums)
        .await
        .unwrap();
    let listed = read.refunds.unwrap();
    assert!(listed.whole);
    assert_eq!(listed.refunds[0].token, ProviderKey::new(TOKEN).ok());
    assert_eq!(transport.seen()[1].url, "http://127.0.0.1:9/refunds/ref_1");
}

#[tokio::test]
async fn metadata_that_cant_be_fetched_leaves_what_the_payment_shows() {
    let long = "x".repeat(3000);
    let hidden = listed(1).replace(r#""amount":1"#, &format!(r#""reason":"{long}","amount":1"#));
    let ours = listed(2).replace(
        r#""amount":1"#,
        &format!(r#""reason":"[rk:{TOKEN}]","amount":1"#),
    );
    let payment = format!(
        r#"{{"payment_id":"pay_1","status":"succeeded","total_amount":5000,"currency":"USD","refunds":[{hidden},{ours}]}}"#
    );
    for reply in [Reply::lost(), Reply::not_sent(), Reply::answer(429, "{}")] {
        let (dodo, _) = dodo(vec![Reply::answer(200, payment.as_str()), reply]);
        let id = PaymentId::new("pay_1").unwrap();
        let listed = dodo
            .payment(&id, Detail::Sums)
            .await
            .unwrap()
            .refunds
            .unwrap();
        assert!(!listed.whole, "what isn't known to be ours may be");
        assert_eq!(listed.refunds.len(), 2);
        assert_eq!(listed.refunds[1].token, ProviderKey::new(TOKEN).ok());
    }
}
