//! The profile as it is written. Every table refuses keys that it doesn't know.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::amounts::{Amounts, NegativeAmounts};
use super::auth::Auth;
use super::call::{Read, Refund, Reversal};
use super::dispute::Disputes;
use super::errors::Errors;
use super::fit::Fit;
use super::http_status::HttpStatus;
use super::list::RefundList;
use super::name::Name;
use super::status::{StageWord, StatusWord};
use super::template::Template;
use super::webhook::Webhook;
use super::window::RefundWindow;
use super::{Meanings, Paths};

/// A provider's refund API.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The profile's name: small letters, digits and dashes. Part of nothing that is sent.
    pub(crate) name: Name,
    /// The provider's name for people.
    #[serde(default)]
    pub(crate) title: Option<String>,
    /// What the facts in this file were read from: documents with their versions, pages with their dates.
    pub(crate) verified_against: Vec<String>,
    /// The facts that nobody could confirm. Who loads the profile is told of them.
    #[serde(default)]
    pub(crate) unverified: Vec<String>,
    /// How the provider writes amounts in its answers.
    pub(crate) amounts: Amounts,
    /// Currencies that the provider counts with other decimal places than ISO 4217, such as `ISK = 2`.
    #[serde(default)]
    pub digits: BTreeMap<String, u32>,
    /// The step in which the provider counts a currency, in minor units of ISO 4217, such as `KWD = 10`.
    #[serde(default)]
    pub steps: BTreeMap<String, i64>,
    /// The least amount of a currency that it refunds, in minor units of ISO 4217, such as `INR = 100`.
    #[serde(default)]
    pub least: BTreeMap<String, i64>,
    /// From when and until when a payment can be refunded, counted from `payment.created_at`.
    #[serde(default)]
    pub(crate) windows: Vec<RefundWindow>,
    /// The longest that a refund is on its way, in days; 30 where left out.
    #[serde(default)]
    pub(crate) settles_within_days: Option<u16>,
    /// Where the provider is reached.
    pub api: Api,
    /// The secrets of an account, each with a line on where to find it. `api_key` where left out.
    #[serde(default = "api_key_alone")]
    pub(crate) secrets: BTreeMap<Name, String>,
    /// Further settings of an account that are no secrets, each with a line on what it is.
    #[serde(default)]
    pub(crate) settings: BTreeMap<Name, String>,
    /// Values that a refund needs and that only its caller knows; they come as metadata.
    #[serde(default)]
    pub(crate) extras: BTreeMap<Name, Extra>,
    /// How requests show who sends them.
    pub auth: Auth,
    /// Headers of every request, such as the API's version.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Template>,
    /// How much fits.
    #[serde(default)]
    pub(crate) limits: Limits,
    /// What `{token}` has to look like for this provider.
    #[serde(default)]
    pub(crate) token: Option<Fit>,
    /// The words that the provider takes as a reason.
    #[serde(default)]
    pub(crate) reason: Option<Reason>,
    /// The request that returns money.
    pub(crate) refund: Refund,
    /// The request that takes back what was authorised and not captured.
    #[serde(default)]
    pub(crate) reversal: Option<Reversal>,
    /// How a payment is read. Without it, callers have to say what was paid.
    #[serde(default)]
    pub payment: Option<PaymentFields>,
    /// Where all refunds of a payment are.
    #[serde(default)]
    pub refunds: Option<RefundList>,
    /// A refund, wherever it appears: as an answer, in a list, in a payment.
    pub refund_object: RefundFields,
    /// How one refund is read.
    #[serde(default)]
    pub refund_status: Option<Read>,
    /// What error answers look like, and mean.
    pub errors: Errors,
    /// What the provider's webhooks look like.
    #[serde(default)]
    pub webhook: Option<Webhook>,
}

fn api_key_alone() -> BTreeMap<Name, String> {
    Name::new("api_key")
        .map(|name| (name, "the provider's API key".to_owned()))
        .into_iter()
        .collect()
}

/// Where the provider is reached.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// The address for tests.
    #[serde(default)]
    pub test: Option<String>,
    /// The address where real money moves. Left out where it differs from merchant to merchant.
    #[serde(default)]
    pub live: Option<String>,
    /// Further hosts that an account's own address may be at: a name, or `*.` and a domain.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// What test keys begin with, so that one isn't used for live.
    #[serde(default)]
    pub(crate) test_key_prefix: Option<String>,
    /// What live keys begin with, so that one isn't used for tests.
    #[serde(default)]
    pub(crate) live_key_prefix: Option<String>,
}

/// A value that only the caller of a refund knows.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Extra {
    /// What it looks like.
    pub(crate) kind: ExtraKind,
    /// Its fewest characters.
    #[serde(default)]
    pub(crate) min: Option<u16>,
    /// Its most characters.
    #[serde(default)]
    pub(crate) max: Option<u16>,
    /// The words that it can be, where `kind` is `word`.
    #[serde(default)]
    pub(crate) words: Vec<String>,
    /// Whether a refund can't be made without it.
    #[serde(default)]
    pub(crate) required: bool,
}

/// What a caller's value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ExtraKind {
    /// Digits only.
    Digits,
    /// Any text.
    Text,
    /// One of `words`.
    Word,
}

/// How much fits.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    /// The largest amount, in minor units.
    #[serde(default)]
    pub(crate) largest_amount: Option<i64>,
    /// The most characters of a reason.
    #[serde(default)]
    pub(crate) reason: Option<usize>,
    /// The most characters of a note.
    #[serde(default)]
    pub(crate) notes: Option<usize>,
    /// The most characters of a refund's own order id, less the 33 that refundkit adds in `{reference}`.
    #[serde(default)]
    pub(crate) order_id: Option<usize>,
    /// The most pairs of metadata, less those that the profile sends itself.
    #[serde(default)]
    pub(crate) metadata_pairs: Option<usize>,
    /// The most characters of a metadata key.
    #[serde(default)]
    pub(crate) metadata_key: Option<usize>,
    /// The most characters of a metadata value.
    #[serde(default)]
    pub(crate) metadata_value: Option<usize>,
    /// Whether only one refund of a payment may be open at a time.
    #[serde(default)]
    pub(crate) one_open_refund: bool,
    /// Whether the provider itself refuses to return more than was captured. Only where that is certain.
    #[serde(default)]
    pub(crate) enforces_cap: bool,
}

/// The words that the provider takes as a reason.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// What a caller may say, and the provider's word for it. Any text is taken where this is left out.
    #[serde(default)]
    pub(crate) words: BTreeMap<String, String>,
    /// What is sent where the caller says nothing, in the provider's words.
    #[serde(default)]
    pub(crate) default: Option<String>,
    /// Whether the provider takes no refund without one, and there is no `default`.
    #[serde(default)]
    pub(crate) required: bool,
}

/// How a payment is read.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PaymentFields {
    /// The request.
    pub(crate) read: Read,
    /// Its id.
    pub(crate) id: Paths,
    /// Its status.
    pub(crate) status: Paths,
    /// Its currency.
    pub(crate) currency: Paths,
    /// What the customer agreed to pay.
    pub(crate) authorized: Paths,
    /// What was captured, before any refund. Where the answer has none, all that was authorised once `stages` says so.
    #[serde(default)]
    pub(crate) captured: Option<Paths>,
    /// What was returned, all refunds together.
    #[serde(default)]
    pub refunded: Option<Paths>,
    /// Whether `refunded` may leave out refunds that are on their way: then that it hasn't moved
    /// proves nothing, and it is never looked at to find out what became of a request.
    #[serde(default)]
    pub(crate) refunded_may_lag: bool,
    /// Whether `refunded` may count what was authorised and never captured: then it says nothing of a
    /// payment of which less was captured than authorised.
    #[serde(default)]
    pub(crate) refunded_may_hold_uncaptured: bool,
    /// When it was made.
    #[serde(default)]
    pub(crate) created_at: Option<Paths>,
    /// Who captures.
    #[serde(default)]
    pub(crate) capture_mode: Option<Paths>,
    /// The word of `capture_mode` that stands for a capture by the merchant.
    #[serde(default)]
    pub(crate) manual_capture: Option<String>,
    /// How it was paid, in the provider's word; `windows` name it.
    #[serde(default)]
    pub(crate) method: Option<Paths>,
    /// Where it shows that its money is disputed.
    #[serde(default)]
    pub disputes: Option<Disputes>,
    /// What the words of `status` mean. Others are shown and never taken for a good one.
    pub stages: Meanings<StageWord>,
}

/// A refund, wherever it appears. Where the provider answers with an id and a status at the least,
/// that is enough; amount, currency and payment are compared with what was asked for.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RefundFields {
    /// Its id. `own:token` where the provider gives none and our token finds it.
    #[serde(default)]
    pub(crate) id: Option<Paths>,
    /// Its status.
    #[serde(default)]
    pub(crate) status: Option<Paths>,
    /// Its amount.
    #[serde(default)]
    pub(crate) amount: Option<Paths>,
    /// Where that is written with a minus, as providers do that book a refund as money that leaves.
    /// There, what has none is money that came back, and not read as a refund.
    #[serde(default)]
    pub(crate) negative_amounts: Option<NegativeAmounts>,
    /// Its currency.
    #[serde(default)]
    pub(crate) currency: Option<Paths>,
    /// The payment that it belongs to.
    #[serde(default)]
    pub(crate) payment: Option<Paths>,
    /// Where `{token}`, `{reference}` or `{key}` comes back, one of which the refund carries.
    #[serde(default)]
    pub(crate) token: Option<Paths>,
    /// When it was made.
    #[serde(default)]
    pub(crate) created_at: Option<Paths>,
    /// What the words of `status` mean. Others are kept for a person to see, and never taken for success.
    #[serde(default)]
    pub statuses: Meanings<StatusWord>,
    /// What an HTTP status means where the answer carries no status of its own, such as `202 = "pending"`.
    #[serde(default)]
    pub http: BTreeMap<HttpStatus, StatusWord>,
}

impl Document {
    /// Whether the provider's messages are described, and can name a payment at all.
    #[must_use]
    pub fn messages_name_a_payment(&self) -> bool {
        let refund = self.refund_object.payment.as_ref();
        let in_refund = refund.is_some_and(Paths::is_in_the_body);
        let webhook = self.webhook.as_ref();
        webhook
            .is_some_and(|webhook| webhook.payment.is_some() || (webhook.at.is_some() && in_refund))
    }
}
