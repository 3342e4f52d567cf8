//! One commit.

use std::sync::Arc;

use refundkit_core::JournalError;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{Desk, Job};
use crate::error::{damaged, end_of_commit, is_busy, shared, taken_back};
use crate::high::Known;
use crate::transaction::{WriteFailure, WriteTransaction};

/// Why a commit did not happen, or isn't known to have; told to several.
#[derive(Clone, Debug)]
pub(super) enum Lost {
    /// Others wrote for longer than anybody waits.
    Busy(String),
    /// The file isn't the one that was opened.
    Replaced(String),
    Damaged(String),
    /// Before its end.
    Before(Arc<rusqlite::Error>),
    /// At its end.
    End(Arc<rusqlite::Error>),
}

impl Lost {
    pub(super) fn error(&self) -> JournalError {
        match self {
            Self::Busy(location) => JournalError::Locked {
                location: location.clone(),
            },
            Self::Replaced(location) => JournalError::Replaced {
                location: location.clone(),
            },
            Self::Damaged(what) => damaged(what.clone()),
            Self::Before(error) => shared(Arc::clone(error)),
            Self::End(error) => end_of_commit(Arc::clone(error)),
        }
    }
}

/// How a transaction ended without a commit.
enum Ended {
    Lost(Lost),
    /// One of the jobs may be half written: all of it was taken back, and each is to be tried alone.
    Broken,
}

impl From<rusqlite::Error> for Ended {
    fn from(error: rusqlite::Error) -> Self {
        Self::Lost(Lost::Before(Arc::new(error)))
    }
}

impl Desk {
    /// Writes the jobs in one transaction. An error means that nothing of any of them is kept, as far as
    /// it doesn't say that this isn't known.
    pub(super) fn commit(&mut self, jobs: &mut [Job]) -> Result<(), Lost> {
        let location = || self.open.place.location();
        if self.open.check().is_err() {
            return Err(Lost::Replaced(location()));
        }
        let gate = self.checkpoints.gate();
        let _in_it = gate.enter();
        let known = match self.transaction(jobs, false) {
            Err(Ended::Broken) => self.transaction(jobs, true),
            other => other,
        };
        match known {
            Ok(known) => {
                self.high.follow(known);
                Ok(())
            }
            Err(Ended::Lost(lost)) => Err(lost),
            // Each alone takes back its own.
            Err(Ended::Broken) => Err(Lost::Before(Arc::new(taken_back(None)))),
        }
    }

    fn transaction(&mut self, jobs: &mut [Job], each_alone: bool) -> Result<Known, Ended> {
        let location = self.open.place.location();
        let author = self.author;
        let begun = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begun.map_err(|error| {
            if is_busy(&error) {
                return Ended::Lost(Lost::Busy(location));
            }
            error.into()
        })?;
        let mut turn = WriteTransaction::start(&transaction).map_err(lost)?;
        for job in jobs {
            if each_alone {
                savepoint(&transaction, &mut turn, job)?;
            } else {
                plainly(&transaction, &mut turn, job)?;
            }
        }
        let known = turn.finish(author).map_err(lost)?;
        end(transaction)?;
        Ok(known)
    }
}

fn end(transaction: Transaction<'_>) -> Result<(), Ended> {
    let done = transaction.commit();
    done.map_err(|error| Ended::Lost(Lost::End(Arc::new(error))))
}

/// An error that is everybody's.
fn lost(error: JournalError) -> Ended {
    if let JournalError::Damaged { what } = error {
        return Ended::Lost(Lost::Damaged(what));
    }
    taken_back(Some(&error)).into()
}

/// Most jobs are refused, if at all, before anything of them is written: that takes no savepoint.
fn plainly(
    connection: &Connection,
    turn: &mut WriteTransaction<'_>,
    job: &mut Job,
) -> Result<(), Ended> {
    job.result = match turn.write(&job.write) {
        Ok(outcome) => Some(Ok(outcome)),
        Err(WriteFailure::Refused(error)) => Some(Err(error)),
        Err(WriteFailure::Broken(error)) => {
            still_open(connection, Some(&error))?;
            return Err(Ended::Broken);
        }
    };
    let failed = job.result.as_ref().and_then(|result| result.as_ref().err());
    still_open(connection, failed)
}

/// What fails takes back its own writes and nobody else's.
fn savepoint(
    connection: &Connection,
    turn: &mut WriteTransaction<'_>,
    job: &mut Job,
) -> Result<(), Ended> {
    step(connection, "SAVEPOINT job")?;
    let saved = turn.save();
    job.result = match turn.write(&job.write) {
        Ok(outcome) => Some(Ok(outcome)),
        Err(WriteFailure::Refused(error)) => Some(Err(error)),
        Err(WriteFailure::Broken(error)) => {
            still_open(connection, Some(&error))?;
            step(connection, "ROLLBACK TO job")?;
            turn.go_back(saved);
            Some(Err(error))
        }
    };
    step(connection, "RELEASE job")?;
    still_open(connection, None)
}

/// On a full disk and on I/O errors SQLite takes back the whole transaction by itself. What ran after
/// that would be a transaction of its own, kept although its caller is told otherwise.
fn still_open(connection: &Connection, failed: Option<&JournalError>) -> Result<(), Ended> {
    if connection.is_autocommit() {
        return Err(taken_back(failed).into());
    }
    Ok(())
}

fn step(connection: &Connection, sql: &str) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(drop)
}
