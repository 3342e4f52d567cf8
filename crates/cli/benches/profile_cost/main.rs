//! What a refund through a compiled profile costs, beside the adapter in Rust for the same bytes:
//! CPU time of the thread that refunds, as a ratio within one run.
//!
//! `cargo bench -p refundkit-cli --bench profile_cost`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    reason = "a benchmark measures, and stops at the first surprise"
)]

mod server;

use std::hint::black_box;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cpu_time::ThreadTime;
use refundkit_conformance::attempt;
use refundkit_core::answer::Answer;
use refundkit_core::payment::{Payment, Stage};
use refundkit_core::plan::{History, Plan, RefundPlan, plan_refund};
use refundkit_core::{Metadata, PaymentId, Provider, RefundRequest, Text};
use refundkit_dodo::{Dodo, DodoConfig};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{
    BaseUrl, HttpClient, HttpConfig, Request, Response, Secret, SendError, Transport,
};

/// Dodo's answer to a refund, with every field of its document that a refund has.
const ANSWER: &str = r#"{"refund_id":"ref_1","business_id":"bus_1","payment_id":"pay_1","customer":{"customer_id":"cus_1","email":"a@example.com","name":"A","metadata":{}},"created_at":"2026-01-31T09:30:00Z","amount":5000,"currency":"USD","is_partial":false,"reason":"arrived broken [rk:abcdefghijklmnopqrstuvwxyz234567]","status":"pending","metadata":{"refundkit_token":"abcdefghijklmnopqrstuvwxyz234567","ticket":"42"}}"#;

const ROUNDS: usize = 41;

/// Answers at once, from memory, and keeps the last body.
#[derive(Debug, Default)]
struct Instant {
    last: Mutex<Vec<u8>>,
    keep: bool,
}

#[async_trait]
impl Transport for Instant {
    async fn send(&self, request: Request) -> Result<Response, SendError> {
        if self.keep {
            *self.last.lock().unwrap() = request.body_bytes().unwrap_or_default().to_vec();
        }
        Ok(Response::new(200, ANSWER))
    }
}

fn by_hand(transport: Arc<dyn Transport>, base: &BaseUrl) -> Dodo {
    let config = DodoConfig::new(Secret::new("planted_key").unwrap()).base_url(base.clone());
    Dodo::with_transport(config, transport).unwrap()
}

fn by_profile(transport: Arc<dyn Transport>, base: &BaseUrl) -> Generic {
    let profile = Profile::parse(include_str!("dodo.toml")).unwrap();
    let config =
        GenericConfig::new(profile, Secret::new("planted_key").unwrap()).base_url(base.clone());
    Generic::with_transport(config, transport).unwrap()
}

fn plan(provider: &dyn Provider) -> RefundPlan {
    let id: PaymentId = "pay_1".parse().unwrap();
    let mut payment = Payment::new(id.clone(), "USD".parse().unwrap(), Stage::Captured);
    payment.captured = "50.00 USD"
        .parse::<refundkit_core::Money>()
        .unwrap()
        .minor();
    let request = RefundRequest::new(id, "key".parse().unwrap())
        .reason(Text::new("arrived broken").unwrap())
        .metadata(Metadata::new([("ticket", "42")]).unwrap());
    plan_refund(
        &payment,
        &History::default(),
        &request,
        provider.capabilities(),
    )
    .unwrap()
}

async fn cost(provider: &dyn Provider, plan: &RefundPlan, refunds: u32) -> f64 {
    let whole = Plan::Refund(plan.clone());
    let begun = ThreadTime::now();
    for _ in 0..refunds {
        let answer = black_box(provider.refund(plan, attempt(1, &whole)).await);
        assert!(matches!(answer, Answer::Refund(_)), "{answer:?}");
    }
    begun.elapsed().as_secs_f64() / f64::from(refunds) * 1e6
}

async fn compare(what: &str, hand: &dyn Provider, profile: &dyn Provider, refunds: u32) {
    let plan = plan(hand);
    let mut ratios = Vec::new();
    let mut best = (f64::MAX, f64::MAX);
    for round in 0..ROUNDS {
        // Each goes first in half of the rounds.
        let (one, other) = if round % 2 == 0 {
            let hand = cost(hand, &plan, refunds).await;
            (hand, cost(profile, &plan, refunds).await)
        } else {
            let profile = cost(profile, &plan, refunds).await;
            (cost(hand, &plan, refunds).await, profile)
        };
        best = (best.0.min(one), best.1.min(other));
        ratios.push(other / one);
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "{what}: by profile {:.2} of by hand (median of {ROUNDS} rounds; {:.2} to {:.2}); least {:.2} us and {:.2} us a refund",
        ratios[ROUNDS / 2],
        ratios[ROUNDS / 10],
        ratios[ROUNDS - 1 - ROUNDS / 10],
        best.1,
        best.0
    );
}

async fn same_bytes(base: &BaseUrl) {
    let body =
        |transport: &Instant| String::from_utf8(transport.last.lock().unwrap().clone()).unwrap();
    let keep = || {
        Arc::new(Instant {
            keep: true,
            ..Instant::default()
        })
    };
    let (one, other) = (keep(), keep());
    let hand = by_hand(one.clone(), base);
    let profile = by_profile(other.clone(), base);
    let plan = plan(&hand);
    let whole = Plan::Refund(plan.clone());
    let answers = (
        hand.refund(&plan, attempt(1, &whole)).await,
        profile.refund(&plan, attempt(1, &whole)).await,
    );
    assert_eq!(answers.0, answers.1);
    assert_eq!(body(&one), body(&other));
    println!(
        "the same {} bytes of body: {}",
        body(&one).len(),
        body(&one)
    );
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let base = server::start(ANSWER);
    same_bytes(&base).await;
    let instant = Arc::new(Instant::default());
    compare(
        "adapter alone",
        &by_hand(instant.clone(), &base),
        &by_profile(instant, &base),
        5_000,
    )
    .await;
    let client = Arc::new(HttpClient::new(&HttpConfig::default()).unwrap());
    compare(
        "over loopback",
        &by_hand(client.clone(), &base),
        &by_profile(client, &base),
        500,
    )
    .await;
}
