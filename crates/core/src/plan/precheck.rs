//! What can be told from the request alone: refused before anything is read, let alone sent.

use std::collections::BTreeSet;

use crate::capabilities::{Capabilities, Reversal};
use crate::money::Money;
use crate::payment::Payment;
use crate::plan::{Refusal, texts};
use crate::request::{ItemRequest, RefundRequest, ReversalRequest, Scope};
use crate::text::Text;

/// Checks what a refund's request says by itself against what the provider can do.
///
/// # Errors
/// [`Refusal`]: what was paid, a reason or an extra is missing or not wanted, a text that doesn't
/// fit (R6), an amount over the provider's largest (R4), items where
/// it takes none, no item or one item twice (R5).
pub fn check_refund(request: &RefundRequest, capabilities: &Capabilities) -> Result<(), Refusal> {
    stated_payment(request, capabilities)?;
    texts::check(capabilities, request)?;
    match &request.scope {
        Scope::Remaining => Ok(()),
        Scope::Amount(amount) => fits_field(*amount, capabilities),
        Scope::Items(_) if !capabilities.by_item => Err(Refusal::NoItems),
        Scope::Items(items) => {
            named_once(items)?;
            items
                .iter()
                .filter_map(|asked| asked.amount)
                .try_for_each(|amount| fits_field(amount, capabilities))
        }
    }
}

/// What was paid by the caller's word, where that counts: at a provider that shows no payments.
/// `None` where the provider's own word counts.
///
/// # Errors
/// [`Refusal::Paid`] where one of the two is missing, or the caller's word stands against the provider's.
pub fn stated_payment(
    request: &RefundRequest,
    capabilities: &Capabilities,
) -> Result<Option<Payment>, Refusal> {
    match (capabilities.shows_payments, request.paid) {
        (true, None) => Ok(None),
        (false, Some(paid)) => Ok(Some(Payment::stated(request.payment.clone(), paid))),
        (false, None) => Err(Refusal::Paid(
            "the provider shows no payments: say what was paid with --paid / RefundRequest::paid",
        )),
        (true, Some(_)) => Err(Refusal::Paid(
            "the provider shows what was paid, and its word counts: leave out --paid / RefundRequest::paid",
        )),
    }
}

/// R4: the amount fits the provider's field, and its way to count.
pub(super) fn fits_field(amount: Money, capabilities: &Capabilities) -> Result<(), Refusal> {
    if amount.minor().get() > capabilities.largest_amount {
        return Err(Refusal::TooLargeForProvider {
            asked: amount,
            largest: capabilities.largest_amount,
        });
    }
    match capabilities.amounts.complaint(amount) {
        None => Ok(()),
        Some(because) => Err(Refusal::Uncountable {
            asked: amount,
            because,
        }),
    }
}

/// R5: some item is named, and none twice.
pub(super) fn named_once(items: &[ItemRequest]) -> Result<(), Refusal> {
    if items.is_empty() {
        return Err(Refusal::BadItems("no item was named".to_owned()));
    }
    let mut seen = BTreeSet::new();
    match items.iter().find(|asked| !seen.insert(&asked.item)) {
        None => Ok(()),
        Some(twice) => {
            let problem = format!("item {} is named twice", twice.item);
            Err(Refusal::BadItems(problem))
        }
    }
}

/// Why no payment at all can be reversed at the provider; `None` where some can.
pub(super) const fn no_reversals(capabilities: &Capabilities) -> Option<&'static str> {
    match (capabilities.reversal, capabilities.shows_payments) {
        (Reversal::No, _) => Some("the provider has no reversals"),
        (_, false) => {
            Some("the provider shows no payments, so nothing tells whether it is captured")
        }
        (Reversal::Authorized | Reversal::AuthorizedOrAutoCaptured, true) => None,
    }
}

/// Checks what a reversal's request says by itself against what the provider can do.
///
/// # Errors
/// [`Refusal`]: a provider without reversals, a reason that it doesn't take (R6).
pub fn check_reversal(
    request: &ReversalRequest,
    capabilities: &Capabilities,
) -> Result<(), Refusal> {
    if let Some(because) = no_reversals(capabilities) {
        return Err(Refusal::NotReversible {
            payment: request.payment.clone(),
            because: because.to_owned(),
        });
    }
    let reason = request.reason.as_ref().map(Text::characters);
    texts::fits(
        "reason with a reversal",
        capabilities.reversal_reason,
        reason,
    )
}
