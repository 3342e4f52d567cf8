//! What the admin port shows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock;
use crate::dispute::{Dispute, DisputeStage, DisputeStatus};
use crate::ledger::{Payment, Provider, Stage};

/// An amount in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Minor units.
    pub minor: i64,
    /// ISO 4217.
    pub currency: String,
}

/// Something that really happened to money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// Whose.
    pub provider: Provider,
    /// Of which payment.
    pub payment: String,
    /// The provider's id of the refund or the reversal.
    pub refund: String,
    /// `refund` or `reversal`.
    pub kind: &'static str,
    /// How much. Polar's is net, as it was asked for; more money than this went out where there is
    /// a `tax`.
    pub amount: Amount,
    /// The tax that went out on top of `amount`, where a provider counts it apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax: Option<Amount>,
    /// The idempotency key that came with it.
    pub key: Option<String>,
    /// Its status when it was made.
    pub status: String,
    /// When its request came.
    pub received_at: String,
}

/// A request that a provider's port has seen. Credentials are masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenRequest {
    /// Whose port.
    pub provider: Provider,
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The headers.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
    /// When it came.
    pub received_at: String,
    /// The status of its answer; `None` where it got none.
    pub answered: Option<u16>,
}

/// A payment as the admin port shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaymentView {
    /// Whose.
    pub provider: Provider,
    /// Its id.
    pub payment: String,
    /// Its stage; `refunded` once nothing is left.
    pub stage: &'static str,
    /// `auto` or `manual`.
    pub capture_mode: &'static str,
    /// What the customer agreed to.
    pub authorized: Amount,
    /// What was taken.
    pub captured: Amount,
    /// What was returned or is on its way.
    pub refunded: Amount,
    /// The tax taken on top of `captured`, where a provider counts it apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax: Option<Amount>,
    /// What of that tax was returned or is on its way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunded_tax: Option<Amount>,
    /// When it was made.
    pub created_at: String,
    /// Its lines.
    pub items: Vec<ItemView>,
    /// Its disputes, where there are some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disputes: Vec<DisputeView>,
}

/// A dispute of a payment as the admin port shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DisputeView {
    /// Its id.
    pub dispute: String,
    /// What is disputed.
    pub amount: Amount,
    /// How it stands.
    pub status: DisputeStatus,
    /// How far it has gone.
    pub stage: DisputeStage,
    /// When it was opened.
    pub created_at: String,
}

/// A line of a payment as the admin port shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemView {
    /// Its id.
    pub item_id: String,
    /// Its price, tax included.
    pub amount: Amount,
    /// What of it was returned.
    pub refunded: Amount,
}

impl PaymentView {
    pub(crate) fn of(payment: &Payment, now: i64) -> Self {
        let amount = |minor| Amount {
            minor,
            currency: payment.currency.clone(),
        };
        let taxed = payment.tax > 0;
        Self {
            provider: payment.provider,
            payment: payment.id.clone(),
            stage: match payment.stage {
                Stage::Captured if payment.is_fully_refunded(now) => "refunded",
                Stage::Created => "created",
                Stage::Authorized => "authorized",
                Stage::PartiallyCaptured => "partially_captured",
                Stage::Captured => "captured",
                Stage::Reversed => "reversed",
                Stage::Failed => "failed",
            },
            capture_mode: if payment.manual { "manual" } else { "auto" },
            authorized: amount(payment.authorized),
            captured: amount(payment.captured),
            refunded: amount(payment.refunded(now)),
            tax: taxed.then(|| amount(payment.tax)),
            refunded_tax: taxed.then(|| amount(payment.refunded_tax(now))),
            created_at: clock::show(payment.created_at),
            items: payment
                .items
                .iter()
                .map(|item| ItemView {
                    item_id: item.id.clone(),
                    amount: amount(item.amount),
                    refunded: amount(item.amount.saturating_sub(payment.item_left(item, now))),
                })
                .collect(),
            disputes: payment
                .disputes
                .iter()
                .map(|dispute: &Dispute| DisputeView {
                    dispute: dispute.id.clone(),
                    amount: amount(dispute.amount),
                    status: dispute.status,
                    stage: dispute.stage,
                    created_at: clock::show(dispute.created_at),
                })
                .collect(),
        }
    }
}
