//! What can be told from the request alone: refused before anything is read, let alone sent.

use std::collections::BTreeSet;

use crate::capabilities::{Capabilities, Reversal};
use crate::money::Money;
use crate::plan::{Refusal, texts};
use crate::request::{RefundRequest, ReversalRequest, Scope};
use crate::text::Text;

/// Checks what a refund's request says by itself against what the provider can do.
///
/// # Errors
/// [`Refusal`]: a text that doesn't fit (R6), an amount over the provider's largest (R4), items where
/// it takes none, no item or one item twice (R5).
pub fn check_refund(request: &RefundRequest, capabilities: &Capabilities) -> Result<(), Refusal> {
    texts::check(&capabilities.refund_texts, request)?;
    let largest = |amount: Money| {
        if amount.minor().get() > capabilities.largest_amount {
            return Err(Refusal::TooLargeForProvider {
                asked: amount,
                largest: capabilities.largest_amount,
            });
        }
        Ok(())
    };
    match &request.scope {
        Scope::Remaining => Ok(()),
        Scope::Amount(amount) => largest(*amount),
        Scope::Items(_) if !capabilities.by_item => Err(Refusal::NoItems),
        Scope::Items(items) => {
            let mut seen = BTreeSet::new();
            if items.is_empty() {
                return Err(Refusal::BadItems("no item was named".to_owned()));
            }
            if let Some(twice) = items.iter().find(|asked| !seen.insert(&asked.item)) {
                let problem = format!("item {} is named twice", twice.item);
                return Err(Refusal::BadItems(problem));
            }
            items
                .iter()
                .filter_map(|asked| asked.amount)
                .try_for_each(largest)
        }
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
    if capabilities.reversal == Reversal::No {
        return Err(Refusal::NotReversible {
            payment: request.payment.clone(),
            because: "the provider has no reversals".to_owned(),
        });
    }
    let reason = request.reason.as_ref().map(Text::characters);
    texts::fits(
        "reason with a reversal",
        capabilities.reversal_reason,
        reason,
    )
}
