//! The answer to a reversal.

use refundkit_core::ProviderRefund;
use refundkit_core::answer::RefundStatus;
use refundkit_core::payment::Stage;
use refundkit_core::redact;

use super::fields::{Around, Fields};
use super::parts::{at, object};
use super::payment::PaymentReader;
use super::refund::status;
use crate::language::{Meanings, Reversal, ReversalAnswer, StatusWord};

/// The answer to a reversal.
#[derive(Clone, Debug)]
pub(super) struct ReversalReader {
    /// The HTTP statuses of a success; any 2xx where there are none.
    pub(super) success: Vec<u16>,
    answer: ReversalAnswer,
    payment: Option<PaymentReader>,
    at: Option<Fields>,
    status: Fields,
    statuses: Meanings<StatusWord>,
}

impl ReversalReader {
    pub(super) fn new(call: &Reversal, payment: Option<PaymentReader>) -> Self {
        Self {
            success: call.success.clone(),
            answer: call.answer,
            payment,
            at: at(call.at.as_ref()),
            status: Fields::new([call.status.as_ref()]),
            statuses: call.statuses.clone(),
        }
    }
    /// What a success says: the payment, which then is reversed, an object with a status, or nothing
    /// but that it is one.
    pub(super) fn fact(&self, json: &str) -> Result<ProviderRefund, String> {
        let json = || object(self.at.as_ref(), json);
        match self.answer {
            ReversalAnswer::None => Ok(ProviderRefund::with_status(RefundStatus::Unstated)),
            ReversalAnswer::Status => {
                let found = self.status.read(json()?, Around::default())?;
                let word = found.text(0).ok_or("it has no status")?;
                Ok(ProviderRefund::with_status(
                    match self.statuses.get(&word) {
                        Some(means) => status(means),
                        None => RefundStatus::Other(redact::message(&word)),
                    },
                ))
            }
            ReversalAnswer::Payment => self.reversed(json()?),
        }
    }

    fn reversed(&self, json: &str) -> Result<ProviderRefund, String> {
        let payment = self
            .payment
            .as_ref()
            .ok_or("the profile reads no payment")?;
        let read = payment.read(json)?;
        if read.stage != Stage::Reversed {
            return Err("the payment isn't reversed in it".to_owned());
        }
        Ok(ProviderRefund {
            payment: Some(read.id),
            ..ProviderRefund::with_status(RefundStatus::Succeeded)
        })
    }
}
