//! Plans and readings as the requests that the profile describes.

use refundkit_core::Metadata;
use refundkit_core::ids::{PaymentId, ProviderKey, RefundId};
use refundkit_core::plan::{RefundPlan, ReversalPlan};
use refundkit_http::{BaseUrl, Request, Secret};

use crate::Profile;
use crate::profile::{Call, Encoding, Read, Segment, Values};

/// What every request is made of.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) base: BaseUrl,
    pub(crate) key: Secret,
    pub(crate) profile: Profile,
}

impl Account {
    /// A refund. The amount is always explicit, even where the provider would take its absence for "all".
    pub(crate) fn refund(&self, plan: &RefundPlan, key: &ProviderKey) -> Request {
        let amount = plan.amount();
        let major = amount.to_major().ok().map(|major| major.to_string());
        let currency = amount.currency();
        let reference = reference(plan, key);
        let values = Values {
            payment: Some(plan.payment().as_str()),
            minor: Some(amount.minor().get()),
            major: major.as_deref(),
            currency: Some(currency.code()),
            token: Some(key.as_str()),
            reference: Some(&reference),
            reason: plan.reason().map(|text| text.as_str()),
            refund: None,
        };
        let call = &self.profile.document().refund;
        self.call(call, &values, plan.metadata(), key)
    }

    /// A reversal; `None` where the profile has none.
    pub(crate) fn reverse(&self, plan: &ReversalPlan, key: &ProviderKey) -> Option<Request> {
        let call = self.profile.document().reversal.as_ref()?;
        let values = Values {
            payment: Some(plan.payment().as_str()),
            token: Some(key.as_str()),
            reason: plan.reason().map(|text| text.as_str()),
            ..Values::default()
        };
        Some(self.call(call, &values, &Metadata::default(), key))
    }

    /// The payment.
    pub(crate) fn payment(&self, payment: &PaymentId) -> Request {
        self.read(&self.profile.document().payment.read, &of_payment(payment))
    }

    /// The payment's refunds, where they are read by a request of their own.
    pub(crate) fn refunds(&self, payment: &PaymentId) -> Option<Request> {
        let read = self.profile.document().refunds.as_ref()?.read.as_ref()?;
        Some(self.read(read, &of_payment(payment)))
    }

    /// A single refund, where the profile says how.
    pub(crate) fn refund_status(&self, payment: &PaymentId, refund: &RefundId) -> Option<Request> {
        let read = self.profile.document().refund_status.as_ref()?;
        let values = Values {
            refund: Some(refund.as_str()),
            ..of_payment(payment)
        };
        Some(self.read(read, &values))
    }

    fn call(
        &self,
        call: &Call,
        values: &Values<'_>,
        metadata: &Metadata,
        key: &ProviderKey,
    ) -> Request {
        let mut request = self.signed(self.at(&call.path, values, Request::post));
        if let Some(carrier) = &call.key {
            request = request.header(&carrier.header, key.as_str());
        }
        match call.encoding {
            Encoding::Json => request.json(&call.body.json(values, metadata)),
            Encoding::Form => {
                let pairs = call.body.form(values, metadata);
                request.form(
                    pairs
                        .iter()
                        .map(|(name, value)| (name.as_str(), value.as_str())),
                )
            }
            Encoding::None => request,
        }
    }

    fn read(&self, read: &Read, values: &Values<'_>) -> Request {
        let request = self.signed(self.at(&read.path, values, Request::get));
        read.query
            .iter()
            .fold(request, |request, (name, value)| match value.text(values) {
                Some(value) => request.query(name, &value),
                None => request,
            })
    }

    fn at(
        &self,
        path: &Segment,
        values: &Values<'_>,
        make: fn(&BaseUrl, &[&str]) -> Request,
    ) -> Request {
        let segments = path.fill(values);
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        make(&self.base, &segments)
    }

    fn signed(&self, request: Request) -> Request {
        let profile = self.profile.document();
        let request = request
            .secret_header(&profile.auth.header, &profile.auth.prefix, &self.key)
            .header("accept", "application/json");
        profile
            .headers
            .iter()
            .fold(request, |request, (name, value)| {
                request.header(name, value)
            })
    }
}

fn of_payment(payment: &PaymentId) -> Values<'_> {
    Values {
        payment: Some(payment.as_str()),
        ..Values::default()
    }
}

/// The caller's order id with the token behind it, or the token alone.
fn reference(plan: &RefundPlan, key: &ProviderKey) -> String {
    match plan.order_id() {
        Some(order_id) => [order_id.as_str(), "-", key.as_str()].concat(),
        None => key.as_str().to_owned(),
    }
}
