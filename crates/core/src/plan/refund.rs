//! The plan of a refund, and the rules by which one is made or forbidden. Pure: the payment was read
//! before, and nothing is sent or written down.

use serde::{Deserialize, Serialize};

use crate::capabilities::{Capabilities, Lookup, Partial, Within, within};
use crate::ids::{OrderId, PaymentId};
use crate::money::{Minor, Money};
use crate::payment::{Payment, Stage};
use crate::plan::lines::{self, PlannedLine};
use crate::plan::precheck::{fits_field, stated_payment};
use crate::plan::{Before, Budget, History, Kind, Notice, Refusal, disputes, texts};
use crate::reading::{contradiction, unstated};
use crate::request::{RefundRequest, Scope};
use crate::text::{Metadata, Text};

/// A refund that every rule allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundPlan {
    payment: PaymentId,
    amount: Money,
    amount_is_exact: bool,
    full: bool,
    lines: Vec<PlannedLine>,
    reason: Option<Text>,
    notes: Option<Text>,
    order_id: Option<OrderId>,
    metadata: Metadata,
    refunded_before: Minor,
    total_is_certain: bool,
    before: Before,
    cap: Minor,
    external: Minor,
    notices: Vec<Notice>,
}

impl RefundPlan {
    /// The payment.
    #[must_use]
    pub const fn payment(&self) -> &PaymentId {
        &self.payment
    }

    /// What is returned, and reserved until the end is known.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// Whether the provider must state exactly this amount. Not where it converts currencies or adds tax.
    #[must_use]
    pub const fn amount_is_exact(&self) -> bool {
        self.amount_is_exact
    }

    /// Whether this is all that was left, by the provider's word: a part may have to be asked for
    /// in another way. Never where only the caller says what was paid, unless the provider takes
    /// no part at all.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.full
    }

    /// The line items to name. Empty: the provider is asked for [`amount`](Self::amount), or for
    /// the whole payment where it takes no amount and [`refunded_before`](Self::refunded_before) is zero.
    #[must_use]
    pub fn lines(&self) -> &[PlannedLine] {
        &self.lines
    }

    /// Why; in the provider's own spelling where it takes [certain words](Capabilities::reasons) only.
    #[must_use]
    pub const fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }

    /// The note.
    #[must_use]
    pub const fn notes(&self) -> Option<&Text> {
        self.notes.as_ref()
    }

    /// The refund's own order id.
    #[must_use]
    pub const fn order_id(&self) -> Option<&OrderId> {
        self.order_id.as_ref()
    }

    /// The caller's own pairs, and the [extras](crate::capabilities::Extra) that the provider takes.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// What had been returned when the plan was made, by the provider's word or by ours, whichever
    /// is more, in minor units: a reading may lag behind.
    #[must_use]
    pub const fn refunded_before(&self) -> Minor {
        self.refunded_before
    }

    /// Whether the provider's total showed all that the journal knew when the plan was made. One
    /// that was less (it lagged behind, or an earlier refund has failed since) is no base to tell
    /// from a later total what has happened.
    #[must_use]
    pub const fn total_is_certain(&self) -> bool {
        self.total_is_certain
    }

    /// What was there when it was planned.
    #[must_use]
    pub const fn before(&self) -> &Before {
        &self.before
    }

    /// What the payment has room for.
    #[must_use]
    pub const fn budget(&self) -> Budget {
        Budget {
            cap: self.cap,
            external: self.external,
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

/// Plans a refund of `payment`, as read from the provider a moment ago, or says which rule forbids it.
/// Where the provider shows no payments, what the request says was paid counts instead.
///
/// # Errors
/// The first [`Refusal`] that applies: what was paid is missing or not wanted, the payment's stage (R1), what is under way (R9, R10), texts
/// (R6), items (R5), what is left (R3) and not in dispute (R13), the amount itself (R4), a reading that
/// contradicts itself or what is known, the provider's window (R14).
pub fn plan_refund(
    payment: &Payment,
    history: &History,
    request: &RefundRequest,
    capabilities: &Capabilities,
) -> Result<RefundPlan, Refusal> {
    // By the caller's word even if somebody hands over another payment.
    let stated = stated_payment(request, capabilities)?;
    let by_provider = stated.is_none();
    let payment = stated.as_ref().unwrap_or(payment);
    check_stage(payment)?;
    if by_provider {
        disputes::are_shown(payment, capabilities)?;
        let untold = || others_untold(payment, capabilities);
        if let Some(because) = contradiction(payment, history).or_else(untold) {
            return Err(Refusal::Unclear {
                payment: payment.id.clone(),
                because,
            });
        }
    }
    check_window(payment, history, capabilities)?;
    history.check_kind(payment, Kind::Refund)?;
    let reason = texts::check(capabilities, request)?;
    let external = match stated {
        Some(_) => history.external_as_known(),
        None => history.external(payment)?,
    };
    let known = history.returned(payment, external)?;
    let cap = match request.paid {
        Some(paid) => history.least_stated(payment, paid)?,
        None => payment.captured,
    };
    let free = history.left(payment, cap, external)?;
    let left = free.saturating_sub(payment.disputed());
    disputes::leave_some(payment, free, left)?;
    let sized = size(payment, left, request, capabilities)?;
    // Of two open refunds, a total that has moved can't be told to be the one or the other.
    let by_total = capabilities.shows_payments && capabilities.lookup != Lookup::ByToken;
    history.check_idle(payment, capabilities.one_open_refund || by_total)?;
    let mut notices = Vec::new();
    if let Some(paid) = request.paid {
        notices.push(Notice::PaidAsStated { paid });
    }
    if sized.spread {
        notices.push(Notice::SpreadOverItems {
            items: sized.lines.len(),
        });
    }
    let amount_is_exact = sized.exact && payment.amounts_comparable;
    if !amount_is_exact {
        notices.push(Notice::AmountByProvider);
    }
    Ok(RefundPlan {
        payment: payment.id.clone(),
        amount: sized.amount,
        amount_is_exact,
        full: sized.amount.minor() == left && may_be_left_out(request, capabilities),
        lines: sized.lines,
        reason,
        notes: request.notes.clone(),
        order_id: request.order_id.clone(),
        metadata: request.metadata.clone(),
        refunded_before: payment.returned().max(known),
        total_is_certain: payment.total().is_some_and(|total| total >= known),
        before: Before::of(payment),
        cap,
        external,
        notices,
    })
}

/// Whether "all of it" may be sent without saying how much: not where that is the caller's word,
/// and the provider may know of more. A provider that takes no amount leaves no choice.
fn may_be_left_out(request: &RefundRequest, capabilities: &Capabilities) -> bool {
    request.paid.is_none() || capabilities.partial == Partial::No
}

/// Why it can't be told what others have returned, where the provider tells it otherwise and nobody
/// but us keeps the sum within what was captured.
pub(super) fn others_untold(
    payment: &Payment,
    capabilities: &Capabilities,
) -> Option<&'static str> {
    let leans_on_it = !capabilities.enforces_cap && capabilities.lookup != Lookup::No;
    unstated(payment).filter(|_| leans_on_it)
}

/// R1 and R11: only money that was captured, and no stage that isn't understood.
fn check_stage(payment: &Payment) -> Result<(), Refusal> {
    let id = payment.id.clone();
    let no_money = |stage: &str| {
        Err(Refusal::NoMoney {
            payment: id.clone(),
            stage: stage.to_owned(),
        })
    };
    match &payment.stage {
        Stage::Captured | Stage::PartiallyCaptured | Stage::Refunded => Ok(()),
        Stage::Authorized => Err(Refusal::NotCaptured { payment: id }),
        Stage::Created => no_money("not paid yet"),
        Stage::Reversed => no_money("reversed"),
        Stage::NeverPaid => no_money("cancelled"),
        Stage::Failed => no_money("failed"),
        Stage::Other(word) => no_money(&format!(
            "in a state that refundkit doesn't know ({})",
            crate::redact::message(word)
        )),
    }
}

/// R14: inside the provider's window. Where the journal alone is asked, there is no now.
fn check_window(
    payment: &Payment,
    history: &History,
    capabilities: &Capabilities,
) -> Result<(), Refusal> {
    let Some(now) = history.read_at() else {
        return Ok(());
    };
    let payment_id = payment.id.clone();
    match within(&capabilities.windows, payment, now) {
        Within::Open => Ok(()),
        Within::Early(begins) => Err(Refusal::TooEarly {
            payment: payment_id,
            begins,
        }),
        Within::Late(ended) => Err(Refusal::TooLate {
            payment: payment_id,
            ended,
        }),
    }
}

struct Sized {
    amount: Money,
    lines: Vec<PlannedLine>,
    exact: bool,
    spread: bool,
}

/// R3 to R5: how much, and of what.
fn size(
    payment: &Payment,
    left: Minor,
    request: &RefundRequest,
    capabilities: &Capabilities,
) -> Result<Sized, Refusal> {
    let nothing = || Refusal::NothingLeft {
        payment: payment.id.clone(),
    };
    let in_currency = |minor| Money::new(minor, payment.currency).map_err(|_| nothing());
    let (amount, named) = match &request.scope {
        Scope::Remaining => (in_currency(left)?, None),
        Scope::Amount(amount) => {
            lines::same_currency(payment, *amount)?;
            (*amount, None)
        }
        Scope::Items(_) if !capabilities.by_item => return Err(Refusal::NoItems),
        Scope::Items(items) => {
            let named = lines::by_request(payment, items)?;
            (in_currency(named.sum)?, Some(named))
        }
    };
    fits(payment, amount, left, capabilities)?;
    let whole = amount.minor() == payment.captured;
    if let Some(named) = named {
        partial_is_allowed(payment, capabilities, whole)?;
        return Ok(Sized {
            amount,
            lines: named.lines,
            exact: named.exact,
            spread: false,
        });
    }
    if whole {
        return Ok(Sized {
            amount,
            lines: Vec::new(),
            exact: true,
            spread: false,
        });
    }
    partial_is_allowed(payment, capabilities, whole)?;
    let spread = capabilities.partial == Partial::SpreadOverItems;
    let lines = if spread {
        lines::spread(payment, amount.minor())?
    } else {
        Vec::new()
    };
    Ok(Sized {
        amount,
        lines,
        exact: true,
        spread,
    })
}

fn fits(
    payment: &Payment,
    amount: Money,
    left: Minor,
    capabilities: &Capabilities,
) -> Result<(), Refusal> {
    fits_field(amount, capabilities)?;
    if left.is_zero() {
        return Err(Refusal::NothingLeft {
            payment: payment.id.clone(),
        });
    }
    if amount.minor() > left {
        return Err(Refusal::OverRefund {
            payment: payment.id.clone(),
            asked: amount,
            left: lines::show(left, payment.currency),
        });
    }
    Ok(())
}

fn partial_is_allowed(
    payment: &Payment,
    capabilities: &Capabilities,
    whole: bool,
) -> Result<(), Refusal> {
    let because = match (capabilities.partial, payment.partial_allowed) {
        _ if whole => return Ok(()),
        (Partial::No, _) => "the provider takes no partial refund",
        (Partial::ByAmount | Partial::SpreadOverItems, Some(false)) => {
            "its payment method takes no partial refund"
        }
        (Partial::SpreadOverItems, _) if payment.items.is_empty() => {
            "the provider refunds parts by item only, and shows no item in the payment's currency"
        }
        (Partial::ByAmount | Partial::SpreadOverItems, _) => return Ok(()),
    };
    Err(Refusal::NoPartial {
        payment: payment.id.clone(),
        because,
    })
}
