//! All that can go wrong with a journal, in whatever store it is kept, with stable codes and what to do
//! about it.

use crate::codes::{Code, Coded};
use crate::ids::{Namespace, OperationId, PaymentId};
use crate::operation::State;

/// What stood in the way of the journal. Nothing is sent when a journal can't be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// Others kept the journal busy for longer than is waited for, or were there where one has to be alone.
    #[error("the journal {location} is kept busy by another process")]
    Locked {
        /// Where it is.
        location: String,
    },
    /// The file is something else.
    #[error("{location} is not a refundkit journal")]
    NotAJournal {
        /// Where it is.
        location: String,
    },
    /// A journal of a newer refundkit.
    #[error("the journal has layout {found}; this refundkit knows layouts up to {known}")]
    Newer {
        /// Its layout.
        found: u32,
        /// The newest layout known here.
        known: u32,
    },
    /// No room to write.
    #[error("the journal could not be written: no space left")]
    Full,
    /// What was read can't have been written by refundkit.
    #[error("the journal is damaged: {what}")]
    Damaged {
        /// What is wrong.
        what: String,
    },
    /// Less is in it than there once was: an older copy was put back.
    #[error("the journal {location} is an older copy of what was there")]
    Restored {
        /// Where it is.
        location: String,
    },
    /// No operation with that id.
    #[error("there is no operation {0} in the journal")]
    NoSuchOperation(OperationId),
    /// Another attempt for the same payment is under way.
    #[error("another attempt for this payment is under way")]
    InFlight,
    /// Whenever a decision about the payment was to be written down, others had changed its ledger.
    #[error("other workers keep changing what is known of payment {payment}")]
    Contended {
        /// Which payment.
        payment: PaymentId,
    },
    /// There is no journal.
    #[error("there is no journal at {location}")]
    Missing {
        /// Where it was looked for.
        location: String,
    },
    /// The file that was opened isn't the one at its path any more.
    #[error("the journal {location} was moved, deleted or replaced while it was in use")]
    Replaced {
        /// Where it was.
        location: String,
    },
    /// A file that several machines, or several names, lead to can't be kept safe.
    #[error("{location} can't be a journal: {why}")]
    Unsafe {
        /// Where it is.
        location: String,
        /// What is unsafe about it.
        why: String,
    },
    /// Whether something was written isn't known.
    #[error("the journal doesn't tell whether it was written")]
    Uncertain(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The operation has ended or is on its way: there is nothing to send.
    #[error("operation {operation} is {state}: there is nothing to send")]
    NotSendable {
        /// Which operation.
        operation: OperationId,
        /// Its state.
        state: State,
    },
    /// The journal was begun under another namespace.
    #[error("the journal was begun with the namespace {held}, and this is {given}")]
    OtherNamespace {
        /// The journal's.
        held: Namespace,
        /// The one that was given.
        given: Namespace,
    },
    /// Anything else that storage reports.
    #[error("the journal could not be used")]
    Storage(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Coded for JournalError {
    fn code(&self) -> Code {
        Code::new(match self {
            Self::Locked { .. } => "RK3001",
            Self::NotAJournal { .. } => "RK3002",
            Self::Newer { .. } => "RK3003",
            Self::Full => "RK3004",
            Self::Damaged { .. } => "RK3005",
            Self::NoSuchOperation(_) => "RK3006",
            Self::InFlight => "RK3007",
            Self::Storage(_) => "RK3008",
            Self::NotSendable { .. } => "RK3009",
            Self::Restored { .. } => "RK3010",
            Self::Contended { .. } => "RK3011",
            Self::Missing { .. } => "RK3012",
            Self::OtherNamespace { .. } => "RK3013",
            Self::Replaced { .. } => "RK3014",
            Self::Unsafe { .. } => "RK3015",
            Self::Uncertain(_) => "RK3016",
        })
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::Locked { .. } => "wait for the other process, stop it, or use another journal",
            Self::NotAJournal { .. } => {
                "give the path of a journal, or of a file that doesn't exist yet"
            }
            Self::Newer { .. } => "use the refundkit that wrote it, or a newer one",
            Self::Full => "make room on the disk; nothing is sent that can't be written down first",
            Self::Damaged { .. } => {
                "keep the file as it is and restore a copy; nothing is sent meanwhile"
            }
            Self::NoSuchOperation(_) => "look for it with `refundkit list`",
            Self::Contended { .. } => "look at it with `refundkit status`, and try again",
            Self::Missing { .. } => {
                "check the path; a refund or a reversal makes a journal where there is none, and nothing else does"
            }
            Self::Replaced { .. } => {
                "stop what uses it, put the newest file back at its path, and start again; nothing is sent meanwhile"
            }
            Self::Unsafe { .. } => {
                "keep it in a file of its own, under one name, on a disk of this machine"
            }
            Self::Uncertain(_) => {
                "look at the operation with `refundkit status`; what isn't known to be written is not sent"
            }
            Self::InFlight => "wait for it to end, or resume it if its process has died",
            Self::Restored { .. } => {
                "put the newest copy back, or go on from this one with `refundkit journal recover`, which asks the providers; nothing is sent until then"
            }
            Self::NotSendable { .. } => "look at it with `refundkit status`",
            Self::OtherNamespace { .. } => {
                "give the journal's namespace again, or another journal: under another namespace every request would be refunded once more"
            }
            Self::Storage(_) => {
                "check that the journal's folder exists and can be written; nothing is sent that can't be written down first"
            }
        };
        Some(help.to_owned())
    }
}
