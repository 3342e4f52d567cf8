//! R13: what is disputed, open or lost, counts as gone.

use crate::capabilities::Capabilities;
use crate::money::Minor;
use crate::payment::{DisputeStage, Payment};
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
        disputed: stated(payment),
    })
}

/// Each dispute that isn't won, with what is stated of it. They are not added up: some are about the
/// same money, and one without an amount in the payment's currency counts as all of it.
fn stated(payment: &Payment) -> String {
    let open = payment.disputes.iter().flatten();
    let open = open.filter(|dispute| dispute.stage != DisputeStage::Won);
    let each = open.map(|dispute| {
        let name = dispute.id.as_deref().map(|id| [" ", id].concat());
        let name = name.unwrap_or_default();
        let stage = match dispute.stage {
            DisputeStage::Lost => "is lost",
            DisputeStage::Open | DisputeStage::Won => "is open",
        };
        let amount = match dispute.amount {
            Some(amount) => ["of ", &show(amount, payment.currency)].concat(),
            None => "and no amount of it is told, so that all of the payment counts".to_owned(),
        };
        format!("dispute{name} {stage}, {amount}")
    });
    each.collect::<Vec<_>>().join("; ")
}
