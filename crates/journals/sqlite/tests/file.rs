//! The file itself: what is in it after reopening, foreign files, versions, crashes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::exit,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::path::Path;
use std::sync::Arc;

use common::{begin, child, dojo, intent, made, mark, note, of, payment, verified};
use refundkit_core::ledger::Begun;
use refundkit_core::operation::Source;
use refundkit_core::{Coded, Fact, JournalError, Minor, State, Store};
use refundkit_sqlite::SqliteStore;

#[tokio::test]
async fn what_was_written_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let wanted = intent(1, "dojo", "pi_1", 1000);
    let entries = {
        let store = SqliteStore::open(&path).await.unwrap();
        assert!(store.created());
        assert_eq!(begin(&store, &wanted).await.unwrap(), Begun::New);
        assert_eq!(mark(&store, &wanted).await.unwrap().attempt(), 1);
        store.load(&dojo(), &payment("pi_1")).await.unwrap().entries
    };
    let store = SqliteStore::open(&path).await.unwrap();
    assert!(!store.created());
    let stored = store.load(&dojo(), &payment("pi_1")).await.unwrap();
    assert_eq!(stored.entries, entries);
    let ledger = of(&store, &wanted).await.unwrap();
    let found = ledger.need(&wanted.id).unwrap();
    assert_eq!(found.intent, wanted);
    assert_eq!(found.state(), State::Attempting);
    assert_eq!(begin(&store, &wanted).await.unwrap(), Begun::Existing);
    let info = store.info().await.unwrap();
    assert_eq!(
        (info.kind.as_str(), info.operations, info.entries),
        ("sqlite", 1, 2)
    );
    assert_eq!(verified(&store).await.unwrap().entries, 2);
}

#[tokio::test]
async fn a_file_that_is_something_else_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    let long = "not a database, but long enough to hold a header ".repeat(10);
    for text in ["x", "SQLite format 3", &long] {
        std::fs::write(&path, text).unwrap();
        for opened in [
            SqliteStore::open(&path).await,
            SqliteStore::open_existing(&path).await,
            SqliteStore::open_read_only(&path).await,
        ] {
            let error = opened.unwrap_err();
            assert!(matches!(error, JournalError::NotAJournal { .. }), "{error}");
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no file beside it either"
    );
}

#[tokio::test]
async fn another_programs_database_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    for sql in ["", "PRAGMA application_id = 252006;"] {
        let other = rusqlite::Connection::open(&path).unwrap();
        other
            .execute_batch(&format!("{sql} CREATE TABLE t{} (x)", sql.len()))
            .unwrap();
        drop(other);
        let before = std::fs::read(&path).unwrap();
        let error = SqliteStore::open(&path).await.unwrap_err();
        assert!(matches!(error, JournalError::NotAJournal { .. }), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[tokio::test]
async fn a_newer_layout_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    drop(SqliteStore::open(&path).await.unwrap());
    raw(&path).pragma_update(None, "user_version", 7).unwrap();
    for opened in [
        SqliteStore::open(&path).await,
        SqliteStore::open_read_only(&path).await,
    ] {
        let error = opened.unwrap_err();
        assert!(
            matches!(error, JournalError::Newer { found: 7, known: 1 }),
            "{error}"
        );
    }
}

fn raw(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}

#[tokio::test]
async fn the_database_keeps_the_last_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).await.unwrap();
    begin(&store, &intent(1, "dojo", "pi_1", 1000))
        .await
        .unwrap();
    begin(&store, &intent(2, "dojo", "pi_2", 1000))
        .await
        .unwrap();
    note(
        &store,
        &intent(1, "dojo", "pi_1", 1000),
        common::executed("rfnd_1"),
    )
    .await
    .unwrap();
    drop(store);
    let raw = raw(&path);
    for sql in [
        "UPDATE payment SET held = 5001",
        "UPDATE payment SET held = -1",
        "UPDATE payment SET cap = 999",
        "UPDATE payment SET ref = 'pi_1'",
        "UPDATE operation SET id = x'0001'",
        "INSERT INTO owner VALUES (1, 'rfnd_1', 1)",
        "UPDATE operation SET prev = 9",
        "UPDATE entry SET prev = 9",
    ] {
        assert!(raw.execute(sql, []).is_err(), "{sql}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("journal.db"))
        .await
        .unwrap();
    begin(&store, &intent(1, "dojo", "pi_1", 1000))
        .await
        .unwrap();
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
        files += 1;
    }
    assert_eq!(files, 5, "the journal, -wal, -shm, -high and -w0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_never_reserves_more_than_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(
        SqliteStore::open(folder.path().join("journal.db"))
            .await
            .unwrap(),
    );
    let tasks: Vec<_> = (0..64)
        .map(|number| {
            let store = Arc::clone(&store);
            let wanted = intent(number, "dojo", "pi_1", 700);
            tokio::spawn(async move { begin(store.as_ref(), &wanted).await.unwrap() })
        })
        .collect();
    let mut new = 0;
    for task in tasks {
        match task.await.unwrap() {
            Begun::New => new += 1,
            Begun::OverBudget { left } => assert!(left.get() < 700),
            Begun::Existing => panic!("each has its own key"),
        }
    }
    assert_eq!(new, 7, "7 times 7.00 of 50.00");
    assert_eq!(store.info().await.unwrap().operations, 7);
}

#[tokio::test]
async fn a_success_after_a_failure_is_kept_even_where_it_breaks_the_budget() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let wanted = |number, minor| intent(number, "dojo", "pi_1", minor);
    let (first, second, third) = (wanted(1, 3000), wanted(2, 3000), wanted(3, 100));
    begin(&store, &first).await.unwrap();
    note(&store, &first, Fact::cancelled()).await.unwrap();
    let begun = begin(&store, &second).await.unwrap();
    assert_eq!(begun, Begun::New, "the money is free again");
    let succeeded = Fact::Seen {
        by: Source::Asked,
        refund: made("rfnd_1"),
    };
    let found = note(&store, &first, succeeded).await.unwrap();
    assert_eq!(found.state(), State::Succeeded);
    let begun = begin(&store, &third).await.unwrap();
    assert_eq!(begun, Begun::OverBudget { left: Minor::ZERO });
    verified(&store).await.unwrap();
}

/// Marks an attempt and dies without closing anything: run by the test below in a process of its own.
#[test]
#[ignore = "it is run by the test below, in a process of its own"]
fn child_marks_and_dies() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = SqliteStore::open(child::path()).await.unwrap();
        let wanted = intent(1, "dojo", "pi_1", 1000);
        begin(&store, &wanted).await.unwrap();
        let _ = mark(&store, &wanted).await.unwrap();
        println!("marked");
        std::process::abort();
    });
}

#[tokio::test]
async fn a_mark_survives_the_death_of_its_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let output = child::child("child_marks_and_dies", &path)
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("marked"));
    let store = SqliteStore::open(&path).await.unwrap();
    let wanted = intent(1, "dojo", "pi_1", 1000);
    let ledger = of(&store, &wanted).await.unwrap();
    let found = ledger.need(&wanted.id).unwrap();
    assert_eq!(found.state(), State::Attempting);
}

#[tokio::test]
async fn errors_say_what_can_be_done() {
    let folder = tempfile::tempdir().unwrap();
    let error = SqliteStore::open_existing(folder.path().join("none.db"))
        .await
        .unwrap_err();
    assert!(error.help().is_some());
}
