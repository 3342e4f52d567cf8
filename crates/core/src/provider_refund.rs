//! One refund as a provider shows it, wherever that is: in an answer, with its payment, in a list of
//! the account, or in a message.

use serde::{Deserialize, Serialize};

use crate::answer::RefundStatus;
use crate::ids::{PaymentId, ProviderKey, RefundId};
use crate::money::{Currency, Minor};
use crate::references::References;
use crate::time::Timestamp;

/// What a provider says of one refund or reversal, ours or not. Whatever it leaves out is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProviderRefund {
    /// The provider's id; some give none of their own, some answers carry none.
    pub id: Option<RefundId>,
    /// How far it has come.
    pub status: RefundStatus,
    /// Its amount in minor units, where stated.
    pub amount: Option<Minor>,
    /// Its currency, where stated; beside a payment that shows it, that of the payment where not.
    pub currency: Option<Currency>,
    /// The payment it belongs to, where stated. An account's list and a message MUST state it.
    pub payment: Option<PaymentId>,
    /// The token that it carries, where one could be read back whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<ProviderKey>,
    /// The texts in which a token of ours stands, as the provider shows them: cut, in another letter
    /// case or with more around it, ours can still be told from somebody else's.
    #[serde(skip)]
    pub references: References,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
}

impl ProviderRefund {
    /// A refund with a status and nothing else.
    #[must_use]
    pub const fn with_status(status: RefundStatus) -> Self {
        Self {
            id: None,
            payment: None,
            status,
            amount: None,
            currency: None,
            token: None,
            references: References::none(),
            created_at: None,
        }
    }

    /// What of it is evidence: without texts that people write, and without its time, so that two
    /// readings that say the same are the same.
    #[must_use]
    pub fn as_evidence(&self) -> Self {
        Self {
            id: self.id.clone(),
            payment: self.payment.clone(),
            amount: self.amount,
            currency: self.currency,
            token: self.token.clone(),
            ..Self::with_status(self.status.clone().redacted())
        }
    }
}
