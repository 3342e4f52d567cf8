//! A word for each way in which a message can end, for whoever counts them. What its sender is answered
//! doesn't stand here.

use refundkit::core::webhook::WebhookProblem;
use refundkit::{Error, Received};

/// What became of a message, in a word: for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It is the provider's word about an operation, and that is written down.
    Told,
    /// Its payment is to be read, and that is written down.
    Noted,
    /// Nothing follows from it.
    Nothing,
    /// It was known already.
    Known,
    /// Nobody listens at its address.
    Nobody,
    /// Its signature is missing or malformed.
    Unsigned,
    /// No secret of the account made its signature.
    Forged,
    /// It was signed too long ago, or in the future.
    Untimely,
    /// Its body has more than 256 KiB.
    TooLarge,
    /// Its body broke off, or took too long.
    Incomplete,
    /// It is the provider's, and could not be understood.
    Unreadable,
    /// It could not be written down; the provider has to send it again.
    Journal,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Told,
        Self::Noted,
        Self::Nothing,
        Self::Known,
        Self::Nobody,
        Self::Unsigned,
        Self::Forged,
        Self::Untimely,
        Self::TooLarge,
        Self::Incomplete,
        Self::Unreadable,
        Self::Journal,
    ];

    /// The word, for the label of a metric.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::Noted => "noted",
            Self::Nothing => "nothing",
            Self::Known => "known",
            Self::Nobody => "nobody",
            Self::Unsigned => "unsigned",
            Self::Forged => "forged",
            Self::Untimely => "untimely",
            Self::TooLarge => "too_large",
            Self::Incomplete => "incomplete",
            Self::Unreadable => "unreadable",
            Self::Journal => "journal",
        }
    }

    pub(crate) const fn of(taken: &Received) -> Self {
        match taken {
            Received::Recorded { .. } => Self::Told,
            Received::RefreshDue => Self::Noted,
            Received::Nothing => Self::Nothing,
            Received::Known => Self::Known,
        }
    }

    /// Whatever isn't known to be the sender's fault is ours, and the message is to come again.
    pub(crate) fn of_error(error: &Error) -> Self {
        match error {
            Error::UnknownProvider { .. } | Error::NoWebhooks(_) => Self::Nobody,
            Error::Webhook(error) => match error.problem {
                WebhookProblem::Unsigned => Self::Unsigned,
                WebhookProblem::Forged => Self::Forged,
                WebhookProblem::Untimely => Self::Untimely,
                WebhookProblem::TooLarge => Self::TooLarge,
                WebhookProblem::Unreadable | _ => Self::Unreadable,
            },
            Error::Journal(_) | _ => Self::Journal,
        }
    }
}
