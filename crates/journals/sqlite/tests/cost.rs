//! What opening a journal costs, by its size. Run it with
//! `TMPDIR=/dev/shm cargo test --release -p refundkit-sqlite --test cost -- --ignored --nocapture`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures, and prints what it finds"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use refundkit_conformance::{begin, intent, mark};
use refundkit_core::operation::Fact;
use refundkit_core::{Evidence, Journal, Outcome, Timestamp};
use refundkit_sqlite::SqliteJournal;

/// Operations as most are: begun, marked, answered.
async fn fill(path: &Path, operations: u32) {
    let journal = Arc::new(SqliteJournal::open(path).await.unwrap());
    let workers: Vec<_> = (0..64)
        .map(|worker| {
            let journal = Arc::clone(&journal);
            tokio::spawn(async move {
                for number in (worker..operations).step_by(64) {
                    let wanted = intent(number, "dojo", &format!("pi_{number}"), 1000);
                    let _ = begin(journal.as_ref(), &wanted).await.unwrap();
                    let at = Timestamp::epoch();
                    let marked = mark(journal.as_ref(), &wanted, at).await.unwrap();
                    let attempt = marked.attempt();
                    let why = "lost".to_owned();
                    let outcome = Outcome::Unknown { why };
                    let fact = Fact::answered(attempt, outcome, None);
                    let evidence = Evidence { at, fact };
                    journal.record(&wanted.id, &evidence).await.unwrap();
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
}

/// The quickest of several.
async fn opening(path: &Path, operations: u32) -> (Duration, Duration) {
    let (mut opened, mut verified) = (Duration::MAX, Duration::MAX);
    for _ in 0..5 {
        let start = Instant::now();
        let journal = SqliteJournal::open(path).await.unwrap();
        opened = opened.min(start.elapsed());
        let start = Instant::now();
        let found = journal.verify().await.unwrap();
        assert_eq!(found.operations, usize::try_from(operations).unwrap());
        verified = verified.min(start.elapsed());
    }
    (opened, verified)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it measures, and checks nothing"]
async fn of_opening() {
    for operations in [1, 1_000, 10_000, 100_000] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        fill(&path, operations).await;
        let (opened, verified) = opening(&path, operations).await;
        let size = std::fs::metadata(&path).unwrap().len();
        println!(
            "{operations} operations, {size} bytes: opened in {opened:?}, the whole checked in {verified:?}"
        );
    }
}
