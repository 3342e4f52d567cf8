//! A provider's answers in refundkit's words, by its profile. Nothing is judged here.

mod payment;
mod refund;

pub(crate) use payment::{payment, with_refunds};

use refundkit_core::answer::{Answer, RefundFact, RefundStatus};
use refundkit_core::ids::ProviderKey;
use refundkit_core::payment::{SeenRefund, Stage};
use refundkit_core::ports::{ReadError, ReadErrorKind};
use refundkit_http::Response;
use serde_json::Value;

use crate::profile::{AnswerKind, Document};

/// The answer to a refund that was sent with `token`.
pub(crate) fn refund(profile: &Document, token: &ProviderKey, response: &Response) -> Answer {
    let document = match success(profile, response) {
        Ok(document) => document,
        Err(answer) => return answer,
    };
    let fact = match profile.refund.answer {
        AnswerKind::Refund => refund::fact(profile, &document),
        AnswerKind::Payment => in_payment(profile, token, &document),
    };
    fact.map_or_else(|why| response.unreadable(why), Answer::Refund)
}

/// The refund with our token among those of the payment: one, or nothing can be said.
fn in_payment(
    profile: &Document,
    token: &ProviderKey,
    document: &Value,
) -> Result<RefundFact, String> {
    let read = payment::of(profile, document)?;
    let ours = |seen: &&SeenRefund| seen.token.as_ref() == Some(token);
    let mut found = read.refunds.iter().flatten().filter(ours);
    let (Some(refund), None) = (found.next(), found.next()) else {
        return Err("the payment doesn't show this refund exactly once".to_owned());
    };
    Ok(RefundFact {
        refund: refund.id.clone(),
        status: refund.status.clone(),
        amount: refund.amount,
        currency: refund.amount.map(|_| read.currency),
        payment: Some(read.id),
    })
}

/// The answer to a reversal: the payment, which then is reversed.
pub(crate) fn reversal(profile: &Document, response: &Response) -> Answer {
    let document = match success(profile, response) {
        Ok(document) => document,
        Err(answer) => return answer,
    };
    match payment::of(profile, &document) {
        Ok(read) if read.stage == Stage::Reversed => Answer::Refund(RefundFact {
            payment: Some(read.id),
            ..RefundFact::with_status(RefundStatus::Succeeded)
        }),
        Ok(_) => response.unreadable("the payment isn't reversed in it"),
        Err(why) => response.unreadable(why),
    }
}

pub(crate) fn refund_status(
    profile: &Document,
    response: &Response,
) -> Result<RefundFact, ReadError> {
    let document = read(profile, response)?;
    refund::fact(profile, &document).map_err(unreadable)
}

fn success(profile: &Document, response: &Response) -> Result<Value, Answer> {
    if response.is_success() {
        return response.json().map_err(|error| response.unreadable(error));
    }
    if !response.is_error() {
        return Err(response.unreadable("it is neither a success nor an error"));
    }
    let document: Value = response.json().unwrap_or_default();
    let errors = &profile.errors;
    Err(response.problem(errors.code.text(&document), errors.message.text(&document)))
}

fn read(profile: &Document, response: &Response) -> Result<Value, ReadError> {
    if response.is_success() {
        return response.json().map_err(unreadable);
    }
    let document: Value = response.json().unwrap_or_default();
    Err(response.read_error(profile.errors.message.text(&document).as_deref()))
}

fn unreadable(why: impl ToString) -> ReadError {
    ReadError::new(ReadErrorKind::Unreadable, &why.to_string())
}
