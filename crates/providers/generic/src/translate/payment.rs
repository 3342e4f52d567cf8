use refundkit_core::payment::{CaptureMode, Payment, Stage};
use refundkit_core::ports::ReadError;
use refundkit_core::{Minor, PaymentId, RefundStatus};
use refundkit_http::Response;
use serde_json::Value;

use super::refund::{amount, currency, seen, time};
use super::{read, unreadable};
use crate::profile::{Document, PaymentFields, StageWord};

pub(crate) fn payment(profile: &Document, response: &Response) -> Result<Payment, ReadError> {
    of(profile, &read(profile, response)?).map_err(unreadable)
}

/// Adds the refunds that a request of their own has brought.
pub(crate) fn with_refunds(
    profile: &Document,
    mut payment: Payment,
    response: &Response,
) -> Result<Payment, ReadError> {
    let document = read(profile, response)?;
    add_refunds(profile, &mut payment, &document).map_err(unreadable)?;
    Ok(payment)
}

pub(super) fn of(profile: &Document, document: &Value) -> Result<Payment, String> {
    let fields = &profile.payment;
    let need = |path: &crate::profile::Paths, what: &str| {
        path.text(document)
            .ok_or_else(|| format!("the payment has no {what}"))
    };
    let id = PaymentId::new(need(&fields.id, "id")?).map_err(|_| "the payment's id is none")?;
    let currency = currency(&need(&fields.currency, "currency")?)?;
    let sum = |path: &crate::profile::Paths| {
        path.find(document)
            .map(|value| amount(profile.amounts, value, Some(currency)))
            .transpose()
    };
    let authorized = sum(&fields.authorized)?.ok_or("the payment has no amount")?;
    let stage = stage(fields, &need(&fields.status, "status")?);
    let stated = fields.captured.as_ref().map(&sum).transpose()?.flatten();
    let refunded = fields.refunded.as_ref().map(&sum).transpose()?.flatten();
    let mut payment = Payment::new(id, currency, stage);
    payment.capture_mode = capture_mode(fields, document);
    payment.authorized = authorized;
    payment.captured = captured(&payment.stage, stated, authorized)?;
    payment.refunded = refunded.unwrap_or(Minor::ZERO);
    payment.created_at = fields
        .created_at
        .as_ref()
        .and_then(|path| time(&path.text(document)?));
    if profile
        .refunds
        .as_ref()
        .is_some_and(|list| list.read.is_none())
    {
        add_refunds(profile, &mut payment, document)?;
    }
    Ok(payment)
}

fn stage(fields: &PaymentFields, word: &str) -> Stage {
    match fields.stages.get(word) {
        Some(StageWord::Created) => Stage::Created,
        Some(StageWord::Authorized) => Stage::Authorized,
        Some(StageWord::PartiallyCaptured) => Stage::PartiallyCaptured,
        Some(StageWord::Captured) => Stage::Captured,
        Some(StageWord::Reversed) => Stage::Reversed,
        Some(StageWord::Refunded) => Stage::Refunded,
        Some(StageWord::Canceled) => Stage::Canceled,
        Some(StageWord::Failed) => Stage::Failed,
        None => Stage::Other(word.to_owned()),
    }
}

fn capture_mode(fields: &PaymentFields, document: &Value) -> CaptureMode {
    let word = fields
        .capture_mode
        .as_ref()
        .and_then(|path| path.text(document));
    match word {
        None => CaptureMode::Unknown,
        Some(word) if fields.manual_capture.as_ref() == Some(&word) => CaptureMode::Manual,
        Some(_) => CaptureMode::Auto,
    }
}

/// What was taken: what the provider states, or all of it once the stage says so.
fn captured(stage: &Stage, stated: Option<Minor>, authorized: Minor) -> Result<Minor, String> {
    match (stage, stated) {
        (Stage::Captured | Stage::Refunded | Stage::PartiallyCaptured, Some(stated)) => Ok(stated),
        (Stage::Captured | Stage::Refunded, None) => Ok(authorized),
        (Stage::PartiallyCaptured, None) => {
            Err("the payment is captured in part and doesn't say how much".to_owned())
        }
        _ => Ok(Minor::ZERO),
    }
}

fn add_refunds(profile: &Document, payment: &mut Payment, document: &Value) -> Result<(), String> {
    let Some(list) = &profile.refunds else {
        return Ok(());
    };
    let more = list.more.as_ref().and_then(|path| path.find(document));
    if more.is_some_and(|more| *more != Value::Bool(false)) {
        return Err("the payment has more refunds than fit in one answer".to_owned());
    }
    let entries = match list.list.find(document) {
        None => &[],
        Some(found) => found
            .as_array()
            .ok_or("the payment's list of refunds is none")?
            .as_slice(),
    };
    let wanted = |entry: &&Value| {
        list.only
            .as_ref()
            .is_none_or(|only| only.field.text(entry).as_ref() == Some(&only.is))
    };
    let refunds = entries
        .iter()
        .filter(wanted)
        .map(|entry| seen(profile, payment.currency, entry))
        .collect::<Result<Vec<_>, _>>()?;
    if profile.payment.refunded.is_none() {
        let returned = refunds
            .iter()
            .filter(|refund| refund.status != RefundStatus::Failed)
            .filter_map(|refund| refund.amount);
        payment.refunded = Minor::checked_sum(returned).ok_or("the refunds don't add up")?;
    }
    payment.refunds = Some(refunds);
    Ok(())
}
