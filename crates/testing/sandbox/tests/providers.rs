//! The sandbox by itself, over plain HTTP: what it applies, refuses, remembers and breaks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use refundkit_sandbox::{Fault, FaultKind, Provider, Sandbox, SandboxConfig};
use serde_json::{Value, json};

struct Client {
    agent: ureq::Agent,
    headers: Vec<(String, String)>,
    base: String,
}

enum Got {
    Answer(u16, Value),
    Broken,
}

impl Got {
    fn answer(self) -> (u16, Value) {
        match self {
            Self::Answer(status, body) => (status, body),
            Self::Broken => panic!("the connection broke"),
        }
    }
}

impl Client {
    fn new(base: &str, headers: &[(&str, &str)]) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .new_agent();
        Self {
            agent,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            base: base.to_owned(),
        }
    }

    fn with(&self, name: &str, value: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.retain(|(found, _)| found != name);
        headers.push((name.to_owned(), value.to_owned()));
        Self {
            agent: self.agent.clone(),
            headers,
            base: self.base.clone(),
        }
    }

    fn post(&self, path: &str, body: &Value) -> Got {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        read(request.send(body.to_string()))
    }

    fn get(&self, path: &str) -> (u16, Value) {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        read(request.call()).answer()
    }
}

fn read(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Got {
    let Ok(mut response) = result else {
        return Got::Broken;
    };
    let status = response.status().as_u16();
    match response.body_mut().read_to_string() {
        Ok(text) => Got::Answer(
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        ),
        Err(_) => Got::Broken,
    }
}

async fn start() -> Sandbox {
    Sandbox::start(SandboxConfig::default()).await.unwrap()
}

fn dojo(sandbox: &Sandbox) -> Client {
    let key = format!("Basic {}", sandbox.addresses().api_key);
    Client::new(
        &sandbox.addresses().dojo,
        &[
            ("authorization", &key),
            ("version", "2024-02-05"),
            ("idempotencyKey", "k1"),
        ],
    )
}

fn dodo(sandbox: &Sandbox) -> Client {
    let key = format!("Bearer {}", sandbox.addresses().api_key);
    Client::new(&sandbox.addresses().dodo, &[("authorization", &key)])
}

fn primer(sandbox: &Sandbox) -> Client {
    let key = sandbox.addresses().api_key.clone();
    Client::new(
        &sandbox.addresses().primer,
        &[
            ("x-api-key", &key),
            ("x-api-version", "2.4"),
            ("x-idempotency-key", "k1"),
        ],
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn dojo_refunds_add_up_and_stop_at_the_captured_amount() {
    let sandbox = start().await;
    let client = dojo(&sandbox);
    let path = "/payment-intents/pi_paid_1/refunds";
    let (status, body) = client.post(path, &json!({"amount": 3000})).answer();
    assert_eq!(status, 200);
    assert!(body["refundId"].as_str().unwrap().starts_with("rfnd_"));
    assert!(body.get("status").is_none(), "no status in this version");
    let (status, body) = client
        .with("idempotencyKey", "k2")
        .post(path, &json!({"amount": 2001}))
        .answer();
    assert_eq!(status, 400);
    assert_eq!(
        body["Detail"],
        "Your refund request was not successful. Status: Failed."
    );
    let (status, _) = client
        .with("idempotencyKey", "k3")
        .post(path, &json!({"amount": 2000}))
        .answer();
    assert_eq!(status, 200);
    let (_, intent) = client.get("/payment-intents/pi_paid_1");
    assert_eq!(
        (intent["refundedAmount"].as_i64(), intent["status"].as_str()),
        (Some(5000), Some("Refunded"))
    );
    assert_eq!(sandbox.effects().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn dojo_remembers_keys() {
    let sandbox = start().await;
    let client = dojo(&sandbox);
    let path = "/payment-intents/pi_paid_1/refunds";
    let first = client.post(path, &json!({"amount": 100})).answer();
    let again = client.post(path, &json!({"amount": 100})).answer();
    assert_eq!(first, again);
    let (status, body) = client.post(path, &json!({"amount": 200})).answer();
    assert_eq!(status, 400);
    assert!(body["errors"]["idempotencyKey"].is_array());
    assert_eq!(sandbox.effects().len(), 1);
    assert_eq!(sandbox.effects()[0].key.as_deref(), Some("k1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn dojo_asks_for_key_version_and_credentials() {
    let sandbox = start().await;
    let client = dojo(&sandbox);
    let path = "/payment-intents/pi_paid_1/refunds";
    assert_eq!(
        client
            .with("authorization", "Bearer x")
            .post(path, &json!({"amount": 1}))
            .answer()
            .0,
        401
    );
    assert_eq!(
        client
            .with("version", "2024-02-06")
            .post(path, &json!({"amount": 1}))
            .answer()
            .0,
        400
    );
    for body in [
        json!({}),
        json!({"amount": 0}),
        json!({"amount": "100"}),
        json!({"amount": 1.5}),
        json!({"amount": 1, "x": 1}),
    ] {
        assert_eq!(client.post(path, &body).answer().0, 400, "{body}");
    }
    assert_eq!(
        client
            .post("/payment-intents/pi_none/refunds", &json!({"amount": 1}))
            .answer()
            .0,
        404
    );
    assert!(sandbox.effects().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn dojo_reverses_on_the_same_day_before_capture_and_automatic_captures_later_on() {
    let sandbox = start().await;
    let client = dojo(&sandbox);
    let reverse = |client: &Client, id: &str| {
        client
            .post(&format!("/payment-intents/{id}/reversal"), &json!({}))
            .answer()
            .0
    };
    let old = client.with("version", "2022-01-03");
    assert_eq!(reverse(&old, "pi_paid_2"), 409, "captured");
    assert_eq!(
        reverse(&client, "pi_paid_2"),
        200,
        "captured automatically, today"
    );
    assert_eq!(
        reverse(&client, "pi_paid_1"),
        409,
        "captured by the merchant"
    );
    assert_eq!(reverse(&client, "pi_auth_2"), 409, "yesterday's");
    assert_eq!(reverse(&old, "pi_auth_1"), 200);
    assert_eq!(reverse(&old, "pi_auth_1"), 409, "once only");
    let (_, intent) = client.get("/payment-intents/pi_auth_1");
    assert_eq!(intent["status"], "Reversed");
    assert_eq!(
        sandbox
            .effects()
            .iter()
            .filter(|effect| effect.kind == "reversal")
            .count(),
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_dojo_version_states_statuses_that_settle() {
    let mut config = SandboxConfig::default();
    config.settle_after = std::time::Duration::from_secs(3600);
    let sandbox = Sandbox::start(config).await.unwrap();
    let client = dojo(&sandbox).with("version", "2022-01-03");
    let (_, refund) = client
        .post("/payment-intents/pi_paid_1/refunds", &json!({"amount": 1}))
        .answer();
    assert_eq!(refund["status"], "Created");
    let path = format!(
        "/payment-intents/refunds/{}",
        refund["refundId"].as_str().unwrap()
    );
    assert_eq!(client.get(&path).1["status"], "Created");
    sandbox.advance(std::time::Duration::from_secs(3600));
    assert_eq!(client.get(&path).1["status"], "Successful");
}

#[tokio::test(flavor = "multi_thread")]
async fn dodo_keeps_balances_by_item() {
    let sandbox = start().await;
    let client = dodo(&sandbox);
    let refund = |body: Value| client.post("/refunds", &body).answer();
    let part = json!({"payment_id": "pay_paid_1", "currency": "USD", "items": [{"item_id": "pdt_paid_1_1", "amount": 1000}]});
    let (status, body) = refund(part);
    assert_eq!(
        (status, body["status"].as_str(), body["amount"].as_i64()),
        (200, Some("pending"), Some(1000))
    );
    let (_, lines) = client.get("/payments/pay_paid_1/line-items");
    assert_eq!(lines["items"][0]["refundable_amount"], 2000);
    let whole = json!({"payment_id": "pay_paid_1", "items": [{"item_id": "pdt_paid_1_1"}]});
    assert_eq!(refund(whole.clone()).1["amount"], 2000);
    assert_eq!(refund(whole).1["code"], "LINE_ITEM_FULLY_REFUNDED");
    let rest = json!({"payment_id": "pay_paid_1"});
    assert_eq!(refund(rest.clone()).1["amount"], 2000, "what is left");
    assert_eq!(refund(rest).1["code"], "PAYMENT_ALREADY_REFUNDED");
    assert_eq!(
        client.get("/payments/pay_paid_1").1["refund_status"],
        "full"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dodo_refuses_in_its_own_codes() {
    let sandbox = start().await;
    let client = dodo(&sandbox);
    let item =
        |entry: Value| json!({"payment_id": "pay_paid_1", "currency": "USD", "items": [entry]});
    for (body, code) in [
        (json!({"payment_id": "pay_none"}), "NOT_FOUND"),
        (json!({}), "INVALID_REQUEST_BODY"),
        (
            json!({"payment_id": "pay_paid_1", "amount": 5}),
            "INVALID_REQUEST_BODY",
        ),
        (
            json!({"payment_id": "pay_failed_1"}),
            "PAYMENT_NOT_SUCCEEDED",
        ),
        (
            json!({"payment_id": "pay_paid_1", "reason": "x".repeat(3001)}),
            "INVALID_REQUEST_PARAMETERS",
        ),
        (item(json!({"item_id": "none"})), "LINE_ITEM_NOT_FOUND"),
        (
            item(json!({"item_id": "pdt_paid_1_1", "amount": 3001})),
            "LINE_ITEM_REFUND_AMOUNT_TOO_HIGH",
        ),
        (
            item(json!({"item_id": "pdt_paid_1_1", "amount": 3_000_000_000_i64})),
            "INTEGER_CONVERSION_FAILURE",
        ),
        (
            json!({"payment_id": "pay_paid_1", "items": [{"item_id": "pdt_paid_1_1"}, {"item_id": "pdt_paid_1_1"}]}),
            "DUPLICATE_LINE_ITEMS_IN_REQUEST",
        ),
        (
            json!({"payment_id": "pay_fx_1", "items": [{"item_id": "pdt_fx_1_1", "amount": 5}]}),
            "INVALID_REQUEST_PARAMETERS",
        ),
    ] {
        let (status, answer) = client.post("/refunds", &body).answer();
        assert!(status >= 400);
        assert_eq!(answer["code"], code, "{body}");
    }
    assert_eq!(
        client
            .with("authorization", "Bearer x")
            .get("/payments/pay_paid_1")
            .1["code"],
        "UNAUTHORIZED"
    );
    assert!(sandbox.effects().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn dodo_adds_the_tax_where_an_amount_excludes_it() {
    let sandbox = start().await;
    let body = json!({"payment_id": "pay_paid_2", "currency": "EUR",
        "items": [{"item_id": "pdt_paid_2_1", "amount": 1000, "tax_inclusive": false}]});
    assert_eq!(
        dodo(&sandbox).post("/refunds", &body).answer().1["amount"],
        1200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dodo_takes_one_open_refund_at_a_time_and_lists_from_page_zero() {
    let mut config = SandboxConfig::default();
    config.settle_after = std::time::Duration::from_secs(60);
    let sandbox = Sandbox::start(config).await.unwrap();
    let client = dodo(&sandbox);
    let item = |id: &str| json!({"payment_id": "pay_paid_1", "items": [{"item_id": id}], "metadata": {"a": "b"}});
    let (_, first) = client.post("/refunds", &item("pdt_paid_1_1")).answer();
    let (_, second) = client.post("/refunds", &item("pdt_paid_1_2")).answer();
    assert_eq!(second["code"], "EXISTING_REFUND_REQUEST_PROCESSING");
    sandbox.advance(std::time::Duration::from_secs(60));
    assert_eq!(
        client.post("/refunds", &item("pdt_paid_1_2")).answer().0,
        200
    );
    let page = |number: u32| {
        client
            .get(&format!("/refunds?page_size=1&page_number={number}"))
            .1
    };
    assert_eq!(page(0)["items"][0]["refund_id"], first["refund_id"]);
    assert!(
        page(0)["items"][0].get("metadata").is_none(),
        "a list shows no metadata"
    );
    assert_eq!(page(2)["items"].as_array().unwrap().len(), 0);
    let single = client
        .get(&format!(
            "/refunds/{}",
            first["refund_id"].as_str().unwrap()
        ))
        .1;
    assert_eq!(
        (single["status"].as_str(), single["metadata"]["a"].as_str()),
        (Some("succeeded"), Some("b"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn primer_answers_with_the_payment_and_never_repeats_a_key() {
    let sandbox = start().await;
    let client = primer(&sandbox);
    let body = json!({"amount": 2000, "orderId": "ref-1", "reason": "broken"});
    let (status, payment) = client.post("/payments/prim_paid_1/refund", &body).answer();
    assert_eq!((status, payment["status"].as_str()), (200, Some("SETTLED")));
    let refund = &payment["transactions"][1];
    assert_eq!(
        (refund["orderId"].as_str(), refund["amount"].as_i64()),
        (Some("ref-1"), Some(2000))
    );
    let (status, error) = client.post("/payments/prim_paid_1/refund", &body).answer();
    assert_eq!(
        (status, error["error"]["errorId"].as_str()),
        (409, Some("IdempotencyKeyAlreadyExists"))
    );
    let client = client.with("x-idempotency-key", "k2");
    let (status, payment) = client
        .post("/payments/prim_paid_1/refund", &json!({}))
        .answer();
    assert_eq!(
        (status, payment["processor"]["amountRefunded"].as_i64()),
        (200, Some(7000))
    );
    let client = client.with("x-idempotency-key", "k3");
    let (_, error) = client
        .post("/payments/prim_paid_1/refund", &json!({}))
        .answer();
    assert_eq!(error["error"]["errorId"], "PaymentAlreadyRefunded");
    assert_eq!(sandbox.effects().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn primer_cancels_what_is_authorised_and_refuses_the_rest() {
    let sandbox = start().await;
    let client = primer(&sandbox);
    assert_eq!(
        client
            .post("/payments/prim_auth_1/refund", &json!({}))
            .answer()
            .0,
        400
    );
    let (status, payment) = client
        .post("/payments/prim_auth_1/cancel", &json!({"reason": "x"}))
        .answer();
    assert_eq!(
        (status, payment["status"].as_str()),
        (200, Some("CANCELLED"))
    );
    let client = client.with("x-idempotency-key", "k2");
    for (body, expected) in [
        (json!({"amount": 7001}), "UnprocessableRefundAmount"),
        (json!({"amount": 0}), "UnprocessableRefundAmount"),
        (json!({"unknown": 1}), "RequestValidationError"),
    ] {
        let (_, error) = client.post("/payments/prim_paid_1/refund", &body).answer();
        assert_eq!(error["error"]["errorId"], expected);
    }
    assert_eq!(
        client
            .with("x-api-version", "2.1")
            .get("/payments/prim_paid_1")
            .0,
        400
    );
    assert_eq!(client.get("/payments/none").0, 404);
}

async fn with_fault(kind: FaultKind) -> (Sandbox, Client) {
    let mut config = SandboxConfig::default();
    config.faults = vec![Fault::always(kind)];
    config.slow = std::time::Duration::from_millis(150);
    let sandbox = Sandbox::start(config).await.unwrap();
    let client = primer(&sandbox);
    (sandbox, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_does_what_its_name_says() {
    let path = "/payments/prim_paid_1/refund";
    let body = json!({"amount": 1000, "orderId": "ref-1"});
    for (kind, effects, expected) in [
        (FaultKind::RequestLost, 0, None),
        (FaultKind::AnswerLost, 1, None),
        (FaultKind::Truncated, 1, None),
        (FaultKind::ErrorBeforeEffect, 0, Some(500)),
        (FaultKind::ErrorAfterEffect, 1, Some(500)),
        (FaultKind::Throttle, 0, Some(429)),
        (FaultKind::Html, 1, Some(502)),
        (FaultKind::DuplicateDelivery, 1, Some(200)),
        (FaultKind::Slow, 1, Some(200)),
    ] {
        let (sandbox, client) = with_fault(kind).await;
        let got = client.post(path, &body);
        let status = match got {
            Got::Answer(status, _) => Some(status),
            Got::Broken => None,
        };
        assert_eq!(
            (sandbox.effects().len(), status),
            (effects, expected),
            "{kind}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_can_lie() {
    let path = "/payments/prim_paid_1/refund";
    let body = json!({"amount": 1000, "orderId": "ref-1"});
    let (_sandbox, client) = with_fault(FaultKind::WrongAmount).await;
    assert_eq!(
        client.post(path, &body).answer().1["transactions"][1]["amount"],
        1001
    );
    let (_sandbox, client) = with_fault(FaultKind::WrongCurrency).await;
    assert_eq!(client.post(path, &body).answer().1["currencyCode"], "CHF");
    let (sandbox, client) = with_fault(FaultKind::KeyForgotten).await;
    client.post(path, &body);
    client.post(path, &body);
    assert_eq!(sandbox.effects().len(), 2);
    let (_sandbox, client) = with_fault(FaultKind::StaleRead).await;
    client.post(path, &body);
    assert_eq!(
        client.get("/payments/prim_paid_1").1["processor"]["amountRefunded"],
        0
    );
    let (sandbox, client) = with_fault(FaultKind::LateFailure).await;
    client.post(path, &body);
    assert_eq!(
        client.get("/payments/prim_paid_1").1["processor"]["amountRefunded"],
        1000
    );
    sandbox.advance(std::time::Duration::from_secs(3600));
    let payment = client.get("/payments/prim_paid_1").1;
    assert_eq!(payment["transactions"][1]["processorStatus"], "FAILED");
    assert_eq!(payment["processor"]["amountRefunded"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_at_a_numbered_request_happens_there_only() {
    let sandbox = start().await;
    sandbox.set_faults([Fault::at(FaultKind::AnswerLost, [2])]);
    let client = dojo(&sandbox);
    let path = "/payment-intents/pi_paid_1/refunds";
    let lost = |key: &str| {
        matches!(
            client
                .with("idempotencyKey", key)
                .post(path, &json!({"amount": 1})),
            Got::Broken
        )
    };
    assert_eq!([lost("a"), lost("b"), lost("c")], [false, true, false]);
    assert_eq!(sandbox.effects().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_port_tells_what_happened_with_credentials_masked() {
    let sandbox = start().await;
    let admin = Client::new(&sandbox.addresses().admin, &[]);
    dojo(&sandbox)
        .post(
            "/payment-intents/pi_paid_1/refunds",
            &json!({"amount": 100}),
        )
        .answer();
    let (_, effects) = admin.get("/effects");
    assert_eq!(effects[0]["provider"], "dojo");
    assert_eq!(
        effects[0]["amount"],
        json!({"minor": 100, "currency": "GBP"})
    );
    assert_eq!(
        (effects[0]["kind"].as_str(), effects[0]["key"].as_str()),
        (Some("refund"), Some("k1"))
    );
    let (_, requests) = admin.get("/requests");
    assert_eq!(
        (
            requests[0]["path"].as_str(),
            requests[0]["answered"].as_u64()
        ),
        (Some("/payment-intents/pi_paid_1/refunds"), Some(200))
    );
    assert!(!requests.to_string().contains(&sandbox.addresses().api_key));
    let (_, payments) = admin.get("/payments");
    let payment = payments
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["payment"] == "pi_paid_1")
        .unwrap();
    assert_eq!(
        (
            payment["stage"].as_str(),
            payment["refunded"]["minor"].as_i64()
        ),
        (Some("captured"), Some(100))
    );
    assert_eq!(payments.as_array().unwrap().len(), 82);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_port_has_levers() {
    let sandbox = start().await;
    let admin = Client::new(&sandbox.addresses().admin, &[]);
    let new = json!({"provider": "dodo", "payment": "pay_mine", "authorized": {"minor": 900, "currency": "USD"},
        "items": [{"item_id": "x", "amount": {"minor": 900, "currency": "USD"}}]});
    assert_eq!(admin.post("/payments", &new).answer().0, 201);
    assert_eq!(
        dodo(&sandbox).get("/payments/pay_mine").1["total_amount"],
        900
    );
    assert_eq!(
        admin
            .post("/payments", &json!({"provider": "dodo"}))
            .answer()
            .0,
        400
    );
    assert_eq!(
        admin
            .post("/faults", &json!({"faults": ["throttle=1"]}))
            .answer()
            .0,
        200
    );
    assert_eq!(
        admin
            .post("/faults", &json!({"faults": ["nonsense=1"]}))
            .answer()
            .0,
        400
    );
    assert_eq!(
        dodo(&sandbox)
            .post("/refunds", &json!({"payment_id": "pay_mine"}))
            .answer()
            .0,
        429
    );
    assert_eq!(
        admin.post("/advance", &json!({"seconds": 60})).answer().0,
        200
    );
    assert_eq!(admin.get("/nowhere").0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_least_half_of_the_payments_can_be_refunded_by_twenty() {
    let payments = start().await.payments();
    let good = |payment: &&refundkit_sandbox::PaymentView| {
        payment.stage == "captured"
            && payment.captured.minor >= 2000
            && ["GBP", "USD", "EUR"].contains(&payment.captured.currency.as_str())
    };
    assert!(payments.iter().filter(good).count() * 2 >= payments.len());
    for payment in &payments {
        let items: i64 = payment.items.iter().map(|item| item.amount.minor).sum();
        assert!(
            payment.items.is_empty() || items == payment.authorized.minor,
            "{}",
            payment.payment
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tampering_shows_as_an_effect() {
    let sandbox = start().await;
    sandbox.tamper(Provider::Dojo, "pi_paid_1", 700);
    assert_eq!(
        dojo(&sandbox).get("/payment-intents/pi_paid_1").1["refundedAmount"],
        700
    );
    assert_eq!(sandbox.effects()[0].amount.minor, 700);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_never_return_more_than_was_paid() {
    let sandbox = start().await;
    let threads: Vec<_> = (0..16)
        .map(|number| {
            let client = dojo(&sandbox).with("idempotencyKey", &format!("k{number}"));
            std::thread::spawn(move || {
                client
                    .post(
                        "/payment-intents/pi_paid_1/refunds",
                        &json!({"amount": 1000}),
                    )
                    .answer()
                    .0
            })
        })
        .collect();
    let good = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .filter(|status| *status == 200)
        .count();
    assert_eq!((good, sandbox.effects().len()), (5, 5));
}
