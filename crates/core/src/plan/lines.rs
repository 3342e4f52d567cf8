//! Refunds of line items: those that a request names (rule R5), and amounts that are spread over all of
//! them. Tax that a provider adds is rounded up, so that enough is held.

use serde::{Deserialize, Serialize};

use crate::ids::ItemId;
use crate::money::{Currency, Minor, Money};
use crate::payment::{LineItem, Payment};
use crate::plan::Refusal;
use crate::plan::precheck::named_once;
use crate::request::ItemRequest;

/// One line item's part of a refund. Minor units of the plan's currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedLine {
    /// Which item.
    pub item: ItemId,
    /// What is asked for; it excludes the tax where `tax_inclusive` is false.
    pub amount: Minor,
    /// Whether this is all that was left of the item and the caller named no amount.
    pub whole: bool,
    /// Whether `amount` includes the tax.
    pub tax_inclusive: bool,
}

/// The lines of a refund with what they take from the payment, tax included.
pub(super) struct Lines {
    pub(super) lines: Vec<PlannedLine>,
    pub(super) sum: Minor,
    /// False where the provider works out the tax.
    pub(super) exact: bool,
}

/// R5: known items, none twice, each within what is left of it.
pub(super) fn by_request(payment: &Payment, items: &[ItemRequest]) -> Result<Lines, Refusal> {
    named_once(items)?;
    let mut planned = Lines {
        lines: Vec::new(),
        sum: Minor::ZERO,
        exact: true,
    };
    for asked in items {
        let item = payment
            .items
            .iter()
            .find(|item| item.id == asked.item)
            .ok_or_else(|| Refusal::UnknownItem {
                payment: payment.id.clone(),
                item: asked.item.clone(),
            })?;
        let (line, takes) = one(payment, item, asked)?;
        planned.exact &= line.tax_inclusive;
        planned.lines.push(line);
        planned.sum = planned
            .sum
            .checked_add(takes)
            .ok_or_else(|| too_large(payment))?;
    }
    Ok(planned)
}

fn one(
    payment: &Payment,
    item: &LineItem,
    asked: &ItemRequest,
) -> Result<(PlannedLine, Minor), Refusal> {
    let over = |asked: String| Refusal::OverItem {
        item: item.id.clone(),
        asked,
        left: show(item.refundable, payment.currency),
    };
    let Some(amount) = asked.amount else {
        if item.refundable.is_zero() {
            return Err(over("all of it".to_owned()));
        }
        let line = PlannedLine {
            item: item.id.clone(),
            amount: item.refundable,
            whole: true,
            tax_inclusive: true,
        };
        return Ok((line, item.refundable));
    };
    same_currency(payment, amount)?;
    let net = amount.minor();
    let takes = if asked.tax_inclusive {
        net
    } else {
        with_tax(item, net).ok_or_else(|| too_large(payment))?
    };
    if takes.max(net) > item.refundable {
        return Err(over(show(takes.max(net), payment.currency)));
    }
    let line = PlannedLine {
        item: item.id.clone(),
        amount: net,
        whole: false,
        tax_inclusive: asked.tax_inclusive,
    };
    Ok((line, takes))
}

/// `net` with the item's share of tax on top, rounded up, so that enough is reserved.
fn with_tax(item: &LineItem, net: Minor) -> Option<Minor> {
    let tax = i128::from(item.tax.unwrap_or(Minor::ZERO).get());
    let untaxed = i128::from(item.amount.get()).checked_sub(tax)?;
    if untaxed <= 0 {
        return Some(item.refundable);
    }
    let share = i128::from(net.get())
        .checked_mul(tax)?
        .checked_add(untaxed)?
        .checked_sub(1)?
        .checked_div(untaxed)?;
    net.checked_add(Minor::new(i64::try_from(share).ok()?)?)
}

/// An amount over all items, in proportion to what is left of each; items that get nothing are left out.
pub(super) fn spread(payment: &Payment, amount: Minor) -> Result<Vec<PlannedLine>, Refusal> {
    let left: Vec<Minor> = payment.items.iter().map(|item| item.refundable).collect();
    let total = Minor::checked_sum(left.iter().copied()).ok_or_else(|| too_large(payment))?;
    if amount > total {
        return Err(Refusal::OverRefund {
            payment: payment.id.clone(),
            asked: Money::new(amount, payment.currency).map_err(|_| too_large(payment))?,
            left: show(total, payment.currency),
        });
    }
    let parts = amount.allocate(&left).ok_or_else(|| too_large(payment))?;
    let lines = payment
        .items
        .iter()
        .zip(parts)
        .filter(|(_, part)| !part.is_zero());
    Ok(lines
        .map(|(item, amount)| PlannedLine {
            item: item.id.clone(),
            amount,
            whole: false,
            tax_inclusive: true,
        })
        .collect())
}

pub(super) fn same_currency(payment: &Payment, amount: Money) -> Result<(), Refusal> {
    if amount.currency() == payment.currency {
        return Ok(());
    }
    Err(Refusal::WrongCurrency {
        payment: payment.id.clone(),
        expected: payment.currency,
        found: amount.currency(),
    })
}

/// An amount for people, zero included.
pub(super) fn show(amount: Minor, currency: Currency) -> String {
    Money::new(amount, currency).map_or_else(|_| "nothing".to_owned(), |money| money.to_string())
}

fn too_large(payment: &Payment) -> Refusal {
    Refusal::Unclear {
        payment: payment.id.clone(),
        because: "the sum of its items is too large",
    }
}
