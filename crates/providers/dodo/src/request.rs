//! Plans and readings as requests. The field names are those of Dodo's OpenAPI document.

use std::collections::BTreeMap;

use refundkit_core::Period;
use refundkit_core::ids::{PaymentId, ProviderKey, RefundId};
use refundkit_core::plan::{PlannedLine, RefundPlan};
use refundkit_http::{BaseUrl, Request, Secret};

use crate::token;
use crate::wire::{CreateRefund, RefundItem};

/// The most that a page holds.
const PAGE_SIZE: usize = 100;

/// What every request carries.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) base: BaseUrl,
    pub(crate) key: Secret,
}

impl Account {
    /// `POST /refunds`. No items: the whole payment. Items with amounts: `currency` goes with them,
    /// since Dodo reads amounts in the settlement currency otherwise.
    pub(crate) fn refund(&self, plan: &RefundPlan, key: &ProviderKey) -> Request {
        let mut metadata: BTreeMap<&str, &str> = plan.metadata().iter().collect();
        metadata.insert(token::METADATA_KEY, key.as_str());
        let items: Vec<RefundItem<'_>> = plan.lines().iter().map(item).collect();
        let with_amount = items.iter().any(|item| item.amount.is_some());
        let currency = plan.amount().currency();
        let body = CreateRefund {
            payment_id: plan.payment().as_str(),
            currency: with_amount.then(|| currency.code()),
            items: (!items.is_empty()).then_some(items),
            reason: token::reason(plan.reason().map(|text| text.as_str()), key),
            metadata,
        };
        self.signed(Request::post(&self.base, &["refunds"]))
            .json(&body)
    }

    /// `GET /payments/{id}`.
    pub(crate) fn payment(&self, payment: &PaymentId) -> Request {
        self.signed(Request::get(&self.base, &["payments", payment.as_str()]))
    }

    /// `GET /payments/{id}/line-items`.
    pub(crate) fn line_items(&self, payment: &PaymentId) -> Request {
        let path = ["payments", payment.as_str(), "line-items"];
        self.signed(Request::get(&self.base, &path))
    }

    /// `GET /refunds/{id}`.
    pub(crate) fn refund_status(&self, refund: &RefundId) -> Request {
        self.signed(Request::get(&self.base, &["refunds", refund.as_str()]))
    }

    /// `GET /refunds`, one page; the first page is page 0.
    pub(crate) fn refunds(&self, period: &Period, page: u32) -> Request {
        let mut request = self
            .signed(Request::get(&self.base, &["refunds"]))
            .query("page_size", &PAGE_SIZE.to_string())
            .query("page_number", &page.to_string());
        if let Some(since) = period.since {
            request = request.query("created_at_gte", &since.to_string());
        }
        if let Some(until) = period.until {
            request = request.query("created_at_lte", &until.to_string());
        }
        request
    }

    fn signed(&self, request: Request) -> Request {
        request
            .secret_header("Authorization", "Bearer ", &self.key)
            .header("accept", "application/json")
    }
}

/// All that is left of an item is asked for without an amount, as the OpenAPI document says.
fn item(line: &PlannedLine) -> RefundItem<'_> {
    RefundItem {
        item_id: line.item.as_str(),
        amount: (!line.whole).then(|| line.amount.get()),
        tax_inclusive: line.tax_inclusive,
    }
}
