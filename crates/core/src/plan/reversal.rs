//! The plan of a reversal, which is always of the whole payment, and the rules by which one is made or
//! forbidden. Pure: the payment was read before, and the time is an argument.

use serde::{Deserialize, Serialize};

use crate::capabilities::{Capabilities, Reversal};
use crate::ids::PaymentId;
use crate::money::{Minor, Money};
use crate::payment::{CaptureMode, Payment, Stage};
use crate::plan::precheck::{fits_field, no_reversals};
use crate::plan::refund::others_untold;
use crate::plan::{Budget, History, Kind, Notice, Refusal, disputes, texts};
use crate::reading::contradiction;
use crate::request::ReversalRequest;
use crate::text::Text;
use crate::time::Timestamp;

/// A reversal that every rule allows: of the whole payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReversalPlan {
    payment: PaymentId,
    amount: Money,
    reason: Option<Text>,
    notices: Vec<Notice>,
}

impl ReversalPlan {
    /// The payment.
    #[must_use]
    pub const fn payment(&self) -> &PaymentId {
        &self.payment
    }

    /// The payment's whole amount.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }

    /// What the payment has room for: itself, whole, once.
    #[must_use]
    pub const fn budget(&self) -> Budget {
        Budget {
            cap: self.amount.minor(),
            external: Minor::ZERO,
        }
    }

    /// What a person should know.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        self.notices.push(notice);
    }
}

/// Plans a reversal of `payment`, or says which rule forbids it.
///
/// # Errors
/// The first [`Refusal`] that applies: the payment's stage and the provider's rule for it, the
/// window of time (R2), refunds on record (R9), what is under way (R10), the reason's length (R6).
pub fn plan_reversal(
    payment: &Payment,
    history: &History,
    request: &ReversalRequest,
    capabilities: &Capabilities,
    now: Timestamp,
) -> Result<ReversalPlan, Refusal> {
    let refuse = |because: String| Refusal::NotReversible {
        payment: payment.id.clone(),
        because,
    };
    if let Some(because) = no_reversals(capabilities) {
        return Err(refuse(because.to_owned()));
    }
    if let Some(because) = wrong_stage(payment, capabilities.reversal) {
        return Err(refuse(because));
    }
    let window = window(payment, now);
    if window == Window::Over {
        return Err(refuse(
            "the time in which its provider reverses a payment is over".to_owned(),
        ));
    }
    let reason = request.reason.as_ref().map(Text::characters);
    texts::fits(
        "reason with a reversal",
        capabilities.reversal_reason,
        reason,
    )?;
    history.check_kind(payment, Kind::Reversal)?;
    history.check_idle(payment, true)?;
    // Of what isn't captured nothing can have been refunded or disputed, whether it is said or not.
    let is_taken = payment.stage != Stage::Authorized;
    let untold = || others_untold(payment, capabilities).filter(|_| is_taken);
    if let Some(because) = contradiction(payment, history).or_else(untold) {
        return Err(Refusal::Unclear {
            payment: payment.id.clone(),
            because,
        });
    }
    if is_taken {
        disputes::are_shown(payment, capabilities)?;
    }
    if !payment.disputed().is_zero() {
        return Err(refuse(
            "it is disputed, or was lost in a dispute".to_owned(),
        ));
    }
    let touched = !payment.is_untouched() || !history.is_empty();
    if touched {
        return Err(refuse(
            "some of its money has been returned already".to_owned(),
        ));
    }
    let amount =
        Money::new(payment.authorized, payment.currency).map_err(|_| Refusal::NoMoney {
            payment: payment.id.clone(),
            stage: "worth nothing".to_owned(),
        })?;
    fits_field(amount, capabilities)?;
    Ok(ReversalPlan {
        payment: payment.id.clone(),
        amount,
        reason: request.reason.clone(),
        notices: if window == Window::Uncertain {
            vec![Notice::WindowUncertain]
        } else {
            Vec::new()
        },
    })
}

/// Why a payment at its stage can't be reversed; `None` where it can.
pub(super) fn wrong_stage(payment: &Payment, offered: Reversal) -> Option<String> {
    if offered.allows(&payment.stage, payment.capture_mode) {
        return None;
    }
    let because = match (offered, &payment.stage) {
        (Reversal::No, _) => "the provider has no reversals",
        (_, Stage::Captured | Stage::PartiallyCaptured) => match payment.capture_mode {
            CaptureMode::Manual => "it has been captured by the merchant, refund it instead",
            CaptureMode::Auto | CaptureMode::Unknown => "it has been captured, refund it instead",
        },
        (_, Stage::Created) => "nothing has been paid yet",
        (_, Stage::Reversed) => "it has been reversed already",
        (_, Stage::Refunded) => "it has been refunded",
        (_, Stage::NeverPaid) => "it was cancelled",
        (_, Stage::Failed) => "it failed",
        (_, Stage::Authorized | Stage::Other(_)) => "it is in a state that refundkit doesn't know",
    };
    Some(because.to_owned())
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Window {
    Open,
    Uncertain,
    Over,
}

/// R2: where inside the payment's window `now` lies.
pub(super) fn window(payment: &Payment, now: Timestamp) -> Window {
    match payment.reversal_window {
        None => Window::Open,
        Some(window) if now <= window.certain_until => Window::Open,
        Some(window) if now <= window.possible_until => Window::Uncertain,
        Some(_) => Window::Over,
    }
}
