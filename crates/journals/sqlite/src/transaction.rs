//! One transaction's worth of writes. Each is judged alone.

use refundkit_core::{Hint, JournalError, Namespace, ProviderName, Timestamp};
use rusqlite::{Connection, params};

use crate::append::{self, Newest};
use crate::error::{damaged, out_of_range, storage};
use crate::high::Known;
use crate::own::Own;
use crate::place::Place;
use crate::prepared::{Append, Prepared};
use crate::{inbox, pauses};

/// Something to be written down.
#[derive(Debug)]
pub(crate) enum Write {
    Commit(Box<Prepared>),
    Bind(Namespace),
    Acknowledge(Hint),
    Pause(ProviderName, Timestamp),
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    Conflict,
    IdTaken,
    Known,
}

/// Why it was not written.
#[derive(Debug)]
pub(crate) enum WriteFailure {
    /// It was refused before anything of it was written.
    Refused(JournalError),
    /// Some of it may have been written.
    Broken(JournalError),
}

/// Who writes: the slot, and its life.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Author {
    pub(crate) slot: u32,
    pub(crate) life: i64,
}

/// An open transaction, with what is known of the journal in it.
#[derive(Debug)]
pub(crate) struct WriteTransaction<'a> {
    connection: &'a Connection,
    own: Own,
    newest: Newest,
    before: i64,
}

impl<'a> WriteTransaction<'a> {
    /// Begins one, where as many entries are there as writers say that they have appended.
    pub(crate) fn start(connection: &'a Connection) -> Result<Self, JournalError> {
        let (own, newest) = (Own::read(connection)?, counted(connection)?);
        Ok(Self {
            connection,
            own,
            newest,
            before: newest.entry,
        })
    }

    /// Writes it, or says why not.
    pub(crate) fn write(&mut self, write: &Write) -> Result<Outcome, WriteFailure> {
        match write {
            Write::Commit(prepared) => self.commit(prepared),
            Write::Bind(namespace) => self.bind(namespace),
            Write::Acknowledge(hint) => {
                let Some(account) = self.own.account(&hint.provider) else {
                    return Ok(Outcome::Done);
                };
                let done = inbox::acknowledge(self.connection, account, hint);
                done.map(|()| Outcome::Done).map_err(WriteFailure::Broken)
            }
            Write::Pause(provider, until) => {
                let account = self.own.need_account(self.connection, provider);
                let done =
                    account.and_then(|account| pauses::pause(self.connection, account, *until));
                done.map(|()| Outcome::Done).map_err(WriteFailure::Broken)
            }
        }
    }

    fn commit(&mut self, prepared: &Prepared) -> Result<Outcome, WriteFailure> {
        let (connection, message) = (self.connection, prepared.message.as_ref());
        if let Some(message) = message.filter(|message| !message.event.is_unsigned())
            && let Some(account) = self.own.account(&message.provider)
            && inbox::knows(connection, account, &message.event).map_err(WriteFailure::Refused)?
        {
            return Ok(Outcome::Known);
        }
        if let Some(append) = &prepared.append
            && let Some(refused) = self.append(append)?
        {
            return Ok(refused);
        }
        if let Some(message) = message {
            let account = self.own.need_account(connection, &message.provider);
            account
                .and_then(|account| inbox::take_in(connection, account, message))
                .map_err(WriteFailure::Broken)?;
        }
        Ok(Outcome::Done)
    }

    fn append(&mut self, append: &Append) -> Result<Option<Outcome>, WriteFailure> {
        let (connection, account) = (self.connection, self.own.account(&append.provider));
        let there = append::payment(connection, account, append).map_err(WriteFailure::Refused)?;
        if !append::fits(append, there, self.own.timeline) {
            return Ok(Some(Outcome::Conflict));
        }
        if append.bodies.is_empty() {
            return Ok(None);
        }
        if append::is_taken(connection, append).map_err(WriteFailure::Refused)? {
            return Ok(Some(Outcome::IdTaken));
        }
        let account = self.own.need_account(connection, &append.provider);
        account
            .and_then(|account| append::write(connection, account, append, there, &mut self.newest))
            .map_err(WriteFailure::Broken)?;
        Ok(None)
    }

    /// Takes the namespace for the journal's own the first time, and refuses another one later.
    fn bind(&mut self, namespace: &Namespace) -> Result<Outcome, WriteFailure> {
        let Some(held) = &self.own.namespace else {
            self.own.namespace = Some(namespace.clone());
            let written = self.own.write(self.connection);
            return written
                .map(|()| Outcome::Done)
                .map_err(WriteFailure::Broken);
        };
        check_namespace(held, namespace)
            .map(|()| Outcome::Done)
            .map_err(WriteFailure::Refused)
    }

    /// What was written was taken back to where `saved` was made.
    pub(crate) fn go_back(&mut self, saved: (Own, Newest)) {
        (self.own, self.newest) = saved;
    }

    pub(crate) fn save(&self) -> (Own, Newest) {
        (self.own.clone(), self.newest)
    }

    /// Adds what was appended to what the writer has appended; how far the journal has come with it.
    pub(crate) fn finish(&self, author: Author) -> Result<Known, JournalError> {
        let appended = self
            .newest
            .entry
            .checked_sub(self.before)
            .ok_or_else(out_of_range)?;
        if appended > 0 {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE writer SET entries = entries + ?1 WHERE slot = ?2 AND life = ?3",
                )
                .and_then(|mut statement| {
                    statement.execute(params![appended, author.slot, author.life])
                })
                .map_err(storage)?;
            if changed != 1 {
                return Err(damaged(
                    "the place of this process was given to another one",
                ));
            }
        }
        known(&self.own, self.newest.entry)
    }
}

/// How far a journal has come that has so many entries.
pub(crate) fn known(own: &Own, entries: i64) -> Result<Known, JournalError> {
    Ok(Known {
        id: own.id,
        entries: u64::try_from(entries).map_err(|_| out_of_range())?,
    })
}

/// The newest rows, where there are as many entries as all writers have appended.
pub(crate) fn counted(connection: &Connection) -> Result<Newest, JournalError> {
    let newest = Newest::read(connection)?;
    let appended: i64 = connection
        .prepare_cached("SELECT coalesce(sum(entries), 0) FROM writer")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(storage)?;
    if appended == newest.entry {
        return Ok(newest);
    }
    Err(damaged(
        "there aren't as many entries as its writers have appended",
    ))
}

pub(crate) fn check_namespace(held: &Namespace, given: &Namespace) -> Result<(), JournalError> {
    if held == given {
        return Ok(());
    }
    Err(JournalError::OtherNamespace {
        held: held.clone(),
        given: given.clone(),
    })
}

/// The file as it has to stay while it is open.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) place: Place,
    pub(crate) identity: crate::place::Identity,
}

impl Open {
    pub(crate) fn check(&self) -> Result<(), JournalError> {
        self.place.is_still(self.identity)
    }
}
