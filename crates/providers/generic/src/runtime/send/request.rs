//! Plans and readings as the requests that a profile describes.

use refundkit_core::Minor;
use refundkit_core::ids::{PaymentId, RefundId};
use refundkit_http::Request;

use super::account::Account;
use super::live::Live;
use super::outgoing::Outgoing;
use super::values::Filled;
use crate::language::{Placeholder, Read, Shape};

fn in_major_units(shape: Shape<'_>) -> bool {
    shape.body.uses(&Placeholder::Major) || shape.body.uses(&Placeholder::MajorNumber)
}

impl Account {
    /// The request, written and not yet signed for; `None` where the profile has none for it.
    pub(crate) fn request(&self, outgoing: Outgoing<'_>, live: Live) -> Option<Request> {
        let document = self.document();
        let mut values = Filled::new(self, live);
        match outgoing {
            Outgoing::Refund(plan, key) => {
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
                match self.readers.units.write(plan.amount()) {
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
            Outgoing::Reverse(plan, key) => {
                let call = document.reversal.as_ref()?;
                values.payment = Some(plan.payment().as_str());
                values.own = Some(key.as_str());
                values.key_fit = call.key.as_ref().and_then(|key| key.fit.as_ref());
                values.reason = plan.reason().map(|text| text.as_str());
                if let Ok(written) = self.readers.units.write(plan.amount()) {
                    values.amount = Some((written, plan.amount()));
                }
                Some(self.write(call.shape(), values))
            }
            Outgoing::Payment(payment) => {
                let read = &document.payment.as_ref()?.read;
                Some(self.read(read, payment, None, values))
            }
            Outgoing::Refunds(payment, page) => {
                let list = document.refunds.as_ref()?;
                let request = self.read(list.read.as_ref()?, payment, None, values);
                let query = list.next.as_ref().and_then(|next| next.query.as_ref());
                Some(match (page, query) {
                    (Some(page), Some(query)) => request.query(query.as_str(), page),
                    _ => request,
                })
            }
            Outgoing::Status(payment, refund) => {
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
}
