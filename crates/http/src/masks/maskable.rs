//! What an adapter hands on, and which of it is text.

use refundkit_core::ProviderRefund;
use refundkit_core::answer::{Answer, RefundStatus};
use refundkit_core::payment::{Payment, Stage};
use refundkit_core::ports::{ReadError, RefundPage};
use refundkit_core::{EventContent, ProviderKey, WebhookError, WebhookEvent, redact};

use super::Masks;

/// Something that an adapter made of a provider's words.
pub trait Maskable: Sized {
    /// The same with its texts masked. What decides (ids, amounts, references, times, words that are
    /// known) MUST stay as it is.
    #[must_use]
    fn masked(self, masks: &Masks) -> Self;
}

/// A text made fit for a log line, an error and the journal.
fn line(masks: &Masks, text: &str) -> String {
    redact::message(&masks.text(text))
}

impl<T: Maskable, E: Maskable> Maskable for Result<T, E> {
    fn masked(self, masks: &Masks) -> Self {
        match self {
            Ok(told) => Ok(told.masked(masks)),
            Err(error) => Err(error.masked(masks)),
        }
    }
}

impl<T: Maskable> Maskable for Option<T> {
    fn masked(self, masks: &Masks) -> Self {
        self.map(|told| told.masked(masks))
    }
}

impl<T: Maskable> Maskable for Vec<T> {
    fn masked(self, masks: &Masks) -> Self {
        self.into_iter().map(|told| told.masked(masks)).collect()
    }
}

/// It decides.
impl Maskable for ProviderKey {
    fn masked(self, _: &Masks) -> Self {
        self
    }
}

/// Messages and codes are matched with the provider's table by core, which shortens them afterwards.
impl Maskable for Answer {
    fn masked(self, masks: &Masks) -> Self {
        match self {
            Self::NotSent { why } => Self::NotSent {
                why: line(masks, &why),
            },
            Self::Lost { why } => Self::Lost {
                why: line(masks, &why),
            },
            Self::Refund(fact) => Self::Refund(fact.masked(masks)),
            Self::Problem {
                status,
                code,
                message,
                retry_after,
            } => Self::Problem {
                status,
                code: code.map(|code| masks.text(&code).into_owned()),
                message: message.map(|message| masks.text(&message).into_owned()),
                retry_after,
            },
            Self::Unreadable {
                status,
                why,
                retry_after,
            } => Self::Unreadable {
                status,
                why: line(masks, &why),
                retry_after,
            },
        }
    }
}

impl Maskable for ProviderRefund {
    fn masked(mut self, masks: &Masks) -> Self {
        self.status = self.status.masked(masks);
        self
    }
}

impl Maskable for RefundStatus {
    fn masked(self, masks: &Masks) -> Self {
        if let Self::Other(word) = &self {
            return Self::Other(line(masks, word));
        }
        self
    }
}

impl Maskable for Stage {
    fn masked(self, masks: &Masks) -> Self {
        if let Self::Other(word) = &self {
            return Self::Other(line(masks, word));
        }
        self
    }
}

impl Maskable for Payment {
    fn masked(mut self, masks: &Masks) -> Self {
        self.stage = self.stage.masked(masks);
        self.method = self.method.map(|method| line(masks, &method));
        for seen in self
            .refunds
            .iter_mut()
            .flat_map(|listed| &mut listed.refunds)
        {
            seen.status = seen.status.clone().masked(masks);
        }
        for item in &mut self.items {
            item.name = item.name.take().map(|name| line(masks, &name));
        }
        self
    }
}

impl Maskable for RefundPage {
    fn masked(mut self, masks: &Masks) -> Self {
        self.refunds = self.refunds.masked(masks);
        self
    }
}

impl Maskable for ReadError {
    fn masked(mut self, masks: &Masks) -> Self {
        self.message = line(masks, &self.message);
        self
    }
}

impl Maskable for WebhookError {
    fn masked(mut self, masks: &Masks) -> Self {
        self.message = line(masks, &self.message);
        self
    }
}

impl Maskable for WebhookEvent {
    fn masked(mut self, masks: &Masks) -> Self {
        if let EventContent::Refund(refund) = self.content {
            self.content = EventContent::Refund(Box::new(refund.masked(masks)));
        }
        self
    }
}
