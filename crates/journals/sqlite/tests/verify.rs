//! A row that was changed or taken out is noticed, at the opening or by a check of the whole.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;

use refundkit_conformance::{begin, intent, mark};
use refundkit_core::operation::Fact;
use refundkit_core::{
    Evidence, Journal, JournalError, Namespace, Outcome, RefundFact, RefundId, RefundStatus,
    Timestamp,
};
use refundkit_sqlite::{SqliteJournal, Verified};

/// The namespace, and three operations, one of them with evidence: seven rows.
async fn fill(path: &Path) {
    let journal = SqliteJournal::open(path).await.unwrap();
    journal.bind(&shop()).await.unwrap();
    let provider = "dojo".parse().unwrap();
    let until = Timestamp::epoch();
    journal.pause(&provider, until).await.unwrap();
    for number in 1..=3 {
        let wanted = intent(number, "dojo", "pi_1", 1000);
        let _ = begin(&journal, &wanted).await.unwrap();
    }
    let first = intent(1, "dojo", "pi_1", 1000);
    let marked = mark(&journal, &first, Timestamp::epoch()).await.unwrap();
    let outcome = Outcome::Unknown {
        why: "lost".to_owned(),
    };
    let answered = Fact::answered(marked.attempt(), outcome, None);
    for fact in [
        answered,
        Fact::Contradicted {
            what: "x".to_owned(),
            refund: seen(),
        },
    ] {
        journal
            .record(
                &first.id,
                &Evidence {
                    at: Timestamp::epoch(),
                    fact,
                },
            )
            .await
            .unwrap();
    }
}

/// The provider's word on a refund that it gives an id.
fn seen() -> RefundFact {
    RefundFact {
        refund: RefundId::new("rfnd_1").ok(),
        ..RefundFact::with_status(RefundStatus::Pending)
    }
}

fn shop() -> Namespace {
    "shop".parse().unwrap()
}

const NO_GUARDS: &str = "PRAGMA foreign_keys = OFF;
    DROP TRIGGER operation_stays; DROP TRIGGER operation_remains; DROP TRIGGER evidence_stays;
    DROP TRIGGER evidence_remains; DROP TRIGGER chain_stays; DROP TRIGGER chain_remains;
    DROP TRIGGER budget_remains; DROP TRIGGER refund_stays; DROP TRIGGER refund_remains;
    DROP TRIGGER namespace_stays; DROP TRIGGER namespace_remains;";

#[tokio::test]
async fn an_untouched_journal_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    fill(&path).await;
    let journal = SqliteJournal::open(&path).await.unwrap();
    let expected = Verified {
        links: 7,
        operations: 3,
    };
    assert_eq!(journal.verify().await.unwrap(), expected);
}

#[tokio::test]
async fn every_change_behind_its_back_is_noticed_when_it_is_opened() {
    for sql in [
        "UPDATE operation SET intent = replace(intent, '1000', '1001') WHERE seq = 2",
        "UPDATE operation SET amount = 1 WHERE seq = 2",
        "UPDATE operation SET payment = 'pi_2' WHERE seq = 3",
        "UPDATE evidence SET evidence = replace(evidence, 'lost', 'last') WHERE seq = 2",
        "UPDATE evidence SET operation = 2 WHERE seq = 2",
        "DELETE FROM operation WHERE seq = 3",
        "DELETE FROM evidence WHERE seq = 2",
        "DELETE FROM evidence WHERE seq = 3",
        "DELETE FROM chain WHERE seq = 3",
        "DELETE FROM chain WHERE seq = 7",
        "UPDATE chain SET hash = zeroblob(32) WHERE seq = 4",
        "DELETE FROM chain WHERE seq = 6; DELETE FROM evidence WHERE link = 6",
        "UPDATE namespace SET name = 'other'",
        "UPDATE namespace SET link = 8",
        "UPDATE namespace SET link = 3",
        "DELETE FROM namespace",
        "UPDATE pause SET until = 9223372036854775807",
        "UPDATE pause SET provider = ''",
        "UPDATE refund SET operation = 2",
        "UPDATE refund SET operation = 9",
        "UPDATE refund SET id = 'rfnd_2'",
        "UPDATE refund SET payment = 'pi_2'",
        "UPDATE refund SET provider = 'dodo'",
        "INSERT INTO refund VALUES ('dojo', 'pi_1', 'rfnd_2', 1)",
        "INSERT INTO refund VALUES ('dojo', 'pi_2', 'rfnd_1', 1)",
        "DELETE FROM refund",
        "UPDATE standing SET state = 'succeeded' WHERE operation = 2",
        "UPDATE standing SET state = 'unknowm' WHERE operation = 1",
        "UPDATE standing SET evidence = 1 WHERE operation = 2",
        "DELETE FROM standing WHERE operation = 2",
        "INSERT INTO standing VALUES (4, 'ready', 0, 'dojo')",
        "UPDATE budget SET held = 10",
        "UPDATE budget SET payment = 'pi_2'",
        "INSERT INTO budget VALUES ('dojo', 'pi_2', 1, 0, 0, 0)",
        "DELETE FROM budget",
        "UPDATE tally SET operations = operations + 1 WHERE state = 'ready'",
        "UPDATE tally SET state = 'readi' WHERE state = 'ready'",
        "INSERT INTO tally VALUES ('dodo', 'parked', 1)",
        "DELETE FROM tally",
        "UPDATE standing SET provider = 'dodo' WHERE operation = 2",
        "INSERT INTO hint VALUES ('dojo', 'pi_1', 1)",
        "INSERT INTO event VALUES (1, 'dojo', 'msg_1', 0); INSERT INTO hint VALUES ('dojo', 'pi_2', 1)",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        fill(&path).await;
        let raw = rusqlite::Connection::open(&path).unwrap();
        raw.execute_batch(NO_GUARDS).unwrap();
        raw.execute_batch(sql).unwrap();
        drop(raw);
        let error = SqliteJournal::open(&path).await.unwrap_err();
        assert!(
            matches!(error, JournalError::Damaged { .. }),
            "{sql}: {error}"
        );
    }
}

#[tokio::test]
async fn a_flipped_bit_anywhere_in_a_row_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    fill(&path).await;
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    drop(raw);
    let mut bytes = std::fs::read(&path).unwrap();
    let place = bytes
        .windows(7)
        .position(|window| window == b"token2\"")
        .unwrap();
    if let Some(byte) = bytes.get_mut(place) {
        *byte ^= 1;
    }
    std::fs::write(&path, bytes).unwrap();
    let error = SqliteJournal::open(&path).await.unwrap_err();
    assert!(matches!(error, JournalError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn an_older_copy_is_noticed_until_it_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (
        folder.path().join("journal.db"),
        folder.path().join("copy.db"),
    );
    drop(SqliteJournal::open(&path).await.unwrap());
    fill(&path).await;
    std::fs::copy(&path, &copy).unwrap();
    let journal = SqliteJournal::open(&path).await.unwrap();
    let late = intent(4, "dojo", "pi_1", 1000);
    let _ = begin(&journal, &late).await.unwrap();
    drop(journal);
    std::fs::rename(&copy, &path).unwrap();
    for _ in 0..2 {
        let error = SqliteJournal::open(&path).await.unwrap_err();
        assert!(matches!(error, JournalError::Restored { .. }), "{error}");
    }
    let other = "other-shop".parse().unwrap();
    for _ in 0..2 {
        let error = SqliteJournal::open_older_copy(&path, &other).await;
        assert!(
            matches!(error, Err(JournalError::OtherNamespace { .. })),
            "{error:?}"
        );
        let error = SqliteJournal::open(&path).await.unwrap_err();
        assert!(matches!(error, JournalError::Restored { .. }), "{error}");
    }
    let accepted = SqliteJournal::open_older_copy(&path, &shop())
        .await
        .unwrap();
    assert_eq!(accepted.info().await.unwrap().operations, 3);
    drop(accepted);
    SqliteJournal::open(&path).await.unwrap();
}

#[tokio::test]
async fn a_journal_that_is_gone_is_noticed_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    fill(&path).await;
    std::fs::remove_file(&path).unwrap();
    let error = SqliteJournal::open(&path).await.unwrap_err();
    assert!(matches!(error, JournalError::Restored { .. }), "{error}");
}

#[tokio::test]
async fn another_history_of_the_same_length_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (
        folder.path().join("journal.db"),
        folder.path().join("other.db"),
    );
    fill(&path).await;
    let journal = SqliteJournal::open(&other).await.unwrap();
    for number in 11..=19 {
        let wanted = intent(number, "dojo", "pi_1", 100);
        let _ = begin(&journal, &wanted).await.unwrap();
    }
    drop(journal);
    std::fs::rename(&other, &path).unwrap();
    let error = SqliteJournal::open(&path).await.unwrap_err();
    assert!(matches!(error, JournalError::Restored { .. }), "{error}");
}
