//! Dodo's JSON. Only what a refund needs is read.

mod metadata;

pub(crate) use metadata::Metadata;

use std::collections::BTreeMap;

use refundkit_core::money::Exact;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize)]
pub(crate) struct CreateRefund<'a> {
    pub(crate) payment_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) items: Option<Vec<RefundItem<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<&'a str>,
    pub(crate) reason: String,
    pub(crate) metadata: BTreeMap<&'a str, &'a str>,
}

#[derive(Debug, Serialize)]
pub(crate) struct RefundItem<'a> {
    pub(crate) item_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<i64>,
    pub(crate) tax_inclusive: bool,
}

/// `RefundResponse`, and `RefundListItem`, which lacks the metadata.
#[derive(Debug, Deserialize)]
pub(crate) struct Refund {
    pub(crate) refund_id: String,
    pub(crate) payment_id: String,
    pub(crate) status: String,
    pub(crate) amount: Option<Exact>,
    pub(crate) currency: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) created_at: Option<String>,
    pub(crate) metadata: Option<Metadata>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RefundPage {
    pub(crate) items: Vec<Refund>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Payment {
    pub(crate) payment_id: String,
    pub(crate) status: Option<String>,
    pub(crate) total_amount: Exact,
    pub(crate) currency: String,
    pub(crate) settlement_currency: Option<String>,
    pub(crate) refund_status: Option<String>,
    /// Required, and missing one day all the same: that is not an empty list.
    pub(crate) refunds: Option<Vec<Refund>>,
    pub(crate) disputes: Option<Vec<Dispute>>,
    pub(crate) payment_method: Option<String>,
    pub(crate) created_at: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dispute {
    pub(crate) dispute_id: Option<String>,
    pub(crate) dispute_status: Option<String>,
    pub(crate) created_at: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct LineItems {
    pub(crate) currency: String,
    pub(crate) items: Vec<LineItem>,
    pub(crate) partial_refund_allowed: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct LineItem {
    pub(crate) items_id: String,
    pub(crate) amount: Exact,
    pub(crate) refundable_amount: Exact,
    pub(crate) tax: Option<Exact>,
    pub(crate) name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Problem {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
}
