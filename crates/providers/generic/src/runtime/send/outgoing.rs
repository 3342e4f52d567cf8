//! What an adapter asks of its provider.

use refundkit_core::ids::{PaymentId, ProviderKey, RefundId};
use refundkit_core::plan::{RefundPlan, ReversalPlan};

/// What is asked of the provider.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Outgoing<'a> {
    /// To return money, by a plan and under a key.
    Refund(&'a RefundPlan, &'a ProviderKey),
    /// To take back what was authorised, by a plan and under a key.
    Reverse(&'a ReversalPlan, &'a ProviderKey),
    /// To show a payment.
    Payment(&'a PaymentId),
    /// To list the payment's refunds, and which page of them: the cursor or the number; the first
    /// one without.
    Refunds(&'a PaymentId, Option<&'a str>),
    /// To show one refund of the payment.
    Status(&'a PaymentId, &'a RefundId),
}
