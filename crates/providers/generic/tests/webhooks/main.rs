//! What is taken in of what a provider sends, and what isn't.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod accounts;
mod grammar;
mod hostile;
mod primer;
mod reading;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use refundkit_core::ports::Webhooks as _;
use refundkit_core::webhook::{WebhookError, WebhookProblem};
use refundkit_core::{Delivery, EventContent, Timestamp, WebhookEvent};
use refundkit_generic::{GenericWebhooks, Profile};
use refundkit_http::Secret;
use sha2::Sha256;

/// 2026-01-31T09:30:00Z.
const NOW: i64 = 1_769_851_800;
const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz234567";
/// In secrets and in bodies: no error may show it.
const PLANTED: &str = "planted";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(seconds * 1000).unwrap()
}

fn webhooks(profile: &str, secrets: &[&str]) -> GenericWebhooks {
    of(Profile::builtin(profile).unwrap(), secrets)
}

fn of(profile: Profile, secrets: &[&str]) -> GenericWebhooks {
    let secrets = secrets.iter().map(|secret| Secret::new(*secret).unwrap());
    GenericWebhooks::new(profile, secrets.collect()).unwrap()
}

/// A profile with other webhooks than its own.
fn changed(profile: &str, from: &str, to: &str) -> Profile {
    let text = Profile::builtin_text(profile).unwrap();
    assert!(text.contains(from), "{from}");
    Profile::parse(&text.replacen(from, to, 1)).unwrap()
}

fn read(
    webhooks: &GenericWebhooks,
    headers: &[(&str, &str)],
    body: impl AsRef<[u8]>,
) -> Result<WebhookEvent, WebhookError> {
    read_at(webhooks, headers, body, NOW)
}

fn read_at(
    webhooks: &GenericWebhooks,
    headers: &[(&str, &str)],
    body: impl AsRef<[u8]>,
    now: i64,
) -> Result<WebhookEvent, WebhookError> {
    let headers: Vec<(&str, &[u8])> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_bytes()))
        .collect();
    let read = webhooks.read(&Delivery::new(&headers, body.as_ref()), at(now));
    if let Err(error) = &read {
        assert!(!error.to_string().contains(PLANTED), "{error}");
        assert!(!format!("{error:?}").contains(PLANTED), "{error:?}");
    }
    read
}

fn problem(read: Result<WebhookEvent, WebhookError>) -> WebhookProblem {
    read.unwrap_err().problem
}

/// Whether it was refused before anything in it was read.
fn is_unproved(read: Result<WebhookEvent, WebhookError>) -> bool {
    matches!(
        problem(read),
        WebhookProblem::Forged | WebhookProblem::Unsigned
    )
}

fn looks(read: Result<WebhookEvent, WebhookError>, payment: &str) {
    let EventContent::Changed(found) = read.unwrap().content else {
        panic!("no hint");
    };
    assert_eq!(found.as_str(), payment);
}

fn mac(key: impl AsRef<[u8]>, text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_ref()).unwrap();
    mac.update(text.as_ref());
    mac.finalize().into_bytes().to_vec()
}

fn hex(key: &str, text: impl AsRef<[u8]>) -> String {
    let bytes = mac(key, text);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn base64(key: impl AsRef<[u8]>, text: impl AsRef<[u8]>) -> String {
    STANDARD.encode(mac(key, text))
}

/// Every text that differs in one bit from this one; those that are no text aside.
fn bits(text: &str) -> impl Iterator<Item = String> + '_ {
    let bytes = text.as_bytes();
    (0..bytes.len() * 8).filter_map(|bit| {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        String::from_utf8(changed).ok()
    })
}
