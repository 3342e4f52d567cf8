//! A planted key is found nowhere: not in output, logs, errors, the journal, or `Debug`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{KEY, Shop};
use refundkit_sandbox::FaultKind;

/// Every spelling in which a key could leak.
fn spellings() -> Vec<String> {
    let reversed: String = KEY.chars().rev().collect();
    vec![
        KEY.to_owned(),
        KEY.trim_start_matches("sk_sandbox_").to_owned(),
        reversed,
    ]
}

fn assert_clean(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for spelling in spellings() {
        assert!(!text.contains(&spelling), "the key is in {what}");
    }
}

#[test]
fn the_key_is_in_no_output_log_or_journal() {
    for faults in [
        vec![],
        vec![FaultKind::AnswerLost],
        vec![FaultKind::ErrorBeforeEffect],
        vec![FaultKind::Html],
    ] {
        let shop = Shop::with(&faults);
        for args in [
            vec![
                "refund",
                "--provider",
                "dojo",
                "--payment",
                "pi_paid_1",
                "--amount",
                "1.00 GBP",
            ],
            vec![
                "refund",
                "--provider",
                "dodo",
                "--payment",
                "pay_paid_1",
                "--amount",
                "1.00 USD",
            ],
            vec![
                "refund",
                "--provider",
                "primer",
                "--payment",
                "prim_paid_1",
                "--amount",
                "1.00 USD",
            ],
            vec!["refund", "--provider", "primer", "--payment", "none"],
            vec!["plan", "--provider", "dodo", "--payment", "pay_paid_3"],
            vec!["providers"],
            vec!["list"],
            vec!["refund", "--provider", "dojo", "--payment", ".."],
        ] {
            for output in ["human", "json"] {
                let ran = shop
                    .command()
                    .args(["-vvv", "--output", output])
                    .args(&args)
                    .output()
                    .unwrap();
                assert_clean(&format!("the output of {args:?}"), &ran.stdout);
                assert_clean(&format!("the log of {args:?}"), &ran.stderr);
            }
        }
        for entry in std::fs::read_dir(shop.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            assert_clean(&path.display().to_string(), &std::fs::read(&path).unwrap());
        }
        let seen = serde_json::to_vec(&shop.sandbox.requests()).unwrap();
        assert_clean("what the admin port shows", &seen);
    }
}

#[test]
fn the_log_does_speak() {
    let shop = Shop::open();
    let ran = shop.run(&[
        "-vvv",
        "refund",
        "--provider",
        "dojo",
        "--payment",
        "pi_paid_1",
    ]);
    assert!(
        ran.err.contains("POST /payment-intents/pi_paid_1/refunds"),
        "otherwise this test shows nothing: {}",
        ran.err
    );
}

#[test]
fn the_key_is_in_no_debug_output() {
    use refundkit_dodo::{Dodo, DodoConfig};
    use refundkit_dojo::{Dojo, DojoConfig};
    use refundkit_generic::{Generic, GenericConfig, Profile};
    use refundkit_http::{BaseUrl, Request, Secret};
    let key = || Secret::new(KEY).unwrap();
    let primer = || GenericConfig::new(Profile::builtin("primer").unwrap(), key());
    let base = BaseUrl::parse("https://api.example.com").unwrap();
    let request = Request::get(&base, &["x"]).secret_header("authorization", "Bearer ", &key());
    for (what, shown) in [
        ("Secret", format!("{:?}", key())),
        ("DojoConfig", format!("{:?}", DojoConfig::new(key()))),
        (
            "Dojo",
            format!("{:?}", Dojo::new(DojoConfig::new(key())).unwrap()),
        ),
        ("DodoConfig", format!("{:?}", DodoConfig::new(key()))),
        (
            "Dodo",
            format!("{:?}", Dodo::new(DodoConfig::new(key())).unwrap()),
        ),
        ("GenericConfig", format!("{:?}", primer())),
        ("Generic", format!("{:?}", Generic::new(primer()).unwrap())),
        ("Request", format!("{request:?}")),
        ("Preview", format!("{:?}", request.preview())),
        ("a pretty Secret", format!("{:#?}", key())),
    ] {
        assert_clean(what, shown.as_bytes());
    }
}

#[test]
fn a_key_pasted_into_the_configuration_is_not_repeated() {
    let shop = Shop::open();
    for line in [
        format!("api_key = \"{KEY}\""),
        format!("api_key = {{ key = \"{KEY}\" }}"),
        format!("mode = \"{KEY}\"\napi_key = {{ env = \"SHOP_KEY\" }}"),
        format!("base_url = \"{KEY}\"\napi_key = {{ env = \"SHOP_KEY\" }}"),
        format!("version = \"{KEY}\"\napi_key = {{ env = \"SHOP_KEY\" }}"),
        format!("adapter = \"{KEY}\"\napi_key = {{ env = \"SHOP_KEY\" }}"),
    ] {
        let adapter = if line.starts_with("adapter") {
            ""
        } else {
            "adapter = \"dojo\"\n"
        };
        std::fs::write(
            shop.folder.path().join("x.toml"),
            format!("[providers.dojo]\n{adapter}{line}"),
        )
        .unwrap();
        let ran = shop.run(&[
            "--config",
            "x.toml",
            "refund",
            "--provider",
            "dojo",
            "--payment",
            "x",
        ]);
        assert_eq!(ran.code, 2, "{line}: {}", ran.err);
        assert_clean("the error", ran.err.as_bytes());
    }
}
