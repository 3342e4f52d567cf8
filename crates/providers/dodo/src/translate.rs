//! Dodo's answers in refundkit's words. Nothing is judged here.

mod payment;

pub(crate) use payment::{add_metadata, needs_metadata, of_payment, payment, with_items};

use refundkit_core::ProviderRefund;
use refundkit_core::answer::{Answer, RefundStatus};
use refundkit_core::ids::{PaymentId, ProviderKey, RefundId};
use refundkit_core::ports::{ReadError, ReadErrorKind};
use refundkit_core::{Currency, References};
use refundkit_http::Response;
use serde::de::DeserializeOwned;

use crate::token;
use crate::wire::{self, Problem};

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
        Ok(refund) => Answer::Refund(refund.as_evidence()),
        Err(why) => response.unreadable(why),
    }
}

pub(crate) fn refund_status(response: &Response) -> Result<ProviderRefund, ReadError> {
    let wire: wire::Refund = read(response)?;
    listed(&wire)
        .map(|refund| refund.as_evidence())
        .map_err(unreadable)
}

pub(crate) fn refunds(response: &Response) -> Result<Vec<ProviderRefund>, ReadError> {
    let page: wire::RefundPage = read(response)?;
    page.items
        .iter()
        .map(|item| listed(item).map_err(unreadable))
        .collect()
}

pub(crate) fn listed(wire: &wire::Refund) -> Result<ProviderRefund, &'static str> {
    let amount = match wire.amount {
        None => None,
        Some(amount) => Some(amount.minor().ok_or("it has a negative amount")?),
    };
    let currency = match wire.currency.as_deref() {
        None => None,
        Some(code) => Some(Currency::new(code).map_err(|_| "its currency is none")?),
    };
    let id = RefundId::new(wire.refund_id.as_str()).map_err(|_| "its refund id is none")?;
    Ok(ProviderRefund {
        payment: Some(
            PaymentId::new(wire.payment_id.as_str()).map_err(|_| "its payment id is none")?,
        ),
        currency,
        id: Some(id),
        token: of_metadata(wire).or_else(|| token::read(wire.reason.as_deref()?)),
        references: references(wire),
        amount,
        created_at: wire.created_at.as_deref().and_then(|at| at.parse().ok()),
        ..ProviderRefund::with_status(status(&wire.status))
    })
}

/// Where a token of ours may stand in another form.
fn references(wire: &wire::Refund) -> References {
    let in_metadata = wire.metadata.iter().flat_map(wire::Metadata::texts);
    wire.reason
        .as_deref()
        .into_iter()
        .chain(in_metadata)
        .collect()
}

fn of_metadata(wire: &wire::Refund) -> Option<ProviderKey> {
    let text = wire.metadata.as_ref()?.text(token::METADATA_KEY)?;
    ProviderKey::new(text).ok()
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

/// The body of an answer to a read; Dodo documents 200 for it and no other success.
fn read<T: DeserializeOwned>(response: &Response) -> Result<T, ReadError> {
    if response.is_reading(&[]) {
        return response.json().map_err(unreadable);
    }
    let Problem { code, message } = response.json().unwrap_or_default();
    // Codes before statuses: Dodo documents no status for a code. What broke knows of nothing.
    let is_missing =
        code.as_deref() == Some("NOT_FOUND") && (400..500).contains(&response.status());
    let said: Vec<String> = [code, message].into_iter().flatten().collect();
    let mut error = response.read_error((!said.is_empty()).then(|| said.join(": ")).as_deref());
    if is_missing {
        error.kind = ReadErrorKind::NotFound;
    }
    Err(error)
}

fn unreadable(why: impl ToString) -> ReadError {
    ReadError::new(ReadErrorKind::Unreadable, &why.to_string())
}

#[cfg(test)]
mod tests;
