//! What was changed or taken out is noticed by a check of the whole, and an older copy when it is opened.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use common::{
    begin, begin_and_mark, dojo, executed, intent, lost, made, message, note, of, payment, shop,
    verified,
};
use refundkit_core::operation::Source;
use refundkit_core::ports::{Commit, Committed};
use refundkit_core::{Change, Fact, Intent, JournalError, Store, Timestamp};
use refundkit_sqlite::{Progress, SqliteStore, Verified};

fn wanted(number: u32) -> Intent {
    intent(number, "dojo", &format!("pi_{}", number.div_ceil(2)), 1000)
}

/// Two payments with two operations each, a refund, a pause, and a message.
async fn fill(path: &Path) {
    let store = SqliteStore::open(path).await.unwrap();
    store.bind(&shop()).await.unwrap();
    store.pause(&dojo(), Timestamp::epoch()).await.unwrap();
    for number in [1, 3] {
        begin_and_mark(&store, &wanted(number)).await.unwrap();
        begin(&store, &wanted(number + 1)).await.unwrap();
    }
    note(&store, &wanted(1), lost()).await.unwrap();
    let fact = Fact::Seen {
        by: Source::Asked,
        refund: made("rfnd_1"),
    };
    note(&store, &wanted(1), fact).await.unwrap();
    note(&store, &wanted(3), executed("rfnd_1")).await.unwrap();
    let message = message("msg_1", Some("pi_1"));
    store.commit(&message).await.unwrap();
}

#[tokio::test]
async fn an_untouched_journal_verifies_and_tells_how_far_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    fill(&path).await;
    let store = SqliteStore::open(&path).await.unwrap();
    let expected = Verified {
        payments: 2,
        operations: 4,
        entries: 9,
    };
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let found = store.verify(move |progress| tell.lock().unwrap().push(progress));
    assert_eq!(found.await.unwrap(), expected);
    let told = told.lock().unwrap();
    let end = Progress { payments: 2, of: 2 };
    assert_eq!(told.last(), Some(&end));
}

#[tokio::test]
async fn every_change_behind_its_back_is_noticed() {
    let template = tempfile::tempdir().unwrap();
    fill(&template.path().join("journal.db")).await;
    for sql in [
        "UPDATE entry SET body = (SELECT body FROM entry WHERE seq = 4) WHERE seq = 1",
        "UPDATE entry SET body = x'00' WHERE seq = 2",
        "UPDATE entry SET payment = 2 WHERE seq = 3",
        "UPDATE entry SET prev = 1 WHERE seq = 3",
        "UPDATE entry SET prev = 0 WHERE seq = 2",
        "DELETE FROM entry WHERE seq = 1",
        "DELETE FROM entry WHERE seq = 9",
        "DELETE FROM entry WHERE seq = 9; UPDATE writer SET entries = entries - 1",
        "INSERT INTO entry SELECT 10, payment, prev, body FROM entry WHERE seq = 9",
        "INSERT INTO entry SELECT 10, payment, prev, body FROM entry WHERE seq = 9;
            UPDATE writer SET entries = entries + 1",
        "UPDATE writer SET entries = entries + 1",
        "DELETE FROM writer",
        "UPDATE payment SET version = version - 1 WHERE id = 1",
        "UPDATE payment SET version = version + 1 WHERE id = 1",
        "UPDATE payment SET head = zeroblob(32) WHERE id = 1",
        "UPDATE payment SET held = held - 1 WHERE id = 1",
        "UPDATE payment SET cap = cap + 1 WHERE id = 1",
        "UPDATE payment SET external = 1 WHERE id = 1",
        "UPDATE payment SET overdrawn = 1 WHERE id = 1",
        "UPDATE payment SET entry = 1 WHERE id = 1",
        "UPDATE payment SET operation = 1 WHERE id = 1",
        "UPDATE payment SET operation = 4 WHERE id = 1",
        "UPDATE payment SET ref = 'pi_9' WHERE id = 1",
        "UPDATE payment SET provider = 2 WHERE id = 1",
        "UPDATE payment SET id = 9 WHERE id = 2",
        "DELETE FROM payment WHERE id = 1",
        "DELETE FROM payment WHERE id = 2",
        "INSERT INTO payment SELECT 3, provider, 'pi_3', version, head, cap, external, held, overdrawn,
            entry, operation FROM payment WHERE id = 2",
        "UPDATE operation SET state = 16 WHERE seq = 2",
        "UPDATE operation SET state = 5 WHERE seq = 2",
        "UPDATE operation SET id = x'006f705f39' WHERE seq = 2",
        "UPDATE operation SET created = created + 1 WHERE seq = 2",
        "UPDATE operation SET provider = 2 WHERE seq = 2",
        "UPDATE operation SET payment = 2 WHERE seq = 2",
        "UPDATE operation SET prev = 0 WHERE seq = 2",
        "UPDATE operation SET prev = 1 WHERE seq = 4",
        "DELETE FROM operation WHERE seq = 1",
        "DELETE FROM operation WHERE seq = 4",
        "INSERT INTO operation VALUES (5, 2, 4, x'006f705f39', 1, 0, 0)",
        "UPDATE owner SET operation = 1 WHERE payment = 1",
        "UPDATE owner SET refund = 'rfnd_2' WHERE payment = 1",
        "UPDATE owner SET payment = 9 WHERE payment = 1",
        "INSERT INTO owner VALUES (1, 'rfnd_2', 0)",
        "INSERT INTO owner VALUES (0, 'rfnd_1', 0)",
        "DELETE FROM owner",
        "UPDATE journal SET namespace = 'other'",
        "UPDATE journal SET namespace = NULL",
        "UPDATE journal SET timeline = 1",
        "UPDATE journal SET layout = 2",
        "UPDATE journal SET id = zeroblob(16)",
        "DELETE FROM journal",
        "UPDATE account SET name = 'dojp'",
        "UPDATE account SET id = 2",
        "INSERT INTO account VALUES (2, 'dodo')",
        "DELETE FROM account",
        "UPDATE pause SET until = 9223372036854775807",
        "UPDATE pause SET provider = 2",
        "UPDATE event SET provider = 2",
        "UPDATE hint SET event = 2",
        "UPDATE hint SET provider = 2",
        "UPDATE hint SET payment = ''",
        "DELETE FROM event",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        for (from, to) in files(&template.path().join("journal.db")).iter().zip(files(&path)) {
            std::fs::copy(from, to).unwrap();
        }
        let store = SqliteStore::open(&path).await.unwrap();
        let raw = rusqlite::Connection::open(&path).unwrap();
        raw.execute_batch(sql).unwrap();
        drop(raw);
        let found = verified(&store).await;
        assert!(
            matches!(found, Err(JournalError::Damaged { .. })),
            "{sql}: {found:?}"
        );
    }
}

#[tokio::test]
async fn entries_that_are_missing_at_the_end_are_noticed_when_it_is_opened() {
    for sql in [
        "DELETE FROM entry WHERE seq = 9",
        "UPDATE writer SET entries = entries + 1",
        "UPDATE journal SET namespace = 'other'",
        "UPDATE account SET name = 'dojp'",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        fill(&path).await;
        let store = SqliteStore::open(&path).await.unwrap();
        let raw = rusqlite::Connection::open(&path).unwrap();
        raw.execute_batch(sql).unwrap();
        drop(raw);
        let refused = begin(&store, &wanted(5)).await;
        assert!(
            matches!(refused, Err(JournalError::Damaged { .. })),
            "{sql}: {refused:?}"
        );
        drop(store);
        let error = SqliteStore::open(&path).await.unwrap_err();
        assert!(
            matches!(error, JournalError::Damaged { .. }),
            "{sql}: {error}"
        );
    }
}

/// Everything beside the journal that belongs to it.
fn files(path: &Path) -> [PathBuf; 2] {
    let high = path.with_extension("db-high");
    [path.to_owned(), high]
}

#[tokio::test]
async fn an_older_copy_is_noticed_until_it_is_accepted_and_is_then_on_another_timeline() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (
        folder.path().join("journal.db"),
        folder.path().join("copy.db"),
    );
    fill(&path).await;
    std::fs::copy(&path, &copy).unwrap();
    let store = SqliteStore::open(&path).await.unwrap();
    begin(&store, &wanted(5)).await.unwrap();
    let loaded = of(&store, &wanted(1)).await.unwrap();
    drop(store);
    let newest = std::fs::read(&path).unwrap();
    std::fs::rename(&copy, &path).unwrap();
    for _ in 0..2 {
        for opened in [
            SqliteStore::open(&path).await,
            SqliteStore::open_existing(&path).await,
            SqliteStore::open_read_only(&path).await,
        ] {
            let error = opened.unwrap_err();
            assert!(matches!(error, JournalError::Restored { .. }), "{error}");
        }
    }
    let other = "other-shop".parse().unwrap();
    for _ in 0..2 {
        let error = SqliteStore::open_older_copy(&path, &other).await;
        assert!(
            matches!(error, Err(JournalError::OtherNamespace { .. })),
            "{error:?}"
        );
        let error = SqliteStore::open(&path).await.unwrap_err();
        assert!(matches!(error, JournalError::Restored { .. }), "{error}");
    }
    let store = SqliteStore::open_older_copy(&path, &shop()).await.unwrap();
    assert_eq!(store.info().await.unwrap().operations, 4);
    // What was loaded before fits no more, although the payment is as it was.
    let mut change = Change::of(&loaded, &common::worker());
    let evidence = refundkit_core::Evidence {
        at: Timestamp::epoch(),
        fact: Fact::cancelled(),
    };
    assert!(change.note(&wanted(2).id, &evidence).unwrap());
    let committed = store.commit(&Commit::from(change)).await.unwrap();
    assert_eq!(committed, Committed::Conflict);
    let ledger = of(&store, &wanted(1)).await.unwrap();
    assert_eq!(ledger.version().timeline, 1);
    note(&store, &wanted(2), Fact::cancelled()).await.unwrap();
    let worker = store.join().await.unwrap();
    drop(store);
    let store = SqliteStore::open(&path).await.unwrap();
    verified(&store).await.unwrap();
    assert!(store.is_gone(&worker).await.unwrap());
    // Names of the other timeline are given to nobody again.
    let life = worker.as_str().split(['-', '.']).nth(1).unwrap();
    assert!(life.parse::<i64>().unwrap() > 1 << 20, "{worker}");
    drop(store);
    // And the one that it was a copy of isn't taken for it, although more is in it.
    std::fs::write(&path, newest).unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert!(matches!(error, JournalError::Restored { .. }), "{error}");
}

#[tokio::test]
async fn a_journal_that_is_gone_is_noticed_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    fill(&path).await;
    std::fs::remove_file(&path).unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert!(matches!(error, JournalError::Restored { .. }), "{error}");
    assert!(!path.exists());
    for opened in [
        SqliteStore::open_existing(&path).await,
        SqliteStore::open_read_only(&path).await,
    ] {
        let error = opened.unwrap_err();
        assert!(matches!(error, JournalError::Restored { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_journal_without_the_file_beside_it_counts_as_an_older_copy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    drop(SqliteStore::open(&path).await.unwrap());
    let [_, high] = files(&path);
    // Nothing is in it yet.
    std::fs::remove_file(&high).unwrap();
    fill(&path).await;
    for torn in [None, Some("00"), Some("")] {
        match torn {
            None => std::fs::remove_file(&high).unwrap(),
            Some(text) => std::fs::write(&high, text).unwrap(),
        }
        let error = SqliteStore::open(&path).await.unwrap_err();
        assert!(matches!(error, JournalError::Restored { .. }), "{error}");
    }
    SqliteStore::open_read_only(&path).await.unwrap();
    drop(SqliteStore::open_older_copy(&path, &shop()).await.unwrap());
    SqliteStore::open(&path).await.unwrap();
}

#[tokio::test]
async fn another_history_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (
        folder.path().join("journal.db"),
        folder.path().join("other.db"),
    );
    fill(&path).await;
    let store = SqliteStore::open(&other).await.unwrap();
    for number in 11..=39 {
        begin(&store, &intent(number, "dojo", "pi_1", 100))
            .await
            .unwrap();
    }
    drop(store);
    std::fs::rename(&other, &path).unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert!(matches!(error, JournalError::Restored { .. }), "{error}");
}

#[tokio::test]
async fn payments_are_walked_in_the_order_in_which_they_came() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("journal.db"))
        .await
        .unwrap();
    let names = ["pi_z", "pi_a", "pi_m", "pi_b", "pi_y"];
    for (number, name) in (1..).zip(names) {
        let provider = if number == 3 { "dodo" } else { "dojo" };
        begin(&store, &intent(number, provider, name, 100))
            .await
            .unwrap();
    }
    let mut walked = Vec::new();
    loop {
        let more = store.payments(walked.last(), 2).await.unwrap();
        if more.is_empty() {
            break;
        }
        walked.extend(more);
    }
    let found: Vec<_> = walked.iter().map(|(_, payment)| payment.as_str()).collect();
    assert_eq!(found, names);
    assert_eq!(walked[2].0.as_str(), "dodo");
    let unknown = (dojo(), payment("pi_none"));
    assert!(store.payments(Some(&unknown), 9).await.unwrap().is_empty());
}
