//! Rule R12: whether a payment is reversed or refunded, chosen before anything is sent. The rules of
//! each of the two stand elsewhere.

use crate::capabilities::Capabilities;
use crate::payment::Payment;
use crate::plan::{History, Notice, Plan, Refusal, plan_refund, plan_reversal};
use crate::request::{RefundRequest, ReversalRequest, Scope};
use crate::time::Timestamp;

/// R12: a reversal where one is legal and all of the payment is asked for, a refund where not; and
/// why. The choice is made before anything is sent, never by trying.
///
/// # Errors
/// The refund's [`Refusal`] where neither is legal; the reversal's where the payment isn't captured,
/// so that a refund was never a choice.
pub fn plan_reverse_or_refund(
    payment: &Payment,
    history: &History,
    request: &RefundRequest,
    capabilities: &Capabilities,
    now: Timestamp,
) -> Result<Plan, Refusal> {
    let reversal = match request.scope {
        Scope::Remaining => plan_reversal(
            payment,
            history,
            &as_reversal(request, capabilities),
            capabilities,
            now,
        ),
        Scope::Amount(_) | Scope::Items(_) => Err(Refusal::NotReversible {
            payment: payment.id.clone(),
            because: "a reversal is for the full amount only".to_owned(),
        }),
    };
    let no_reversal = match reversal {
        Ok(mut plan) => {
            plan.notice(Notice::ChoseReversal);
            return Ok(Plan::Reversal(plan));
        }
        Err(refusal) => refusal,
    };
    match plan_refund(payment, history, request, capabilities) {
        Ok(mut plan) => {
            plan.notice(Notice::ChoseRefund {
                because: no_reversal.to_string(),
            });
            Ok(Plan::Refund(plan))
        }
        Err(Refusal::NotCaptured { .. }) => Err(no_reversal),
        Err(refusal) => Err(refusal),
    }
}

/// The request as a reversal. A reason that a reversal can't carry stays with the operation's
/// request and is left out; a reason that is too long for one that could is refused.
fn as_reversal(request: &RefundRequest, capabilities: &Capabilities) -> ReversalRequest {
    let reversal = ReversalRequest::new(request.payment.clone(), request.key.clone());
    match (&request.reason, capabilities.reversal_reason) {
        (Some(reason), Some(_)) => reversal.reason(reason.clone()),
        _ => reversal,
    }
}
