//! A provider that repeats what is secret about the account.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use refundkit_core::Detail;
use refundkit_http::Reply;

use super::*;

const PAID: &str = r#"{"id": "pay_1", "status": "STAGE", "currency": "EUR", "amount": 5000, "captured": 5000, "refunded": 0}"#;

/// The key of the login, that of signatures, the token, and the pair that the login went with.
fn known() -> Vec<String> {
    let pair = STANDARD.encode("m-1:sk_test_planted");
    ["sk_test_planted", "planted_too", "planted_token"]
        .map(str::to_owned)
        .into_iter()
        .chain([pair])
        .collect()
}

fn assert_masked(text: &str) {
    assert!(text.contains("[secret]"), "{text}");
    for secret in known() {
        assert!(!text.contains(&secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn no_error_and_no_status_shows_a_secret_and_the_rules_hold() {
    for secret in known() {
        let error = format!(
            r#"{{"error": {{"code": "{secret}", "message": "{}{secret}"}}}}"#,
            "x".repeat(495)
        );
        for (status, expected) in [(400, "refused"), (401, "unlisted"), (500, "unknown")] {
            let (generic, _) = scene(&[], vec![Reply::answer(status, &*error)]);
            let outcome = refund(&generic).await;
            assert_eq!(kind(&outcome), expected);
            assert_masked(&format!("{outcome:?}"));
            let (generic, _) = scene(&[], vec![Reply::answer(status, &*error)]);
            let error = generic.payment(&pay_1(), Detail::Sums).await.unwrap_err();
            assert!(!error.message.contains(&secret), "{}", error.message);
        }
        let made = format!(
            r#"{{"id": "{}", "status": "on {secret}", "amount": 1000, "currency": "EUR", "payment": "pay_1"}}"#,
            "planted_too"
        );
        let (generic, _) = scene(&[], vec![Reply::answer(200, &*made)]);
        let Outcome::Accepted(fact) = refund(&generic).await else {
            panic!("an unknown word is no final one");
        };
        assert_eq!(fact.status, RefundStatus::Other("on [secret]".to_owned()));
        // What decides stays, whatever it looks like.
        assert_eq!(fact.id.unwrap().as_str(), "planted_too");
        let list = format!(r#"{{"data": [{made}], "has_more": false}}"#);
        let replies = vec![
            Reply::answer(200, PAID.replace("STAGE", &secret)),
            Reply::answer(200, list),
        ];
        let (generic, _) = scene(&[], replies);
        if let Ok(read) = generic.payment(&pay_1(), Detail::Sums).await {
            assert_masked(&format!("{:?}", read.stage));
            assert_masked(&format!("{:?}", read.shown()[0].status));
        }
    }
}

#[tokio::test]
async fn a_token_that_is_not_valid_any_more_is_still_known() {
    let said = r#"{"error": {"code": "x", "message": "not planted_token but planted_second"}}"#;
    let replies = [
        Reply::answer(200, TOKEN),
        Reply::answer(401, "{}"),
        Reply::answer(200, TOKEN.replace("planted_token", "planted_second")),
        Reply::answer(400, said),
    ];
    let generic = over(&[], Arc::new(ScriptedTransport::new(replies)));
    refund(&generic).await;
    let outcome = format!("{:?}", refund(&generic).await);
    assert!(outcome.contains("not [secret] but [secret]"), "{outcome}");
}
