//! The layout of the file, and how an older one becomes the newest.

use refundkit_core::JournalError;
use rusqlite::{Connection, TransactionBehavior};

use crate::error::storage;
use crate::own::Own;
use crate::place::Place;

/// "RKJ1": tells a journal from any other SQLite file.
pub(crate) const APPLICATION_ID: i32 = 0x524B_4A31;

/// One step each, in order; the layout's version is their number. A step that has been published
/// is never changed.
const STEPS: [&str; 1] = [FIRST];
const FIRST: &str = include_str!("layout/first.sql");

/// The newest layout's version.
pub(crate) fn newest() -> u32 {
    version(&STEPS)
}

fn version(steps: &[&str]) -> u32 {
    u32::try_from(steps.len()).unwrap_or(u32::MAX)
}

/// Brings the file to the newest layout, all steps in one transaction; whether it was no journal before.
pub(crate) fn migrate(connection: &mut Connection, place: &Place) -> Result<bool, JournalError> {
    bring(connection, &STEPS, place)
}

/// Refuses a layout that this version doesn't read.
pub(crate) fn check(connection: &Connection) -> Result<(), JournalError> {
    let (found, known) = (found(connection)?, newest());
    if found > known {
        return Err(JournalError::Newer { found, known });
    }
    Ok(())
}

/// The version of the file's layout; 0 where it has none.
pub(crate) fn found(connection: &Connection) -> Result<u32, JournalError> {
    connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(storage)
}

fn bring(connection: &mut Connection, steps: &[&str], place: &Place) -> Result<bool, JournalError> {
    let known = version(steps);
    if found(connection)? == known {
        return Ok(false);
    }
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(storage)?;
    // Again, now that nobody else can change it.
    let found = found(&transaction)?;
    if found > known {
        return Err(JournalError::Newer { found, known });
    }
    if found == 0 {
        let foreign: i64 = transaction
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .map_err(storage)?;
        if foreign > 0 {
            return Err(place.not_a_journal());
        }
    }
    let done = usize::try_from(found).unwrap_or(usize::MAX);
    for step in steps.iter().skip(done) {
        transaction.execute_batch(step).map_err(storage)?;
    }
    if found == 0 {
        Own::create(&transaction, known)?;
    } else {
        Own::read(&transaction)?
            .at_layout(known)
            .write(&transaction)?;
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(storage)?;
    transaction
        .pragma_update(None, "user_version", known)
        .map_err(storage)?;
    transaction.commit().map_err(storage)?;
    // The ids are to be in the file itself, where the next opening looks before it locks anything.
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .map_err(storage)?;
    Ok(found == 0)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn place() -> Place {
        Place::resolve(Path::new("none")).unwrap()
    }

    #[test]
    fn a_step_is_added_to_what_is_there_and_its_layout_is_then_a_newer_one() {
        let (first, both) = ([FIRST], [FIRST, "CREATE TABLE more (x INTEGER) STRICT"]);
        let mut connection = Connection::open_in_memory().unwrap();
        assert!(bring(&mut connection, &first, &place()).unwrap());
        let hint = "INSERT INTO hint VALUES (1, 'pi_1', 1)";
        connection.execute_batch(hint).unwrap();
        for _ in 0..2 {
            assert!(!bring(&mut connection, &both, &place()).unwrap());
            assert_eq!(found(&connection).unwrap(), 2);
            assert_eq!(Own::read(&connection).unwrap().layout, 2);
        }
        let kept: i64 = connection
            .query_row(
                "SELECT count(*) FROM hint, (SELECT count(*) FROM more)",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(kept, 1);
        let refused = bring(&mut connection, &first, &place());
        assert!(
            matches!(refused, Err(JournalError::Newer { found: 2, known: 1 })),
            "{refused:?}"
        );
        assert!(matches!(
            check(&connection),
            Err(JournalError::Newer { .. })
        ));
    }

    #[test]
    fn a_step_that_fails_leaves_the_layout_that_was_there() {
        let mut connection = Connection::open_in_memory().unwrap();
        bring(&mut connection, &[FIRST], &place()).unwrap();
        let steps = [
            FIRST,
            "CREATE TABLE more (x INTEGER) STRICT",
            "CREATE TABLE hint (x)",
        ];
        assert!(bring(&mut connection, &steps, &place()).is_err());
        assert_eq!(found(&connection).unwrap(), 1);
        assert!(connection.prepare("SELECT * FROM more").is_err());
        bring(&mut connection, &[FIRST], &place()).unwrap();
    }
}
