//! Which profiles take in messages, and with which secrets.

use refundkit_http::ConfigError;

use super::*;

fn refusal(profile: Profile, secrets: usize) -> String {
    let secrets = (0..secrets).map(|at| Secret::new(format!("planted_{at}")).unwrap());
    let error = GenericWebhooks::new(profile, secrets.collect()).unwrap_err();
    assert!(matches!(error, ConfigError::Setting { .. }));
    let line = error.to_string();
    assert!(!line.contains(PLANTED), "{line}");
    line
}

fn builtin(name: &str) -> Profile {
    Profile::builtin(name).unwrap()
}

#[test]
fn what_is_signed_needs_a_secret_and_what_is_not_takes_none() {
    assert!(refusal(builtin("primer"), 0).contains("needs the secret"));
    assert!(refusal(builtin("primer"), 9).contains("at most 8"));
    assert!(refusal(builtin("adyen"), 1).contains("leave their secret out"));
    assert!(refusal(builtin("mollie"), 1).contains("doesn't describe"));
    assert!(refusal(builtin("worldpay"), 0).contains("don't name the payment"));
    assert!(refusal(builtin("authorizenet"), 1).contains("don't name the payment"));
    webhooks("primer", &["planted_1"; 8]);
}

#[test]
fn no_secret_is_shown() {
    let webhooks = webhooks("primer", &["planted_key"]);
    assert_eq!(format!("{webhooks:?}"), "GenericWebhooks(primer)");
}

/// Anybody can send one. It makes refundkit read, and can't keep a later one from doing so.
#[test]
fn an_unsigned_message_is_a_hint_and_no_more() {
    let adyen = webhooks("adyen", &[]);
    let body = r#"{"notificationItems":[{"NotificationRequestItem":{"eventCode":"REFUND","originalReference":"PSP1","success":"true","pspReference":"evt_1"}}]}"#;
    let first = read(&adyen, &[], body).unwrap();
    assert!(first.id.is_unsigned(), "{}", first.id);
    assert_eq!(first.at, None);
    looks(Ok(first), "PSP1");
    let other = body.replace("REFUND", "CAPTURE");
    assert_eq!(
        read(&adyen, &[], other).unwrap().content,
        EventContent::Other
    );
    assert_eq!(problem(read(&adyen, &[], "{}")), WebhookProblem::Unreadable);
}

#[test]
fn without_events_each_message_counts() {
    let profile = changed(
        "adyen",
        "event = \"notificationItems[0].NotificationRequestItem.eventCode\"\nevents = [\"REFUND\", \"REFUND_FAILED\", \"REFUNDED_REVERSED\"]\n",
        "",
    );
    let body =
        r#"{"notificationItems":[{"NotificationRequestItem":{"originalReference":"PSP1"}}]}"#;
    looks(read(&of(profile, &[]), &[], body), "PSP1");
}
