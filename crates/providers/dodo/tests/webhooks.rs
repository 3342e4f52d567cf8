//! What Dodo sends by itself: whose it is, how old it is, and what it says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use refundkit_core::webhook::WebhookProblem;
use refundkit_core::{
    Delivery, EventContent, RefundStatus, Timestamp, WebhookError, WebhookEvent, Webhooks,
};
use refundkit_dodo::DodoWebhooks;
use refundkit_http::Secret;
use sha2::Sha256;

/// The example of the Standard Webhooks specification.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIME: i64 = 1_614_265_330;
const BODY: &str = r#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

const OTHER_SECRET: &str = "whsec_b3RoZXIgc2VjcmV0IG9mIHRoaXMgdGVzdA==";

const REFUND: &str = r#"{"business_id":"bus_1","type":"refund.succeeded","timestamp":"2026-11-20T09:30:02Z","data":{
    "payload_type":"Refund","refund_id":"ref_1","payment_id":"pay_1","business_id":"bus_1","status":"succeeded",
    "created_at":"2026-11-20T09:30:00Z","is_partial":true,"amount":1000,"currency":"USD","reason":"late [rk:fromthereason]",
    "metadata":{"refundkit_token":"fromthemetadata","n":5},"customer":{"customer_id":"cus_1"},"brand_id":"brn_1"}}"#;

fn webhooks(secrets: &[&str]) -> DodoWebhooks {
    DodoWebhooks::new(secrets.iter().map(|s| Secret::new(*s).unwrap()).collect()).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(seconds * 1000).unwrap()
}

fn sign(secret: &str, id: &str, time: &str, body: &[u8]) -> String {
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{time}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// A message, all of which can be changed.
#[derive(Clone)]
struct Message {
    id: Vec<u8>,
    time: Vec<u8>,
    signature: Vec<u8>,
    body: Vec<u8>,
}

impl Message {
    fn signed(body: &[u8]) -> Self {
        Self::of(ID, &TIME.to_string(), body)
    }

    fn of(id: &str, time: &str, body: &[u8]) -> Self {
        Self {
            id: id.into(),
            time: time.into(),
            signature: sign(SECRET, id, time, body).into(),
            body: body.into(),
        }
    }

    fn read(&self, webhooks: &DodoWebhooks, now: i64) -> Result<WebhookEvent, WebhookError> {
        let headers: &[(&str, &[u8])] = &[
            ("Webhook-Id", &self.id),
            ("Webhook-Timestamp", &self.time),
            ("Webhook-Signature", &self.signature),
        ];
        webhooks.read(&Delivery::new(headers, &self.body), at(now))
    }

    fn problem(&self) -> Option<WebhookProblem> {
        let read = self.read(&webhooks(&[SECRET]), TIME);
        read.err().map(|error| error.problem)
    }
}

#[test]
fn the_example_of_the_specification_is_dodos() {
    let message = Message {
        signature: SIGNATURE.into(),
        ..Message::signed(BODY.as_bytes())
    };
    // Its body is no event of Dodo's, which shows only after its signature was found right.
    assert_eq!(message.problem(), Some(WebhookProblem::Unreadable));
    assert_eq!(
        sign(SECRET, ID, &TIME.to_string(), BODY.as_bytes()),
        SIGNATURE
    );
}

#[test]
fn every_change_of_a_bit_is_refused() {
    let good = Message::signed(REFUND.as_bytes());
    assert_eq!(good.problem(), None);
    let fields: [fn(&mut Message) -> &mut Vec<u8>; 4] = [
        |message| &mut message.id,
        |message| &mut message.time,
        |message| &mut message.signature,
        |message| &mut message.body,
    ];
    let webhooks = webhooks(&[SECRET]);
    for (number, field) in fields.into_iter().enumerate() {
        let bits = field(&mut good.clone()).len() * 8;
        for bit in 0..bits {
            let mut changed = good.clone();
            field(&mut changed)[bit / 8] ^= 1 << (bit % 8);
            let problem = changed.read(&webhooks, TIME).unwrap_err().problem;
            // Never a word about the time or the body of a message that isn't Dodo's.
            let expected = [WebhookProblem::Unsigned, WebhookProblem::Forged];
            assert!(
                expected.contains(&problem),
                "field {number}, bit {bit}: {problem:?}"
            );
        }
    }
}

#[test]
fn another_spelling_of_the_same_signature_is_refused() {
    let good = Message::signed(REFUND.as_bytes());
    let text = String::from_utf8(good.signature.clone()).unwrap();
    for other in [
        text.trim_end_matches('=').to_owned(),
        format!("{text}="),
        text.replace("v1,", "v1, "),
        text.replace("v1,", "V1,"),
        text.replace("v1,", "v1a,"),
        text.replace("v1,", "v1"),
        text.replace(',', "="),
        text.replace('=', "%3D"),
        "v1,".to_owned(),
        String::new(),
    ] {
        let signature = other.clone().into_bytes();
        let problem = Message {
            signature,
            ..good.clone()
        }
        .problem();
        let expected = [Some(WebhookProblem::Unsigned), Some(WebhookProblem::Forged)];
        assert!(expected.contains(&problem), "{other}: {problem:?}");
    }
}

#[test]
fn the_parts_of_what_is_signed_keep_their_borders() {
    // The same signed text, cut elsewhere: `ID.TIME.7.x` with the body `x`, or with the body `7.x`.
    let good = Message::signed(b"7.x");
    let moved = Message {
        id: format!("{ID}.{TIME}").into(),
        time: b"7".to_vec(),
        body: b"x".to_vec(),
        ..good.clone()
    };
    assert_eq!(good.problem(), Some(WebhookProblem::Unreadable));
    assert_eq!(moved.problem(), Some(WebhookProblem::Unsigned));
}

#[test]
fn each_header_is_there_once_and_well_formed() {
    let good = Message::signed(REFUND.as_bytes());
    let headers: [(&str, &[u8]); 3] = [
        ("webhook-id", &good.id),
        ("webhook-timestamp", &good.time),
        ("webhook-signature", &good.signature),
    ];
    let webhooks = webhooks(&[SECRET]);
    let problem = |headers: &[(&str, &[u8])]| {
        let read = webhooks.read(&Delivery::new(headers, &good.body), at(TIME));
        read.err().map(|error| error.problem)
    };
    assert_eq!(problem(&headers), None);
    for one in 0..3 {
        let mut missing = headers.to_vec();
        let header = missing.remove(one);
        assert_eq!(problem(&missing), Some(WebhookProblem::Unsigned));
        let mut doubled = headers.to_vec();
        doubled.push(header);
        assert_eq!(problem(&doubled), Some(WebhookProblem::Unsigned));
    }
    for (id, time) in [
        ("", "1614265330"),
        (" ", "1614265330"),
        ("two words", "1614265330"),
        ("msg_1", ""),
        ("msg_1", "+1614265330"),
        ("msg_1", "-1"),
        ("msg_1", "1614265330.0"),
        ("msg_1", " 1614265330"),
        ("msg_1", "2021-02-25T15:02:10Z"),
        ("msg_1", "9223372036854775807"),
        ("msg_1", "99999999999999999999999"),
    ] {
        let message = Message::of(id, time, REFUND.as_bytes());
        assert_eq!(
            message.problem(),
            Some(WebhookProblem::Unsigned),
            "{id:?} {time:?}"
        );
    }
}

#[test]
fn a_message_is_taken_for_five_minutes_both_ways() {
    let good = Message::signed(REFUND.as_bytes());
    let webhooks = webhooks(&[SECRET]);
    for away in [0, 299, 300] {
        for now in [TIME - away, TIME + away] {
            let event = good.read(&webhooks, now).unwrap();
            assert_eq!((event.id.as_str(), event.at), (ID, Some(at(TIME))));
        }
    }
    for away in [301, 86_400] {
        for now in [TIME - away, TIME + away] {
            let error = good.read(&webhooks, now).unwrap_err();
            assert_eq!(error.problem, WebhookProblem::Untimely, "{away}");
        }
    }
    let just = Timestamp::from_unix_millis(TIME * 1000 + 300_001).unwrap();
    let time = TIME.to_string();
    let headers: &[(&str, &[u8])] = &[
        ("webhook-id", ID.as_bytes()),
        ("webhook-timestamp", time.as_bytes()),
        ("webhook-signature", &good.signature),
    ];
    let late = webhooks.read(&Delivery::new(headers, &good.body), just);
    assert_eq!(late.unwrap_err().problem, WebhookProblem::Untimely);
    // Whose it is goes first: of a forged one not even its age is told.
    let forged = Message {
        body: b"{}".to_vec(),
        ..good
    };
    let error = forged.read(&webhooks, TIME + 301).unwrap_err();
    assert_eq!(error.problem, WebhookProblem::Forged);
}

#[test]
fn secrets_change_hands_without_a_gap() {
    let old = Message::signed(REFUND.as_bytes());
    assert!(old.read(&webhooks(&[OTHER_SECRET, SECRET]), TIME).is_ok());
    let error = old.read(&webhooks(&[OTHER_SECRET]), TIME).unwrap_err();
    assert_eq!(error.problem, WebhookProblem::Forged);
    let new = sign(OTHER_SECRET, ID, &TIME.to_string(), REFUND.as_bytes());
    let list = [
        "v1a,other",
        &new,
        std::str::from_utf8(&old.signature).unwrap(),
        "v2,other",
    ];
    let both = Message {
        signature: list.join(" ").into(),
        ..old
    };
    for secrets in [&[SECRET][..], &[OTHER_SECRET], &[SECRET, OTHER_SECRET]] {
        assert!(both.read(&webhooks(secrets), TIME).is_ok());
    }
    // The right bytes under another version are no signature of version 1.
    let renamed = Message {
        signature: new.replace("v1,", "v2,").into(),
        ..both
    };
    let error = renamed.read(&webhooks(&[OTHER_SECRET]), TIME).unwrap_err();
    assert_eq!(error.problem, WebhookProblem::Unsigned);
}

#[test]
fn a_secret_is_written_as_the_dashboard_shows_it() {
    let bare = SECRET.strip_prefix("whsec_").unwrap();
    let good = Message::signed(REFUND.as_bytes());
    assert!(good.read(&webhooks(&[bare]), TIME).is_ok());
    assert!(DodoWebhooks::new(Vec::new()).is_err());
    for bad in [
        "whsec_==",
        "whsec_notbase64!",
        "whsec_MfKQ9r8",
        "sk_live_key",
    ] {
        let secrets = vec![Secret::new(SECRET).unwrap(), Secret::new(bad).unwrap()];
        let error = DodoWebhooks::new(secrets).unwrap_err().to_string();
        let shown = bad.strip_prefix("whsec_").unwrap_or(bad);
        assert!(shown.is_empty() || !error.contains(shown), "{error}");
        assert!(
            error.contains("webhook secret") && !error.contains('\n'),
            "{error}"
        );
    }
    let shown = format!("{:?}", webhooks(&[SECRET]));
    assert!(
        !shown.contains(bare) && !shown.contains("49, 242"),
        "{shown}"
    );
}

#[test]
fn errors_repeat_nothing_of_a_message() {
    let planted = "4242424242424242planted";
    let webhooks = webhooks(&[SECRET]);
    let refund = format!(r#"{{"type":"refund.{planted}","data":{{"payment_id":"/{planted}"}}}}"#);
    let unreadable = Message::signed(refund.as_bytes());
    let forged = Message {
        body: planted.into(),
        ..unreadable.clone()
    };
    let unsigned = Message {
        time: planted.into(),
        ..unreadable.clone()
    };
    for message in [unreadable, forged, unsigned] {
        let error = message.read(&webhooks, TIME).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("planted") && !shown.contains("4242"),
            "{shown}"
        );
    }
}

#[test]
fn a_message_that_repeats_its_secret_shows_none() {
    let bare = SECRET.strip_prefix("whsec_").unwrap();
    for secret in [SECRET, bare] {
        let body = REFUND.replacen("\"succeeded\"", &format!("\"{secret} ref_1\""), 1);
        let event = Message::signed(body.as_bytes()).read(&webhooks(&[SECRET]), TIME);
        let EventContent::Refund(shown) = event.unwrap().content else {
            panic!("it is about a refund");
        };
        assert_eq!(shown.id.unwrap().as_str(), "ref_1");
        assert_eq!(
            shown.status,
            RefundStatus::Other("[secret] ref_1".to_owned())
        );
    }
}
