//! A flipped bit anywhere in the file: the check of the whole notices it, or it changes nothing. And also
//! without that check, no ledger is read that isn't as it was written.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::path::{Path, PathBuf};

use common::{
    begin, begin_and_mark, dojo, executed, intent, ledger, note, payment, shop, verified,
};
use refundkit_core::ports::ListedOperation;
use refundkit_core::{
    Count, Filter, Intent, JournalError, PaymentId, PaymentLedger, ProviderName, State, Store,
    Timestamp,
};
use refundkit_sqlite::SqliteStore;

/// Of the bytes that aren't zero, one of so many is tried.
const STEP: usize = 7;

fn wanted(number: u32) -> Intent {
    intent(number, "dojo", &format!("pi_{}", number % 2), 1000)
}

async fn filled(path: &Path) {
    let store = SqliteStore::open(path).await.unwrap();
    store.bind(&shop()).await.unwrap();
    store.pause(&dojo(), Timestamp::epoch()).await.unwrap();
    for number in [1, 2] {
        begin_and_mark(&store, &wanted(number)).await.unwrap();
        begin(&store, &wanted(number + 2)).await.unwrap();
        note(&store, &wanted(number), executed("rfnd_1"))
            .await
            .unwrap();
    }
}

/// All that leads to something, but for the ledgers themselves.
#[derive(Debug, PartialEq)]
struct Seen {
    lists: Vec<Vec<ListedOperation>>,
    found: Vec<Option<(ProviderName, PaymentId)>>,
    payments: Vec<(ProviderName, PaymentId)>,
    counts: Vec<Count>,
}

async fn seen(store: &SqliteStore) -> Result<Seen, JournalError> {
    let mut lists = Vec::new();
    for states in [vec![], vec![State::Succeeded], vec![State::Ready]] {
        let filter = Filter {
            states,
            ..Filter::default()
        };
        lists.push(store.list(&filter).await?);
    }
    let mut found = Vec::new();
    for number in 1..=4 {
        found.push(store.find(&wanted(number).id).await?);
    }
    Ok(Seen {
        lists,
        found,
        payments: store.payments(None, 10).await?,
        counts: store.counts().await?,
    })
}

async fn ledgers(store: &SqliteStore) -> Vec<Result<PaymentLedger, JournalError>> {
    let mut all = Vec::new();
    for name in ["pi_0", "pi_1"] {
        all.push(ledger(store, &dojo(), &payment(name)).await);
    }
    all
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(suffix);
    name.into()
}

#[tokio::test]
async fn is_noticed_or_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    filled(&path).await;
    let whole = std::fs::read(&path).unwrap();
    let high = std::fs::read(beside(&path, "-high")).unwrap();
    let store = SqliteStore::open_read_only(&path).await.unwrap();
    let right = seen(&store).await.unwrap();
    let ledgers_right: Vec<_> = ledgers(&store)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    drop(store);
    let used = (0..whole.len()).filter(|at| whole[*at] != 0);
    let (mut noticed, mut harmless, mut hidden) = (0, 0, 0);
    for at in used.step_by(STEP) {
        for name in ["-wal", "-shm", "-w0"] {
            let _ = std::fs::remove_file(beside(&path, name));
        }
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(&path, bytes).unwrap();
        std::fs::write(beside(&path, "-high"), &high).unwrap();
        let about = format!("bit {} of byte {at}", at % 8);
        let Ok(store) = SqliteStore::open_read_only(&path).await else {
            noticed += 1;
            continue;
        };
        for (ledger, right) in ledgers(&store).await.iter().zip(&ledgers_right) {
            match ledger {
                Err(JournalError::Damaged { .. } | JournalError::Storage(_)) => {}
                Ok(ledger) if ledger == right => {}
                // Its index doesn't lead to it any more: whoever asks for an operation of it finds that out.
                Ok(ledger) if ledger.operations().is_empty() => {
                    hidden += 1;
                    let id = &right.operations()[0].intent.id;
                    let found = store.find(id).await;
                    assert!(
                        matches!(found, Err(JournalError::Damaged { .. })),
                        "{about}: {found:?}"
                    );
                }
                other => panic!("{about}: {other:?}"),
            }
        }
        match verified(&store).await {
            Err(_) => noticed += 1,
            Ok(_) => {
                assert_eq!(seen(&store).await.unwrap(), right, "{about}");
                let ledgers = ledgers(&store).await.into_iter().map(Result::unwrap);
                assert!(ledgers.eq(ledgers_right.iter().cloned()), "{about}");
                harmless += 1;
            }
        }
        drop(store);
        if let Ok(store) = SqliteStore::open(&path).await {
            let bound = store.bind(&"another".parse().unwrap()).await;
            assert!(bound.is_err(), "{about}");
        }
    }
    assert!(
        noticed > harmless,
        "{noticed} noticed, {harmless} harmless, {hidden} hidden"
    );
}
