//! Dojo's JSON. Only what a refund needs is read; fields that a version lacks are optional.

use refundkit_core::money::Exact;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateRefund<'a> {
    pub(crate) amount: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refund_reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notes: Option<&'a str>,
}

/// Both documented shapes: the pages' `status`, `message`, `refundId`, and the OpenAPI's without a status.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Refund {
    pub(crate) payment_intent_id: Option<String>,
    pub(crate) refund_id: Option<String>,
    pub(crate) status: Option<String>,
}

/// The OpenAPI's example says `id` where its schema says `reversalId`.
#[derive(Debug, Deserialize)]
pub(crate) struct Reversal {
    #[serde(rename = "reversalId", alias = "id")]
    pub(crate) reversal_id: Option<String>,
    pub(crate) status: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentIntent {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) capture_mode: Option<String>,
    pub(crate) amount: Money,
    pub(crate) total_amount: Option<Money>,
    pub(crate) refunded_amount: Option<Exact>,
    #[serde(default)]
    pub(crate) captures: Option<Vec<Capture>>,
    pub(crate) created_at: Option<String>,
    pub(crate) payment_details: Option<PaymentDetails>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Money {
    pub(crate) value: Exact,
    pub(crate) currency_code: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Capture {
    pub(crate) amount: Exact,
    pub(crate) tips_amount: Option<Exact>,
    pub(crate) status: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentDetails {
    pub(crate) transaction_date_time: Option<String>,
}

/// An error answer. Its keys come in camel and in Pascal case, and any may be missing.
#[derive(Debug, Default)]
pub(crate) struct Problem {
    pub(crate) title: Option<String>,
    pub(crate) detail: Option<String>,
    /// The names of the fields that `errors` complains of.
    pub(crate) fields: Vec<String>,
}

impl Problem {
    pub(crate) fn of(body: &serde_json::Map<String, serde_json::Value>) -> Self {
        let find = |name: &str| {
            body.iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        };
        let text = |name: &str| {
            let text = find(name)?.as_str()?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        Self {
            title: text("title"),
            detail: text("detail"),
            fields: find("errors")
                .and_then(serde_json::Value::as_object)
                .and_then(fields)
                .unwrap_or_default(),
        }
    }
}

/// The names of the fields, where `errors` is what the documents show: a list of texts for each.
fn fields(errors: &serde_json::Map<String, serde_json::Value>) -> Option<Vec<String>> {
    let is_complaint = |value: &serde_json::Value| {
        let texts = value.as_array();
        texts.is_some_and(|texts| {
            !texts.is_empty() && texts.iter().all(serde_json::Value::is_string)
        })
    };
    let all = errors.values().all(is_complaint);
    all.then(|| errors.keys().cloned().collect())
}
