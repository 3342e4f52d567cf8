//! Opening: what keeps others out, what is taken for a journal, and what can't be written over.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and a child tells its parent what it saw"
)]

use std::path::Path;
use std::process::{Command, Output};

use refundkit_core::{Begun, Journal, JournalError, Lease, PaymentId, ProviderName, Timestamp};
use refundkit_sqlite::SqliteJournal;
use rusqlite::Connection;

const CHILD: &str = "REFUNDKIT_TEST_JOURNAL";

/// Runs one of the ignored tests below in a process of its own.
fn child(test: &str, path: &Path) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--ignored", "--nocapture"])
        .env(CHILD, path)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
#[ignore = "it is run by a test below, in a process of its own"]
fn child_opens() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let opened = runtime.block_on(SqliteJournal::open(std::env::var(CHILD).unwrap()));
    match opened {
        Ok(_) => println!("opened"),
        Err(JournalError::Locked { .. }) => println!("locked"),
        Err(other) => println!("{other}"),
    }
}

#[tokio::test]
async fn another_process_is_locked_out_until_this_one_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = SqliteJournal::open(&path).await.unwrap();
    assert!(said(&child("child_opens", &path)).contains("locked"));
    drop(journal);
    assert!(said(&child("child_opens", &path)).contains("opened"));
}

#[cfg(unix)]
#[test]
fn a_name_that_sqlite_takes_for_no_file_is_a_file() {
    for name in [":memory:", "file:a?mode=memory"] {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["child_opens", "--exact", "--ignored", "--nocapture"])
            .env(CHILD, name)
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(said(&output).contains("opened"), "{name}: {output:?}");
        let written = std::fs::read(folder.path().join(name)).unwrap();
        assert!(written.starts_with(b"SQLite format 3"), "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_the_journal_is_the_same_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let link = folder.path().join("link.db");
    let _journal = SqliteJournal::open(&path).await.unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let error = SqliteJournal::open(&link).await.unwrap_err();
    assert!(matches!(error, JournalError::Locked { .. }), "{error}");
}

/// SQLite's own locks on the file, as the kernel lists them for this process's handles. (The list of
/// all processes, `/proc/locks`, skips lines while others lock and unlock.)
#[cfg(target_os = "linux")]
fn locks_on(path: &Path) -> usize {
    let handles = std::fs::read_dir("/proc/self/fd").unwrap();
    let of_file = handles.filter_map(|handle| {
        let handle = handle.ok()?;
        let is_it = std::fs::read_link(handle.path()).ok()? == path;
        let info = Path::new("/proc/self/fdinfo").join(handle.file_name());
        let info = is_it
            .then(|| std::fs::read_to_string(info).ok())
            .flatten()?;
        Some(
            info.lines()
                .filter(|line| line.starts_with("lock:"))
                .count(),
        )
    });
    of_file.sum()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_refused_second_opening_does_not_cost_the_first_its_locks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = SqliteJournal::open(&path).await.unwrap();
    assert_eq!(journal.info().await.unwrap().operations, 0);
    let before = locks_on(&path);
    assert!(before > 0);
    SqliteJournal::open(&path).await.unwrap_err();
    assert_eq!(locks_on(&path), before);
}

#[tokio::test]
async fn openings_at_once_leave_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let (first, second) = tokio::join!(SqliteJournal::open(&path), SqliteJournal::open(&path));
    assert_eq!(
        [first.is_ok(), second.is_ok()]
            .into_iter()
            .filter(|ok| *ok)
            .count(),
        1
    );
}

/// Begins 64 refunds of 7.00 from one thread, and counts those that were begun.
fn begin_many(journal: &SqliteJournal, lease: &Lease, from: u32) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let begun = (from..from + 64).filter(|number| {
        let intent = refundkit_conformance::intent(*number, "dojo", "pi_1", 700);
        let begun = runtime.block_on(journal.begin(lease, &intent, intent.plan.budget()));
        matches!(begun.unwrap(), Begun::New(_))
    });
    begun.count()
}

#[test]
fn two_threads_never_begin_more_than_was_paid() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let journal = runtime.block_on(SqliteJournal::open(&path)).unwrap();
    let intent = refundkit_conformance::intent(1, "dojo", "pi_1", 700);
    let lease = runtime.block_on(refundkit_conformance::lease(&journal, &intent));
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(|| begin_many(&journal, &lease, 0));
        let other = scope.spawn(|| begin_many(&journal, &lease, 1000));
        (one.join().unwrap(), other.join().unwrap())
    });
    assert_eq!(one + other, 7, "7 times 7.00 of 50.00");
    drop(journal);
    let raw = Connection::open(&path).unwrap();
    let held: i64 = raw
        .query_row("SELECT held FROM budget", [], |row| row.get(0))
        .unwrap();
    assert_eq!(held, 4900);
}

#[tokio::test]
async fn a_creation_that_was_cut_short_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let raw = Connection::open(&path).unwrap();
    raw.execute_batch("PRAGMA journal_mode = WAL").unwrap();
    drop(raw);
    assert!(std::fs::metadata(&path).unwrap().len() > 0);
    let journal = SqliteJournal::open(&path).await.unwrap();
    assert_eq!(journal.info().await.unwrap().schema, 1);
}

#[tokio::test]
async fn a_file_of_zeros_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("disk.img");
    std::fs::write(&path, [0; 4096]).unwrap();
    let error = SqliteJournal::open(&path).await.unwrap_err();
    assert!(matches!(error, JournalError::NotAJournal { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), [0; 4096]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn another_applications_id_is_refused_and_its_file_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("PRAGMA application_id = 252006; CREATE TABLE t (x)")
        .unwrap();
    drop(other);
    let before = std::fs::read(&path).unwrap();
    let error = SqliteJournal::open(&path).await.unwrap_err();
    assert!(matches!(error, JournalError::NotAJournal { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_damaged_file_is_said_to_be_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    drop(SqliteJournal::open(&path).await.unwrap());
    let whole = std::fs::read(&path).unwrap();
    let mut garbled = whole.clone();
    garbled.splice(16..18, [0xAB, 0xAB]);
    let cut = whole.get(..5000).unwrap().to_vec();
    for bytes in [garbled, cut] {
        std::fs::write(&path, bytes).unwrap();
        let error = SqliteJournal::open(&path).await.unwrap_err();
        assert!(matches!(error, JournalError::Damaged { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn rows_can_not_be_replaced_nor_budgets_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    drop(SqliteJournal::open(&path).await.unwrap());
    let raw = Connection::open(&path).unwrap();
    raw.execute_batch(
        "PRAGMA foreign_keys = OFF;
         INSERT INTO chain VALUES (1, zeroblob(32)), (2, zeroblob(32));
         INSERT INTO operation VALUES (1, 1, 'op', 'dojo', 'pi', 1, '{}');
         INSERT INTO evidence VALUES (1, 2, 1, '{}');
         INSERT INTO budget VALUES ('dojo', 'pi', 1, 0, 1, 0);
         INSERT INTO refund VALUES ('dojo', 'pi', 'rfnd', 1);
         INSERT INTO namespace VALUES (1, 3, 'shop');",
    )
    .unwrap();
    for sql in [
        "INSERT OR REPLACE INTO operation VALUES (1, 9, 'new', 'dojo', 'pi', 9, '{}')",
        "INSERT OR REPLACE INTO operation VALUES (2, 9, 'op', 'dojo', 'pi', 9, '{}')",
        "INSERT OR REPLACE INTO operation VALUES (2, 1, 'new', 'dojo', 'pi', 9, '{}')",
        "INSERT OR REPLACE INTO evidence VALUES (1, 9, 1, '[]')",
        "INSERT OR REPLACE INTO evidence VALUES (2, 2, 1, '[]')",
        "INSERT OR REPLACE INTO evidence VALUES (2, 9, 1, '{}')",
        "INSERT OR REPLACE INTO chain VALUES (1, randomblob(32))",
        "DELETE FROM budget",
        "INSERT OR REPLACE INTO refund VALUES ('dojo', 'pi', 'rfnd', 2)",
        "UPDATE refund SET operation = 2",
        "DELETE FROM refund",
        "INSERT OR REPLACE INTO namespace VALUES (1, 4, 'other')",
        "UPDATE namespace SET name = 'other'",
        "DELETE FROM namespace",
    ] {
        let error = raw.execute(sql, []).unwrap_err();
        assert!(error.to_string().contains("never"), "{sql}: {error}");
    }
}

#[tokio::test]
async fn a_missing_budget_is_damage_and_the_evidence_is_not_half_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let intent = refundkit_conformance::intent(1, "dojo", "pi_1", 1000);
    let journal = SqliteJournal::open(&path).await.unwrap();
    let _ = refundkit_conformance::begin(&journal, &intent)
        .await
        .unwrap();
    // While it is open: at the next opening it would be noticed before anything else.
    let raw = Connection::open(&path).unwrap();
    raw.execute_batch("DROP TRIGGER budget_remains; DELETE FROM budget")
        .unwrap();
    let cancelled = refundkit_core::Evidence {
        at: Timestamp::epoch(),
        fact: refundkit_core::Fact::Cancelled,
    };
    let error = refundkit_conformance::add(&journal, &intent, &cancelled)
        .await
        .unwrap_err();
    assert!(matches!(error, JournalError::Damaged { .. }), "{error}");
    let provider = ProviderName::new("dojo").unwrap();
    let payment = PaymentId::new("pi_1").unwrap();
    let kept = journal.of_payment(&provider, &payment).await.unwrap();
    assert!(kept.iter().all(|operation| operation.evidence.is_empty()));
}
