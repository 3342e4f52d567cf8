//! The profile as it is written. Every table refuses keys that it doesn't know.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Paths;
use super::body::{Body, Encoding};
use super::template::{Placeholder, Segment, Template};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) name: String,
    /// How amounts are written in answers.
    pub(crate) amounts: Amounts,
    pub(crate) api: Api,
    pub(crate) auth: Auth,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) limits: Limits,
    pub(crate) refund: Call,
    pub(crate) reversal: Option<Call>,
    pub(crate) payment: PaymentFields,
    pub(crate) refund_object: RefundFields,
    pub(crate) refunds: Option<RefundList>,
    pub(crate) refund_status: Option<Read>,
    pub(crate) errors: Errors,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Amounts {
    /// Whole numbers of minor units.
    Minor,
    /// Texts of major units, such as `"10.00"`.
    Major,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Api {
    pub(crate) test: String,
    pub(crate) live: String,
    pub(crate) test_key_prefix: Option<String>,
    pub(crate) live_key_prefix: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Auth {
    pub(crate) header: String,
    #[serde(default)]
    pub(crate) prefix: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    pub(crate) largest_amount: Option<i64>,
    pub(crate) reason: Option<usize>,
    pub(crate) order_id: Option<usize>,
    pub(crate) metadata_pairs: Option<usize>,
    pub(crate) metadata_key: Option<usize>,
    pub(crate) metadata_value: Option<usize>,
    #[serde(default)]
    pub(crate) one_open_refund: bool,
}

/// A request that moves money.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    pub(crate) path: Segment,
    pub(crate) encoding: Encoding,
    pub(crate) answer: AnswerKind,
    pub(crate) key: Option<Key>,
    #[serde(default)]
    pub(crate) body: Body,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AnswerKind {
    /// The refund itself.
    Refund,
    /// The payment, with the refund somewhere in it.
    Payment,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    pub(crate) header: String,
    pub(crate) on_repeat: Repeat,
    pub(crate) lifetime_hours: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Repeat {
    Replay,
    Conflict,
}

/// A request that reads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Read {
    pub(crate) path: Segment,
    #[serde(default)]
    pub(crate) query: BTreeMap<String, Template>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaymentFields {
    pub(crate) read: Read,
    pub(crate) id: Paths,
    pub(crate) status: Paths,
    pub(crate) currency: Paths,
    pub(crate) authorized: Paths,
    pub(crate) captured: Option<Paths>,
    pub(crate) refunded: Option<Paths>,
    pub(crate) created_at: Option<Paths>,
    pub(crate) capture_mode: Option<Paths>,
    /// The word of `capture_mode` that stands for a capture by the merchant.
    pub(crate) manual_capture: Option<String>,
    pub(crate) stages: BTreeMap<String, StageWord>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StageWord {
    Created,
    Authorized,
    PartiallyCaptured,
    Captured,
    Reversed,
    Refunded,
    Canceled,
    Failed,
}

/// A refund, wherever it appears.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefundFields {
    pub(crate) id: Option<Paths>,
    pub(crate) status: Paths,
    pub(crate) amount: Option<Paths>,
    pub(crate) currency: Option<Paths>,
    pub(crate) payment: Option<Paths>,
    pub(crate) token: Option<Paths>,
    pub(crate) created_at: Option<Paths>,
    pub(crate) statuses: BTreeMap<String, StatusWord>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StatusWord {
    Pending,
    Review,
    Failed,
    Succeeded,
}

/// All refunds of a payment: in the payment itself, or behind a request of their own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefundList {
    pub(crate) read: Option<Read>,
    pub(crate) list: Paths,
    /// Only entries with this word there.
    pub(crate) only: Option<Only>,
    /// Where the answer says that there are more than it shows.
    pub(crate) more: Option<Paths>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Only {
    pub(crate) field: Paths,
    pub(crate) is: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Errors {
    pub(crate) code: Paths,
    pub(crate) message: Paths,
    pub(crate) answers: Vec<Rule>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) means: Means,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Means {
    Refused,
    NotProcessed,
    Exists,
}

impl Document {
    /// What no single table can see.
    pub(crate) fn check(&self) -> Result<(), String> {
        let amount = self.refund.body.uses(Placeholder::AmountMinor)
            || self.refund.body.uses(Placeholder::AmountMajor);
        let token = self.refund.body.uses(Placeholder::Token)
            || self.refund.body.uses(Placeholder::Reference);
        if !amount {
            return Err("refund.body sends no amount; refundkit never leaves it to the provider what \"all\" means".to_owned());
        }
        if self.refund.key.is_none() && !token {
            return Err("a refund carries neither a key nor a token, so a lost answer could never be cleared up".to_owned());
        }
        if token && self.refund_object.token.is_none() {
            return Err("refund.body sends a token, but refund_object.token doesn't say where to read it back".to_owned());
        }
        if self.refund.answer == AnswerKind::Payment && (self.refunds.is_none() || !token) {
            return Err("a refund that is answered with the payment needs [refunds] and a token to be found by".to_owned());
        }
        if let Some(rule) = self
            .errors
            .answers
            .iter()
            .find(|rule| rule.status.is_none() && rule.code.is_none())
        {
            return Err(format!(
                "an entry of errors.answers names neither status nor code ({:?})",
                rule.means
            ));
        }
        Ok(())
    }
}
