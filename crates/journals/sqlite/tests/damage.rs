//! Rows and indexes that were changed behind the journal's back, while it is open: whatever is read in
//! order to act on it is refused, and nothing is written.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::path::Path;

use common::{
    begin, begin_and_mark, dojo, executed, intent, ledger, lost, mark, note, payment, verified,
};
use refundkit_core::{Fact, Filter, Intent, JournalError, State, Store};
use refundkit_sqlite::SqliteStore;
use rusqlite::Connection;

fn wanted(number: u32) -> Intent {
    let payment = if number < 3 { "pi_1" } else { "pi_2" };
    intent(number, "dojo", payment, 1000)
}

/// One payment with two operations: the outcome of the first is unknown, the second was called off. Then
/// another payment with an operation that has made a refund, and with one that isn't sent yet.
async fn filled(path: &Path) -> SqliteStore {
    let store = SqliteStore::open(path).await.unwrap();
    begin_and_mark(&store, &wanted(1)).await.unwrap();
    begin(&store, &wanted(2)).await.unwrap();
    note(&store, &wanted(2), Fact::cancelled()).await.unwrap();
    note(&store, &wanted(1), lost()).await.unwrap();
    begin_and_mark(&store, &wanted(3)).await.unwrap();
    note(&store, &wanted(3), executed("rfnd_1")).await.unwrap();
    begin(&store, &wanted(4)).await.unwrap();
    store
}

/// A unique index, and where it stands in its table's definition.
#[derive(Clone, Copy)]
struct Index {
    table: &'static str,
    name: &'static str,
    unique: &'static str,
}

const OF_PAYMENT: Index = Index {
    table: "payment",
    name: "sqlite_autoindex_payment_1",
    unique: ",\n    UNIQUE (provider, ref)",
};
const OF_ID: Index = Index {
    table: "operation",
    name: "sqlite_autoindex_operation_1",
    unique: " UNIQUE",
};

/// Leaves the rows as they are, and the index as it would be after `sql`.
fn only_the_index(path: &Path, index: Index, sql: &str, undo: &str) {
    let Index {
        table,
        name,
        unique,
    } = index;
    let raw = Connection::open(path).unwrap();
    raw.execute_batch(sql).unwrap();
    let definition: String = raw
        .query_row(
            "SELECT sql FROM sqlite_schema WHERE name = ?1",
            [table],
            |row| row.get(0),
        )
        .unwrap();
    let root: i64 = raw
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?1",
            [name],
            |row| row.get(0),
        )
        .unwrap();
    let without = definition.replace(unique, "");
    assert_ne!(without, definition);
    let define = |raw: &Connection, definition: &str| {
        raw.execute_batch("PRAGMA writable_schema = ON").unwrap();
        raw.execute(
            "UPDATE sqlite_schema SET sql = ?1 WHERE name = ?2",
            [definition, table],
        )
        .unwrap();
    };
    define(&raw, &without);
    raw.execute("DELETE FROM sqlite_schema WHERE name = ?1", [name])
        .unwrap();
    drop(raw);
    // To this connection there is no such index.
    let raw = Connection::open(path).unwrap();
    raw.execute_batch(undo).unwrap();
    define(&raw, &definition);
    raw.execute(
        "INSERT INTO sqlite_schema VALUES ('index', ?1, ?2, ?3, NULL)",
        rusqlite::params![name, table, root],
    )
    .unwrap();
    drop(raw);
    let raw = Connection::open(path).unwrap();
    let found: String = raw
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .unwrap();
    assert!(found.contains(name), "{found}");
}

fn change(path: &Path, sql: &str) {
    let raw = Connection::open(path).unwrap();
    raw.execute_batch("PRAGMA ignore_check_constraints = ON")
        .unwrap();
    raw.execute_batch(sql).unwrap();
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Begin,
    BeginAnother,
    Mark,
    Note,
    Load,
    LoadOther,
    NoteOther,
    Find,
    List,
    ListUnknown,
    Counts,
}

async fn act(store: &SqliteStore, act: Act) -> Result<(), JournalError> {
    let provider = dojo();
    match act {
        Act::Begin => begin(store, &wanted(1)).await.map(drop),
        Act::BeginAnother => begin(store, &intent(5, "dojo", "pi_1", 1000))
            .await
            .map(drop),
        Act::Mark => mark(store, &wanted(1)).await.map(drop),
        Act::Note => note(store, &wanted(1), executed("rfnd_9")).await.map(drop),
        Act::Load => ledger(store, &provider, &payment("pi_1")).await.map(drop),
        Act::LoadOther => ledger(store, &provider, &payment("pi_2")).await.map(drop),
        Act::NoteOther => note(store, &wanted(4), executed("rfnd_1")).await.map(drop),
        Act::Find => store.find(&wanted(1).id).await.map(drop),
        Act::List => store.list(&Filter::default()).await.map(drop),
        Act::ListUnknown => {
            let filter = Filter {
                states: vec![State::Unknown],
                ..Filter::default()
            };
            store.list(&filter).await.map(drop)
        }
        Act::Counts => store.counts().await.map(drop),
    }
}

const ON_THE_FIRST: [Act; 5] = [
    Act::Begin,
    Act::BeginAnother,
    Act::Mark,
    Act::Note,
    Act::Load,
];
const ON_THE_OTHER: [Act; 2] = [Act::LoadOther, Act::NoteOther];

fn rows(path: &Path) -> i64 {
    let raw = Connection::open(path).unwrap();
    raw.query_row("SELECT max(seq) FROM entry", [], |row| row.get(0))
        .unwrap()
}

/// Each of these is refused as damage after that, and writes nothing.
async fn refused(about: &str, acts: &[Act], harm: impl Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = filled(&path).await;
    harm(&path);
    let before = rows(&path);
    for done in acts {
        let error = act(&store, *done).await;
        assert!(
            matches!(error, Err(JournalError::Damaged { .. })),
            "{about}: {done:?}: {error:?}"
        );
    }
    assert_eq!(rows(&path), before, "{about}");
    let found = verified(&store).await;
    assert!(
        matches!(found, Err(JournalError::Damaged { .. })),
        "{about}: {found:?}"
    );
}

/// The bytes of an operation's id, `op_` and one digit.
fn bytes(digit: char) -> String {
    format!("x'006f705f{:02x}'", u32::from(digit))
}

#[tokio::test]
async fn an_index_of_ids_that_has_lost_one() {
    refused("an id", &ON_THE_FIRST, |path| {
        let set = |to| format!("UPDATE operation SET id = {} WHERE seq = 1", bytes(to));
        only_the_index(path, OF_ID, &set('9'), &set('1'));
    })
    .await;
}

#[tokio::test]
async fn an_index_of_ids_that_leads_to_another_row() {
    let acts: Vec<Act> = ON_THE_FIRST.into_iter().chain([Act::Find]).collect();
    refused("an id", &acts, |path| {
        let set = |seq, to| format!("UPDATE operation SET id = {} WHERE seq = {seq};", bytes(to));
        let swap = [set(1, '9'), set(2, '1'), set(1, '2')].concat();
        let undo = [set(1, '1'), set(2, '2')].concat();
        only_the_index(path, OF_ID, &swap, &undo);
    })
    .await;
}

#[tokio::test]
async fn an_index_of_payments_that_has_lost_one_or_leads_to_another() {
    let set = |id: u32, to: &str| format!("UPDATE payment SET ref = '{to}' WHERE id = {id};");
    refused("lost", &[Act::Find], |path| {
        only_the_index(path, OF_PAYMENT, &set(1, "pi_9"), &set(1, "pi_1"));
    })
    .await;
    let acts: Vec<Act> = ON_THE_FIRST
        .into_iter()
        .chain([Act::Find, Act::LoadOther])
        .collect();
    refused("another's", &acts, |path| {
        let swap = [set(1, "pi_9"), set(2, "pi_1"), set(1, "pi_2")].concat();
        let undo = [set(1, "pi_1"), set(2, "pi_2")].concat();
        only_the_index(path, OF_PAYMENT, &swap, &undo);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_was_changed_or_is_gone() {
    for sql in [
        "UPDATE entry SET body = (SELECT body FROM entry WHERE seq = 6) WHERE seq = 1",
        "UPDATE entry SET body = x'0100' WHERE seq = 2",
        "UPDATE entry SET body = x'ff' WHERE seq = 2",
        "UPDATE entry SET prev = 1 WHERE seq = 3",
        "UPDATE entry SET prev = 5 WHERE seq = 3",
        "UPDATE entry SET payment = 2 WHERE seq = 2",
        "DELETE FROM entry WHERE seq = 2",
        "UPDATE payment SET version = version - 1 WHERE id = 1",
        "UPDATE payment SET version = 9223372036854775807 WHERE id = 1",
        "UPDATE payment SET version = 0 WHERE id = 1",
        "UPDATE payment SET head = zeroblob(32) WHERE id = 1",
        "UPDATE payment SET entry = 1, version = 1 WHERE id = 1",
        "UPDATE payment SET operation = 1 WHERE id = 1",
        "UPDATE payment SET held = held - 1 WHERE id = 1",
        "UPDATE payment SET held = 0 WHERE id = 1",
        "UPDATE payment SET cap = 4999 WHERE id = 1",
        "UPDATE payment SET overdrawn = 1 WHERE id = 1",
        "UPDATE operation SET state = 16 WHERE seq = 1",
        "UPDATE operation SET state = 7 WHERE seq = 1",
        "UPDATE operation SET prev = 2 WHERE seq = 2",
        "UPDATE operation SET prev = 0 WHERE seq = 2",
        "UPDATE operation SET payment = 2 WHERE seq = 2",
        "UPDATE operation SET provider = 2 WHERE seq = 1",
        "DELETE FROM operation WHERE seq = 1",
        "UPDATE account SET name = 'dojp'",
        "INSERT INTO owner VALUES (1, 'rfnd_9', 0)",
    ] {
        refused(sql, &ON_THE_FIRST, |path| change(path, sql)).await;
    }
}

#[tokio::test]
async fn a_refund_that_was_given_to_another_or_is_gone() {
    for sql in [
        "DELETE FROM owner",
        "UPDATE owner SET payment = 1",
        "UPDATE owner SET operation = 1",
        "UPDATE owner SET operation = 9",
        "UPDATE owner SET refund = 'rfnd_2'",
        "INSERT INTO owner VALUES (2, 'rfnd_2', 0)",
    ] {
        refused(sql, &ON_THE_OTHER, |path| change(path, sql)).await;
    }
}

#[tokio::test]
async fn a_state_or_a_name_that_is_none() {
    let all = [Act::List, Act::Counts];
    for (sql, acts) in [
        (
            "UPDATE operation SET state = 7 WHERE seq = 1",
            &[Act::List, Act::Counts, Act::ListUnknown][..],
        ),
        ("UPDATE operation SET provider = 2 WHERE seq = 1", &all),
        (
            "UPDATE operation SET payment = 9 WHERE seq = 1",
            &[Act::List],
        ),
        (
            "UPDATE operation SET id = x'00' WHERE seq = 1",
            &[Act::List],
        ),
        ("UPDATE account SET id = 2", &all),
    ] {
        refused(sql, acts, |path| change(path, sql)).await;
    }
}

#[tokio::test]
async fn a_namespace_that_was_changed_or_is_gone() {
    for sql in [
        "UPDATE journal SET namespace = 'other-shop'",
        "UPDATE journal SET namespace = NULL",
        "UPDATE journal SET checksum = zeroblob(32)",
        "DELETE FROM journal",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let store = SqliteStore::open(&path).await.unwrap();
        store.bind(&"shop".parse().unwrap()).await.unwrap();
        begin(&store, &wanted(1)).await.unwrap();
        change(&path, sql);
        for given in ["shop", "other-shop"] {
            let bound = store.bind(&given.parse().unwrap()).await;
            assert!(
                matches!(bound, Err(JournalError::Damaged { .. })),
                "{sql}: {given}: {bound:?}"
            );
        }
        drop(store);
        let opened = SqliteStore::open(&path).await;
        assert!(
            matches!(opened, Err(JournalError::Damaged { .. })),
            "{sql}: {opened:?}"
        );
    }
}
