//! The row that keeps two refunds of one payment from returning more than was paid.

use refundkit_core::{Budget, Intent, JournalError, Minor, PaymentId, ProviderName};
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use crate::error::{damaged, storage};
use crate::rows::Found;

/// Adds what the operation holds to `sum`.
pub(crate) fn add(sum: Minor, found: &Found) -> Result<Minor, JournalError> {
    if !found.state.holds_money() {
        return Ok(sum);
    }
    sum.checked_add(found.operation.intent.plan.amount().minor())
        .ok_or_else(|| damaged("the sum of a payment's operations is too large"))
}

/// Checks what is held of the payment against its operations: a row where there are any, none where
/// there are none.
pub(crate) fn check(
    connection: &Connection,
    provider: &ProviderName,
    payment: &PaymentId,
    operations: &[Found],
) -> Result<(), JournalError> {
    let stored: Option<i64> = connection
        .prepare_cached("SELECT held FROM budget WHERE provider = ?1 AND payment = ?2")
        .and_then(|mut statement| {
            statement
                .query_row([provider.as_str(), payment.as_str()], |row| row.get(0))
                .optional()
        })
        .map_err(storage)?;
    let sum = operations.iter().try_fold(Minor::ZERO, add)?;
    let follows = (!operations.is_empty()).then(|| sum.get());
    if stored == follows {
        return Ok(());
    }
    Err(damaged(format!(
        "the budget of payment {payment} at {provider} doesn't follow from its operations"
    )))
}

/// Reserves the intent's amount; `Some(left)` where the payment has no room for it.
pub(crate) fn reserve(
    connection: &Connection,
    intent: &Intent,
    budget: Budget,
) -> Result<Option<Minor>, JournalError> {
    let amount = intent.plan.amount().minor();
    let reserved = connection
        .prepare_cached(
            "INSERT INTO budget (provider, payment, cap, external, held, overdrawn) VALUES (?1, ?2, ?3, ?4, ?5, 0)
             ON CONFLICT (provider, payment) DO UPDATE
             SET cap = ?3, external = ?4, held = held + ?5, overdrawn = 0",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                intent.provider.as_str(),
                intent.plan.payment().as_str(),
                budget.cap.get(),
                budget.external.get(),
                amount.get()
            ])
        });
    match reserved {
        Ok(_) => Ok(None),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            left(connection, intent, budget).map(Some)
        }
        Err(error) => Err(storage(error)),
    }
}

fn left(connection: &Connection, intent: &Intent, budget: Budget) -> Result<Minor, JournalError> {
    let held: i64 = connection
        .prepare_cached(
            "SELECT coalesce(sum(held), 0) FROM budget WHERE provider = ?1 AND payment = ?2",
        )
        .and_then(|mut statement| {
            statement.query_row(
                [intent.provider.as_str(), intent.plan.payment().as_str()],
                |row| row.get(0),
            )
        })
        .map_err(storage)?;
    let held = Minor::new(held).ok_or_else(|| damaged("a budget holds less than nothing"))?;
    let gone = held.checked_add(budget.external);
    Ok(gone.map_or(Minor::ZERO, |gone| budget.cap.saturating_sub(gone)))
}

/// Holds the amount again, or lets go of it, after evidence has changed the operation's state.
pub(crate) fn adjust(
    connection: &Connection,
    intent: &Intent,
    hold: bool,
) -> Result<(), JournalError> {
    let amount = intent.plan.amount().minor().get();
    let change = if hold {
        amount
    } else {
        amount.saturating_neg()
    };
    let changed = connection
        .prepare_cached(
            "UPDATE budget SET held = held + ?3, overdrawn = held + ?3 > cap - external
             WHERE provider = ?1 AND payment = ?2",
        )
        .and_then(|mut statement| {
            let payment = intent.plan.payment();
            statement.execute(params![intent.provider.as_str(), payment.as_str(), change])
        })
        .map_err(storage)?;
    if changed == 1 {
        Ok(())
    } else {
        Err(damaged("the budget of a payment with operations is gone"))
    }
}
