//! Vectors as they are written.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    #[serde(default)]
    pub(super) account: Account,
    #[serde(default)]
    pub(super) request: Vec<Request>,
    #[serde(default)]
    pub(super) answer: Vec<Answer>,
    #[serde(default)]
    pub(super) webhook: Vec<Webhook>,
}

/// The account that sends them. Its secrets are made up.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Account {
    #[serde(default)]
    pub(super) live: bool,
    #[serde(default)]
    pub(super) secrets: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) settings: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) base_url: Option<String>,
}

/// Which request of the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Call {
    Refund,
    Reversal,
    Payment,
    Refunds,
    RefundStatus,
}

impl Call {
    const ALL: [Self; 5] = [
        Self::Refund,
        Self::Reversal,
        Self::Payment,
        Self::Refunds,
        Self::RefundStatus,
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.name() == name)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Reversal => "reversal",
            Self::Payment => "payment",
            Self::Refunds => "refunds",
            Self::RefundStatus => "refund_status",
        }
    }
}

/// What is asked for, and exactly what is sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    pub(super) what: String,
    pub(super) call: Call,
    pub(super) payment: String,
    /// What was captured (or authorised, for a reversal), such as `50.00 EUR`.
    #[serde(default)]
    pub(super) paid: Option<String>,
    /// What had been refunded before.
    #[serde(default)]
    pub(super) refunded: Option<String>,
    /// How much to refund; all that is left without it.
    #[serde(default)]
    pub(super) amount: Option<String>,
    #[serde(default)]
    pub(super) reason: Option<String>,
    #[serde(default)]
    pub(super) notes: Option<String>,
    #[serde(default)]
    pub(super) order_id: Option<String>,
    #[serde(default)]
    pub(super) metadata: BTreeMap<String, String>,
    /// For `refund_status`.
    #[serde(default)]
    pub(super) refund: Option<String>,
    /// For `refunds`: the cursor or number of a page.
    #[serde(default)]
    pub(super) page: Option<String>,
    pub(super) method: String,
    pub(super) url: String,
    /// All headers; `accept` may be left out.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    /// The body, byte for byte.
    #[serde(default)]
    pub(super) body: Option<String>,
}

/// What the provider answers, and what becomes of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub(super) what: String,
    pub(super) call: Call,
    /// The payment that was asked about; `pay_1` without it.
    #[serde(default)]
    pub(super) payment: Option<String>,
    /// The refund that was asked for, or, for a list, the payment's currency.
    #[serde(default)]
    pub(super) amount: Option<String>,
    pub(super) status: u16,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) body: String,
    /// `executed`, `accepted`, `refused`, `later`, `not_sent`, `unlisted`, `exists`, `unknown` or
    /// `contradiction` for what moves money; `read` or `unreadable` for what reads.
    pub(super) outcome: String,
    /// The refund's id.
    #[serde(default)]
    pub(super) refund: Option<String>,
    /// The refund's status: `pending`, `review`, `failed`, `succeeded`, `unstated`, or another word.
    #[serde(default)]
    pub(super) refund_status: Option<String>,
    /// The refund's amount as it was understood.
    #[serde(default)]
    pub(super) refund_amount: Option<String>,
    /// The payment's stage: `captured` and so on.
    #[serde(default)]
    pub(super) stage: Option<String>,
    #[serde(default)]
    pub(super) authorized: Option<String>,
    #[serde(default)]
    pub(super) captured: Option<String>,
    #[serde(default)]
    pub(super) refunded: Option<String>,
    /// The refunds that are listed, each as `id status amount`, with `ours` behind those with our key.
    #[serde(default)]
    pub(super) refunds: Option<Vec<String>>,
    /// Whether the list goes on.
    #[serde(default)]
    pub(super) more: Option<bool>,
    /// Whether the provider says that there are no other refunds.
    #[serde(default)]
    pub(super) whole: Option<bool>,
    /// What of the payment is in dispute and not won; `unstated` where the payment doesn't say.
    #[serde(default)]
    pub(super) disputed: Option<String>,
}

/// What the provider sends by itself, and what becomes of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Webhook {
    pub(super) what: String,
    /// The account's secrets for webhooks, made up.
    #[serde(default)]
    pub(super) secrets: Vec<String>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    /// The body, byte for byte.
    pub(super) body: String,
    /// When it comes in; the time of all vectors without it.
    #[serde(default)]
    pub(super) now: Option<String>,
    /// `refund`, `look` or `other`; or `unsigned`, `forged`, `untimely`, `too_large` or `unreadable`
    /// for what isn't taken in.
    pub(super) outcome: String,
    /// The message's id.
    #[serde(default)]
    pub(super) id: Option<String>,
    /// When it was sent, by the provider's clock.
    #[serde(default)]
    pub(super) at: Option<String>,
    /// The payment that it is about.
    #[serde(default)]
    pub(super) payment: Option<String>,
    /// The refund, as `id status amount`, with `ours` behind it where it has our key.
    #[serde(default)]
    pub(super) refund: Option<String>,
}
