//! Answers that are hostile, broken or half there: each ends as one clear line, and never as a
//! refund that was made.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod disputes;
mod ends;
mod errors;
mod full;
#[path = "../support/http.rs"]
#[allow(dead_code, reason = "what was asked is of no interest here")]
mod http;
mod lists;
mod logins;
mod raw;
mod readings;
mod refunds;
mod secrets;
mod sums;

use std::sync::Arc;

use refundkit_conformance::{attempt, intent};
use refundkit_core::answer::{Answer, Outcome, classify};
use refundkit_core::plan::{History, Plan, RefundPlan, plan_refund};
use refundkit_core::{
    Clock, Intent, ListedRefunds, Minor, Payment, PaymentId, Provider, RefundRequest, RefundStatus,
    Stage, Timestamp,
};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{Reply, ScriptedTransport, Secret, Transport};

const BASE: &str = include_str!("../hostile_profiles/base.toml");
const TOKEN: &str = r#"{"access_token": "planted_token", "expires_in": 3600}"#;
const MIB: usize = 1 << 20;

#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::epoch()
    }
}

fn config(edits: &[(&str, &str)]) -> GenericConfig {
    let text = edits.iter().fold(BASE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the base has no {from}");
        text.replacen(from, to, 1)
    });
    let profile = Profile::parse(&text).unwrap_or_else(|error| panic!("{error}"));
    let secrets = [("api_key", "sk_test_planted"), ("signing", "planted_too")];
    let secrets = secrets.map(|(name, secret)| (name, Secret::new(secret).unwrap()));
    GenericConfig::with_secrets(profile, secrets)
        .setting("merchant", "m-1")
        .clock(Arc::new(Still))
}

/// An account of the base, edited, whose login goes well.
fn scene(edits: &[(&str, &str)], replies: Vec<Reply>) -> (Generic, Arc<ScriptedTransport>) {
    let login = Reply::answer(200, TOKEN);
    let transport = Arc::new(ScriptedTransport::new([vec![login], replies].concat()));
    let generic = Generic::with_transport(config(edits), transport.clone()).unwrap();
    (generic, transport)
}

/// 10.00 EUR of a payment of 50.00.
fn planned(generic: &Generic) -> RefundPlan {
    let mut payment = Payment::new(pay_1(), "EUR".parse().unwrap(), Stage::Captured);
    payment.captured = Minor::new(5000).unwrap();
    payment.authorized = payment.captured;
    payment.refunds = Some(ListedRefunds::whole(Vec::new()));
    let request =
        RefundRequest::new(pay_1(), "key-1".parse().unwrap()).amount("10.00 EUR".parse().unwrap());
    plan_refund(
        &payment,
        &History::default(),
        &request,
        generic.capabilities(),
    )
    .unwrap()
}

fn pay_1() -> PaymentId {
    PaymentId::new("pay_1").unwrap()
}

async fn refund(generic: &Generic) -> Outcome {
    let plan = planned(generic);
    let whole = Plan::Refund(plan.clone());
    let answer = generic.refund(&plan, attempt(1, &whole)).await;
    judged(generic, 1, whole, answer)
}

/// What core makes of the answer to a plan that was sent under the key of `number`.
fn judged(generic: &Generic, number: u32, plan: Plan, answer: Answer) -> Outcome {
    let intent = Intent {
        key: attempt(number, &plan).key().clone(),
        plan,
        ..intent(number, "base", "pay_1", 1000)
    };
    classify(&generic.capabilities().answers, &intent, answer)
}

const fn kind(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::NotSent { .. } => "not sent",
        Outcome::Deferred { .. } => "later",
        Outcome::Unlisted { .. } => "unlisted",
        Outcome::Refused { .. } => "refused",
        Outcome::Accepted(_) => "accepted",
        Outcome::Executed(_) => "executed",
        Outcome::Exists => "exists",
        Outcome::Unknown { .. } => "unknown",
        Outcome::Contradiction { .. } => "contradiction",
    }
}

/// Whatever of the provider's words is in the outcome is fit for a terminal and a log.
fn assert_clean(what: &str, outcome: &Outcome) {
    let word = |status: &RefundStatus| status.to_string();
    let texts = match outcome {
        Outcome::NotSent { why } | Outcome::Unknown { why } => vec![why.clone()],
        Outcome::Refused { code, message, .. }
        | Outcome::Deferred { code, message, .. }
        | Outcome::Unlisted { code, message, .. } => {
            [code, message].into_iter().flatten().cloned().collect()
        }
        Outcome::Accepted(fact) | Outcome::Executed(fact) => vec![word(&fact.status)],
        Outcome::Exists => Vec::new(),
        Outcome::Contradiction { what, fact } => vec![what.clone(), word(&fact.status)],
    };
    for text in texts {
        assert_line(what, &text);
    }
}

fn assert_line(what: &str, text: &str) {
    assert!(text.chars().count() <= 700, "{what}: {} bytes", text.len());
    assert!(!text.chars().any(char::is_control), "{what}: {text:?}");
    for hidden in ["planted", "4111", "<html", "\u{202e}"] {
        assert!(!text.contains(hidden), "{what}: {hidden} in {text}");
    }
}

/// The account over another transport, without the script.
fn over(edits: &[(&str, &str)], transport: Arc<dyn Transport>) -> Generic {
    Generic::with_transport(config(edits), transport).unwrap()
}
