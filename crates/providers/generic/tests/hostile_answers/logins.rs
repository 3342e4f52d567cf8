//! Answers to the login that gets an access token.

use std::sync::Arc;

use refundkit_http::{Reply, ScriptedTransport};

use super::{MIB, TOKEN, assert_clean, kind, over, refund};

const MADE: &str =
    r#"{"id": "re_1", "status": "done", "amount": 1000, "currency": "EUR", "payment": "pay_1"}"#;

#[tokio::test]
async fn a_login_that_fails_leaves_the_refund_unsent() {
    let token = |text: &str| format!("{{\"access_token\": {text}, \"expires_in\": 3600}}");
    for (what, reply) in [
        ("html", Reply::answer(200, "<html>")),
        ("nothing", Reply::answer(200, "")),
        ("no content", Reply::answer(204, "")),
        ("no token", Reply::answer(200, "{}")),
        ("null", Reply::answer(200, token("null"))),
        ("an empty token", Reply::answer(200, token("\"\""))),
        (
            "a line feed in it",
            Reply::answer(200, token("\"planted\\nX-Evil: 1\"")),
        ),
        (
            "a blank in it",
            Reply::answer(200, token("\"planted token\"")),
        ),
        (
            "other letters",
            Reply::answer(200, token("\"pl\u{e4}nted\"")),
        ),
        ("too short", Reply::answer(200, token("\"planted\""))),
        ("a truth", Reply::answer(200, token("true"))),
        ("a number", Reply::answer(200, token("7"))),
        ("a list", Reply::answer(200, token("[\"planted\"]"))),
        (
            "endless",
            Reply::answer(200, token(&format!("\"{}\"", "t".repeat(MIB)))),
        ),
        (
            "twice",
            Reply::answer(200, token("\"planted\", \"access_token\": \"planted2\"")),
        ),
        ("half", Reply::answer(200, "{\"access_token\": \"planted")),
        ("deep", Reply::answer(200, "[".repeat(MIB))),
        (
            "an error inside",
            Reply::answer(
                200,
                r#"{"error": "invalid_client", "error_description": "4111111111111111"}"#,
            ),
        ),
        ("an error", Reply::answer(400, token("\"planted\""))),
        ("not allowed", Reply::answer(401, token("\"planted\""))),
        ("a gateway", Reply::answer(502, token("\"planted\""))),
        ("a redirect", Reply::answer(302, token("\"planted\""))),
        ("lost", Reply::lost()),
        ("not sent", Reply::not_sent()),
    ] {
        let transport = Arc::new(ScriptedTransport::new([reply, Reply::answer(200, MADE)]));
        let generic = over(&[], transport.clone());
        let outcome = refund(&generic).await;
        assert_eq!(kind(&outcome), "not sent", "{what}: {outcome:?}");
        assert_clean(what, &outcome);
        let seen = transport.seen();
        assert_eq!(seen.len(), 1, "{what}: the login alone");
        assert_eq!(seen[0].url, "https://login.test.example.com/oauth/token");
    }
}

#[tokio::test]
async fn a_lifetime_that_makes_no_sense_does_no_harm() {
    for lifetime in [
        "-1",
        "0",
        "null",
        "\"soon\"",
        "\"\"",
        "18446744073709551615",
        "99999999999999999999999",
        "1e400",
        "3600.5",
        "[]",
        "true",
    ] {
        let login = format!("{{\"access_token\": \"planted_token\", \"expires_in\": {lifetime}}}");
        let replies = [Reply::answer(200, login), Reply::answer(200, MADE)];
        let transport = Arc::new(ScriptedTransport::new(replies));
        let generic = over(&[], transport.clone());
        assert_eq!(kind(&refund(&generic).await), "executed", "{lifetime}");
        assert_eq!(transport.seen().len(), 2, "{lifetime}");
        assert!(!format!("{:?}{generic:?}", transport.seen()).contains("planted"));
    }
}

#[tokio::test]
async fn a_token_that_is_turned_away_is_forgotten() {
    let login = || Reply::answer(200, TOKEN);
    let replies = [
        login(),
        Reply::answer(401, "{}"),
        login(),
        Reply::answer(200, MADE),
        Reply::answer(200, MADE),
    ];
    let transport = Arc::new(ScriptedTransport::new(replies));
    let generic = over(&[], transport.clone());
    assert_eq!(
        kind(&refund(&generic).await),
        "unlisted",
        "the profile lists no 401"
    );
    assert_eq!(kind(&refund(&generic).await), "executed");
    assert_eq!(
        kind(&refund(&generic).await),
        "executed",
        "with the token that is kept"
    );
    let seen = transport.seen();
    let logins: Vec<bool> = seen
        .iter()
        .map(|request| request.url.contains("/oauth/"))
        .collect();
    assert_eq!(logins, [true, false, true, false, false]);
}

#[tokio::test]
async fn a_login_goes_to_the_path_as_it_is_written() {
    let path = ("path = \"/oauth/token\"", "path = \"/oauth/token/\"");
    let transport = Arc::new(ScriptedTransport::new([Reply::answer(401, "{}")]));
    let provider = over(&[path], transport.clone());
    refund(&provider).await;
    let asked = &transport.seen()[0].url;
    assert!(asked.ends_with("/oauth/token/"), "{asked}");
}
