//! The layout of the file, and how an older one becomes the newest.

use std::path::Path;

use refundkit_core::JournalError;
use rusqlite::Connection;

use crate::error::storage;
use crate::open::not_a_journal;

/// The condition of the index of what is open, word for word: SQLite uses the index only for that. A
/// list of words would be made into a table whenever a row is written.
macro_rules! is_open {
    () => {
        "state <> 'succeeded' AND state <> 'failed' AND state <> 'failed_late' AND state <> 'rejected'
             AND state <> 'refused' AND state <> 'cancelled'"
    };
}
pub(crate) use is_open;

/// "RKJ1": tells a journal from any other SQLite file.
pub(crate) const APPLICATION_ID: i32 = 0x524B_4A31;

/// One step each, in order; the layout's version is their number. A step that has been published
/// is never changed.
const STEPS: [&str; 1] = [FIRST];

const FIRST: &str = concat!(
    "
-- Each operation, each piece of evidence and the namespace has a link here: a hash over itself and all rows before it.
CREATE TABLE chain (
    seq  INTEGER PRIMARY KEY,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE operation (
    seq      INTEGER PRIMARY KEY,
    link     INTEGER NOT NULL UNIQUE REFERENCES chain (seq),
    id       TEXT NOT NULL,
    provider TEXT NOT NULL,
    payment  TEXT NOT NULL,
    amount   INTEGER NOT NULL CHECK (amount > 0),
    intent   TEXT NOT NULL CHECK (json_valid(intent))
) STRICT;
CREATE UNIQUE INDEX operation_of_id ON operation (id);
CREATE INDEX operation_of_payment ON operation (provider, payment);

CREATE TABLE evidence (
    seq       INTEGER PRIMARY KEY,
    link      INTEGER NOT NULL UNIQUE REFERENCES chain (seq),
    operation INTEGER NOT NULL REFERENCES operation (seq),
    evidence  TEXT NOT NULL CHECK (json_valid(evidence))
) STRICT;
-- Without the text: what is read is then the row, which has a link, and never a copy, which has none.
CREATE INDEX evidence_of_operation ON evidence (operation);

-- What follows from the evidence, so that nothing has to be folded to find open operations; and how
-- many pieces of it there are, so that an index that loses one is noticed.
CREATE TABLE standing (
    operation INTEGER PRIMARY KEY REFERENCES operation (seq),
    state     TEXT NOT NULL,
    evidence  INTEGER NOT NULL CHECK (evidence >= 0),
    provider  TEXT NOT NULL
) STRICT;
-- The open operations of each provider and state, in their order. Whatever is no state that has an end
-- is among them.
CREATE INDEX standing_open ON standing (provider, state, operation) WHERE ",
    is_open!(),
    ";

-- How many operations stand where, so that nobody has to count.
CREATE TABLE tally (
    provider   TEXT NOT NULL,
    state      TEXT NOT NULL,
    operations INTEGER NOT NULL CHECK (operations >= 0),
    PRIMARY KEY (provider, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER standing_begins AFTER INSERT ON standing BEGIN
    INSERT INTO tally VALUES (NEW.provider, NEW.state, 1)
    ON CONFLICT (provider, state) DO UPDATE SET operations = operations + 1;
END;
CREATE TRIGGER standing_changes AFTER UPDATE OF state ON standing WHEN OLD.state <> NEW.state BEGIN
    UPDATE tally SET operations = operations - 1 WHERE provider = OLD.provider AND state = OLD.state;
    INSERT INTO tally VALUES (NEW.provider, NEW.state, 1)
    ON CONFLICT (provider, state) DO UPDATE SET operations = operations + 1;
END;

-- held: the sum of the amounts of the payment's operations that hold money.
-- overdrawn: evidence came that a refund taken for failed has succeeded after all. It has to be
-- kept even where it breaks the budget; nothing more is begun until a reading fits again.
CREATE TABLE budget (
    provider  TEXT NOT NULL,
    payment   TEXT NOT NULL,
    cap       INTEGER NOT NULL CHECK (cap >= 0),
    external  INTEGER NOT NULL CHECK (external >= 0),
    held      INTEGER NOT NULL CHECK (held >= 0),
    overdrawn INTEGER NOT NULL CHECK (overdrawn IN (0, 1)),
    PRIMARY KEY (provider, payment),
    CHECK (overdrawn = 1 OR held <= cap - external)
) STRICT, WITHOUT ROWID;

-- Which operation has made which of the provider's refunds, by the evidence: each id once per payment.
CREATE TABLE refund (
    provider  TEXT NOT NULL,
    payment   TEXT NOT NULL,
    id        TEXT NOT NULL,
    operation INTEGER NOT NULL REFERENCES operation (seq),
    PRIMARY KEY (provider, payment, id)
) STRICT, WITHOUT ROWID;

-- The namespace that the journal was begun with: in another one every request is a new operation.
CREATE TABLE namespace (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    link INTEGER NOT NULL UNIQUE REFERENCES chain (seq),
    name TEXT NOT NULL
) STRICT;

-- Until when a provider's account has asked to wait, in milliseconds since 1970.
CREATE TABLE pause (
    provider TEXT PRIMARY KEY,
    until    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The messages that providers have sent, so that each counts once. They are forgotten one day, and
-- prove nothing by themselves: what they say is evidence, which has its link. The newest is never
-- forgotten, so that no number is given twice.
CREATE TABLE event (
    seq      INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    id       TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_of_id ON event (provider, id);

-- The payments that are to be read, with the newest message that asked for it.
CREATE TABLE hint (
    provider TEXT NOT NULL,
    payment  TEXT NOT NULL,
    event    INTEGER NOT NULL,
    PRIMARY KEY (provider, payment)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX hint_of_event ON hint (event);

CREATE TRIGGER operation_stays BEFORE UPDATE ON operation
BEGIN SELECT RAISE(ABORT, 'operations are never changed'); END;
CREATE TRIGGER operation_remains BEFORE DELETE ON operation
BEGIN SELECT RAISE(ABORT, 'operations are never deleted'); END;
CREATE TRIGGER evidence_stays BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END;
CREATE TRIGGER evidence_remains BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never deleted'); END;
CREATE TRIGGER chain_stays BEFORE UPDATE ON chain
BEGIN SELECT RAISE(ABORT, 'the chain is never changed'); END;
CREATE TRIGGER chain_remains BEFORE DELETE ON chain
BEGIN SELECT RAISE(ABORT, 'the chain is never cut'); END;
CREATE TRIGGER budget_remains BEFORE DELETE ON budget
BEGIN SELECT RAISE(ABORT, 'budgets are never deleted'); END;
CREATE TRIGGER refund_stays BEFORE UPDATE ON refund
BEGIN SELECT RAISE(ABORT, 'refunds never change hands'); END;
CREATE TRIGGER refund_remains BEFORE DELETE ON refund
BEGIN SELECT RAISE(ABORT, 'refunds are never deleted'); END;
CREATE TRIGGER namespace_stays BEFORE UPDATE ON namespace
BEGIN SELECT RAISE(ABORT, 'the namespace is never changed'); END;
CREATE TRIGGER namespace_remains BEFORE DELETE ON namespace
BEGIN SELECT RAISE(ABORT, 'the namespace is never deleted'); END;
-- INSERT OR REPLACE deletes without asking the triggers above.
CREATE TRIGGER operation_is_new BEFORE INSERT ON operation
WHEN EXISTS (SELECT 1 FROM operation WHERE seq = NEW.seq OR id = NEW.id OR link = NEW.link)
BEGIN SELECT RAISE(ABORT, 'operations are never replaced'); END;
CREATE TRIGGER evidence_is_new BEFORE INSERT ON evidence
WHEN EXISTS (SELECT 1 FROM evidence WHERE seq = NEW.seq OR link = NEW.link
    OR (operation = NEW.operation AND evidence = NEW.evidence))
BEGIN SELECT RAISE(ABORT, 'evidence is never replaced'); END;
CREATE TRIGGER chain_is_new BEFORE INSERT ON chain
WHEN EXISTS (SELECT 1 FROM chain WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the chain is never replaced'); END;
CREATE TRIGGER refund_is_new BEFORE INSERT ON refund
WHEN EXISTS (SELECT 1 FROM refund WHERE provider = NEW.provider AND payment = NEW.payment AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'refunds are never replaced'); END;
CREATE TRIGGER namespace_is_new BEFORE INSERT ON namespace
WHEN EXISTS (SELECT 1 FROM namespace)
BEGIN SELECT RAISE(ABORT, 'the namespace is never replaced'); END;
"
);

/// The newest layout's version.
pub(crate) fn newest() -> u32 {
    version(&STEPS)
}

fn version(steps: &[&str]) -> u32 {
    u32::try_from(steps.len()).unwrap_or(u32::MAX)
}

/// Brings the file to the newest layout, all steps in one transaction.
pub(crate) fn migrate(connection: &mut Connection, shown: &Path) -> Result<(), JournalError> {
    bring(connection, &STEPS, shown)
}

fn bring(connection: &mut Connection, steps: &[&str], shown: &Path) -> Result<(), JournalError> {
    let newest = version(steps);
    let found: u32 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(storage)?;
    if found > newest {
        return Err(JournalError::Newer {
            found,
            known: newest,
        });
    }
    if found == newest {
        return Ok(());
    }
    if found == 0 {
        let foreign: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .map_err(storage)?;
        if foreign > 0 {
            return Err(not_a_journal(shown));
        }
    }
    let done = usize::try_from(found).unwrap_or(usize::MAX);
    let transaction = connection.transaction().map_err(storage)?;
    for step in steps.iter().skip(done) {
        transaction.execute_batch(step).map_err(storage)?;
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(storage)?;
    transaction
        .pragma_update(None, "user_version", newest)
        .map_err(storage)?;
    transaction.commit().map_err(storage)?;
    // The ids are to be in the file itself, where the next opening looks before it locks anything.
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .map_err(storage)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(connection: &Connection) -> u32 {
        let version = connection.pragma_query_value(None, "user_version", |row| row.get(0));
        version.unwrap()
    }

    #[test]
    fn a_step_is_added_to_what_is_there_and_its_layout_is_then_a_newer_one() {
        let shown = Path::new("none");
        let (first, both) = ([FIRST], [FIRST, "CREATE TABLE more (x INTEGER) STRICT"]);
        let mut connection = Connection::open_in_memory().unwrap();
        bring(&mut connection, &first, shown).unwrap();
        let hint = "INSERT INTO hint VALUES ('dojo', 'pi_1', 1)";
        connection.execute_batch(hint).unwrap();
        for _ in 0..2 {
            bring(&mut connection, &both, shown).unwrap();
            assert_eq!(versions(&connection), 2);
        }
        let kept: i64 = connection
            .query_row(
                "SELECT count(*) FROM hint, (SELECT count(*) FROM more)",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(kept, 1);
        let refused = bring(&mut connection, &first, shown);
        assert!(
            matches!(refused, Err(JournalError::Newer { found: 2, known: 1 })),
            "{refused:?}"
        );
    }

    #[test]
    fn a_step_that_fails_leaves_the_layout_that_was_there() {
        let shown = Path::new("none");
        let mut connection = Connection::open_in_memory().unwrap();
        bring(&mut connection, &[FIRST], shown).unwrap();
        let steps = [
            FIRST,
            "CREATE TABLE more (x INTEGER) STRICT",
            "CREATE TABLE hint (x)",
        ];
        assert!(bring(&mut connection, &steps, shown).is_err());
        assert_eq!(versions(&connection), 1);
        assert!(connection.prepare("SELECT * FROM more").is_err());
        bring(&mut connection, &[FIRST], shown).unwrap();
    }
}
