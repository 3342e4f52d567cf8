//! A flipped bit anywhere in the file: it is noticed at the opening, or it changes nothing that is read.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use std::path::Path;

use refundkit_conformance::{add, begin, intent, mark};
use refundkit_core::operation::Fact;
use refundkit_core::{
    Begun, Evidence, Filter, Intent, Journal, Operation, Outcome, PaymentId, RefundFact, RefundId,
    RefundStatus, State, Timestamp,
};
use refundkit_sqlite::SqliteJournal;

/// Of the bytes that aren't zero, one of so many is tried.
const STEP: usize = 7;

fn wanted(number: u32) -> Intent {
    intent(number, "dojo", &format!("pi_{}", number % 2), 1000)
}

async fn filled(path: &Path) {
    let journal = SqliteJournal::open(path).await.unwrap();
    journal.bind(&"shop".parse().unwrap()).await.unwrap();
    let provider = wanted(1).provider;
    journal.pause(&provider, Timestamp::epoch()).await.unwrap();
    for number in 1..=4 {
        let _ = begin(&journal, &wanted(number)).await.unwrap();
    }
    let at = Timestamp::epoch();
    for number in [1, 2] {
        let attempt = mark(&journal, &wanted(number), at).await.unwrap().attempt();
        let outcome = Outcome::Accepted(RefundFact {
            refund: RefundId::new("rfnd_1").ok(),
            ..RefundFact::with_status(RefundStatus::Pending)
        });
        let fact = Fact::answered(attempt, outcome, None);
        add(&journal, &wanted(number), &Evidence { at, fact })
            .await
            .unwrap();
    }
}

/// All that anybody acts on; `None` where the journal says that it is no good.
async fn read(path: &Path) -> Option<Vec<Vec<Operation>>> {
    let journal = SqliteJournal::open(path).await.ok()?;
    let mut found = Vec::new();
    for states in [vec![], vec![State::Accepted], vec![State::Ready]] {
        let filter = Filter {
            states,
            ..Filter::default()
        };
        found.push(journal.list(&filter).await.unwrap());
    }
    for number in 1..=4 {
        let wanted = wanted(number);
        let operation = journal.operation(&wanted.id).await.unwrap().unwrap();
        found.push(vec![operation]);
        let begun = begin(&journal, &wanted).await.unwrap();
        assert!(matches!(begun, Begun::Existing(_)));
    }
    for payment in ["pi_0", "pi_1"] {
        let payment = PaymentId::new(payment).unwrap();
        let provider = wanted(1).provider;
        found.push(journal.of_payment(&provider, &payment).await.unwrap());
    }
    journal.bind(&"shop".parse().unwrap()).await.unwrap();
    let _ = journal.paused_until(&wanted(1).provider).await.unwrap();
    Some(found)
}

#[tokio::test]
async fn is_noticed_or_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    filled(&path).await;
    let whole = std::fs::read(&path).unwrap();
    let right = read(&path).await.unwrap();
    let used = (0..whole.len()).filter(|at| whole[*at] != 0);
    let (mut noticed, mut harmless) = (0, 0);
    for at in used.step_by(STEP) {
        for name in ["-wal", "-shm", ".lock"] {
            let mut beside = path.clone().into_os_string();
            beside.push(name);
            let _ = std::fs::remove_file(beside);
        }
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(&path, bytes).unwrap();
        match read(&path).await {
            None => noticed += 1,
            Some(found) => {
                assert!(found == right, "bit {} of byte {at}", at % 8);
                harmless += 1;
            }
        }
    }
    assert!(noticed > harmless, "{noticed} noticed, {harmless} harmless");
}
