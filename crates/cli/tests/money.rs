//! The main job through the command: refunds, parts, items, reversals, and what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::Shop;

/// A captured payment of each provider, with its currency and its amount.
const PAYMENTS: [(&str, &str, &str, i64); 3] = [
    ("dojo", "pi_paid_1", "GBP", 5000),
    ("dodo", "pay_paid_1", "USD", 5000),
    ("primer", "prim_paid_1", "USD", 7000),
];

fn refund<'a>(provider: &'a str, payment: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [
        &["refund", "--provider", provider, "--payment", payment],
        more,
    ]
    .concat()
}

#[test]
fn a_full_refund_goes_through_each_provider() {
    for (provider, payment, currency, amount) in PAYMENTS {
        let shop = Shop::open();
        let ran = shop.json(&refund(provider, payment, &[]));
        assert_eq!(ran.code, 0, "{provider}: {}", ran.out);
        let json = ran.json();
        assert_eq!(json["scope"], "full", "{provider}");
        assert_eq!(json["amount"]["minor"], amount, "{provider}");
        assert_eq!(json["amount"]["currency"], currency, "{provider}");
        assert!(
            ["accepted", "succeeded"].contains(&json["state"].as_str().unwrap()),
            "{provider}"
        );
        assert_eq!(json["error"], serde_json::Value::Null);
        assert_eq!(shop.refunded(payment), amount, "{provider}");
        assert_eq!(shop.sandbox.effects().len(), 1, "{provider}");
    }
}

#[test]
fn two_parts_make_the_whole_and_a_third_is_refused_unsent() {
    for (provider, payment, currency, amount) in PAYMENTS {
        let shop = Shop::open();
        let half = format!("{}.00 {currency}", amount / 200);
        for key in ["first", "second"] {
            let more = ["--amount", &half, "--key", key];
            let ran = shop.json(&refund(provider, payment, &more));
            assert_eq!(ran.code, 0, "{provider}: {}", ran.out);
        }
        assert_eq!(shop.refunded(payment), amount, "{provider}");
        let before = shop.moves();
        let ran = shop.json(&refund(
            provider,
            payment,
            &["--amount", &format!("0.01 {currency}")],
        ));
        assert_eq!(ran.code, 3, "{provider}: {}", ran.out);
        assert_eq!(ran.json()["state"], "refused", "{provider}");
        assert_eq!(
            shop.moves(),
            before,
            "{provider}: nothing that moves money was sent"
        );
    }
}

#[test]
fn a_part_larger_than_what_is_left_is_refused_unsent() {
    for (provider, payment, currency, amount) in PAYMENTS {
        let shop = Shop::open();
        let over = format!("{}.01 {currency}", amount / 100);
        let ran = shop.run(&refund(provider, payment, &["--amount", &over]));
        assert_eq!(ran.code, 3, "{provider}");
        assert_eq!(common::code(&ran), "RK1203", "{}", ran.err);
        assert!(ran.err.contains("  help: "), "{}", ran.err);
        assert_eq!(shop.moves(), 0, "{provider}");
    }
}

#[test]
fn dodo_refunds_by_item_with_and_without_an_amount() {
    let shop = Shop::open();
    let ran = shop.json(&refund("dodo", "pay_paid_1", &["--item", "pdt_paid_1_1"]));
    assert_eq!(
        (ran.code, ran.json()["amount"]["minor"].as_i64()),
        (0, Some(3000)),
        "{}",
        ran.out
    );
    let ran = shop.json(&refund(
        "dodo",
        "pay_paid_1",
        &["--item", "pdt_paid_1_2=5.00 USD"],
    ));
    assert_eq!(
        (ran.code, ran.json()["amount"]["minor"].as_i64()),
        (0, Some(500)),
        "{}",
        ran.out
    );
    assert_eq!(shop.refunded("pay_paid_1"), 3500);
    let ran = shop.json(&refund("dodo", "pay_paid_1", &["--item", "pdt_paid_1_1"]));
    assert_eq!(
        (ran.code, ran.json()["error"]["code"].as_str()),
        (3, Some("RK1211")),
        "{}",
        ran.out
    );
    let ran = shop.json(&refund("dodo", "pay_paid_1", &["--item", "pdt_other"]));
    assert_eq!(
        (ran.code, ran.json()["error"]["code"].as_str()),
        (3, Some("RK1209"))
    );
    let ran = shop.json(&refund("dodo", "pay_paid_1", &[]));
    assert_eq!(
        (ran.code, ran.json()["amount"]["minor"].as_i64()),
        (0, Some(1500)),
        "what is left: {}",
        ran.out
    );
    assert_eq!(shop.refunded("pay_paid_1"), 5000);
}

#[test]
fn an_item_without_tax_reserves_the_tax_too() {
    let shop = Shop::open();
    let args = ["--item", "pdt_paid_2_1=10.00 EUR", "--tax-exclusive"];
    let ran = shop.json(&refund("dodo", "pay_paid_2", &args));
    assert_eq!(
        (ran.code, ran.json()["amount"]["minor"].as_i64()),
        (0, Some(1200)),
        "{}",
        ran.out
    );
    assert_eq!(shop.refunded("pay_paid_2"), 1200);
}

#[test]
fn currencies_without_and_with_three_decimals() {
    let shop = Shop::open();
    let ran = shop.json(&refund("primer", "prim_jpy_1", &["--amount", "1500 JPY"]));
    assert_eq!(
        (ran.code, shop.refunded("prim_jpy_1")),
        (0, 1500),
        "{}",
        ran.out
    );
    let ran = shop.json(&refund("dodo", "pay_kwd_1", &["--amount", "1.250 KWD"]));
    assert_eq!(
        (ran.code, shop.refunded("pay_kwd_1")),
        (0, 1250),
        "{}",
        ran.out
    );
    assert_eq!(ran.json()["amount"]["major"], "1.250");
}

#[test]
fn a_payment_settled_in_another_currency_is_refunded_in_the_customers() {
    let shop = Shop::open();
    let ran = shop.json(&refund("dodo", "pay_fx_1", &["--amount", "37.00 CAD"]));
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(shop.refunded("pay_fx_1"), 3700);
}

#[test]
fn a_partly_captured_payment_gives_back_what_was_captured() {
    let shop = Shop::open();
    let ran = shop.json(&refund("primer", "prim_part_1", &[]));
    assert_eq!(
        (ran.code, ran.json()["amount"]["minor"].as_i64()),
        (0, Some(6000)),
        "{}",
        ran.out
    );
}

#[test]
fn an_authorised_payment_is_reversed_and_not_refunded() {
    for (provider, payment) in [
        ("dojo", "pi_auth_1"),
        ("dojo-2022", "pi_auth_1"),
        ("primer", "prim_auth_1"),
    ] {
        let shop = Shop::open();
        let ran = shop.run(&refund(provider, payment, &[]));
        assert_eq!(ran.code, 3, "{}", ran.err);
        assert!(ran.err.contains("reverse"), "{}", ran.err);
        assert_eq!(shop.moves(), 0);
        let ran = shop.json(&["reverse", "--provider", provider, "--payment", payment]);
        assert_eq!(
            (ran.code, ran.json()["kind"].as_str()),
            (0, Some("reversal")),
            "{}",
            ran.out
        );
        assert_eq!(shop.sandbox.effects()[0].kind, "reversal");
        let ran = shop.json(&["reverse", "--provider", provider, "--payment", payment]);
        assert_eq!(ran.code, 3, "once only: {}", ran.out);
        assert_eq!(shop.sandbox.effects().len(), 1);
    }
}

#[test]
fn the_same_key_twice_is_one_effect_and_the_same_operation() {
    for (provider, payment, currency, _) in PAYMENTS {
        let shop = Shop::open();
        let amount = format!("12.00 {currency}");
        let args = refund(
            provider,
            payment,
            &["--amount", &amount, "--key", "order-7"],
        );
        let first = shop.json(&args).json();
        let second = shop.json(&args);
        assert_eq!(second.code, 0, "{}", second.out);
        assert_eq!(first["operation"], second.json()["operation"], "{provider}");
        assert_eq!(shop.sandbox.effects().len(), 1, "{provider}");
        let other = format!("13.00 {currency}");
        let ran = shop.json(&refund(
            provider,
            payment,
            &["--amount", &other, "--key", "order-7"],
        ));
        assert_eq!(
            (ran.code, ran.json()["error"]["code"].as_str()),
            (3, Some("RK1102")),
            "{}",
            ran.out
        );
        assert_eq!(shop.sandbox.effects().len(), 1, "{provider}");
    }
}

#[test]
fn a_pending_refund_is_asked_about() {
    let shop = Shop::open();
    let ran = shop.json(&refund("dodo", "pay_paid_1", &["--amount", "1.00 USD"]));
    assert_eq!(
        ran.json()["provider_status"],
        "pending",
        "it has settled when it is next looked at"
    );
    let ran = shop.json(&["status", ran.json()["operation"].as_str().unwrap(), "--ask"]);
    assert_eq!(
        (ran.code, ran.json()["state"].as_str()),
        (0, Some("succeeded")),
        "{}",
        ran.out
    );
}

#[test]
fn waiting_ends_with_the_providers_last_word() {
    let shop = Shop::open();
    let ran = shop.json(&refund(
        "dodo",
        "pay_paid_1",
        &["--amount", "1.00 USD", "--wait=5s"],
    ));
    assert_eq!(
        (ran.code, ran.json()["state"].as_str()),
        (0, Some("succeeded")),
        "{}",
        ran.out
    );
}
