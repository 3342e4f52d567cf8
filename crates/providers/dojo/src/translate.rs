//! Dojo's answers in refundkit's words. Nothing is judged here.

use refundkit_core::ProviderRefund;
use refundkit_core::answer::{Answer, RefundStatus};
use refundkit_core::ids::{PaymentId, RefundId};
use refundkit_core::money::Exact;
use refundkit_core::payment::{CaptureMode, Payment, Stage};
use refundkit_core::ports::{ReadError, ReadErrorKind};
use refundkit_core::{Currency, Minor, Timestamp};
use refundkit_http::Response;
use serde::de::DeserializeOwned;

use crate::window;
use crate::wire::{self, PaymentIntent, Problem};

/// The code that stands for an answer that complains of single fields, in the shape that Dojo's
/// documents show for it; Dojo has no code of its own.
pub(crate) const VALIDATION: &str = "validation";

pub(crate) fn refund(response: &Response) -> Answer {
    if !response.is_success() {
        return other(response);
    }
    let wire: wire::Refund = match response.json() {
        Ok(wire) => wire,
        Err(error) => return response.unreadable(error),
    };
    match refund_fact(wire) {
        Ok(fact) => Answer::Refund(fact),
        Err(why) => response.unreadable(why),
    }
}

pub(crate) fn reversal(response: &Response) -> Answer {
    if !response.is_success() {
        return other(response);
    }
    let wire: wire::Reversal = match response.json() {
        Ok(wire) => wire,
        Err(error) => return response.unreadable(error),
    };
    let Some(Ok(id)) = wire.reversal_id.map(RefundId::new) else {
        return response.unreadable("it has no reversal id");
    };
    let mut fact = ProviderRefund::with_status(status(wire.status));
    fact.id = Some(id);
    Answer::Refund(fact)
}

/// A refund that was asked for by its id.
pub(crate) fn refund_status(response: &Response) -> Result<ProviderRefund, ReadError> {
    let fact = refund_fact(read(response)?).map_err(unreadable)?;
    if fact.status == RefundStatus::Unstated {
        let why = "this version of Dojo's API tells no status of a single refund; the payment's total does";
        return Err(ReadError::new(ReadErrorKind::Unsupported, why));
    }
    Ok(fact)
}

fn refund_fact(wire: wire::Refund) -> Result<ProviderRefund, &'static str> {
    let Some(Ok(id)) = wire.refund_id.map(RefundId::new) else {
        return Err("it has no refund id");
    };
    let payment = match wire.payment_intent_id.map(PaymentId::new) {
        Some(Err(_)) => return Err("its payment intent's id is none"),
        Some(Ok(payment)) => Some(payment),
        None => None,
    };
    let mut fact = ProviderRefund::with_status(status(wire.status));
    fact.id = Some(id);
    fact.payment = payment;
    Ok(fact)
}

/// The statuses of version 2022-01-03; later ones have none.
fn status(word: Option<String>) -> RefundStatus {
    match word.as_deref() {
        None => RefundStatus::Unstated,
        Some("Created") => RefundStatus::Pending,
        Some("Successful") => RefundStatus::Succeeded,
        Some("Failed") => RefundStatus::Failed,
        Some(other) => RefundStatus::Other(other.to_owned()),
    }
}

pub(crate) fn payment(response: &Response) -> Result<Payment, ReadError> {
    of_intent(read(response)?).map_err(unreadable)
}

fn of_intent(intent: PaymentIntent) -> Result<Payment, &'static str> {
    let stage = stage(&intent.status);
    // `totalAmount` is what the customer pays: `amount` leaves out tips, service charge and cashback.
    let paid = intent.total_amount.as_ref().unwrap_or(&intent.amount);
    let currency = Currency::new(&paid.currency_code).map_err(|_| "its currency is none")?;
    // `refundedAmount` and the captures are in the intent's currency: there has to be one.
    if intent.amount.currency_code != paid.currency_code {
        return Err("its amounts are in two currencies");
    }
    let minor = |units: Exact| units.minor().ok_or("it has a negative amount");
    let authorized = minor(paid.value)?;
    let captured = captured(&intent, &stage, authorized)?;
    // Nullable in every version that has it, and the oldest ones don't: missing is not zero.
    let refunded = intent.refunded_amount.map(minor).transpose()?;
    let parse = |text: &Option<String>| -> Option<Timestamp> { text.as_deref()?.parse().ok() };
    let created_at = parse(&intent.created_at);
    let paid_at = intent
        .payment_details
        .as_ref()
        .and_then(|details| parse(&details.transaction_date_time));
    let id = PaymentId::new(intent.id.as_str()).map_err(|_| "its id is none")?;
    let mut payment = Payment::new(id, currency, stage);
    payment.capture_mode = match intent.capture_mode.as_deref() {
        Some("Auto") => CaptureMode::Auto,
        Some("Manual") => CaptureMode::Manual,
        Some(_) | None => CaptureMode::Unknown,
    };
    payment.authorized = authorized;
    payment.captured = captured;
    payment.refunded = refunded;
    payment.created_at = created_at;
    payment.reversal_window = window::of([created_at, paid_at].into_iter().flatten());
    Ok(payment)
}

fn stage(word: &str) -> Stage {
    match word {
        "Created" => Stage::Created,
        "Authorized" => Stage::Authorized,
        "Captured" => Stage::Captured,
        "Reversed" => Stage::Reversed,
        "Refunded" => Stage::Refunded,
        "Canceled" => Stage::NeverPaid,
        other => Stage::Other(other.to_owned()),
    }
}

/// What was taken: the successful captures where the intent lists any, otherwise all of it once
/// the status says so. An automatic capture isn't listed.
fn captured(
    intent: &PaymentIntent,
    stage: &Stage,
    authorized: Minor,
) -> Result<Minor, &'static str> {
    let taken = match stage {
        Stage::Captured | Stage::PartiallyCaptured | Stage::Refunded => true,
        Stage::Created
        | Stage::Authorized
        | Stage::Reversed
        | Stage::NeverPaid
        | Stage::Failed
        | Stage::Other(_)
        | _ => false,
    };
    if !taken {
        return Ok(Minor::ZERO);
    }
    let captures = intent.captures.as_deref().unwrap_or_default();
    if captures.is_empty() {
        return Ok(authorized);
    }
    let amounts: Option<Vec<Minor>> = captures
        .iter()
        .filter(|capture| capture.status == "Successful")
        .flat_map(|capture| [Some(capture.amount), capture.tips_amount])
        .flatten()
        .map(Exact::minor)
        .collect();
    amounts
        .and_then(Minor::checked_sum)
        .ok_or("its captures don't add up")
}

/// Any answer that is no success: an error in Dojo's words, or something that isn't Dojo's.
fn other(response: &Response) -> Answer {
    if !response.is_error() {
        return response.unreadable("it is neither a success nor an error");
    }
    let problem = problem(response);
    let code = (!problem.fields.is_empty()).then(|| VALIDATION.to_owned());
    response.problem(code, said(problem))
}

/// The body of an answer to a read; every version documents 200 for it and no other success.
fn read<T: DeserializeOwned>(response: &Response) -> Result<T, ReadError> {
    if !response.is_reading(&[]) {
        return Err(response.read_error(said(problem(response)).as_deref()));
    }
    response.json().map_err(unreadable)
}

fn unreadable(why: impl ToString) -> ReadError {
    ReadError::new(ReadErrorKind::Unreadable, &why.to_string())
}

/// Some 401s have no body at all, and a gateway in between answers in HTML.
fn problem(response: &Response) -> Problem {
    response
        .json()
        .map(|body| Problem::of(&body))
        .unwrap_or_default()
}

fn said(problem: Problem) -> Option<String> {
    let said = problem.detail.or(problem.title);
    if problem.fields.is_empty() {
        return said;
    }
    let fields = problem.fields.join(", ");
    Some(format!(
        "{} ({fields})",
        said.unwrap_or_else(|| "wrong fields".to_owned())
    ))
}

#[cfg(test)]
mod tests;
