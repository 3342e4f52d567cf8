//! Bad input: one clear line, a stable code, the right exit code, and nothing sent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{KEY, Ran, Shop, code, refund};

#[test]
fn hostile_ids_never_become_a_request() {
    let shop = Shop::open();
    let long = "x".repeat(10_000);
    for id in [
        "..",
        ".",
        "a/b",
        "%2e%2e",
        "pi_1\r\nX: y",
        "pi_1\n",
        "",
        " ",
        "pi 1",
        "-x/",
        "ä",
        &long,
    ] {
        let ran = refund(&shop, "dojo", id, &[]);
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (2, "RK1001"),
            "{id:?}: {}",
            ran.err
        );
        assert!(ran.err.len() < 400, "the id isn't repeated");
    }
    assert_eq!(shop.requests(), 0);
    assert!(!shop.journal().exists(), "not even a journal was made");
}

#[test]
fn hostile_items_keys_and_order_ids_never_become_a_request() {
    let shop = Shop::open();
    for more in [
        ["--item", "a/b"],
        ["--item", ".."],
        ["--item", "x=ten"],
        ["--key", "a b"],
        ["--key", ""],
        ["--key", "a\r\nb"],
        ["--order-id", "a b"],
        ["--meta", "novalue"],
        ["--meta", "ke y=v"],
        ["--meta", "refundkit_token=v"],
        ["--paid", "ten"],
        ["--reason", ""],
        ["--reason", "card 4111 1111 1111 1111"],
        ["--notes", "bell\u{7}"],
    ] {
        let ran = refund(&shop, "dodo", "pay_paid_1", &more);
        assert_eq!(ran.code, 2, "{more:?}: {}", ran.err);
        code(&ran);
    }
    assert_eq!(shop.requests(), 0);
}

#[test]
fn amounts_that_are_none_never_become_a_request() {
    let shop = Shop::open();
    for amount in [
        "0",
        "-1",
        "0.00 GBP",
        "-1.00 GBP",
        "10.001 GBP",
        "1.5 JPY",
        "10",
        "10.00",
        "GBP",
        "1e3 GBP",
        "1,000.00 GBP",
        "10.00 gbp",
        "10.00 XYZ",
        "99999999999999999999 GBP",
        "NaN GBP",
        "0x10 GBP",
        "+5 GBP",
        "٣ GBP",
        "",
    ] {
        let ran = refund(&shop, "dojo", "pi_paid_1", &["--amount", amount]);
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (2, "RK1002"),
            "{amount:?}: {}",
            ran.err
        );
    }
    assert_eq!(shop.requests(), 0);
}

#[test]
fn an_amount_over_dodos_field_is_refused_before_anything_is_read() {
    let shop = Shop::open();
    let ran = refund(
        &shop,
        "dodo",
        "pay_paid_1",
        &["--amount", "99999999999 USD"],
    );
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (3, "RK1206"),
        "{}",
        ran.err
    );
    assert_eq!(shop.requests(), 0);
}

#[test]
fn a_reason_of_3001_characters_is_refused_before_anything_is_read() {
    let shop = Shop::open();
    for (provider, payment) in [
        ("dodo", "pay_paid_1"),
        ("dojo", "pi_paid_1"),
        ("primer", "prim_paid_1"),
    ] {
        let ran = refund(&shop, provider, payment, &["--reason", &"x".repeat(3001)]);
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (3, "RK1212"),
            "{}",
            ran.err
        );
    }
    assert_eq!(shop.requests(), 0);
    let ran = refund(
        &shop,
        "dodo",
        "pay_paid_1",
        &["--reason", &"x".repeat(3000)],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn fields_that_a_provider_does_not_have_are_refused_and_not_dropped() {
    let shop = Shop::open();
    for (provider, payment, more) in [
        ("dojo", "pi_paid_1", ["--meta", "a=b"]),
        ("dojo", "pi_paid_1", ["--order-id", "o-1"]),
        ("dojo", "pi_paid_1", ["--item", "x"]),
        ("dodo", "pay_paid_1", ["--notes", "n"]),
        ("primer", "prim_paid_1", ["--notes", "n"]),
        ("primer", "prim_paid_1", ["--meta", "a=b"]),
        ("primer", "prim_paid_1", ["--paid", "10.00 GBP"]),
    ] {
        let ran = refund(&shop, provider, payment, &more);
        assert_eq!(ran.code, 3, "{provider} {more:?}: {}", ran.err);
        code(&ran);
    }
    assert_eq!(shop.requests(), 0);
}

#[test]
fn another_currency_is_refused_with_nothing_sent_that_moves_money() {
    let shop = Shop::open();
    for (provider, payment) in [
        ("dojo", "pi_paid_1"),
        ("dodo", "pay_paid_1"),
        ("primer", "prim_paid_1"),
    ] {
        let ran = refund(&shop, provider, payment, &["--amount", "10.00 EUR"]);
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (3, "RK1205"),
            "{}",
            ran.err
        );
    }
    assert_eq!(shop.moves(), 0);
}

#[test]
fn payments_without_money_are_refused() {
    let shop = Shop::open();
    for (provider, payment, expected) in [
        ("dojo", "pi_new_1", "RK1202"),
        ("dodo", "pay_failed_1", "RK1202"),
        ("dodo", "pay_auth_1", "RK1201"),
        ("primer", "prim_failed_1", "RK1202"),
    ] {
        let ran = refund(&shop, provider, payment, &[]);
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (3, expected),
            "{payment}: {}",
            ran.err
        );
    }
    let ran = shop.run(&["reverse", "--provider", "dodo", "--payment", "pay_auth_1"]);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (3, "RK1215"),
        "{}",
        ran.err
    );
    assert_eq!(shop.moves(), 0);
}

#[test]
fn an_unknown_provider_and_an_unknown_payment() {
    let shop = Shop::open();
    let ran = refund(&shop, "paypal", "x", &[]);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (2, "RK1101"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("dodo, dojo, dojo-2022, primer"),
        "{}",
        ran.err
    );
    let ran = refund(&shop, "Dojo", "x", &[]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert_eq!(shop.requests(), 0);
    let ran = refund(&shop, "dojo", "pi_none", &[]);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (2, "RK2001"),
        "{}",
        ran.err
    );
    assert_eq!(shop.moves(), 0);
}

#[test]
fn a_missing_or_wrong_key() {
    let shop = Shop::open();
    let args = [
        "refund",
        "--provider",
        "dojo",
        "--payment",
        "pi_paid_1",
        "--yes",
    ];
    let ran = Ran::of(
        shop.command()
            .env_remove("SHOP_KEY")
            .args(args)
            .output()
            .unwrap(),
    );
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (2, "RK4004"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("SHOP_KEY"), "{}", ran.err);
    let ran = Ran::of(
        shop.command()
            .env("SHOP_KEY", "sk_prod_planted")
            .args(args)
            .output()
            .unwrap(),
    );
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (2, "RK1303"),
        "a live key in test mode: {}",
        ran.err
    );
    assert_eq!(shop.requests(), 0);
    let ran = Ran::of(
        shop.command()
            .env("SHOP_KEY", "sk_sandbox_wrong")
            .args(args)
            .output()
            .unwrap(),
    );
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (2, "RK2002"),
        "{}",
        ran.err
    );
    assert_eq!(shop.moves(), 0);
}

#[test]
fn a_broken_or_missing_configuration() {
    let shop = Shop::open();
    let path = shop.folder.path().join("broken.toml");
    for text in [
        "journal = ",
        "jurnal = 'memory:'",
        "[providers.dojo]\nadapter = 'dojo'\napi_key = 'planted'",
    ] {
        std::fs::write(&path, text).unwrap();
        let ran = shop.run(&["--config", "broken.toml", "providers"]);
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (2, "RK4003"),
            "{}",
            ran.err
        );
        assert!(!ran.err.contains("planted"));
    }
    let ran = shop.run(&["--config", "none.toml", "list"]);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (2, "RK4002"),
        "{}",
        ran.err
    );
    std::fs::remove_file(shop.folder.path().join("refundkit.toml")).unwrap();
    let ran = shop.run(&["refund", "--provider", "dojo", "--payment", "pi_paid_1"]);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (2, "RK4002"),
        "{}",
        ran.err
    );
}

#[test]
fn a_command_line_that_makes_no_sense() {
    let shop = Shop::open();
    for args in [
        vec!["refnud"],
        vec!["refund"],
        vec!["refund", "--provider", "dojo"],
        vec![
            "refund",
            "--provider",
            "dojo",
            "--payment",
            "x",
            "--amount",
            "1.00 GBP",
            "--item",
            "y",
        ],
        vec![
            "refund",
            "--provider",
            "dojo",
            "--payment",
            "x",
            "--wait=soon",
        ],
        vec![
            "plan",
            "--kind",
            "reverse",
            "--provider",
            "dojo",
            "--payment",
            "x",
            "--amount",
            "1.00 GBP",
        ],
        vec!["list", "--state", "lost"],
        vec!["list", "--since", "yesterday"],
        vec!["status"],
        vec!["status", "op/../x"],
        vec!["sandbox", "--fault", "nonsense=1"],
    ] {
        let ran = shop.run(&args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
        code(&ran);
    }
    let ran = shop.json(&["refnud"]);
    assert_eq!(
        (ran.code, ran.json()["error"]["code"].as_str()),
        (2, Some("RK4001")),
        "{}",
        ran.out
    );
    assert_eq!(shop.requests(), 0);
}

#[test]
fn what_can_not_be_asked_about_is_shown_as_it_is_known_and_is_not_a_no() {
    let shop = Shop::open();
    let ran = refund(&shop, "dodo", "pay_paid_1", &["--key", "K"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let shown = shop.json(&["list"]).json();
    let operation = shown["operation"].as_str().unwrap().to_owned();
    // Nobody answers there, or somebody who doesn't know the key.
    let file = shop.folder.path().join("refundkit.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let dodo = shop.sandbox.addresses().dodo.to_string();
    let closed = text.replace(&dodo, "http://127.0.0.1:9");
    assert_ne!(text, closed, "{dodo}");
    for (text, key) in [(&closed, KEY), (&text, "sk_sandbox_wrong")] {
        std::fs::write(&file, text).unwrap();
        let with = |args: &[&str]| {
            let ran = shop.command().env("SHOP_KEY", key).args(args).output();
            Ran::of(ran.unwrap())
        };
        for ask in [
            vec!["status", &operation, "--ask"],
            vec![
                "status",
                "--provider",
                "dodo",
                "--payment",
                "pay_paid_1",
                "--ask",
            ],
        ] {
            let ran = with(&ask);
            assert_eq!(ran.code, 5, "{ask:?}: {}", ran.err);
            assert!(ran.out.contains(&operation), "{ask:?}: {}", ran.out);
            assert!(ran.out.contains("accepted"), "{ask:?}: {}", ran.out);
            assert!(!ran.err.contains("nothing was sent"), "{}", ran.err);
            assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);
        }
        // A payment of which nothing is known: neither a no of the provider's, nor anything sent.
        let args = [
            "refund",
            "--provider",
            "dodo",
            "--payment",
            "pay_paid_2",
            "--yes",
        ];
        let unread = if key == KEY { 10 } else { 2 };
        assert_eq!(with(&args).code, unread);
    }
    assert_eq!(shop.moves(), 1);
}
