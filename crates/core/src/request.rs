//! What a caller asks for.

use serde::{Deserialize, Serialize};

use crate::ids::{ItemId, OrderId, PaymentId, RequestKey};
use crate::money::Money;
use crate::origin::Origin;
use crate::text::{Metadata, Text};

/// How much to return.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All that is left.
    Remaining,
    /// This much.
    Amount(Money),
    /// These items.
    Items(Vec<ItemRequest>),
}

/// Where a request's key comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum KeySource {
    /// The caller has chosen it, and means one operation by it.
    #[default]
    Caller,
    /// It was made up for this call: that the call is a repetition can't be told by it.
    MadeUp,
}

/// One item to refund, whole or in part.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ItemRequest {
    /// Which item.
    pub item: ItemId,
    /// How much of it; `None` for all that is left of it.
    pub amount: Option<Money>,
    /// Whether `amount` includes the tax. Where it doesn't, the provider adds the tax on top.
    pub tax_inclusive: bool,
}

impl ItemRequest {
    /// All that is left of `item`.
    #[must_use]
    pub const fn whole(item: ItemId) -> Self {
        Self {
            item,
            amount: None,
            tax_inclusive: true,
        }
    }

    /// `amount` of `item`, tax included.
    #[must_use]
    pub const fn part(item: ItemId, amount: Money) -> Self {
        Self {
            item,
            amount: Some(amount),
            tax_inclusive: true,
        }
    }
}

/// A refund that somebody wants: of one payment, under one request key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RefundRequest {
    /// The payment to return money of.
    pub payment: PaymentId,
    /// The caller's key: the same key again is the same refund again, never a second one.
    pub key: RequestKey,
    /// How much; all that is left unless said otherwise.
    pub scope: Scope,
    /// Why, as the provider and sometimes the customer will read it.
    pub reason: Option<Text>,
    /// A note for the merchant's own people.
    pub notes: Option<Text>,
    /// The refund's own order id.
    pub order_id: Option<OrderId>,
    /// The caller's own pairs, and under their names the [extras](crate::capabilities::Extra) that
    /// the provider takes.
    pub metadata: Metadata,
    /// What was captured of the payment, as the caller's own books say: for providers that
    /// [show no payments](crate::Capabilities::shows_payments), and only for those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Money>,
    /// Who wants it, and why, for the shop's own books: no part of the request's content.
    #[serde(skip)]
    pub origin: Origin,
    /// Where the key comes from: no part of the request's content.
    #[serde(skip)]
    pub key_source: KeySource,
}

impl RefundRequest {
    /// A refund of all that is left of `payment`.
    #[must_use]
    pub fn new(payment: PaymentId, key: RequestKey) -> Self {
        Self {
            payment,
            key,
            scope: Scope::Remaining,
            reason: None,
            notes: None,
            order_id: None,
            metadata: Metadata::default(),
            paid: None,
            origin: Origin::default(),
            key_source: KeySource::Caller,
        }
    }

    /// Refunds only `amount`.
    #[must_use]
    pub fn amount(mut self, amount: Money) -> Self {
        self.scope = Scope::Amount(amount);
        self
    }

    /// Refunds only these items.
    #[must_use]
    pub fn items(mut self, items: impl IntoIterator<Item = ItemRequest>) -> Self {
        self.scope = Scope::Items(items.into_iter().collect());
        self
    }

    /// Says why.
    #[must_use]
    pub fn reason(mut self, reason: Text) -> Self {
        self.reason = Some(reason);
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn notes(mut self, notes: Text) -> Self {
        self.notes = Some(notes);
        self
    }

    /// Gives the refund an order id of its own.
    #[must_use]
    pub fn order_id(mut self, order_id: OrderId) -> Self {
        self.order_id = Some(order_id);
        self
    }

    /// Adds the caller's own pairs.
    #[must_use]
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Says what was captured of the payment, before any refund, where the provider shows no
    /// payments. Of several sums that were stated for one payment, the smallest counts.
    #[must_use]
    pub const fn paid(mut self, paid: Money) -> Self {
        self.paid = Some(paid);
        self
    }

    /// Says who wants it, and why.
    #[must_use]
    pub fn origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// Says that the key was made up: rule R16 then looks for another operation of the same content.
    #[must_use]
    pub const fn made_up_key(mut self) -> Self {
        self.key_source = KeySource::MadeUp;
        self
    }
}

/// A reversal that somebody wants: the whole payment, before the money is settled.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReversalRequest {
    /// The payment to reverse.
    pub payment: PaymentId,
    /// The caller's key.
    pub key: RequestKey,
    /// Why, where the provider takes it.
    pub reason: Option<Text>,
    /// Who wants it, and why, for the shop's own books: no part of the request's content.
    #[serde(skip)]
    pub origin: Origin,
    /// Where the key comes from: no part of the request's content.
    #[serde(skip)]
    pub key_source: KeySource,
}

impl ReversalRequest {
    /// A reversal of `payment`.
    #[must_use]
    pub fn new(payment: PaymentId, key: RequestKey) -> Self {
        Self {
            payment,
            key,
            reason: None,
            origin: Origin::default(),
            key_source: KeySource::Caller,
        }
    }

    /// Says who wants it, and why.
    #[must_use]
    pub fn origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// Says that the key was made up: rule R16 then looks for another operation of the same content.
    #[must_use]
    pub const fn made_up_key(mut self) -> Self {
        self.key_source = KeySource::MadeUp;
        self
    }

    /// Says why.
    #[must_use]
    pub fn reason(mut self, reason: Text) -> Self {
        self.reason = Some(reason);
        self
    }
}
