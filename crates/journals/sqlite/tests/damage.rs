//! Damage that comes after the opening, or that the opening doesn't look at since the journal is large:
//! whoever reads an operation in order to act on it notices, and nothing is written.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use std::path::Path;

use refundkit_conformance::{add, begin, intent, mark};
use refundkit_core::operation::{Fact, Source};
use refundkit_core::{
    Event, EventId, Evidence, Filter, Intent, Journal, JournalError, News, Outcome, PaymentId,
    RefundFact, RefundId, RefundStatus, State, Timestamp,
};
use refundkit_sqlite::SqliteJournal;
use rusqlite::Connection;

fn wanted(number: u32) -> Intent {
    intent(number, "dojo", "pi_1", 1000)
}

fn made(id: &str) -> RefundFact {
    RefundFact {
        refund: RefundId::new(id).ok(),
        ..RefundFact::with_status(RefundStatus::Succeeded)
    }
}

/// One payment with two operations: the outcome of the first is unknown, the second was called off. Then
/// another payment with an operation that has made a refund, and with one that isn't sent yet.
async fn filled(path: &Path) -> SqliteJournal {
    let journal = SqliteJournal::open(path).await.unwrap();
    for wanted in [wanted(1), wanted(2), intent(3, "dojo", "pi_2", 1000)] {
        let _ = begin(&journal, &wanted).await.unwrap();
    }
    let at = Timestamp::epoch();
    let fact = Fact::Cancelled;
    let evidence = Evidence { at, fact };
    add(&journal, &wanted(2), &evidence).await.unwrap();
    let attempt = mark(&journal, &wanted(1), at).await.unwrap().attempt();
    let why = "lost".to_owned();
    let outcome = Outcome::Unknown { why };
    let fact = Fact::answered(attempt, outcome, None);
    add(&journal, &wanted(1), &Evidence { at, fact })
        .await
        .unwrap();
    let elsewhere = intent(3, "dojo", "pi_2", 1000);
    let attempt = mark(&journal, &elsewhere, at).await.unwrap().attempt();
    let fact = Fact::answered(attempt, Outcome::Executed(made("rfnd_1")), None);
    add(&journal, &elsewhere, &Evidence { at, fact })
        .await
        .unwrap();
    let another = intent(4, "dojo", "pi_2", 1000);
    let _ = begin(&journal, &another).await.unwrap();
    journal
}

fn unguarded(path: &Path) -> Connection {
    let raw = Connection::open(path).unwrap();
    raw.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA writable_schema = ON")
        .unwrap();
    raw
}

/// Does this to the file, without triggers and checks.
fn change(path: &Path, sql: &str) {
    let raw = unguarded(path);
    raw.execute_batch(
        "PRAGMA ignore_check_constraints = ON;
         DROP TRIGGER operation_stays; DROP TRIGGER operation_remains; DROP TRIGGER evidence_stays;
         DROP TRIGGER evidence_remains; DROP TRIGGER chain_stays; DROP TRIGGER budget_remains;
         DROP TRIGGER refund_stays; DROP TRIGGER refund_remains; DROP TRIGGER namespace_stays;
         DROP TRIGGER namespace_remains;",
    )
    .unwrap();
    raw.execute_batch(sql).unwrap();
}

/// Leaves the rows as they are, and the index as it would be after `sql`.
fn only_the_index(path: &Path, index: &str, sql: &str, undo: &str) {
    change(path, sql);
    let raw = unguarded(path);
    raw.execute_batch(&format!(
        "CREATE TEMP TABLE hidden AS SELECT * FROM sqlite_schema WHERE name = '{index}';
         ATTACH '{}' AS notes; CREATE TABLE notes.hidden AS SELECT * FROM temp.hidden;
         DELETE FROM main.sqlite_schema WHERE name = '{index}'",
        path.with_extension("notes").display()
    ))
    .unwrap();
    drop(raw);
    // To this connection there is no such index.
    let raw = unguarded(path);
    raw.execute_batch(undo).unwrap();
    raw.execute_batch(&format!(
        "ATTACH '{}' AS notes; INSERT INTO main.sqlite_schema SELECT * FROM notes.hidden",
        path.with_extension("notes").display()
    ))
    .unwrap();
    drop(raw);
    let raw = Connection::open(path).unwrap();
    let found: String = raw
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .unwrap();
    assert!(found.contains(index), "{found}");
}

#[derive(Clone, Copy, Debug)]
enum Act {
    BeginAgain,
    BeginAnother,
    BeginElsewhere,
    Mark,
    MarkAnother,
    Read,
    ReadPayment,
    Record,
    ListUnknown,
    Census,
    TakeIn,
    MarkElsewhere,
    TakeInElsewhere,
    /// What it has made already.
    RecordOwn,
    /// The same refund, for the other operation of that payment.
    RecordForAnother,
}

async fn act(journal: &SqliteJournal, act: Act) -> Result<(), JournalError> {
    let (at, first) = (Timestamp::epoch(), wanted(1));
    let what = "x".to_owned();
    let refund = RefundFact::with_status(RefundStatus::Pending);
    let fact = Fact::Contradicted { what, refund };
    match act {
        Act::BeginAgain => begin(journal, &first).await.map(drop),
        Act::BeginAnother => begin(journal, &wanted(4)).await.map(drop),
        Act::BeginElsewhere => {
            let elsewhere = intent(5, "dojo", "pi_9", 1000);
            begin(journal, &elsewhere).await.map(drop)
        }
        Act::Mark => mark(journal, &first, at).await.map(drop),
        Act::MarkAnother => mark(journal, &wanted(2), at).await.map(drop),
        Act::Read => journal.operation(&first.id).await.map(drop),
        Act::ReadPayment => {
            let payment = PaymentId::new("pi_1").unwrap();
            let found = journal.of_payment(&first.provider, &payment).await;
            found.map(drop)
        }
        Act::Record => {
            let recorded = journal.record(&first.id, &Evidence { at, fact }).await;
            recorded.map(drop)
        }
        Act::ListUnknown => {
            let filter = Filter {
                states: vec![State::Unknown],
                ..Filter::default()
            };
            journal.list(&filter).await.map(drop)
        }
        Act::Census => journal.census().await.map(drop),
        Act::TakeIn => take_in(journal, "pi_1").await,
        Act::TakeInElsewhere => take_in(journal, "pi_2").await,
        Act::MarkElsewhere => {
            let another = intent(4, "dojo", "pi_2", 1000);
            mark(journal, &another, at).await.map(drop)
        }
        Act::RecordOwn | Act::RecordForAnother => {
            let number = if matches!(act, Act::RecordOwn) { 3 } else { 4 };
            let fact = Fact::Seen {
                by: Source::Asked,
                refund: made("rfnd_1"),
            };
            let told = intent(number, "dojo", "pi_2", 1000);
            let recorded = journal.record(&told.id, &Evidence { at, fact }).await;
            recorded.map(drop)
        }
    }
}

async fn take_in(journal: &SqliteJournal, payment: &str) -> Result<(), JournalError> {
    let id = EventId::new("msg_1").unwrap();
    let news = News::Look(PaymentId::new(payment).unwrap());
    let event = Event { id, at: None, news };
    let provider = wanted(1).provider;
    let taken = journal.take_in(&provider, &event, Timestamp::epoch()).await;
    taken.map(drop)
}

fn rows(path: &Path) -> i64 {
    let raw = Connection::open(path).unwrap();
    raw.query_row("SELECT max(seq) FROM chain", [], |row| row.get(0))
        .unwrap()
}

/// Each of these is refused as damage after that, and writes nothing.
async fn refused(about: &str, acts: &[Act], harm: impl Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = filled(&path).await;
    harm(&path);
    let before = rows(&path);
    for done in acts {
        let error = act(&journal, *done).await;
        assert!(
            matches!(error, Err(JournalError::Damaged { .. })),
            "{about}: {done:?}: {error:?}"
        );
    }
    assert_eq!(rows(&path), before, "{about}");
    drop(journal);
    let error = SqliteJournal::open(&path).await.unwrap_err();
    assert!(
        matches!(error, JournalError::Damaged { .. }),
        "{about}: {error}"
    );
}

#[tokio::test]
async fn an_index_that_has_lost_an_id() {
    refused("an id", &[Act::BeginAgain], |path| {
        let (harm, undo) = (
            "UPDATE operation SET id = 'op_9' WHERE seq = 1",
            "UPDATE operation SET id = 'op_1' WHERE seq = 1",
        );
        only_the_index(path, "operation_of_id", harm, undo);
    })
    .await;
}

#[tokio::test]
async fn an_index_of_ids_that_leads_to_another_row() {
    let acts = [Act::BeginAgain, Act::Mark, Act::Read, Act::Record];
    refused("an id", &acts, |path| {
        let swap = "UPDATE operation SET id = 'op_9' WHERE seq = 1;
             UPDATE operation SET id = 'op_1' WHERE seq = 2;
             UPDATE operation SET id = 'op_2' WHERE seq = 1";
        let undo = "UPDATE operation SET id = 'op_1' WHERE seq = 1;
             UPDATE operation SET id = 'op_2' WHERE seq = 2";
        only_the_index(path, "operation_of_id", swap, undo);
    })
    .await;
}

#[tokio::test]
async fn an_index_of_payments_that_has_lost_an_operation_or_got_another() {
    let (first, second) = (
        [Act::BeginAgain, Act::Mark, Act::TakeIn],
        [Act::MarkAnother],
    );
    let both = [Act::BeginAnother, Act::MarkAnother, Act::TakeIn];
    for (acts, seq) in [(&first[..], 1), (&both[..], 1), (&second[..], 2)] {
        refused("lost", acts, |path| {
            let set = |payment: &str| {
                format!("UPDATE operation SET payment = '{payment}' WHERE seq = {seq}")
            };
            only_the_index(path, "operation_of_payment", &set("pi_9"), &set("pi_1"));
        })
        .await;
    }
    let acts = [Act::BeginAnother, Act::ReadPayment, Act::Mark, Act::TakeIn];
    refused("another's", &acts, |path| {
        let (harm, undo) = (
            "UPDATE operation SET payment = 'pi_1' WHERE seq = 3",
            "UPDATE operation SET payment = 'pi_2' WHERE seq = 3",
        );
        only_the_index(path, "operation_of_payment", harm, undo);
    })
    .await;
}

#[tokio::test]
async fn an_index_of_evidence_that_has_lost_some_or_got_anothers() {
    let acts = [
        Act::BeginAgain,
        Act::BeginAnother,
        Act::Mark,
        Act::MarkAnother,
        Act::Read,
        Act::ReadPayment,
        Act::Record,
        Act::ListUnknown,
        Act::Census,
        Act::TakeIn,
    ];
    for (from, to) in [(1, 9), (2, 1)] {
        refused("evidence", &acts, |path| {
            let seq = format!("(SELECT max(seq) FROM evidence WHERE operation = {from})");
            let raw = Connection::open(path).unwrap();
            let seq: i64 = raw
                .query_row(&format!("SELECT {seq}"), [], |row| row.get(0))
                .unwrap();
            let set = |to: u32| format!("UPDATE evidence SET operation = {to} WHERE seq = {seq}");
            only_the_index(path, "evidence_of_operation", &set(to), &set(from));
        })
        .await;
    }
}

#[tokio::test]
async fn a_row_that_was_changed_or_is_gone() {
    let acts = [
        Act::BeginAgain,
        Act::Mark,
        Act::MarkAnother,
        Act::Read,
        Act::Record,
        Act::ListUnknown,
        Act::Census,
        Act::TakeIn,
    ];
    for sql in [
        "UPDATE operation SET intent = replace(intent, '1970', '1971') WHERE seq = 1",
        "UPDATE evidence SET evidence = replace(evidence, '1970', '1971') WHERE operation = 1",
        "UPDATE evidence SET link = 99 WHERE operation = 1 AND evidence LIKE '%marked%'",
        "DELETE FROM evidence WHERE operation = 1 AND evidence LIKE '%marked%'",
        "UPDATE chain SET hash = zeroblob(32) WHERE seq = 1",
        "UPDATE standing SET state = 'unknowm' WHERE operation = 1",
        "UPDATE standing SET evidence = 1 WHERE operation = 1",
        "DELETE FROM standing WHERE operation = 1",
    ] {
        refused(sql, &acts, |path| change(path, sql)).await;
    }
}

#[tokio::test]
async fn a_budget_that_was_changed_or_is_gone() {
    let acts = [
        Act::BeginAgain,
        Act::BeginAnother,
        Act::Mark,
        Act::MarkAnother,
        Act::TakeIn,
    ];
    for sql in [
        "UPDATE budget SET held = held - 1 WHERE payment = 'pi_1'",
        "UPDATE budget SET held = 0 WHERE payment = 'pi_1'",
        "UPDATE budget SET payment = 'pi_9' WHERE payment = 'pi_1'",
        "DELETE FROM budget WHERE payment = 'pi_1'",
    ] {
        refused(sql, &acts, |path| change(path, sql)).await;
    }
    let sql = "INSERT INTO budget VALUES ('dojo', 'pi_9', 5000, 0, 0, 0)";
    refused(sql, &[Act::BeginElsewhere], |path| change(path, sql)).await;
}

#[tokio::test]
async fn a_refund_that_was_given_to_another_or_is_gone() {
    let (mark, take_in) = (Act::MarkElsewhere, Act::TakeInElsewhere);
    let both = [mark, take_in, Act::RecordOwn, Act::RecordForAnother];
    for (sql, acts) in [
        // The other one can't tell that there was one, but for a check of the payment.
        ("DELETE FROM refund", &[mark, take_in, Act::RecordOwn][..]),
        (
            "UPDATE refund SET payment = 'pi_1'",
            &[mark, take_in, Act::RecordOwn],
        ),
        ("UPDATE refund SET operation = 4", &both),
        ("UPDATE refund SET operation = 1", &both),
        ("UPDATE refund SET operation = 9", &both),
        (
            "INSERT INTO refund VALUES ('dojo', 'pi_2', 'rfnd_2', 3)",
            &[mark, take_in],
        ),
    ] {
        refused(sql, acts, |path| change(path, sql)).await;
    }
    // A refund that was written down for the payment, and follows from nothing.
    let sql = "INSERT INTO refund VALUES ('dojo', 'pi_1', 'rfnd_9', 1)";
    let acts = [Act::BeginAgain, Act::BeginAnother, Act::Mark, Act::TakeIn];
    refused(sql, &acts, |path| change(path, sql)).await;
}

#[tokio::test]
async fn a_namespace_that_was_changed_or_is_gone() {
    for sql in [
        "UPDATE namespace SET name = 'other-shop'",
        "UPDATE namespace SET link = 9",
        "DELETE FROM namespace",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let journal = SqliteJournal::open(&path).await.unwrap();
        journal.bind(&"shop".parse().unwrap()).await.unwrap();
        let _ = begin(&journal, &wanted(1)).await.unwrap();
        change(&path, sql);
        for given in ["shop", "other-shop"] {
            let bound = journal.bind(&given.parse().unwrap()).await;
            assert!(
                matches!(bound, Err(JournalError::Damaged { .. })),
                "{sql}: {given}: {bound:?}"
            );
        }
        drop(journal);
        let opened = SqliteJournal::open(&path).await;
        assert!(
            matches!(opened, Err(JournalError::Damaged { .. })),
            "{sql}: {opened:?}"
        );
    }
}

#[tokio::test]
async fn an_index_of_what_is_open_that_has_lost_an_operation() {
    refused("open", &[Act::ListUnknown, Act::Census], |path| {
        let set =
            |state: &str| format!("UPDATE standing SET state = '{state}' WHERE operation = 1");
        only_the_index(path, "standing_open", &set("succeeded"), &set("unknown"));
    })
    .await;
}

#[tokio::test]
async fn a_count_that_was_changed() {
    for (sql, acts) in [
        (
            "UPDATE tally SET operations = 0 WHERE state = 'unknown'",
            &[Act::Record, Act::ListUnknown][..],
        ),
        (
            "UPDATE tally SET state = 'unknowm' WHERE state = 'unknown'",
            &[Act::Census, Act::ListUnknown],
        ),
        (
            "UPDATE tally SET provider = 'dodo' WHERE state = 'unknown'",
            &[Act::Census],
        ),
        (
            "DELETE FROM tally WHERE state = 'unknown'",
            &[Act::ListUnknown],
        ),
        (
            "INSERT INTO tally VALUES ('dojo', 'accepted', 1)",
            &[Act::Census],
        ),
    ] {
        refused(sql, acts, |path| change(path, sql)).await;
    }
}
