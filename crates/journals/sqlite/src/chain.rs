//! Every row is bound to all rows before it by a hash, so that one that was changed, or is missing
//! in between, is noticed. That the newest rows are missing can't be told from the file alone.

use refundkit_core::JournalError;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use crate::error::{damaged, storage};

/// What a row says.
pub(crate) enum Content<'a> {
    Operation {
        id: &'a str,
        provider: &'a str,
        payment: &'a str,
        amount: i64,
        intent: &'a str,
    },
    Evidence {
        operation: i64,
        evidence: &'a str,
    },
    Namespace {
        name: &'a str,
    },
}

pub(crate) type Hash = [u8; 32];
/// What the first row is bound to.
const BEGINNING: Hash = [0; 32];

/// Adds the next link for a row about to be inserted, and returns its number.
pub(crate) fn extend(connection: &Connection, content: &Content<'_>) -> Result<i64, JournalError> {
    let (last, hash) = newest(connection)?;
    let next = last
        .checked_add(1)
        .ok_or_else(|| damaged("its chain has no room"))?;
    connection
        .prepare_cached("INSERT INTO chain (seq, hash) VALUES (?1, ?2)")
        .and_then(|mut statement| statement.execute(params![next, digest(&hash, content)]))
        .map_err(storage)?;
    Ok(next)
}

/// The number and the hash of the newest link; 0 and the beginning where there is none.
pub(crate) fn newest(connection: &Connection) -> Result<(i64, Hash), JournalError> {
    let last = connection
        .prepare_cached("SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1")
        .and_then(|mut statement| {
            let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            statement.query_row([], row).optional()
        })
        .map_err(storage)?;
    Ok(last.unwrap_or((0, BEGINNING)))
}

/// The hash of a link; `None` where there is no such link. Before the first one is the beginning.
pub(crate) fn hash(connection: &Connection, link: i64) -> Result<Option<Hash>, JournalError> {
    if link == 0 {
        return Ok(Some(BEGINNING));
    }
    connection
        .prepare_cached("SELECT hash FROM chain WHERE seq = ?1")
        .and_then(|mut statement| statement.query_row([link], |row| row.get(0)).optional())
        .map_err(storage)
}

/// A row's place in the chain, as it was read with the row.
pub(crate) struct Link {
    number: i64,
    previous: Option<Hash>,
    hash: Option<Hash>,
}

impl Link {
    /// From the link's number, its hash, and that of the link before it, which stand in the columns from
    /// `at` on.
    pub(crate) fn of(row: &Row<'_>, at: usize) -> rusqlite::Result<Self> {
        let number = row.get(at)?;
        let previous: Option<Hash> = row.get(at.saturating_add(2))?;
        Ok(Self {
            number,
            hash: row.get(at.saturating_add(1))?,
            previous: if number == 1 {
                Some(BEGINNING)
            } else {
                previous
            },
        })
    }

    /// Checks that the row says what it said when it was written.
    pub(crate) fn check(&self, content: &Content<'_>) -> Result<(), JournalError> {
        let follows = self.previous.map(|previous| digest(&previous, content));
        if follows.is_some() && follows == self.hash {
            return Ok(());
        }
        Err(damaged(format!("row {} was changed", self.number)))
    }
}

/// Checks all links from number `from` on; how many there were.
pub(crate) fn verify(connection: &Connection, from: i64) -> Result<u64, JournalError> {
    let mut hash = hash(connection, from.saturating_sub(1).max(0))?
        .ok_or_else(|| damaged("a link of its chain is missing"))?;
    let mut statement = connection
        .prepare(
            "SELECT c.seq, c.hash, o.id, o.provider, o.payment, o.amount, o.intent, e.operation, e.evidence, n.name
             FROM chain c LEFT JOIN operation o ON o.link = c.seq LEFT JOIN evidence e ON e.link = c.seq
             LEFT JOIN namespace n ON n.link = c.seq
             WHERE c.seq >= ?1 ORDER BY c.seq",
        )
        .map_err(storage)?;
    let mut rows = statement.query([from]).map_err(storage)?;
    let (mut expected, mut count) = (from, 0_u64);
    while let Some(row) = rows.next().map_err(storage)? {
        let seq: i64 = row.get(0).map_err(storage)?;
        if seq != expected {
            return Err(damaged(format!("link {expected} of its chain is missing")));
        }
        let stored: Hash = row.get(1).map_err(storage)?;
        hash = rehash(&hash, row)?.ok_or_else(|| damaged(format!("row {seq} is missing")))?;
        if hash != stored {
            return Err(damaged(format!("row {seq} was changed")));
        }
        expected = expected.saturating_add(1);
        count = count.saturating_add(1);
    }
    loose_rows(connection, expected)?;
    Ok(count)
}

/// Rows past the end of the chain: links were taken off it.
fn loose_rows(connection: &Connection, end: i64) -> Result<(), JournalError> {
    let loose: bool = connection
        .query_row(
            "SELECT EXISTS (SELECT 1 FROM operation WHERE link >= ?1)
                 OR EXISTS (SELECT 1 FROM evidence WHERE link >= ?1)
                 OR EXISTS (SELECT 1 FROM namespace WHERE link >= ?1)",
            [end],
            |row| row.get(0),
        )
        .map_err(storage)?;
    if loose {
        return Err(damaged("the end of its chain is missing"));
    }
    Ok(())
}

/// The hash that follows from the row; `None` where there is none of those that have links, or several.
fn rehash(previous: &Hash, row: &Row<'_>) -> Result<Option<Hash>, JournalError> {
    let text = |at: usize| row.get::<_, Option<String>>(at).map_err(storage);
    let number = |at: usize| row.get::<_, Option<i64>>(at).map_err(storage);
    let (id, provider, payment) = (text(2)?, text(3)?, text(4)?);
    let (amount, intent) = (number(5)?, text(6)?);
    let (operation, evidence, name) = (number(7)?, text(8)?, text(9)?);
    let begun = match (&id, &provider, &payment, amount, &intent) {
        (Some(id), Some(provider), Some(payment), Some(amount), Some(intent)) => {
            Some(Content::Operation {
                id,
                provider,
                payment,
                amount,
                intent,
            })
        }
        _ => None,
    };
    let known = operation.zip(evidence.as_deref());
    let known = known.map(|(operation, evidence)| Content::Evidence {
        operation,
        evidence,
    });
    let bound = name.as_deref().map(|name| Content::Namespace { name });
    let mut contents = [begun, known, bound].into_iter().flatten();
    let (content, another) = (contents.next(), contents.next());
    let content = content.filter(|_| another.is_none());
    Ok(content.map(|content| digest(previous, &content)))
}

/// Each part goes in with its length, so that no two contents make the same bytes.
fn digest(previous: &Hash, content: &Content<'_>) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    let mut part = |bytes: &[u8]| {
        hasher.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(bytes);
    };
    match content {
        Content::Operation {
            id,
            provider,
            payment,
            amount,
            intent,
        } => {
            part(b"operation");
            part(id.as_bytes());
            part(provider.as_bytes());
            part(payment.as_bytes());
            part(&amount.to_be_bytes());
            part(intent.as_bytes());
        }
        Content::Evidence {
            operation,
            evidence,
        } => {
            part(b"evidence");
            part(&operation.to_be_bytes());
            part(evidence.as_bytes());
        }
        Content::Namespace { name } => {
            part(b"namespace");
            part(name.as_bytes());
        }
    }
    hasher.finalize().into()
}
