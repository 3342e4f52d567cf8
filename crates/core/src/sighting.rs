//! A refund as its provider tells of it by itself: in a message, or in a list of the account.

use crate::answer::RefundFact;
use crate::ids::PaymentId;
use crate::money::Currency;
use crate::payment::SeenRefund;

/// One refund of the account, ours or not, with the payment that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The payment.
    pub payment: PaymentId,
    /// The currency of the refund's amount, where stated.
    pub currency: Option<Currency>,
    /// The refund.
    pub refund: SeenRefund,
}

impl Sighting {
    /// What it says of the refund.
    #[must_use]
    pub fn fact(&self) -> RefundFact {
        RefundFact {
            refund: self.refund.id.clone(),
            status: self.refund.status.clone().redacted(),
            amount: self.refund.amount,
            currency: self.currency,
            payment: Some(self.payment.clone()),
            token: self.refund.token.clone(),
        }
    }
}
