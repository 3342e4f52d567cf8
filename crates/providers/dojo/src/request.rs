//! Plans as requests. The field names are those of Dojo's refund and reversal pages.

use refundkit_core::ids::{PaymentId, ProviderKey, RefundId};
use refundkit_core::plan::{RefundPlan, ReversalPlan};
use refundkit_http::{BaseUrl, Request, Secret};

use crate::Version;
use crate::wire::CreateRefund;

/// What every request carries.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) base: BaseUrl,
    pub(crate) key: Secret,
    pub(crate) version: Version,
}

impl Account {
    /// `POST /payment-intents/{id}/refunds`. The amount is always explicit: Dojo has no other way to ask for all.
    pub(crate) fn refund(&self, plan: &RefundPlan, key: &ProviderKey) -> Request {
        let body = CreateRefund {
            amount: plan.amount().minor().get(),
            refund_reason: plan.reason().map(|text| text.as_str()),
            notes: plan.notes().map(|text| text.as_str()),
        };
        let path = ["payment-intents", plan.payment().as_str(), "refunds"];
        self.signed(Request::post(&self.base, &path))
            .header("idempotencyKey", key.as_str())
            .json(&body)
    }

    /// `POST /payment-intents/{id}/reversal`: no key, no body.
    pub(crate) fn reverse(&self, plan: &ReversalPlan) -> Request {
        let path = ["payment-intents", plan.payment().as_str(), "reversal"];
        self.signed(Request::post(&self.base, &path))
    }

    /// `GET /payment-intents/{id}`. A cancelled one is found too, in the versions that can.
    pub(crate) fn payment(&self, payment: &PaymentId) -> Request {
        let path = ["payment-intents", payment.as_str()];
        let request = self.signed(Request::get(&self.base, &path));
        if self.version >= Version::V2024_02_05 {
            return request.query("returnCanceled", "true");
        }
        request
    }

    /// `GET /payment-intents/refunds/{id}`.
    pub(crate) fn refund_status(&self, refund: &RefundId) -> Request {
        let path = ["payment-intents", "refunds", refund.as_str()];
        self.signed(Request::get(&self.base, &path))
    }

    /// The word `Basic` and the raw key after it, not encoded.
    fn signed(&self, request: Request) -> Request {
        request
            .secret_header("Authorization", "Basic ", &self.key)
            .header("version", self.version.as_str())
            .header("accept", "application/json")
    }
}
