use refundkit_core::capabilities::Lookup;

use super::*;
use crate::vectors::Vectors;

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

#[test]
fn the_built_in_profiles_do_what_their_vectors_say() {
    let differ = |name| {
        let profile = Profile::builtin(name).unwrap();
        let text = Profile::builtin_vectors(name).unwrap();
        let vectors = Vectors::parse(text).unwrap_or_else(|mistake| panic!("{name}: {mistake}"));
        let differences = vectors.run(&profile).into_iter();
        differences.map(move |difference| [name, ": ", &difference].concat())
    };
    let differences: Vec<String> = Profile::builtins().flat_map(differ).collect();
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
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

fn stripe_with(from: &str, to: &str) -> Profile {
    let text = Profile::builtin_text("stripe").unwrap();
    assert!(text.contains(from), "{from}");
    Profile::parse(&text.replacen(from, to, 1)).unwrap()
}

#[test]
fn errors_of_one_code_are_told_apart_by_their_message() {
    let profile = stripe_with(
        "answers = [\n",
        "answers = [\n { status = 400, code = \"x\", message = \"Used.\", means = \"exists\" },\n { status = 400, code = \"x\", means = \"refused\" },\n",
    );
    let vector = |said: &str, outcome: &str| {
        let body = format!(r#"{{"error": {{"code": "x", "message": "{said}"}}}}"#);
        format!(
            "[[answer]]\nwhat = '{said}'\ncall = 'refund'\nstatus = 400\nbody = '{body}'\noutcome = '{outcome}'\n"
        )
    };
    let text = [
        "[account]\nsecrets = { api_key = 'sk_test_vector' }\n",
        &vector("Used.", "exists"),
        &vector("Used", "refused"),
    ]
    .concat();
    let differences = Vectors::parse(&text).unwrap().run(&profile);
    assert!(differences.is_empty(), "{differences:?}");
    let text = Profile::builtin_text("stripe").unwrap();
    let text = text.replacen("message = \"error.message\"\n", "", 1);
    let nowhere = "answers = [\n { status = 400, message = \"Used.\", means = \"exists\" },\n";
    let error = Profile::parse(&text.replacen("answers = [\n", nowhere, 1)).unwrap_err();
    assert!(error.to_string().contains("names a message"), "{error}");
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
    let lookup = |to: &str| crate::capabilities::of(&without_list(to).unwrap()).lookup;
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
    let lookup = |text: &str| crate::capabilities::of(&Profile::parse(text).unwrap()).lookup;
    assert_eq!(
        (lookup(text), lookup(&missing)),
        (Lookup::ByToken, Lookup::No)
    );
}

#[test]
fn a_key_that_comes_back_finds_a_refund_where_it_is_sent_whole_and_no_token_is() {
    let text = Profile::builtin_text("airwallex").unwrap();
    let lookup = |text: &str| crate::capabilities::of(&Profile::parse(text).unwrap()).lookup;
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

/// A provider that shows no payments and takes no plain JSON.
const SHOWS_NOTHING: &str = r#"
name = "shows-nothing"
verified_against = ["nothing"]
amounts = "minor"
api = { test = "https://api.example.com" }
auth = { headers = { Authorization = "Bearer {secret.api_key}" } }
headers = { Accept = "application/vnd.api+json" }
refund = { path = "/refunds", encoding = "json", answer = "refund", body = { payment = "{payment}", amount = "{amount.minor}", id = "{token}" } }
refund_object = { id = "id", status = "status", statuses = { done = "succeeded" } }
errors = { answers = [] }
"#;

#[test]
fn what_was_paid_is_stated_where_no_payment_is_shown_and_another_accept_replaces_ours() {
    let profile = Profile::parse(SHOWS_NOTHING).unwrap();
    let vectors = Vectors::parse(
        r#"
        [account]
        secrets = { api_key = "vector-key" }
        [[request]]
        what = "a part"
        call = "refund"
        payment = "p1"
        paid = "50.00 EUR"
        amount = "10.00 EUR"
        method = "POST"
        url = "https://api.example.com/refunds"
        headers = { Authorization = "Bearer vector-key", Accept = "application/vnd.api+json", Content-Type = "application/json" }
        body = '{"payment":"p1","amount":1000,"id":"abcdefghijklmnopqrstuvwxyz234567"}'
        "#,
    )
    .unwrap();
    let differences = vectors.run(&profile);
    assert!(differences.is_empty(), "{differences:?}");
}

#[test]
fn a_refund_has_to_end_somehow() {
    let without = SHOWS_NOTHING.replace("done = \"succeeded\"", "going = \"pending\"");
    let error = Profile::parse(&without).unwrap_err().to_string();
    assert!(error.contains("no refund would ever end"), "{error}");
    Profile::parse(&by_sum_alone(&without)).unwrap();
}

/// The same with a payment that states what was refunded, and lists nothing.
fn by_sum_alone(profile: &str) -> String {
    let payment = r#"
payment = { read = { path = "/p/{payment}" }, id = "id", status = "status", currency = "currency", authorized = "total", refunded = "refunded", stages = { paid = "captured" } }
refund_object"#;
    profile.replacen("\nrefund_object", payment, 1)
}

fn differences(profile: &str, answer: &str) -> Vec<String> {
    let account = "account = { secrets = { api_key = \"vector-key\" } }\n";
    let vectors = Vectors::parse(&[account, "[[answer]]\n", answer].concat()).unwrap();
    vectors.run(&Profile::parse(profile).unwrap())
}

#[test]
fn a_sum_of_refunds_that_is_missing_is_not_zero_where_it_alone_tells() {
    let profile = by_sum_alone(SHOWS_NOTHING);
    let answer = r#"
        what = "no sum"
        call = "payment"
        status = 200
        body = '{"id": "pay_1", "status": "paid", "currency": "EUR", "total": 1000}'
        outcome = "read"
        refunded = "unstated"
    "#;
    assert_eq!(differences(&profile, answer), [""; 0]);
    let stated = answer
        .replace("1000}", "1000, \"refunded\": 0}")
        .replace("unstated", "0 EUR");
    assert_eq!(differences(&profile, &stated), [""; 0]);
}

#[test]
fn the_result_under_an_error_status_is_where_a_refund_is_otherwise() {
    let profile = SHOWS_NOTHING.replace(
        "answer = \"refund\"",
        "answer = \"refund\", at = \"data\", results = [422]",
    );
    let answer = r#"
        what = "a result"
        call = "refund"
        status = 422
        body = '{"data": {"id": "r1", "status": "done"}}'
        outcome = "executed"
        refund = "r1"
    "#;
    assert_eq!(differences(&profile, answer), [""; 0]);
    let error = answer
        .replace("data", "other")
        .replace("executed", "unlisted");
    assert_eq!(differences(&profile, &error), [""; 0]);
}

#[test]
fn an_error_stands_for_an_empty_list_word_for_word_only() {
    let text = Profile::builtin_text("stripe").unwrap();
    let with = |status: u16| {
        let empty = format!(
            "[refunds]\nempty = {{ status = {status}, field = \"error\", is = \"none\" }}\n"
        );
        Profile::parse(&text.replacen("[refunds]\n", &empty, 1))
    };
    assert!(with(500).unwrap_err().to_string().contains("only a 4xx"));
    let profile = with(404).unwrap();
    let read = |status: u16, body: &str| {
        let response = refundkit_http::Response::new(status, body.to_owned());
        let page =
            profile
                .readers()
                .page(&"pi_1".parse().unwrap(), "EUR".parse().unwrap(), &response);
        page.map(|page| (page.refunds.len(), page.follows)).ok()
    };
    assert_eq!(
        read(404, r#"{"error": "none"}"#),
        Some((0, crate::read::Follows::Nothing))
    );
    for (status, body) in [
        (400, r#"{"error": "none"}"#),
        (404, r#"{"error": "none of that charge"}"#),
        (404, r#"{"message": "none"}"#),
        (404, ""),
        (200, r#"{"error": "none"}"#),
    ] {
        assert_eq!(read(status, body), None, "{status} {body}");
    }
}

#[test]
fn a_nonce_can_be_short_and_a_content_type_goes_without_a_body() {
    let text = Profile::builtin_text("tap").unwrap();
    let salted = "[auth.headers]\nSalt = \"{nonce.short}\"\n";
    let text = text.replacen("[auth.headers]\n", salted, 1).replacen(
        "/v2/charges/{payment}\" }",
        "/v2/charges/{payment}\", content_type = \"application/json\" }",
        1,
    );
    let vectors = r#"
        account = { secrets = { api_key = "sk_test_vector" } }
        [[request]]
        what = "the payment"
        call = "payment"
        payment = "chg_1"
        method = "GET"
        url = "https://api.tap.company/v2/charges/chg_1"
        headers = { Authorization = "Bearer sk_test_vector", Salt = "0011223344556677", Content-Type = "application/json" }
    "#;
    let differences = Vectors::parse(vectors)
        .unwrap()
        .run(&Profile::parse(&text).unwrap());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
