//! R13: what is disputed, open or lost, counts as gone.

use crate::capabilities::Capabilities;
use crate::money::Minor;
use crate::payment::Payment;
use crate::plan::Refusal;
use crate::plan::lines::show;

/// Where the provider shows disputes, a reading without them doesn't tell what is left.
pub(super) fn are_shown(payment: &Payment, capabilities: &Capabilities) -> Result<(), Refusal> {
    if capabilities.shows_disputes && payment.disputes.is_none() {
        return Err(Refusal::Unclear {
            payment: payment.id.clone(),
            because: "the provider doesn't say whether it is disputed",
        });
    }
    Ok(())
}

/// Refuses where `free` would be left of the payment, and nothing is because of disputes.
pub(super) fn leave_some(payment: &Payment, free: Minor, left: Minor) -> Result<(), Refusal> {
    if free.is_zero() || !left.is_zero() {
        return Ok(());
    }
    Err(Refusal::Disputed {
        payment: payment.id.clone(),
        disputed: show(payment.disputed(), payment.currency),
    })
}
