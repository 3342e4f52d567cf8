//! Stripe. Its document has refunds only.

use serde_json::Value;

use super::visitor::Visitor;

const REFUNDS: &str = "/v1/refunds";

pub(super) fn walk(visitor: &mut Visitor) {
    let key = format!("Bearer {}", visitor.api_key());
    visitor.set("authorization", &key);
    let part = [
        ("payment_intent", "pi_card_1"),
        ("amount", "1000"),
        ("reason", "duplicate"),
        ("metadata[token]", "t"),
    ];
    visitor.new_key("idempotency-key");
    let refund = visitor.form(REFUNDS, &part);
    let refund = [REFUNDS, "/", refund["id"].as_str().unwrap()].concat();
    visitor.get(&refund);
    visitor.complete();
    visitor.get(&refund);
    again(visitor, &[("payment_intent", "pi_card_1")]);
    visitor.get("/v1/refunds?payment_intent=pi_card_1&limit=1");
    visitor.get("/v1/refunds?payment_intent=pi_card_2");
    visitor.failing(|visitor| {
        again(visitor, &[("payment_intent", "pi_card_jpy_1")]);
    });
    visitor.get("/v1/refunds");
    visitor.get("/v1/payment_intents/pi_card_1");
    wrong(visitor);
}

fn wrong(visitor: &mut Visitor) {
    visitor.form(REFUNDS, &[("payment_intent", "pi_card_2")]);
    for fields in [
        &[("payment_intent", "pi_card_1")][..],
        &[("payment_intent", "pi_none")],
        &[("payment_intent", "pi_card_auth_1")],
        &[("payment_intent", "pi_card_2"), ("amount", "0")],
        &[("payment_intent", "pi_card_2"), ("amount", "999999")],
        &[("payment_intent", "pi_card_2"), ("reason", "other")],
        &[("amount", "1")],
        &[("sum", "1")],
    ] {
        again(visitor, fields);
    }
    visitor.get("/v1/refunds/re_none");
    visitor.get("/v1/refunds?limit=101");
    visitor.in_trouble(|visitor| {
        again(visitor, &[("payment_intent", "pi_card_2")]);
    });
    visitor.set("authorization", "Bearer sk_test_other");
    visitor.get(REFUNDS);
}

fn again(visitor: &mut Visitor, fields: &[(&str, &str)]) {
    visitor.new_key("idempotency-key");
    let _: Value = visitor.form(REFUNDS, fields);
}
