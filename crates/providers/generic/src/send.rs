//! Plans and readings as the requests that a profile describes.

mod login;
mod values;
mod write;

pub(crate) use values::Live;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use refundkit_core::ids::{PaymentId, ProviderKey, RefundId};
use refundkit_core::plan::{RefundPlan, ReversalPlan};
use refundkit_core::{Clock, Minor};
use refundkit_http::{BaseUrl, Masks, Request, Secret};

use crate::auth::{Signer, TokenCache};
use crate::profile::{Document, Name, Placeholder, Profile, Read, Shape};
use values::Filled;

/// One account: what every request is made of.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) base: BaseUrl,
    pub(crate) login: Option<BaseUrl>,
    pub(crate) secrets: BTreeMap<String, Secret>,
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) profile: Profile,
    pub(crate) clock: Option<Arc<dyn Clock>>,
    pub(crate) signer: Option<Arc<dyn Signer>>,
    pub(crate) tokens: TokenCache<String>,
}

/// What is asked of the provider.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ask<'a> {
    Refund(&'a RefundPlan, &'a ProviderKey),
    Reverse(&'a ReversalPlan, &'a ProviderKey),
    Payment(&'a PaymentId),
    /// The payment's refunds, and which page of them.
    Refunds(&'a PaymentId, Option<&'a str>),
    Status(&'a PaymentId, &'a RefundId),
}

fn in_major_units(shape: Shape<'_>) -> bool {
    shape.body.uses(&Placeholder::Major) || shape.body.uses(&Placeholder::MajorNumber)
}

impl Account {
    pub(crate) fn document(&self) -> &Document {
        self.profile.document()
    }

    /// The request, written and not yet signed for; `None` where the profile has none for it.
    pub(crate) fn request(&self, ask: Ask<'_>, live: Live) -> Option<Request> {
        let document = self.document();
        let mut values = Filled::new(self, live);
        match ask {
            Ask::Refund(plan, key) => {
                values.payment = Some(plan.payment().as_str());
                values.own = Some(key.as_str());
                values.key_fit = document
                    .refund
                    .key
                    .as_ref()
                    .and_then(|key| key.fit.as_ref());
                values.order_id = plan.order_id().map(|text| text.as_str());
                values.reason = plan.reason().map(|text| text.as_str());
                values.notes = plan.notes().map(|text| text.as_str());
                values.metadata = Some(plan.metadata());
                // Beside one that is on its way, the provider's "all" may be more than the plan's.
                let untouched = plan.amount().minor() == plan.budget().cap;
                let full = plan.is_full() && untouched && plan.refunded_before() == Minor::ZERO;
                let shape = document.refund.shape(full);
                match self.profile.readers().units.write(plan.amount()) {
                    // A field without its value would be left out, and the amount with it.
                    Ok(written) if written.major.is_none() && in_major_units(shape) => {
                        let why = "the decimal places of the currency aren't known";
                        return Some(self.write(shape, values).unsendable(why));
                    }
                    Ok(written) => values.amount = Some((written, plan.amount())),
                    Err(why) => return Some(self.write(shape, values).unsendable(&why)),
                }
                Some(self.write(shape, values))
            }
            Ask::Reverse(plan, key) => {
                let call = document.reversal.as_ref()?;
                values.payment = Some(plan.payment().as_str());
                values.own = Some(key.as_str());
                values.key_fit = call.key.as_ref().and_then(|key| key.fit.as_ref());
                values.reason = plan.reason().map(|text| text.as_str());
                if let Ok(written) = self.profile.readers().units.write(plan.amount()) {
                    values.amount = Some((written, plan.amount()));
                }
                Some(self.write(call.shape(), values))
            }
            Ask::Payment(payment) => {
                let read = &document.payment.as_ref()?.read;
                Some(self.read(read, payment, None, values))
            }
            Ask::Refunds(payment, page) => {
                let list = document.refunds.as_ref()?;
                let request = self.read(list.read.as_ref()?, payment, None, values);
                let query = list.next.as_ref().and_then(|next| next.query.as_ref());
                Some(match (page, query) {
                    (Some(page), Some(query)) => request.query(query.as_str(), page),
                    _ => request,
                })
            }
            Ask::Status(payment, refund) => {
                let read = document.refund_status.as_ref()?;
                Some(self.read(read, payment, Some(refund), values))
            }
        }
    }

    fn read<'a>(
        &'a self,
        read: &Read,
        payment: &'a PaymentId,
        refund: Option<&'a RefundId>,
        mut values: Filled<'a>,
    ) -> Request {
        values.payment = Some(payment.as_str());
        values.refund = refund.map(RefundId::as_str);
        self.write(read.shape(), values)
    }

    /// All that is secret about the account: a provider can repeat any of it in answer to any request.
    fn secrets(&self) -> impl Iterator<Item = Secret> {
        let given = self.tokens.given();
        self.secrets.values().cloned().chain(given)
    }

    /// Masks for what is said of a request that was never made.
    pub(crate) fn masks(&self) -> Masks {
        Masks::new(self.secrets())
    }

    fn secret(&self, name: &Name) -> Option<&Secret> {
        self.secrets.get(name.as_str())
    }

    fn setting(&self, name: &Name) -> Option<&str> {
        self.settings.get(name.as_str()).map(String::as_str)
    }

    /// The caller's reason in the provider's words, where it has words of its own.
    fn reason<'a>(&'a self, callers: Option<&'a str>) -> Option<Cow<'a, str>> {
        let words = self.document().reason.as_ref();
        let Some(said) = callers else {
            return words?.default.as_deref().map(Cow::Borrowed);
        };
        match words.filter(|reason| !reason.words.is_empty()) {
            None => Some(said.into()),
            Some(reason) => {
                let mut known = reason.words.iter();
                let found = known.find(|(word, _)| word.eq_ignore_ascii_case(said));
                found.map(|(_, theirs)| theirs.as_str().into())
            }
        }
    }

    /// What a request needs that is never the same twice.
    pub(crate) fn live(&self) -> Live {
        Live {
            shown: false,
            now: self.clock.as_ref().map(|clock| clock.now()),
            nonce: [Placeholder::Nonce, Placeholder::NonceShort]
                .iter()
                .any(|nonce| self.profile.uses(nonce))
                .then(|| uuid::Uuid::new_v4().simple().to_string()),
            access_token: None,
        }
    }
}
