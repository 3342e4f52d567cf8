//! Profiles and settings that are hostile, or broken in the way in which people break them. Each is
//! one edit of a valid profile, and is refused with one line before anything could be sent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod accounts;
mod addresses;
mod answers;
mod cautious;
mod credentials;
mod headers;
mod keys;
mod lists;
mod money;
mod places;
mod shapes;
mod sizes;
mod tokens;
mod webhooks;

use std::sync::Arc;

use refundkit_core::{Clock, Timestamp};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{ScriptedTransport, Secret};

const BASE: &str = include_str!("base.toml");

/// What stands in the base, what stands there instead, and a word of the refusal.
type Edit = (&'static str, &'static str, &'static str);

/// In secrets and in addresses: no line may show it.
const PLANTED: &str = "planted";

#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::epoch()
    }
}

fn account(profile: Profile) -> GenericConfig {
    let secret = |text: &str| Secret::new(text).unwrap();
    let secrets = [
        ("api_key", secret("sk_test_planted")),
        ("signing", secret("planted_too")),
    ];
    GenericConfig::with_secrets(profile, secrets)
        .setting("merchant", "m-1")
        .clock(Arc::new(Still))
}

/// The line with which a text, or an account of it, is refused; `None` where it isn't.
fn refusal(text: &str) -> Option<String> {
    match Profile::parse(text) {
        Err(error) => Some(error.to_string()),
        Ok(profile) => refusal_of(account(profile)),
    }
}

fn refusal_of(config: GenericConfig) -> Option<String> {
    let transport = Arc::new(ScriptedTransport::new([]));
    let refused = Generic::with_transport(config, transport.clone()).err();
    assert!(transport.seen().is_empty(), "something was sent");
    refused.map(|error| error.to_string())
}

/// What is wrong with a refusal; `None` where it is as it should be.
fn fault(refusal: Option<String>, expected: &str) -> Option<String> {
    let Some(line) = refusal else {
        return Some("it is not refused".to_owned());
    };
    let problem = if line.chars().count() > 300 {
        "more than 300 characters"
    } else if line.chars().any(char::is_control) {
        "a control character"
    } else if line.contains(PLANTED) {
        "a secret"
    } else if !line.contains(expected) {
        "not the expected word"
    } else {
        return None;
    };
    Some(format!("{problem} in: {}", line.escape_debug()))
}

/// Tries all edits, and tells of all that aren't refused as they should be.
fn all_refused(edits: &[Edit]) {
    let faults: Vec<String> = edits
        .iter()
        .filter_map(|(from, to, expected)| {
            assert!(BASE.contains(from), "the base has no {from}");
            let problem = fault(refusal(&BASE.replacen(from, to, 1)), expected)?;
            let shown: String = to.chars().take(80).collect();
            Some(format!("{} ({expected}): {problem}", shown.escape_debug()))
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_base_is_fine() {
    assert_eq!(refusal(BASE), None);
}
