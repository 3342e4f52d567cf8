//! What the journal says of itself: one row, and the providers' names, under one checksum.

use refundkit_core::{JournalError, Namespace, ProviderName};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use crate::error::{damaged, out_of_range, storage};

/// Made at random when the journal is made, and again when an older copy goes on from where it was.
pub(crate) type Id = [u8; 16];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) layout: u32,
    pub(crate) id: Id,
    pub(crate) namespace: Option<Namespace>,
    pub(crate) timeline: u32,
    accounts: Vec<(i64, ProviderName)>,
}

impl Own {
    /// Of a journal that is being made.
    pub(crate) fn create(connection: &Connection, layout: u32) -> Result<(), JournalError> {
        let own = Self {
            layout,
            id: random(connection)?,
            namespace: None,
            timeline: 0,
            accounts: Vec::new(),
        };
        connection
            .execute(
                "INSERT INTO journal VALUES (1, ?1, ?2, NULL, 0, ?3)",
                params![own.layout, own.id, own.checksum()],
            )
            .map(drop)
            .map_err(storage)
    }

    /// As it is there, checked.
    pub(crate) fn read(connection: &Connection) -> Result<Self, JournalError> {
        let row = |row: &Row<'_>| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get::<_, Option<String>>(2)?,
                row.get(3)?,
                row.get::<_, Vec<u8>>(4)?,
            ))
        };
        let found = connection
            .prepare_cached("SELECT layout, id, namespace, timeline, checksum FROM journal")
            .and_then(|mut statement| statement.query_row([], row).optional())
            .map_err(storage)?;
        let (layout, id, name, timeline, checksum) =
            found.ok_or_else(|| damaged("it doesn't say which one it is"))?;
        let no_name = |_| damaged("its namespace is none");
        let own = Self {
            layout,
            id,
            namespace: name.map(Namespace::new).transpose().map_err(no_name)?,
            timeline,
            accounts: accounts(connection)?,
        };
        if own.checksum() == *checksum {
            return Ok(own);
        }
        Err(damaged("what it says of itself was changed"))
    }

    /// Writes down what was changed of it.
    pub(crate) fn write(&self, connection: &Connection) -> Result<(), JournalError> {
        let name = self.namespace.as_ref().map(Namespace::as_str);
        connection
            .prepare_cached(
                "UPDATE journal SET layout = ?1, id = ?2, namespace = ?3, timeline = ?4, checksum = ?5",
            )
            .and_then(|mut statement| {
                statement.execute(params![
                    self.layout,
                    self.id,
                    name,
                    self.timeline,
                    self.checksum()
                ])
            })
            .map(drop)
            .map_err(storage)
    }

    pub(crate) fn at_layout(self, layout: u32) -> Self {
        Self { layout, ..self }
    }

    /// Goes on as another journal, on another timeline: what was loaded before fits no more, and the one
    /// that it was a copy of isn't taken for it.
    pub(crate) fn goes_on(self, connection: &Connection) -> Result<Self, JournalError> {
        let timeline = self.timeline.checked_add(1).ok_or_else(out_of_range)?;
        let id = random(connection)?;
        Ok(Self {
            id,
            timeline,
            ..self
        })
    }

    /// The provider's number; `None` where it has none yet.
    pub(crate) fn account(&self, name: &ProviderName) -> Option<i64> {
        let mut accounts = self.accounts.iter();
        Some(accounts.find(|(_, known)| known == name)?.0)
    }

    pub(crate) fn name(&self, account: i64) -> Result<&ProviderName, JournalError> {
        let mut accounts = self.accounts.iter();
        let found = accounts.find(|(known, _)| *known == account);
        found
            .map(|(_, name)| name)
            .ok_or_else(|| damaged("a row in it is no provider's"))
    }

    /// The provider's number, which it is given now where it has none yet.
    pub(crate) fn need_account(
        &mut self,
        connection: &Connection,
        name: &ProviderName,
    ) -> Result<i64, JournalError> {
        if let Some(known) = self.account(name) {
            return Ok(known);
        }
        let newest = self.accounts.last().map_or(0, |(newest, _)| *newest);
        let next = newest.checked_add(1).ok_or_else(out_of_range)?;
        connection
            .execute(
                "INSERT INTO account VALUES (?1, ?2)",
                params![next, name.as_str()],
            )
            .map_err(storage)?;
        self.accounts.push((next, name.clone()));
        self.write(connection)?;
        Ok(next)
    }

    /// Each part goes in with its length, so that no two lists of parts make the same bytes.
    fn checksum(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hasher.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(bytes);
        };
        part(b"refundkit journal");
        part(&self.layout.to_be_bytes());
        part(&self.id);
        part(&self.timeline.to_be_bytes());
        if let Some(namespace) = &self.namespace {
            part(namespace.as_str().as_bytes());
        }
        for (number, name) in &self.accounts {
            part(&number.to_be_bytes());
            part(name.as_str().as_bytes());
        }
        hasher.finalize().into()
    }
}

fn random(connection: &Connection) -> Result<Id, JournalError> {
    connection
        .query_row("SELECT randomblob(16)", [], |row| row.get(0))
        .map_err(storage)
}

fn accounts(connection: &Connection) -> Result<Vec<(i64, ProviderName)>, JournalError> {
    let rows: Vec<(i64, String)> = connection
        .prepare_cached("SELECT id, name FROM account ORDER BY id")
        .and_then(|mut statement| {
            let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            statement.query_map([], row)?.collect()
        })
        .map_err(storage)?;
    let named = |(number, name): (i64, String)| Some((number, ProviderName::new(name).ok()?));
    let named: Option<Vec<_>> = rows.into_iter().map(named).collect();
    named.ok_or_else(|| damaged("a provider in it has no name"))
}
