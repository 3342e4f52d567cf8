//! What a reading of a payment can be leaned on for, decided in one place for all providers.
//!
//! A reading proves presence by what it shows. It proves absence only where it is about the payment
//! that was asked for, complete by its own words, and consistent with itself and with what is known.
//! Missing is not zero, empty is not complete, short is not last.

use std::collections::BTreeMap;

use crate::answer::RefundStatus;
use crate::ids::{PaymentId, RefundId};
use crate::money::Minor;
use crate::payment::{Extent, Payment, Stage};
use crate::plan::History;
use crate::ports::{ReadError, ReadErrorKind};
use crate::provider_refund::ProviderRefund;

/// The reading, if it is about the payment that was asked for.
///
/// # Errors
/// [`ReadError`] of kind [`AboutAnother`](ReadErrorKind::AboutAnother) where it isn't.
pub fn about(asked: &PaymentId, payment: Payment) -> Result<Payment, ReadError> {
    if payment.id == *asked {
        return Ok(payment);
    }
    let found = &payment.id;
    let why = format!("payment {asked} was asked for, and the answer is about payment {found}");
    Err(ReadError::new(ReadErrorKind::AboutAnother, &why))
}

/// The answer about one refund, if it is about the one that was asked for, or names none.
///
/// # Errors
/// As [`about`].
pub fn about_refund(asked: &RefundId, fact: ProviderRefund) -> Result<ProviderRefund, ReadError> {
    match &fact.id {
        Some(found) if found != asked => {
            let why =
                format!("refund {asked} was asked for, and the answer is about refund {found}");
            Err(ReadError::new(ReadErrorKind::AboutAnother, &why))
        }
        Some(_) | None => Ok(fact),
    }
}

/// What of the reading contradicts itself, or what is known of the payment; `None` where nothing
/// does. Such a reading proves no absence, and nothing new is planned on it.
#[must_use]
pub fn contradiction(payment: &Payment, history: &History) -> Option<&'static str> {
    of_words(payment)
        .or_else(|| of_list(payment))
        .or_else(|| history.contradicts(payment))
}

/// What is missing for it to prove that a refund isn't there; `None` where nothing is.
pub(crate) fn unstated(payment: &Payment) -> Option<&'static str> {
    match (&payment.refunds, payment.total()) {
        (Some(listed), _) if listed.whole => None,
        (Some(_), _) => Some("it doesn't say whether the refunds that it lists are all"),
        (None, Some(_)) => None,
        (None, None) => Some("it doesn't say how much was refunded"),
    }
}

/// Stage, words and sums beside each other.
fn of_words(payment: &Payment) -> Option<&'static str> {
    let (sum, captured) = (payment.refunded, payment.captured);
    let is_taken = matches!(
        payment.stage,
        Stage::Captured | Stage::PartiallyCaptured | Stage::Refunded
    );
    let alive = payment
        .shown()
        .iter()
        .any(|seen| seen.status != RefundStatus::Failed);
    let returned = alive || payment.extent.is_some() || sum.is_some_and(|sum| !sum.is_zero());
    if is_taken && captured.is_zero() {
        return Some("it is captured, and nothing was captured of it");
    }
    // A reversed payment that was refunded besides is a difference of its own.
    if returned && !is_taken && payment.stage != Stage::Reversed {
        return Some("money of it was refunded, and its status knows of none");
    }
    if payment.extent == Some(Extent::Part) && sum.is_none() && payment.refunds.is_none() {
        return Some("its status says that some of it was refunded, and nothing says how much");
    }
    if payment.is_refunded_whole() && sum.is_some_and(|sum| sum < captured) {
        return Some("its status says that all of it was refunded, and the refunded total less");
    }
    if payment.extent == Some(Extent::Part) && sum.is_some_and(Minor::is_zero) {
        return Some(
            "its status says that some of it was refunded, and the refunded total nothing",
        );
    }
    None
}

/// The list beside words and sums.
fn of_list(payment: &Payment) -> Option<&'static str> {
    let listed = payment.refunds.as_ref()?;
    if says_two_things(&listed.refunds) {
        return Some("it lists one refund twice, and not alike");
    }
    if !listed.whole {
        return None;
    }
    let is_alive = |seen: &&ProviderRefund| seen.status != RefundStatus::Failed;
    let says_some = payment.extent.is_some() || payment.stage == Stage::Refunded;
    if says_some && !listed.refunds.iter().any(|seen| is_alive(&seen)) {
        return Some("its status says that money was refunded, and it lists no such refund");
    }
    if !payment.amounts_comparable {
        return None;
    }
    let sum = |alive_only: bool| {
        let counted = listed.refunds.iter();
        let counted = counted.filter(|seen| !alive_only || is_alive(seen));
        let amounts: Option<Vec<Minor>> = counted.map(|seen| seen.amount).collect();
        amounts.map(|amounts| Minor::checked_sum(amounts).unwrap_or(Minor::MAX))
    };
    if payment.is_refunded_whole() && sum(true).is_some_and(|sum| sum < payment.captured) {
        return Some("its status says that all of it was refunded, and it lists less");
    }
    // A total may count a refund that has failed since.
    let shown = sum(false);
    if shown
        .zip(payment.refunded)
        .is_some_and(|(shown, total)| shown < total)
    {
        return Some("it says that more was refunded than it lists");
    }
    None
}

/// Whether one id stands for two refunds. The same one twice, alike in all, is one.
fn says_two_things(refunds: &[ProviderRefund]) -> bool {
    let mut by_id = BTreeMap::new();
    refunds.iter().any(|seen| {
        let Some(id) = &seen.id else {
            return false;
        };
        let first = *by_id.entry(id).or_insert(seen);
        first != seen
    })
}
