use refundkit_core::answer::{Answer, RefundFact, RefundStatus};
use refundkit_core::payment::Stage;
use refundkit_core::redact;
use refundkit_http::Response;

use super::fields::{Around, Fields};
use super::{Readers, at, object, success};
use crate::profile::{Reversal, ReversalAnswer, StatusWord, Words};

/// The answer to a reversal.
#[derive(Clone, Debug)]
pub(crate) struct ReversalReader {
    at: Option<Fields>,
    status: Fields,
    statuses: Words<StatusWord>,
}

impl ReversalReader {
    pub(crate) fn new(call: &Reversal) -> Self {
        Self {
            at: at(call.at.as_ref()),
            status: Fields::new([call.status.as_ref()]),
            statuses: call.statuses.clone(),
        }
    }
}

impl Readers {
    /// The answer to a reversal: the payment, which then is reversed, an object with a status, or
    /// the success alone.
    pub(crate) fn reversal(&self, call: &Reversal, response: &Response) -> Answer {
        let json = match success(self, &call.success, &[], response) {
            Ok(json) => json,
            Err(answer) => return answer,
        };
        let Some(reader) = &self.reversal else {
            return response.unreadable("the profile has no reversal");
        };
        let fact = match call.answer {
            ReversalAnswer::None => Ok(RefundFact::with_status(RefundStatus::Unstated)),
            ReversalAnswer::Status => object(reader.at.as_ref(), json).and_then(|json| {
                let found = reader.status.read(json, Around::default())?;
                let word = found.text(0).ok_or("it has no status")?;
                let status = match reader.statuses.get(&word) {
                    Some(means) => super::refund::status(means),
                    None => RefundStatus::Other(redact::message(&word)),
                };
                Ok(RefundFact::with_status(status))
            }),
            ReversalAnswer::Payment => {
                object(reader.at.as_ref(), json).and_then(|json| self.reversed(json))
            }
        };
        fact.map_or_else(|why| response.unreadable(why), Answer::Refund)
    }

    fn reversed(&self, json: &str) -> Result<RefundFact, String> {
        let payment = self
            .payment
            .as_ref()
            .ok_or("the profile reads no payment")?;
        let read = payment.read(self, json)?;
        if read.stage != Stage::Reversed {
            return Err("the payment isn't reversed in it".to_owned());
        }
        Ok(RefundFact {
            payment: Some(read.id),
            ..RefundFact::with_status(RefundStatus::Succeeded)
        })
    }
}
