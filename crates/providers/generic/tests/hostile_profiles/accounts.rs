//! An account's own settings.

use std::sync::Arc;

use refundkit_generic::{GenericConfig, Profile};
use refundkit_http::{BaseUrl, Mode, Secret};

use super::{BASE, Still, account, fault, refusal_of};

fn base() -> GenericConfig {
    account(Profile::parse(BASE).unwrap())
}

fn refused(config: GenericConfig, expected: &str) {
    if let Some(problem) = fault(refusal_of(config), expected) {
        panic!("{expected}: {problem}");
    }
}

#[test]
fn an_account_is_at_a_host_that_its_profile_names() {
    for good in [
        "https://one.shops.example.com",
        "https://ONE.shops.example.com/v2",
        "https://a.b.shops.example.com",
        "https://eu.example.com",
        // The account's owner names the port; the host is still one that the profile trusts.
        "https://eu.example.com:8443",
        "https://api.test.example.com",
        "https://xn--r8jz45g.shops.example.com",
        "http://127.0.0.1:4010",
        "http://[::1]:4010",
    ] {
        let config = base().base_url(BaseUrl::parse(good).unwrap());
        assert_eq!(refusal_of(config), None, "{good}");
    }
    for elsewhere in [
        "https://evil-shops.example.com",
        "https://evilshops.example.com",
        "https://shops.example.com",
        "https://one.shops.example.com.evil.example",
        "https://one.shops.example.com.",
        "https://eu.example.com.",
        "https://a.eu.example.com",
        "https://xn--u-5bb.example.com",
        "https://\u{435}u.example.com",
        // The live address while the mode is test.
        "https://api.example.com/v1",
        "https://10.0.0.7",
        "https://169.254.169.254",
        "https://[::ffff:127.0.0.1]",
    ] {
        refused(
            base().base_url(BaseUrl::parse(elsewhere).unwrap()),
            "api.hosts",
        );
    }
}

#[test]
fn settings_are_bounded_and_visible() {
    for bad in [
        "",
        "   ",
        "a\nb",
        "a\r\nX-Evil: 1",
        "a\0",
        "\u{1b}[31m",
        "\u{430}",
        "a\tb",
    ] {
        refused(base().setting("merchant", bad), "merchant");
    }
    refused(base().setting("merchant", &"m".repeat(501)), "merchant");
    refused(
        base().setting("planted_name_of_another", "x"),
        "no setting of that name",
    );
}

#[test]
fn a_setting_that_stands_in_a_path_is_one_segment() {
    for bad in [
        "..", ".", "a/b", "../admin", "a?b", "a#b", "%2e%2e", "a\\b", "a b", "a;b", "@",
    ] {
        refused(base().setting("merchant", bad), "path");
    }
    let elsewhere = BASE.replacen("/merchants/{setting.merchant}/", "/merchants/", 1);
    let config = || account(Profile::parse(&elsewhere).unwrap());
    assert_eq!(refusal_of(config().setting("merchant", "a/b c")), None);
}

#[test]
fn secrets_are_one_word() {
    for bad in [
        "",
        "planted\n",
        "planted\r\nX: 1",
        "planted key",
        "plant\u{e9}d\0",
    ] {
        let line = Secret::new(bad).unwrap_err().to_string();
        assert_eq!(fault(Some(line), "key"), None, "{bad:?}");
    }
    assert!(Secret::new("x".repeat(1 << 20)).is_err());
}

#[test]
fn what_is_missing_is_named() {
    let profile = || Profile::parse(BASE).unwrap();
    let secret = |text: &str| Secret::new(text).unwrap();
    let key = || ("api_key", secret("sk_test_planted"));
    let signing = || ("signing", secret("planted_too"));
    let with =
        |secrets: Vec<(&'static str, Secret)>| GenericConfig::with_secrets(profile(), secrets);
    refused(with(vec![key()]), "signing");
    refused(with(vec![signing()]), "api_key");
    refused(
        with(vec![key(), signing()]).clock(Arc::new(Still)),
        "merchant",
    );
    refused(
        with(vec![key(), signing()]).setting("merchant", "m-1"),
        "clock",
    );
    let another = ("admin", secret("planted_three"));
    refused(
        with(vec![key(), signing(), another]),
        "no secret of that name",
    );
}

#[test]
fn keys_belong_to_their_mode() {
    refused(base().mode(Mode::Live), "the mode is live");
    let live = [
        ("api_key", Secret::new("sk_live_planted").unwrap()),
        ("signing", Secret::new("planted_too").unwrap()),
    ];
    let config = GenericConfig::with_secrets(Profile::parse(BASE).unwrap(), live);
    let config = config.setting("merchant", "m-1").clock(Arc::new(Still));
    refused(config, "the mode is test");
    let text = BASE.replacen("live = \"https://api.example.com/v1\"\n", "", 1);
    let text = text.replacen("live_key_prefix = \"sk_live_\"\n", "", 1);
    let text = text.replacen("test_key_prefix = \"sk_test_\"\n", "", 1);
    refused(
        account(Profile::parse(&text).unwrap()).mode(Mode::Live),
        "base_url",
    );
}

#[test]
fn a_signer_that_is_missing_is_named() {
    let text = BASE.replacen("[auth.headers]", "[auth]\nsigner = true\n[auth.headers]", 1);
    refused(account(Profile::parse(&text).unwrap()), "signer");
}
