//! Several processes on one journal: each has its place, and none writes over what another has written.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and a child tells its parent what it saw"
)]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Child;

use common::{
    begin, begin_and_mark, child, dojo, executed, intent, ledger, note, payment, verified,
};
use refundkit_core::ledger::Begun;
use refundkit_core::{Filter, Intent, JournalError, Store, WorkerId};
use refundkit_sqlite::SqliteStore;

/// Refunds of payments of their own, and of one that all share.
const EACH: u32 = 40;
const SHARED: &str = "pi_shared";

fn own(process: u32, number: u32) -> Intent {
    let number = process * 10_000 + number;
    intent(number, "dojo", &format!("pi_{number}"), 1000)
}

fn shared(process: u32, number: u32) -> Intent {
    intent(process * 10_000 + 5000 + number, "dojo", SHARED, 100)
}

/// Refunds, and how many of the shared payment's were begun.
async fn refunds(store: &SqliteStore, process: u32) -> u32 {
    let mut begun = 0;
    for number in 0..EACH {
        begin_and_mark(store, &own(process, number)).await.unwrap();
        let fact = executed(&format!("rfnd_{process}_{number}"));
        note(store, &own(process, number), fact).await.unwrap();
        let wanted = shared(process, number);
        begun += u32::from(begin(store, &wanted).await.unwrap() == Begun::New);
    }
    begun
}

#[test]
#[ignore = "it is run by a test below, in a process of its own"]
fn child_refunds() {
    let process = std::process::id() % 10_000 + 100;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = SqliteStore::open_existing(child::path()).await.unwrap();
        println!("\nbegun {}", refunds(&store, process).await);
    });
}

#[test]
#[ignore = "it is run by a test below, in a process of its own"]
fn child_lists() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = SqliteStore::open_read_only(child::path()).await.unwrap();
        let mut last = 0;
        while last < 300 {
            let found = store.list(&Filter::default()).await.unwrap().len();
            assert!(found >= last);
            last = found;
            let held = ledger(&store, &dojo(), &payment(SHARED)).await.unwrap();
            assert!(held.held().get() <= 5000);
        }
        println!("\nlisted {last}");
    });
}

#[tokio::test]
async fn two_writers_and_a_reader_share_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let children = [
        child::child("child_refunds", &path).spawn().unwrap(),
        child::child("child_refunds", &path).spawn().unwrap(),
        child::child("child_refunds", &path).spawn().unwrap(),
        child::child("child_refunds", &path).spawn().unwrap(),
        child::child("child_refunds", &path).spawn().unwrap(),
        child::child("child_refunds", &path).spawn().unwrap(),
        child::child("child_lists", &path).spawn().unwrap(),
    ];
    let mut begun = refunds(&store, 1).await;
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8(output.stdout).unwrap();
        let line = said.lines().find_map(|line| line.strip_prefix("begun "));
        begun += line.map_or(0, |line| line.parse().unwrap());
    }
    assert_eq!(begun, 50, "50 times 1.00 of 50.00");
    let found = verified(&store).await.unwrap();
    assert_eq!(found.operations, u64::from(50 + 7 * EACH));
    assert_eq!(found.entries, u64::from(50 + 7 * 3 * EACH));
    assert_eq!(store.info().await.unwrap().entries, found.entries);
}

/// Says who it is and waits until it is told to go.
#[test]
#[ignore = "it is run by a test below, in a process of its own"]
fn child_joins() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = SqliteStore::open(child::path()).await.unwrap();
        println!("\nworker {}", store.join().await.unwrap());
        let _ = std::io::stdin().lock().read_line(&mut String::new());
    });
}

fn joins(path: &Path) -> (Child, WorkerId) {
    let mut child = child::child("child_joins", path).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let worker = lines.find_map(|line| {
        let line = line.unwrap();
        Some(WorkerId::new(line.strip_prefix("worker ")?).unwrap())
    });
    (child, worker.unwrap())
}

#[tokio::test]
async fn whose_process_was_killed_is_gone_and_whose_lives_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let here = store.join().await.unwrap();
    assert_eq!(here.as_str(), "0-1.1");
    let (mut killed, first) = joins(&path);
    let (mut ends, second) = joins(&path);
    assert_eq!((first.as_str(), second.as_str()), ("1-1.1", "2-1.1"));
    for worker in [&here, &first, &second] {
        assert!(!store.is_gone(worker).await.unwrap(), "{worker}");
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(store.is_gone(&first).await.unwrap());
    // Its place is another's now; it stays gone.
    let (mut next, third) = joins(&path);
    assert_eq!(third.as_str(), "1-2.1");
    assert!(store.is_gone(&first).await.unwrap());
    assert!(!store.is_gone(&third).await.unwrap());
    ends.stdin.take().unwrap().write_all(b"\n").unwrap();
    ends.wait().unwrap();
    assert!(store.is_gone(&second).await.unwrap());
    assert!(!folder.path().join("journal.db-w2").exists());
    for unknown in ["1-3.1", "9-1.1", "memory-1", "x"] {
        let worker = WorkerId::new(unknown).unwrap();
        assert!(!store.is_gone(&worker).await.unwrap(), "{unknown}");
    }
    next.kill().unwrap();
    next.wait().unwrap();
    drop(store);
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.join().await.unwrap().as_str(), "0-2.1");
    assert!(store.is_gone(&here).await.unwrap());
}

#[tokio::test]
async fn an_older_copy_goes_on_only_where_nobody_else_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).await.unwrap();
    store.bind(&common::shop()).await.unwrap();
    drop(store);
    let (mut other, _) = joins(&path);
    let refused = SqliteStore::open_older_copy(&path, &common::shop()).await;
    assert!(
        matches!(refused, Err(JournalError::Locked { .. })),
        "{refused:?}"
    );
    other.kill().unwrap();
    other.wait().unwrap();
    SqliteStore::open_older_copy(&path, &common::shop())
        .await
        .unwrap();
}

/// Holds the write lock until it is told to go.
#[test]
#[ignore = "it is run by a test below, in a process of its own"]
fn child_holds() {
    let raw = rusqlite::Connection::open(child::path()).unwrap();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    println!("\nholds");
    let _ = std::io::stdin().lock().read_line(&mut String::new());
}

#[tokio::test]
async fn reading_waits_for_nobody_and_writing_not_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).await.unwrap();
    begin(&store, &own(1, 1)).await.unwrap();
    let mut holds = child::child("child_holds", &path).spawn().unwrap();
    let mut lines = BufReader::new(holds.stdout.as_mut().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "holds"));
    let wanted = own(1, 2);
    let refused = begin(&store, &wanted);
    let read = async { store.list(&Filter::default()).await.unwrap().len() };
    let (refused, read) = tokio::join!(refused, read);
    assert_eq!(read, 1);
    assert!(
        matches!(refused, Err(JournalError::Locked { .. })),
        "{refused:?}"
    );
    holds.stdin.take().unwrap().write_all(b"\n").unwrap();
    holds.wait().unwrap();
    begin(&store, &wanted).await.unwrap();
}
