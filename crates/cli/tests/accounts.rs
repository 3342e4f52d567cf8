//! Accounts of generic providers: several secrets, settings, a profile of one's own, what is in doubt.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{KEY, Ran, Shop, code};
use refundkit_generic::Profile;

/// A copy of the built-in profile whose secret has another name, beside the configuration.
fn own_profile(shop: &Shop, account: &str) {
    let text = Profile::builtin_text("primer").unwrap();
    let mut text = text.replace("secret.api_key", "secret.token_of_the_shop");
    if text.contains("\n[secrets]\n") {
        text = text.replace("\napi_key = ", "\ntoken_of_the_shop = ");
    } else {
        text.push_str("\n[secrets]\ntoken_of_the_shop = \"the dashboard\"\n");
    }
    let folder = shop.folder.path().join("conf");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("own.toml"), text).unwrap();
    let config = format!(
        "journal = 'memory:'\n[providers.own]\nadapter = 'generic'\nprofile = 'own.toml'\nbase_url = '{}'\n{account}\n",
        shop.sandbox.addresses().primer
    );
    std::fs::write(folder.join("shop.toml"), config).unwrap();
}

fn refund(shop: &Shop, output: &str) -> Ran {
    let args = [
        "--config",
        "conf/shop.toml",
        "--output",
        output,
        "refund",
        "--provider",
        "own",
        "--payment",
        "prim_paid_1",
        "--amount",
        "1.00 USD",
        "--yes",
    ];
    Ran::of(shop.command().args(args).output().unwrap())
}

#[test]
fn secrets_by_name_and_a_profile_beside_the_configuration() {
    let shop = Shop::open();
    own_profile(
        &shop,
        "secrets = { token_of_the_shop = { env = 'SHOP_KEY' } }",
    );
    let ran = refund(&shop, "human");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(shop.refunded("prim_paid_1"), 100);
    assert!(ran.err.starts_with("note: profile "), "{}", ran.err);
    let facts = Profile::builtin("primer").unwrap().unverified().len();
    assert!(
        ran.err.contains(&format!("rests on {facts} fact")),
        "{}",
        ran.err
    );
    let ran = refund(&shop, "json");
    assert_eq!(ran.code, 0);
    assert!(ran.err.starts_with("note: operation op_"), "{}", ran.err);
    assert_eq!(
        ran.err.lines().count(),
        1,
        "no notes for people: {}",
        ran.err
    );
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
}

#[test]
fn mistakes_in_an_account_are_one_line_without_the_secret() {
    let shop = Shop::open();
    let good = "{ command = ['echo', 'sk_sandbox_planted_k3y'] }";
    for (account, expected, word) in [
        ("".to_owned(), "RK1303", "token_of_the_shop is missing"),
        (
            format!("api_key = {good}"),
            "RK1303",
            "no secret of that name",
        ),
        (
            format!("api_key = {good}\nsecrets = {{ token_of_the_shop = {good} }}"),
            "RK4003",
            "api_key is there too",
        ),
        (
            "secrets = { token_of_the_shop = { env = 'SHOP_NONE' } }".to_owned(),
            "RK4004",
            "SHOP_NONE",
        ),
        (
            format!("secrets = {{ token_of_the_shop = {good} }}\nsettings = {{ shop = 'x' }}"),
            "RK1303",
            "no setting",
        ),
        (
            format!("secrets = {{ token_of_the_shop = {good} }}\nallow_private = ['a b']"),
            "RK4003",
            "allow_private",
        ),
        (
            "secrets = 'sk_sandbox_planted_k3y'".to_owned(),
            "RK4003",
            "line 6",
        ),
    ] {
        own_profile(&shop, &account);
        let ran = refund(&shop, "human");
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (2, expected),
            "{}",
            ran.err
        );
        assert!(ran.err.contains(word), "{word}: {}", ran.err);
        assert!(!ran.err.contains(KEY), "{}", ran.err);
    }
    assert_eq!(shop.moves(), 0);
}

#[test]
fn what_is_in_doubt_is_listed_with_the_providers() {
    let shop = Shop::open();
    let ran = shop.run(&["providers"]);
    let facts = Profile::builtin("primer").unwrap();
    for fact in facts.unverified() {
        assert!(
            ran.out.contains(&format!("primer: not confirmed: {fact}")),
            "{}",
            ran.out
        );
    }
    let ran = shop.json(&["providers"]);
    let primer = ran.out.lines().find(|line| line.contains("\"primer\""));
    let primer: serde_json::Value = serde_json::from_str(primer.unwrap()).unwrap();
    assert_eq!(primer["unverified"], serde_json::json!(facts.unverified()));
    let made = shop.run(&["refund", "--provider", "dojo", "--payment", "pi_paid_1"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let ran = shop.run(&["work", "--once"]);
    assert!(
        ran.err.starts_with("note: profile primer rests on "),
        "{}",
        ran.err
    );
    assert_eq!(
        shop.run(&["plan", "--provider", "primer", "--payment", "prim_paid_1"])
            .err,
        ""
    );
}
