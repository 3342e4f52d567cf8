//! The built-in profiles as they are, and with one edit: what is refused then, and what the provider is
//! said to be capable of.

use refundkit_core::capabilities::Lookup;

use super::*;

#[test]
fn the_built_in_profiles_are_right() {
    for name in Profile::builtins() {
        let profile = Profile::builtin(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(profile.name(), name);
        assert!(!profile.verified_against().is_empty(), "{name}");
    }
    let error = Profile::builtin("strype").unwrap_err();
    assert!(error.help().unwrap().contains("is stripe meant?"));
}

fn primer_with(from: &str, to: &str) -> ProfileError {
    let text = Profile::builtin_text("primer").unwrap();
    assert!(text.contains(from), "{from}");
    Profile::parse(&text.replacen(from, to, 1)).unwrap_err()
}

#[test]
fn mistakes_are_named_with_their_line() {
    let error = primer_with("amounts = \"minor\"", "amounts = \"pence\"").to_string();
    assert!(
        error.contains("line 19") && error.contains("pence"),
        "{error}"
    );
    let error = primer_with("[auth.headers]", "[auth.headres]").to_string();
    assert!(error.contains("headres"), "{error}");
    let error = primer_with("{amount.minor}", "{amuont.minor}").to_string();
    assert!(error.contains("is {amount.minor} meant?"), "{error}");
    let error = Profile::parse("name = ").unwrap_err().to_string();
    assert!(error.contains("line 1") && !error.contains('\n'), "{error}");
}

#[test]
fn a_profile_that_could_lose_money_is_refused() {
    let error = primer_with("amount = \"{amount.minor}\"\n", "").to_string();
    assert!(
        error.contains("sends no amount") && error.contains("line"),
        "{error}"
    );
    for gone in ["orderId = \"{reference}\"\n", "token = \"orderId\"\n"] {
        let error = primer_with(gone, "").to_string();
        assert!(
            error.contains("which refund of the answer is ours"),
            "{error}"
        );
    }
    let error = primer_with("{ status = 410, means", "{ means").to_string();
    assert!(error.contains("neither a status nor a code"), "{error}");
    let error = primer_with("{ status = 410, means", "{ status = 504, means").to_string();
    assert!(error.contains("5xx"), "{error}");
}

#[test]
fn a_sum_that_may_lag_is_no_proof() {
    let stated = "captured = \"amount_received\"\nrefunded = \"refunded\"\n";
    let without_list = |to: &str| {
        let text = Profile::builtin_text("stripe").unwrap();
        let (own, rest) = text.split_once("captured = \"amount_received\"\n").unwrap();
        let (_, rest) = rest
            .split_once("refunded_may_hold_uncaptured = true\n")
            .unwrap();
        let text = [own, to, rest].concat();
        let text = text.replacen("token = \"metadata.refundkit_token\"\n", "", 1);
        Profile::parse(&text)
    };
    let lookup = |to: &str| without_list(to).unwrap().capabilities().lookup;
    assert_eq!(lookup(stated), Lookup::Total);
    let lags = [stated, "refunded_may_lag = true\n"].concat();
    assert_eq!(lookup(&lags), Lookup::No);
    let error = without_list("refunded_may_lag = true\n").unwrap_err();
    assert!(error.to_string().contains("may lag"), "{error}");
    let error = without_list("refunded_may_hold_uncaptured = true\n").unwrap_err();
    assert!(error.to_string().contains("may hold"), "{error}");
}

#[test]
fn a_list_that_may_miss_a_refund_proves_no_absence() {
    let text = Profile::builtin_text("stripe").unwrap();
    let missing = text.replacen("[refunds]\n", "[refunds]\nmay_miss_some = true\n", 1);
    let lookup = |text: &str| Profile::parse(text).unwrap().capabilities().lookup;
    assert_eq!(
        (lookup(text), lookup(&missing)),
        (Lookup::ByToken, Lookup::No)
    );
}

#[test]
fn a_key_that_comes_back_finds_a_refund_where_it_is_sent_whole_and_no_token_is() {
    let text = Profile::builtin_text("airwallex").unwrap();
    let lookup = |text: &str| Profile::parse(text).unwrap().capabilities().lookup;
    assert_eq!(lookup(text), Lookup::ByToken);
    let fit = "key = { on_repeat = \"conflict\", fit = { charset = \"uuid\" } }";
    let hashed = text.replacen("key = { on_repeat = \"conflict\" }", fit, 1);
    assert_ne!(lookup(&hashed), Lookup::ByToken, "only a hash comes back");
    // The token is what comes back, and of this one only a hash.
    let both = text
        .replacen(
            "request_id = \"{key}\"",
            "request_id = \"{key}\"\nown = \"{token}\"",
            1,
        )
        .replacen("token = \"request_id\"", "token = \"own\"", 1)
        .replacen(
            "\n[refund]\n",
            "\n[token]\ncharset = \"uuid\"\n\n[refund]\n",
            1,
        );
    assert!(both.contains("own = \"{token}\"") && both.contains("[token]"));
    assert_ne!(lookup(&both), Lookup::ByToken);
}

#[test]
fn a_webhook_is_signed_or_not_and_never_by_half() {
    let with = |webhook: &str| {
        let text = Profile::builtin_text("mollie").unwrap();
        Profile::parse(&[text, "\n[webhook]\n", webhook].concat())
    };
    let signed = "signature = 'X-Signature'\nalgorithm = 'hmac-sha256'\nencoding = 'hex'\n";
    assert!(with("event = 'type'\nevents = ['refunded']").is_ok());
    assert!(with(&[signed, "signed = '{body}'"].concat()).is_ok());
    let error = with(signed).unwrap_err().to_string();
    assert!(error.contains("a part of how messages"), "{error}");
}

#[test]
fn a_signature_can_be_over_the_refund_that_is_asked_for() {
    let sign = |text: &str| {
        let profile = Profile::builtin_text("stripe").unwrap();
        let sign = [
            "\n[[auth.sign]]\nname = 'sum'\nalgorithm = 'sha256'\nencoding = 'hex'\ntext = '",
            text,
            "{secret.api_key}'\n",
        ];
        Profile::parse(&[profile, &sign.concat()].concat())
    };
    assert!(sign("{refund}").is_ok());
    assert!(sign("{refnud}").is_err());
}
