//! What the providers keep: payments, and the refunds that were really applied. Sums are never
//! stored; they follow from the refunds and the time.

use crate::dispute::Dispute;

/// The simulated providers.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Dojo.
    Dojo,
    /// Dodo Payments.
    Dodo,
    /// Primer.
    Primer,
    /// Stripe.
    Stripe,
    /// Mollie.
    Mollie,
    /// Polar.
    Polar,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Dojo,
        Self::Dodo,
        Self::Primer,
        Self::Stripe,
        Self::Mollie,
        Self::Polar,
    ];
}

/// How far a payment has come, before any refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing paid.
    Created,
    /// Money held.
    Authorized,
    /// Part of it taken.
    PartiallyCaptured,
    /// Taken.
    Captured,
    /// Taken back whole.
    Reversed,
    /// Declined.
    Failed,
}

/// A line of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// Its price with tax, in minor units.
    pub amount: i64,
    /// The tax in it, in minor units.
    pub tax: i64,
}

/// A payment. Amounts are minor units of `currency`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Whose.
    pub provider: Provider,
    /// Its id.
    pub id: String,
    /// ISO 4217.
    pub currency: String,
    /// What the merchant is paid in; the same as `currency` in most payments.
    pub settled_in: String,
    /// How far it has come.
    pub stage: Stage,
    /// Whether the merchant captures by a call.
    pub manual: bool,
    /// What the customer agreed to.
    pub authorized: i64,
    /// What was taken.
    pub captured: i64,
    /// The tax taken on top of `captured`, of a provider that counts it apart: Polar, all of whose
    /// other amounts are net. Zero elsewhere.
    pub tax: i64,
    /// When it was made, in milliseconds since 1970.
    pub created_at: i64,
    /// Its lines; they add up to `authorized`.
    pub items: Vec<Item>,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) disputes: Vec<Dispute>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) amount: i64,
    /// Where it isn't the payment's own.
    pub(crate) currency: Option<String>,
    /// What goes back on top of `amount`.
    pub(crate) tax: i64,
    pub(crate) items: Vec<(String, i64)>,
    pub(crate) reason: Option<String>,
    pub(crate) metadata: serde_json::Value,
    pub(crate) order_id: Option<String>,
    pub(crate) revoke_benefits: bool,
    pub(crate) created_at: i64,
    pub(crate) completes_at: i64,
    pub(crate) fails_at: Option<i64>,
}

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Pending,
    Succeeded,
    Failed,
}

impl Refund {
    pub(crate) fn progress(&self, now: i64) -> Progress {
        if self.fails_at.is_some_and(|at| now >= at) {
            Progress::Failed
        } else if now >= self.completes_at {
            Progress::Succeeded
        } else {
            Progress::Pending
        }
    }
}

impl Payment {
    /// A captured payment without items, made at `created_at`.
    #[must_use]
    pub fn captured(
        provider: Provider,
        id: impl Into<String>,
        amount: i64,
        currency: impl Into<String>,
        created_at: i64,
    ) -> Self {
        let currency = currency.into();
        Self {
            provider,
            id: id.into(),
            settled_in: currency.clone(),
            currency,
            stage: Stage::Captured,
            manual: true,
            authorized: amount,
            captured: amount,
            tax: 0,
            created_at,
            items: Vec::new(),
            refunds: Vec::new(),
            disputes: Vec::new(),
        }
    }

    /// The same at another stage, with nothing captured unless it is.
    #[must_use]
    pub fn at(mut self, stage: Stage) -> Self {
        self.stage = stage;
        if !matches!(stage, Stage::Captured | Stage::PartiallyCaptured) {
            self.captured = 0;
        }
        self
    }

    /// The same with lines of these prices, named `{id}_item_1` and so on.
    #[must_use]
    pub fn with_items(mut self, prices: &[(i64, i64)]) -> Self {
        let stem = self.id.replace("pay_", "pdt_");
        self.items = (1..)
            .zip(prices)
            .map(|(number, &(amount, tax))| Item {
                id: format!("{stem}_{number}"),
                amount,
                tax,
            })
            .collect();
        self
    }

    /// The same with this much tax on top, in minor units.
    #[must_use]
    pub fn with_tax(mut self, tax: i64) -> Self {
        self.tax = tax;
        self
    }

    /// The same with an automatic capture.
    #[must_use]
    pub fn auto(mut self) -> Self {
        self.manual = false;
        self
    }

    /// A refund that somebody made before the sandbox was started.
    pub(crate) fn refund_earlier(
        &mut self,
        id: String,
        amount: i64,
        items: Vec<(String, i64)>,
        at: i64,
    ) {
        let tax = self.tax_on(amount, at);
        self.refunds.push(Refund {
            id,
            amount,
            currency: None,
            tax,
            items,
            reason: None,
            metadata: serde_json::Value::Null,
            order_id: None,
            revoke_benefits: false,
            created_at: at,
            completes_at: at,
            fails_at: None,
        });
    }

    /// What has been returned, or is on its way.
    pub(crate) fn refunded(&self, now: i64) -> i64 {
        self.counted(now)
            .fold(0, |sum: i64, refund| sum.saturating_add(refund.amount))
    }

    /// What has arrived.
    pub(crate) fn completed(&self, now: i64) -> i64 {
        self.arrived(now)
            .fold(0, |sum, refund| sum.saturating_add(refund.amount))
    }

    /// The tax of what has arrived.
    pub(crate) fn completed_tax(&self, now: i64) -> i64 {
        self.arrived(now)
            .fold(0, |sum, refund| sum.saturating_add(refund.tax))
    }

    /// The tax that has been returned, or is on its way.
    pub(crate) fn refunded_tax(&self, now: i64) -> i64 {
        self.counted(now)
            .fold(0, |sum: i64, refund| sum.saturating_add(refund.tax))
    }

    /// The tax that a refund of `amount` returns on top: in proportion, rounded to the nearest, and
    /// with the last of the amounts all that is left of it.
    pub(crate) fn tax_on(&self, amount: i64, now: i64) -> i64 {
        let left = self.tax.saturating_sub(self.refunded_tax(now)).max(0);
        if amount >= self.left(now) {
            return left;
        }
        let whole = i128::from(self.captured);
        let half = whole.checked_div(2).unwrap_or_default();
        i128::from(amount)
            .saturating_mul(i128::from(self.tax))
            .saturating_add(half)
            .checked_div(whole)
            .and_then(|part| i64::try_from(part).ok())
            .map_or(left, |part| part.min(left))
    }

    /// What can still be returned.
    pub(crate) fn left(&self, now: i64) -> i64 {
        self.captured.saturating_sub(self.refunded(now))
    }

    /// What can still be returned of one line. A refund of the whole payment counts for every line.
    pub(crate) fn item_left(&self, item: &Item, now: i64) -> i64 {
        if self.left(now) <= 0 {
            return 0;
        }
        self.counted(now)
            .flat_map(|refund| &refund.items)
            .filter(|(id, _)| *id == item.id)
            .fold(item.amount, |left, (_, amount)| {
                left.saturating_sub(*amount)
            })
    }

    pub(crate) fn is_fully_refunded(&self, now: i64) -> bool {
        self.captured > 0 && self.left(now) <= 0
    }

    pub(crate) fn has_pending(&self, now: i64) -> bool {
        self.refunds
            .iter()
            .any(|refund| refund.progress(now) == Progress::Pending)
    }

    fn arrived(&self, now: i64) -> impl Iterator<Item = &Refund> {
        self.refunds
            .iter()
            .filter(move |refund| refund.progress(now) == Progress::Succeeded)
    }

    fn counted(&self, now: i64) -> impl Iterator<Item = &Refund> {
        self.refunds
            .iter()
            .filter(move |refund| refund.progress(now) != Progress::Failed)
    }
}
