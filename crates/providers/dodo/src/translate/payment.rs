//! Dodo's payments in core's words: stage, refunds, disputes, line items. A list of refunds is whole
//! only where all that is said of them is understood.

use refundkit_core::ProviderRefund;
use refundkit_core::money::Exact;
use refundkit_core::payment::{
    Dispute, DisputeStage, Extent, LineItem, ListedRefunds, Payment, Stage,
};
use refundkit_core::ports::ReadError;
use refundkit_core::{Currency, ItemId, PaymentId, RefundId};
use refundkit_http::Response;

use super::{listed, read, unreadable};
use crate::{token, wire};

/// The payment of `GET /payments/{id}`, not translated yet: its refunds may lack their metadata.
pub(crate) fn payment(response: &Response) -> Result<wire::Payment, ReadError> {
    read(response)
}

/// The payment, its line items still missing.
pub(crate) fn of_payment(wire: wire::Payment) -> Result<Payment, ReadError> {
    of(wire).map_err(unreadable)
}

fn of(wire: wire::Payment) -> Result<Payment, &'static str> {
    let currency = Currency::new(&wire.currency).map_err(|_| "its currency is none")?;
    let total = wire
        .total_amount
        .minor()
        .ok_or("it has a negative amount")?;
    let stage = stage(wire.status.as_deref(), wire.refund_status.as_deref());
    let refunds = refunds(&wire, currency)?;
    let id = PaymentId::new(wire.payment_id.as_str()).map_err(|_| "its id is none")?;
    let mut payment = Payment::new(id, currency, stage);
    payment.authorized = total;
    if matches!(payment.stage, Stage::Captured | Stage::Refunded) {
        payment.captured = total;
    }
    // Dodo states no sum. Its word counts refunds that have succeeded, and the list has all of them.
    payment.extent = match wire.refund_status.as_deref() {
        Some("partial") => Some(Extent::Part),
        Some("full") => Some(Extent::Whole),
        Some(_) | None => None,
    };
    payment.refunds = refunds;
    payment.disputes = wire.disputes.map(|all| all.iter().map(dispute).collect());
    payment.method = wire.payment_method;
    payment.amounts_comparable = wire
        .settlement_currency
        .is_none_or(|code| code == wire.currency);
    payment.created_at = wire.created_at.as_deref().and_then(|at| at.parse().ok());
    Ok(payment)
}

/// How far a payment has come. What was captured of a partly captured one isn't told, so it stays
/// a word that core refuses to refund.
fn stage(status: Option<&str>, refund_status: Option<&str>) -> Stage {
    match (status, refund_status) {
        (Some("succeeded"), Some("full")) => Stage::Refunded,
        (Some("succeeded"), _) => Stage::Captured,
        (Some("requires_capture"), _) => Stage::Authorized,
        (Some("failed"), _) => Stage::Failed,
        (Some("cancelled"), _) => Stage::NeverPaid,
        (
            Some(
                "processing"
                | "requires_customer_action"
                | "requires_merchant_action"
                | "requires_payment_method"
                | "requires_confirmation",
            ),
            _,
        ) => Stage::Created,
        (Some(other), _) => Stage::Other(other.to_owned()),
        (None, _) => Stage::Other("no status".to_owned()),
    }
}

/// A dispute. Its amount is a text in a unit that isn't documented: all of the payment counts. The
/// statuses are those of the OpenAPI document; one that expired was not answered in time, so lost.
fn dispute(wire: &wire::Dispute) -> Dispute {
    Dispute {
        id: wire.dispute_id.clone(),
        stage: match wire.dispute_status.as_deref() {
            Some("dispute_won" | "dispute_cancelled") => DisputeStage::Won,
            Some("dispute_lost" | "dispute_accepted" | "dispute_expired") => DisputeStage::Lost,
            // `dispute_opened`, `dispute_challenged`, and what nobody knows.
            Some(_) | None => DisputeStage::Open,
        },
        amount: None,
        created_at: wire.created_at.as_deref().and_then(|at| at.parse().ok()),
    }
}

/// The refunds of the payment, which Dodo lists without an end, so wholly. They prove no absence
/// where the reading has something about them that isn't understood: a word of Dodo's, a refund of
/// another payment (which is left out), or one whose metadata is missing and may hold a token.
fn refunds(
    wire: &wire::Payment,
    currency: Currency,
) -> Result<Option<ListedRefunds>, &'static str> {
    let Some(all) = wire.refunds.as_deref() else {
        return Ok(None);
    };
    let is_own = |refund: &&wire::Refund| refund.payment_id == wire.payment_id;
    let own = all
        .iter()
        .filter(is_own)
        .map(|refund| seen(refund, currency));
    let refunds = own.collect::<Result<Vec<_>, _>>()?;
    let whole = refunds.len() == all.len()
        && matches!(
            wire.refund_status.as_deref(),
            None | Some("partial" | "full")
        )
        && !all.iter().any(hides_token);
    Ok(Some(ListedRefunds { refunds, whole }))
}

/// A refund of the payment. An amount in another currency than the payment's is left out: it can't
/// be counted against what was paid.
fn seen(wire: &wire::Refund, currency: Currency) -> Result<ProviderRefund, &'static str> {
    let mut refund = listed(wire)?;
    let comparable = refund.currency.is_none_or(|found| found == currency);
    refund.amount = refund.amount.filter(|_| comparable);
    Ok(refund)
}

/// The refunds whose token may stand in their metadata only, which the payment doesn't show.
pub(crate) fn needs_metadata(payment: &wire::Payment) -> Vec<RefundId> {
    let refunds = payment.refunds.iter().flatten();
    refunds
        .filter(|refund| hides_token(refund))
        .filter_map(|refund| RefundId::new(refund.refund_id.as_str()).ok())
        .collect()
}

/// Whether the reason is so long that a token may have been left out of it, and no metadata is there.
fn hides_token(refund: &wire::Refund) -> bool {
    let reason = refund.reason.as_deref().unwrap_or_default();
    refund.metadata.is_none() && token::read(reason).is_none() && token::may_be_left_out(reason)
}

/// Adds to the payment's refund the metadata of `GET /refunds/{id}`. Where that isn't the same
/// refund, or can't be read, the refund stays as the payment shows it.
pub(crate) fn add_metadata(payment: &mut wire::Payment, refund: &RefundId, single: &Response) {
    let Ok(single) = read::<wire::Refund>(single) else {
        return;
    };
    let is_it = single.refund_id == refund.as_str() && single.payment_id == payment.payment_id;
    let mut listed = payment.refunds.iter_mut().flatten();
    if let Some(listed) = listed.find(|listed| is_it && listed.refund_id == single.refund_id) {
        listed.metadata = single.metadata;
    }
}

/// Adds the line items of `GET /payments/{id}/line-items`, unless they are in another currency than
/// the payment: their amounts would mean something else.
pub(crate) fn with_items(mut payment: Payment, response: &Response) -> Result<Payment, ReadError> {
    let wire: wire::LineItems = read(response)?;
    payment.partial_allowed = wire.partial_refund_allowed;
    if wire.currency != payment.currency.code() {
        return Ok(payment);
    }
    payment.items = wire
        .items
        .into_iter()
        .map(item)
        .collect::<Result<_, _>>()
        .map_err(unreadable)?;
    Ok(payment)
}

fn item(wire: wire::LineItem) -> Result<LineItem, &'static str> {
    let minor = |units: Exact| units.minor().ok_or("an item has a negative amount");
    Ok(LineItem {
        id: ItemId::new(wire.items_id).map_err(|_| "an item's id is none")?,
        name: wire.name,
        amount: minor(wire.amount)?,
        tax: wire.tax.map(minor).transpose()?,
        refundable: minor(wire.refundable_amount)?,
    })
}
