//! Two hundred refunds through three providers in bad weather: one effect each in the end.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use refundkit::{Filter, ProviderName, RefundRequest, Refunds, State};
use refundkit_sandbox::{Provider, Sandbox, SandboxConfig};
use refundkit_sqlite::SqliteJournal;

const REFUNDS: usize = 200;
const WEATHER: [&str; 4] = [
    "answer-lost=0.3",
    "error-after-effect=0.2",
    "stale-read=0.2",
    "truncated=0.05",
];
const SITES: [(&str, &str, &str); 3] = [
    ("dojo", "pi", "GBP"),
    ("dodo", "pay", "USD"),
    ("primer", "prim", "EUR"),
];

async fn engine(sandbox: &Sandbox, folder: &tempfile::TempDir) -> Refunds {
    common::adapters::all(sandbox)
        .namespace("storm".parse().unwrap())
        .journal(Arc::new(
            SqliteJournal::open(folder.path().join("journal.db"))
                .await
                .unwrap(),
        ))
        .build()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_bad_weather_every_refund_has_one_effect_in_the_end() {
    let mut config = SandboxConfig::default();
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
