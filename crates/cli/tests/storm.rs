//! Two hundred refunds through three providers in bad weather: one effect each in the end, with the
//! library in a crowd of tasks, and with the command against `refundkit sandbox`.
//!
//! `REFUNDKIT_STORM_SEED=8 cargo test -p refundkit-cli --test storm` is another storm.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use common::day::Day;
use common::ledgers::SITES;
use common::process::SandboxProcess;
use refundkit::{Filter, ProviderName, RefundRequest, Refunds, State};
use refundkit_sandbox::{Provider, Sandbox};
use refundkit_sqlite::SqliteStore;
use serde_json::Value;

const REFUNDS: usize = 200;
const WEATHER: [&str; 4] = [
    "answer-lost=0.3",
    "error-after-effect=0.2",
    "stale-read=0.2",
    "truncated=0.05",
];

async fn engine(sandbox: &Sandbox, folder: &tempfile::TempDir) -> Refunds {
    common::adapters::all(sandbox)
        .namespace("storm".parse().unwrap())
        .journal(Arc::new(
            SqliteStore::open(folder.path().join("journal.db"))
                .await
                .unwrap(),
        ))
        .build()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_bad_weather_every_refund_has_one_effect_in_the_end() {
    let mut config = Day::noon().sandbox();
    config.payments = REFUNDS;
    config.faults = WEATHER.iter().map(|fault| fault.parse().unwrap()).collect();
    let sandbox = Sandbox::start(config).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let refunds = Arc::new(engine(&sandbox, &folder).await);
    let tasks: Vec<_> = (1..=REFUNDS)
        .map(|number| {
            let (provider, prefix, currency) = SITES[number % SITES.len()];
            let payment = format!("{prefix}_more_{number}").parse().unwrap();
            let key = format!("key-{number}").parse().unwrap();
            let amount = format!("7.00 {currency}").parse().unwrap();
            let request = RefundRequest::new(payment, key).amount(amount);
            let (refunds, name) = (
                Arc::clone(&refunds),
                provider.parse::<ProviderName>().unwrap(),
            );
            tokio::spawn(async move { refunds.refund(&name, &request).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for _ in 0..20 {
        refunds.resume().await.unwrap();
    }
    let mut effects: BTreeMap<String, usize> = BTreeMap::new();
    for effect in sandbox.effects() {
        assert_eq!(effect.amount.minor, 700);
        let count = effects.entry(effect.payment).or_default();
        *count = count.saturating_add(1);
    }
    assert_eq!(effects.len(), REFUNDS, "none lost");
    assert!(
        effects.values().all(|count| *count == 1),
        "none twice: {effects:?}"
    );
    for operation in refunds.list(&Filter::default()).await.unwrap() {
        assert!(
            matches!(operation.state(), State::Succeeded | State::Accepted),
            "{operation:?}"
        );
    }
    let sent = sandbox.requests();
    let to_dodo = sent
        .iter()
        .filter(|request| request.provider == Provider::Dodo && request.method == "POST");
    assert_eq!(
        to_dodo.count(),
        REFUNDS.div_ceil(SITES.len()),
        "never a second one where there is no key"
    );
}

/// What the sandbox of the command is told to do.
const TOLD: [&str; 10] = [
    "--payments",
    "67",
    "--fault",
    "answer-lost=0.3",
    "--fault",
    "error-after-effect=0.2",
    "--fault",
    "duplicate-delivery=0",
    "--fault",
    "stale-read=0.2",
];

/// A process for every refund: the payments, and how many weren't clear at once.
fn refund_all(sandbox: &SandboxProcess) -> (Vec<(&'static str, String)>, usize) {
    let mut payments = Vec::new();
    let mut open = 0;
    for number in 0..REFUNDS {
        let (provider, prefix, currency) = SITES[number % SITES.len()];
        let payment = format!("{prefix}_more_{}", number / SITES.len() + 1);
        let amount = format!("7.00 {currency}");
        let ran = sandbox.json(&[
            "refund",
            "--provider",
            provider,
            "--payment",
            &payment,
            "--amount",
            &amount,
            "--key",
            &payment,
        ]);
        assert!([0, 5, 6].contains(&ran.code), "{}{}", ran.out, ran.err);
        open += usize::from(ran.code != 0);
        payments.push((provider, payment));
    }
    (payments, open)
}

/// How many rounds of the worker it takes until nothing is unknown.
fn work(sandbox: &SandboxProcess) -> usize {
    let clear = |_: &usize| {
        let ran = sandbox.json(&["work", "--once"]);
        assert!([0, 5, 6].contains(&ran.code), "{}{}", ran.out, ran.err);
        ran.code != 5
    };
    (1..=20).find(clear).expect("something stayed unknown")
}

/// How many requests that move money went out for a payment, by the sandbox's own list.
fn sends(requests: &[Value], payment: &str) -> usize {
    let (in_path, in_body) = (format!("/{payment}/"), format!("\"{payment}\""));
    let of_payment = requests.iter().filter(|request| {
        let text = |field: &str| request[field].as_str().unwrap();
        text("method") == "POST"
            && (text("path").contains(&in_path) || text("body").contains(&in_body))
    });
    of_payment.count()
}

#[test]
fn in_bad_weather_the_command_makes_every_refund_once() {
    let seed = std::env::var("REFUNDKIT_STORM_SEED").unwrap_or_else(|_| "7".to_owned());
    let sandbox = SandboxProcess::start(&[TOLD.as_slice(), &["--seed", &seed]].concat());
    let (payments, open) = refund_all(&sandbox);
    let rounds = work(&sandbox);
    let listed = sandbox.json(&["list"]);
    let states: Vec<String> = listed
        .out
        .lines()
        .map(|line| {
            let operation: Value = serde_json::from_str(line).unwrap();
            operation["state"].as_str().unwrap().to_owned()
        })
        .collect();
    let parked = states.iter().filter(|state| *state == "parked").count();
    let (effects, requests) = (sandbox.admin("/effects"), sandbox.admin("/requests"));
    let (mut lost, mut over, mut second) = (0, 0, 0);
    for (provider, payment) in &payments {
        let made = effects.iter().filter(|one| one["payment"] == **payment);
        match made
            .map(|one| one["amount"]["minor"].as_i64().unwrap())
            .sum()
        {
            0 => lost += 1,
            700 => {}
            _ => over += 1,
        }
        let sent = sends(&requests, payment);
        assert!(sent > 0, "{payment}");
        second += usize::from(*provider == "dodo" && sent > 1);
    }
    println!(
        "{} refunds by the command, seed {seed}: {} effects, {lost} lost, {over} over, {parked} parked; {open} \
         unknown at first, 0 after {rounds} rounds of work; {second} sent twice to Dodo; {} \
         requests in all",
        states.len(),
        effects.len(),
        requests.len()
    );
    assert_eq!(states.len(), REFUNDS);
    assert_eq!((effects.len(), lost, over, second), (REFUNDS, 0, 0, 0));
    let ends = ["succeeded", "accepted", "parked"];
    assert!(
        states.iter().all(|state| ends.contains(&state.as_str())),
        "{states:?}"
    );
    assert_eq!(sandbox.json(&["journal", "verify"]).code, 0);
}
