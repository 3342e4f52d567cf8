//! Dodo's answers in refundkit's words. Nothing is judged here.

mod payment;

pub(crate) use payment::{needs_metadata, payment, with_items};

use refundkit_core::answer::{Answer, RefundFact, RefundStatus};
use refundkit_core::ids::{PaymentId, ProviderKey, RefundId};
use refundkit_core::ports::{ReadError, ReadErrorKind};
use refundkit_core::{Currency, References, SeenRefund, Sighting};
use refundkit_http::Response;
use serde::de::DeserializeOwned;

use crate::token;
use crate::wire::{self, Problem, Value};

pub(crate) fn refund(response: &Response) -> Answer {
    if !response.is_success() {
        if !response.is_error() {
            return response.unreadable("it is neither a success nor an error");
        }
        let Problem { code, message } = response.json().unwrap_or_default();
        return response.problem(code, message);
    }
    let wire: wire::Refund = match response.json() {
        Ok(wire) => wire,
        Err(error) => return response.unreadable(error),
    };
    match listed(&wire) {
        Ok(refund) => Answer::Refund(refund.fact()),
        Err(why) => response.unreadable(why),
    }
}

pub(crate) fn refund_status(response: &Response) -> Result<RefundFact, ReadError> {
    let wire: wire::Refund = read(response)?;
    listed(&wire)
        .map(|refund| refund.fact())
        .map_err(unreadable)
}

/// The token in a single refund's metadata.
pub(crate) fn metadata_token(response: &Response) -> Result<Option<ProviderKey>, ReadError> {
    let wire: wire::Refund = read(response)?;
    Ok(of_metadata(&wire))
}

pub(crate) fn refunds(response: &Response) -> Result<Vec<Sighting>, ReadError> {
    let page: wire::RefundPage = read(response)?;
    page.items
        .iter()
        .map(|item| listed(item).map_err(unreadable))
        .collect()
}

pub(crate) fn listed(wire: &wire::Refund) -> Result<Sighting, &'static str> {
    let amount = match wire.amount {
        None => None,
        Some(amount) => Some(amount.minor().ok_or("it has a negative amount")?),
    };
    let currency = match wire.currency.as_deref() {
        None => None,
        Some(code) => Some(Currency::new(code).map_err(|_| "its currency is none")?),
    };
    let id = RefundId::new(wire.refund_id.as_str()).map_err(|_| "its refund id is none")?;
    Ok(Sighting {
        payment: PaymentId::new(wire.payment_id.as_str()).map_err(|_| "its payment id is none")?,
        currency,
        refund: SeenRefund {
            id: Some(id),
            token: of_metadata(wire).or_else(|| token::read(wire.reason.as_deref()?)),
            references: references(wire),
            status: status(&wire.status),
            amount,
            created_at: wire.created_at.as_deref().and_then(|at| at.parse().ok()),
        },
    })
}

/// Where a token of ours may stand in another form.
fn references(wire: &wire::Refund) -> References {
    let in_metadata = wire
        .metadata
        .as_ref()
        .and_then(|all| match &all.refundkit_token {
            Some(Value::Text(text)) => Some(text.as_str()),
            Some(Value::Other(_)) | None => None,
        });
    wire.reason
        .as_deref()
        .into_iter()
        .chain(in_metadata)
        .collect()
}

fn of_metadata(wire: &wire::Refund) -> Option<ProviderKey> {
    match wire.metadata.as_ref()?.refundkit_token.as_ref()? {
        Value::Text(token) => ProviderKey::new(token.as_str()).ok(),
        Value::Other(_) => None,
    }
}

/// The four statuses of the OpenAPI document; any other word is kept and never taken for success.
fn status(word: &str) -> RefundStatus {
    match word {
        "succeeded" => RefundStatus::Succeeded,
        "failed" => RefundStatus::Failed,
        "pending" => RefundStatus::Pending,
        "review" => RefundStatus::Review,
        other => RefundStatus::Other(other.to_owned()),
    }
}

fn read<T: DeserializeOwned>(response: &Response) -> Result<T, ReadError> {
    if response.is_success() {
        return response.json().map_err(unreadable);
    }
    let Problem { code, message } = response.json().unwrap_or_default();
    let said: Vec<String> = [code, message].into_iter().flatten().collect();
    let mut error = response.read_error((!said.is_empty()).then(|| said.join(": ")).as_deref());
    // Codes before statuses: Dodo documents no status for a code.
    if said.first().is_some_and(|code| code == "NOT_FOUND") {
        error.kind = ReadErrorKind::NotFound;
    }
    Err(error)
}

fn unreadable(why: impl ToString) -> ReadError {
    ReadError::new(ReadErrorKind::Unreadable, &why.to_string())
}

#[cfg(test)]
mod tests;
