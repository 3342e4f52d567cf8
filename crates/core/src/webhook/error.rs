//! Why a provider's message was not taken in, with stable codes. That it could not be written down is
//! an error of the journal, and none of these.

use crate::codes::{Code, Coded};

/// Why a message was not taken in. Nothing was written down, and nothing follows from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WebhookError {
    /// What sort of trouble it is.
    pub problem: WebhookProblem,
    /// What is wrong, in one line, with nothing of the message in it.
    pub message: String,
}

/// What sort of trouble a message met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebhookProblem {
    /// What the signature is made of is missing or malformed.
    Unsigned,
    /// No secret of the account made its signature.
    Forged,
    /// It was signed too long ago, or in the future: possibly somebody sends it again.
    Untimely,
    /// Its body has more than [`MOST_BODY_BYTES`](super::MOST_BODY_BYTES).
    TooLarge,
    /// It is the provider's, and could not be understood.
    Unreadable,
}

impl WebhookError {
    /// A problem; `message` is redacted.
    #[must_use]
    pub fn new(problem: WebhookProblem, message: &str) -> Self {
        Self {
            problem,
            message: crate::redact::message(message),
        }
    }
}

impl Coded for WebhookError {
    fn code(&self) -> Code {
        Code::new(match self.problem {
            WebhookProblem::Unsigned => "RK5001",
            WebhookProblem::Forged => "RK5002",
            WebhookProblem::Untimely => "RK5003",
            WebhookProblem::TooLarge => "RK5004",
            WebhookProblem::Unreadable => "RK5005",
        })
    }

    fn help(&self) -> Option<String> {
        let help = match self.problem {
            WebhookProblem::Unsigned => {
                "nothing was taken in: check that the address is the one that the provider was given, and that no proxy drops its headers"
            }
            WebhookProblem::Forged => {
                "nothing was taken in: check that the secret is this account's, that the body arrives unchanged, and that the former secret is configured too while it is being replaced"
            }
            WebhookProblem::Untimely => {
                "nothing was taken in: check this machine's clock; the provider sends it again with a new time"
            }
            WebhookProblem::TooLarge => {
                "nothing was taken in; `refundkit work` asks the provider instead"
            }
            WebhookProblem::Unreadable => {
                "nothing was taken in; check the adapter's version against the provider's API. `refundkit work` asks the provider instead"
            }
        };
        Some(help.to_owned())
    }
}
