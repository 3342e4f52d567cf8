//! The running sandbox, as the process that holds it sees it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{Client, Got, dodo, dojo, mollie, polar, start, start_all, stripe};
use refundkit_sandbox::{
    Fault, FaultKind, Payment, Plant, Provider, Sandbox, SandboxConfig, Stage,
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_shown_with_what_was_returned_of_it() {
    let sandbox = start().await;
    let new = Payment::captured(Provider::Dojo, "pi_mine", 900, "GBP", sandbox.now());
    sandbox.add_payment(new);
    let body = json!({"amount": 400});
    dojo(&sandbox)
        .post("/payment-intents/pi_mine/refunds", &body)
        .answer();
    let payment = sandbox.payment(Provider::Dojo, "pi_mine").unwrap();
    assert_eq!((payment.captured.minor, payment.refunded.minor), (900, 400));
    assert_eq!(sandbox.payment(Provider::Dodo, "pi_mine"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_can_befall_the_next_requests_only() {
    let sandbox = start().await;
    let client = dojo(&sandbox);
    let send = |key: &str| {
        let path = "/payment-intents/pi_paid_1/refunds";
        let client = client.with("idempotencyKey", key);
        matches!(
            client.post(path, &json!({"amount": 1})),
            Got::Answer(200, _)
        )
    };
    assert!(send("a"));
    sandbox.inject_next(FaultKind::AnswerLost, 2);
    assert_eq!([send("b"), send("c"), send("d")], [false, false, true]);
    assert_eq!(
        sandbox.effects().len(),
        4,
        "lost answers are of refunds made"
    );
    sandbox.inject(Fault::always(FaultKind::RequestLost));
    assert!(!send("e"));
    assert_eq!(sandbox.effects().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_sandbox_has_let_go_of_its_ports() {
    let sandbox = start().await;
    let base = sandbox.addresses().dojo.clone();
    let port: u16 = base.rsplit(':').next().unwrap().parse().unwrap();
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    sandbox.stop().await;
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_that_cannot_have_all_its_ports_keeps_none() {
    // Four ports in a row, of which the third is somebody else's.
    let (first, _taken) = loop {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let third = taken.local_addr().unwrap().port();
        let first = third.saturating_sub(2);
        let free = |port| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok();
        if free(first) && free(first.saturating_add(1)) {
            break (first, taken);
        }
    };
    let mut config = SandboxConfig::default();
    config.port = first;
    let error = Sandbox::start(config).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    let mut closed = false;
    for _ in 0..100 {
        closed = std::net::TcpStream::connect(("127.0.0.1", first)).is_err();
        if closed {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(closed, "a server was left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_providers_are_there_where_they_are_asked_for() {
    let few = start().await;
    let line = serde_json::to_value(few.addresses()).unwrap();
    let mut names: Vec<&String> = line.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["admin", "api_key", "dodo", "dojo", "primer"]);
    let all = start_all().await;
    assert_eq!(stripe(&all).get("/v1/payment_intents/pi_card_1").0, 200);
    assert_eq!(mollie(&all).get("/v2/payments/tr_paid_1").0, 200);
    assert_eq!(polar(&all).get("/v1/orders/ord_paid_1").0, 200);
    let admin = Client::new(&all.addresses().admin, &[]);
    let shown = admin.get("/payments").1;
    let shown = shown.as_array().unwrap();
    for provider in ["stripe", "mollie", "polar"] {
        let of = shown.iter().filter(|p| p["provider"] == provider);
        assert!(of.count() > 20, "{provider}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_befall_stripe_and_mollie_too() {
    let refund = [("payment_intent", "pi_card_1"), ("amount", "1000")];
    let sandbox = start_all().await;
    sandbox.inject_next(FaultKind::AnswerLost, 1);
    let client = stripe(&sandbox);
    assert!(matches!(client.form("/v1/refunds", &refund), Got::Broken));
    assert_eq!(
        client.form("/v1/refunds", &refund).answer().0,
        200,
        "replayed"
    );
    assert_eq!(sandbox.effects().len(), 1);
    sandbox.inject_next(FaultKind::WrongAmount, 1);
    let amount = json!({"value": "5.00", "currency": "EUR"});
    let body = json!({"amount": amount, "description": "Order 7"});
    let path = "/v2/payments/tr_paid_1/refunds";
    let told = mollie(&sandbox).post(path, &body).answer().1;
    assert_eq!(told["amount"]["value"], "15.00");
    let told = mollie(&sandbox).get("/v2/payments/tr_paid_1").1;
    assert_eq!(
        told["amountRefunded"]["value"], "5.00",
        "what really happened"
    );
    sandbox.inject_next(FaultKind::Throttle, 1);
    assert_eq!(mollie(&sandbox).delete("/v2/payments/tr_auth_1").0, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_twice_doubles_only_where_no_key_forbids_it() {
    let sandbox = start().await;
    sandbox.inject(Fault::always(FaultKind::DuplicateDelivery));
    let part = json!({"payment_id": "pay_paid_1", "currency": "USD",
        "items": [{"item_id": "pdt_paid_1_1", "amount": 100}]});
    assert_eq!(dodo(&sandbox).post("/refunds", &part).answer().0, 200);
    let of = |id: &str| sandbox.effects().iter().filter(|e| e.payment == id).count();
    assert_eq!(of("pay_paid_1"), 2, "Dodo knows no keys");
    let body = json!({"amount": 100});
    dojo(&sandbox)
        .post("/payment-intents/pi_paid_1/refunds", &body)
        .answer();
    assert_eq!(of("pi_paid_1"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_dojo_intent_is_shown_to_whoever_asks_for_it() {
    let sandbox = start().await;
    let canceled = Payment::captured(Provider::Dojo, "pi_gone", 900, "GBP", sandbox.now());
    sandbox.add_payment(canceled.at(Stage::Failed));
    let client = dojo(&sandbox);
    assert_eq!(client.get("/payment-intents/pi_gone").0, 404);
    let (status, intent) = client.get("/payment-intents/pi_gone?returnCanceled=true");
    assert_eq!((status, intent["status"].as_str()), (200, Some("Canceled")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_can_be_changed_behind_everybodys_back() {
    let sandbox = start().await;
    let client = dodo(&sandbox);
    let now = sandbox.now();
    let paid = |id: &str| Payment::captured(Provider::Dodo, id, 900, "USD", now);
    sandbox.add_payment(paid("pay_a").with_refund("ref_a", 400, Some("broken"), now));
    sandbox.add_payment(paid("pay_b"));
    let listed = || {
        let (_, body) = client.get("/refunds?page_size=100");
        body["items"].as_array().unwrap().clone()
    };
    assert_eq!(listed().len(), 1);
    assert_eq!(listed()[0]["reason"], "broken");
    let change = |plant| assert!(sandbox.plant(Provider::Dodo, "ref_a", plant));
    change(Plant::Amount(401));
    change(Plant::Currency("CAD".to_owned()));
    change(Plant::Pending);
    let shown = &listed()[0];
    assert_eq!(
        (&shown["amount"], &shown["currency"], &shown["status"]),
        (&json!(401), &json!("CAD"), &json!("pending"))
    );
    change(Plant::Fail);
    change(Plant::Double);
    change(Plant::Move("pay_b".to_owned()));
    let payments: Vec<_> = listed()
        .iter()
        .map(|one| (one["payment_id"].clone(), one["status"].clone()))
        .collect();
    assert_eq!(
        payments,
        [
            (json!("pay_a"), json!("failed")),
            (json!("pay_b"), json!("failed"))
        ]
    );
    change(Plant::Remove);
    assert_eq!(listed().len(), 1);
    assert!(!sandbox.plant(Provider::Dodo, "ref_a", Plant::Remove));
    assert!(sandbox.take_back(Provider::Dodo, "pay_a"));
    assert_eq!(
        sandbox.payment(Provider::Dodo, "pay_a").unwrap().stage,
        "reversed"
    );
    sandbox.rewind(std::time::Duration::from_secs(3600));
    assert!(sandbox.now() < now);
}
