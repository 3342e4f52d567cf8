//! The file itself: locks, foreign files, versions, triggers, crashes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::exit,
    reason = "a test stops at the first surprise"
)]

use std::path::Path;
use std::sync::Arc;

use refundkit_conformance::{add, mark};
use refundkit_core::codes::Coded;
use refundkit_core::operation::Fact;
use refundkit_core::{Begun, Evidence, Intent, Journal, JournalError, State, Timestamp};
use refundkit_sqlite::SqliteJournal;

/// A refund of the one payment here.
fn intent(number: u32, minor: i64) -> Intent {
    refundkit_conformance::intent(number, "dojo", "pi_1", minor)
}

async fn begin(journal: &SqliteJournal, intent: &Intent) -> Begun {
    refundkit_conformance::begin(journal, intent).await.unwrap()
}

#[tokio::test]
async fn what_was_written_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let wanted = intent(1, 1000);
    {
        let journal = SqliteJournal::open(&path).await.unwrap();
        assert!(matches!(begin(&journal, &wanted).await, Begun::New(_)));
        assert_eq!(
            mark(&journal, &wanted, Timestamp::epoch())
                .await
                .unwrap()
                .attempt(),
            1
        );
    }
    let journal = SqliteJournal::open(&path).await.unwrap();
    let found = journal.operation(&wanted.id).await.unwrap().unwrap();
    assert_eq!(found.intent, wanted);
    assert_eq!(found.state(), State::Attempting);
    assert!(matches!(begin(&journal, &wanted).await, Begun::Existing(_)));
    let info = journal.info().await.unwrap();
    assert_eq!(
        (info.kind.as_str(), info.operations, info.evidence),
        ("sqlite", 1, 1)
    );
}

#[tokio::test]
async fn a_second_opening_is_locked_out_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let first = SqliteJournal::open(&path).await.unwrap();
    let error = SqliteJournal::open(&path).await.unwrap_err();
    assert!(matches!(error, JournalError::Locked { .. }), "{error}");
    assert!(error.help().is_some());
    drop(first);
    SqliteJournal::open(&path).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_something_else_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    let long = "not a database, but long enough to hold a header ".repeat(10);
    for text in ["x", "SQLite format 3", &long] {
        std::fs::write(&path, text).unwrap();
        let error = SqliteJournal::open(&path).await.unwrap_err();
        assert!(matches!(error, JournalError::NotAJournal { .. }), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no lock file either"
    );
}

#[tokio::test]
async fn another_programs_database_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        .unwrap();
    drop(other);
    let before = std::fs::read(&path).unwrap();
    let error = SqliteJournal::open(&path).await.unwrap_err();
    assert!(matches!(error, JournalError::NotAJournal { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_newer_layout_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    drop(SqliteJournal::open(&path).await.unwrap());
    raw(&path).pragma_update(None, "user_version", 7).unwrap();
    let error = SqliteJournal::open(&path).await.unwrap_err();
    assert!(
        matches!(error, JournalError::Newer { found: 7, known: 1 }),
        "{error}"
    );
}

fn raw(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}

#[tokio::test]
async fn an_empty_file_becomes_a_journal_and_a_missing_folder_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    std::fs::write(&path, "").unwrap();
    SqliteJournal::open(&path).await.unwrap();
    let error = SqliteJournal::open(folder.path().join("none").join("journal.db"))
        .await
        .unwrap_err();
    assert!(matches!(error, JournalError::Storage(_)), "{error}");
}

#[tokio::test]
async fn rows_can_only_be_added() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = SqliteJournal::open(&path).await.unwrap();
    let wanted = intent(1, 1000);
    begin(&journal, &wanted).await;
    let _ = mark(&journal, &wanted, Timestamp::epoch()).await.unwrap();
    drop(journal);
    let raw = raw(&path);
    for sql in [
        "UPDATE operation SET amount = 1",
        "DELETE FROM operation",
        "UPDATE evidence SET evidence = '{}'",
        "DELETE FROM evidence",
        "UPDATE budget SET held = 5001",
        "UPDATE budget SET held = -1",
        "UPDATE budget SET cap = 999",
    ] {
        assert!(raw.execute(sql, []).is_err(), "{sql}");
    }
}

#[tokio::test]
async fn damage_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = SqliteJournal::open(&path).await.unwrap();
    let wanted = intent(1, 1000);
    begin(&journal, &wanted).await;
    drop(journal);
    raw(&path)
        .execute_batch("DROP TRIGGER operation_stays; UPDATE operation SET intent = '{}';")
        .unwrap();
    let error = SqliteJournal::open(&path).await.unwrap_err();
    assert!(
        matches!(&error, JournalError::Damaged { what } if what.contains("row 1")),
        "{error}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let _journal = SqliteJournal::open(&path).await.unwrap();
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_never_reserves_more_than_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Arc::new(
        SqliteJournal::open(folder.path().join("journal.db"))
            .await
            .unwrap(),
    );
    let lease = refundkit_conformance::lease(journal.as_ref(), &intent(0, 700)).await;
    let tasks: Vec<_> = (0..64)
        .map(|number| {
            let journal = Arc::clone(&journal);
            let lease = lease.clone();
            tokio::spawn(async move {
                let intent = intent(number, 700);
                let budget = intent.plan.budget();
                journal.begin(&lease, &intent, budget).await.unwrap()
            })
        })
        .collect();
    let mut new = 0;
    for task in tasks {
        match task.await.unwrap() {
            Begun::New(_) => new += 1,
            Begun::OverBudget { left } => assert!(left.get() < 700),
            Begun::Existing(_) => panic!("each has its own key"),
        }
    }
    assert_eq!(new, 7, "7 times 7.00 of 50.00");
    assert_eq!(journal.info().await.unwrap().operations, 7);
}

#[tokio::test]
async fn a_success_after_a_failure_is_kept_even_where_it_breaks_the_budget() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = SqliteJournal::open(&path).await.unwrap();
    let (first, second, third) = (intent(1, 3000), intent(2, 3000), intent(3, 100));
    begin(&journal, &first).await;
    add(
        &journal,
        &first,
        &Evidence {
            at: Timestamp::epoch(),
            fact: Fact::Cancelled,
        },
    )
    .await
    .unwrap();
    assert!(
        matches!(begin(&journal, &second).await, Begun::New(_)),
        "the money is free again"
    );
    let succeeded = Fact::Seen {
        by: refundkit_core::operation::Source::Asked,
        refund: refundkit_core::RefundFact::with_status(refundkit_core::RefundStatus::Succeeded),
    };
    let late = Evidence {
        at: Timestamp::epoch(),
        fact: succeeded,
    };
    let found = journal.record(&first.id, &late).await.unwrap();
    assert_eq!(found.state(), State::Succeeded);
    assert!(matches!(begin(&journal, &third).await, Begun::OverBudget { left } if left.is_zero()));
}

/// Marks an attempt and dies without closing anything: run by the test below in a process of its own.
#[test]
#[ignore = "it is run by the test below, in a process of its own"]
fn child_marks_and_dies() {
    let path = std::env::var("REFUNDKIT_TEST_CRASH").unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let journal = SqliteJournal::open(&path).await.unwrap();
        let wanted = intent(1, 1000);
        begin(&journal, &wanted).await;
        let _ = mark(&journal, &wanted, Timestamp::epoch()).await.unwrap();
        println!("marked");
        std::process::abort();
    });
}

#[tokio::test]
async fn a_mark_survives_the_death_of_its_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "child_marks_and_dies",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env("REFUNDKIT_TEST_CRASH", &path)
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("marked"));
    let journal = SqliteJournal::open(&path).await.unwrap();
    let found = journal
        .operation(&intent(1, 1000).id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.state(), State::Attempting);
}
