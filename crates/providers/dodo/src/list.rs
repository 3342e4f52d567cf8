use refundkit_core::ids::{PaymentId, ProviderKey, RefundId};
use refundkit_core::{Currency, Minor, RefundStatus, Timestamp};

/// Which refunds of a business to list. Dodo filters by time; it has no filter by payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RefundQuery {
    /// Only those made at or after this time.
    pub since: Option<Timestamp>,
    /// Only those made at or before this time.
    pub until: Option<Timestamp>,
}

/// One refund of a business, as `GET /refunds` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRefund {
    /// Dodo's id.
    pub refund: RefundId,
    /// The payment.
    pub payment: PaymentId,
    /// How far it has come.
    pub status: RefundStatus,
    /// Its amount in minor units of `currency`; Dodo leaves it out at times.
    pub amount: Option<Minor>,
    /// Its currency; Dodo leaves it out at times.
    pub currency: Option<Currency>,
    /// refundkit's token, where the reason carries one.
    pub token: Option<ProviderKey>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}
