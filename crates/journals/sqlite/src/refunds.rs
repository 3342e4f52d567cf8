//! Which operation has made which of a provider's refunds. Each id is one operation's: two refunds that
//! were taken for one and the same would be money that nobody counts.

use std::collections::BTreeSet;

use refundkit_core::{JournalError, OperationId, PaymentId, ProviderName, RefundId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{damaged, storage};
use crate::rows::{self, Found};

/// Whose a refund is.
pub(crate) enum Owner {
    Nobody,
    This,
    Other(OperationId),
}

/// Whose the refund is, as `found`, one of its payment's operations, is about to be told of it.
pub(crate) fn owner(
    connection: &Connection,
    found: &Found,
    refund: &RefundId,
) -> Result<Owner, JournalError> {
    let intent = &found.operation.intent;
    let (provider, payment) = (&intent.provider, intent.plan.payment());
    let is_its = |found: &Found| found.operation.refunds().any(|known| known == refund);
    let stored = stored(connection, provider, payment, refund)?;
    match stored {
        None if !is_its(found) => Ok(Owner::Nobody),
        Some(seq) if seq == found.seq && is_its(found) => Ok(Owner::This),
        Some(seq) if seq != found.seq && !is_its(found) => {
            let other = rows::at(connection, seq)?;
            let theirs = &other.operation.intent;
            let beside = (&theirs.provider, theirs.plan.payment()) == (provider, payment);
            if beside && is_its(&other) {
                Ok(Owner::Other(other.operation.intent.id))
            } else {
                Err(mixed_up(provider, payment))
            }
        }
        Some(_) | None => Err(mixed_up(provider, payment)),
    }
}

/// Writes down that the refund is the operation's.
pub(crate) fn own(
    connection: &Connection,
    provider: &ProviderName,
    payment: &PaymentId,
    refund: &RefundId,
    seq: i64,
) -> Result<(), JournalError> {
    connection
        .prepare_cached(
            "INSERT INTO refund (provider, payment, id, operation) VALUES (?1, ?2, ?3, ?4)",
        )
        .and_then(|mut statement| {
            let row = params![provider.as_str(), payment.as_str(), refund.as_str(), seq];
            statement.execute(row)
        })
        .map(drop)
        .map_err(storage)
}

/// Checks the payment's refunds against its operations: exactly those that the evidence names.
pub(crate) fn check(
    connection: &Connection,
    provider: &ProviderName,
    payment: &PaymentId,
    operations: &[Found],
) -> Result<(), JournalError> {
    let named = |found| {
        let ids = ids(found).into_iter().map(RefundId::as_str);
        ids.map(move |id| (id, found.seq))
    };
    let mut follow: Vec<(&str, i64)> = operations.iter().flat_map(named).collect();
    follow.sort_unstable();
    let mut follow = follow.into_iter();
    let mut statement = connection
        .prepare_cached(
            "SELECT id, operation FROM refund WHERE provider = ?1 AND payment = ?2 ORDER BY id",
        )
        .map_err(storage)?;
    let mut rows = statement
        .query([provider.as_str(), payment.as_str()])
        .map_err(storage)?;
    let mut fit = true;
    while let Some(row) = rows.next().map_err(storage)? {
        let id = row.get_ref(0).map_err(storage)?;
        let seq = row.get(1).map_err(storage)?;
        fit &= id.as_str().ok().map(|id| (id, seq)) == follow.next();
    }
    if fit && follow.next().is_none() {
        return Ok(());
    }
    Err(mixed_up(provider, payment))
}

/// Checks that each refund that the operation's evidence names is written down for it; how many they are.
pub(crate) fn verify(connection: &Connection, found: &Found) -> Result<u64, JournalError> {
    let intent = &found.operation.intent;
    let (provider, payment) = (&intent.provider, intent.plan.payment());
    let mut count = 0_u64;
    for refund in ids(found) {
        if stored(connection, provider, payment, refund)? != Some(found.seq) {
            return Err(mixed_up(provider, payment));
        }
        count = count.saturating_add(1);
    }
    Ok(count)
}

/// The number of the operation that the refund is written down for.
fn stored(
    connection: &Connection,
    provider: &ProviderName,
    payment: &PaymentId,
    refund: &RefundId,
) -> Result<Option<i64>, JournalError> {
    connection
        .prepare_cached(
            "SELECT operation FROM refund WHERE provider = ?1 AND payment = ?2 AND id = ?3",
        )
        .and_then(|mut statement| {
            let key = [provider.as_str(), payment.as_str(), refund.as_str()];
            statement.query_row(key, |row| row.get(0)).optional()
        })
        .map_err(storage)
}

/// The ids that the operation's evidence names, each once.
fn ids(found: &Found) -> BTreeSet<&RefundId> {
    found.operation.refunds().collect()
}

fn mixed_up(provider: &ProviderName, payment: &PaymentId) -> JournalError {
    damaged(format!(
        "the refunds of payment {payment} at {provider} don't follow from its operations"
    ))
}
