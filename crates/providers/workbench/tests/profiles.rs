//! What profiles say, proved by vectors.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use refundkit_generic::Profile;
use refundkit_workbench::vectors::Vectors;

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

/// The profile of the provider that `refundkit-generic` refunds with in its tests.
#[test]
fn a_profile_that_is_not_built_in_does_what_its_vectors_say() {
    let profile = include_str!("../../generic/tests/awkward/payquirk.toml");
    let profile = Profile::parse(profile).unwrap();
    let vectors = Vectors::parse(include_str!("payquirk.vectors.toml")).unwrap();
    let differences = vectors.run(&profile);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
