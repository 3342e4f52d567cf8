//! Why a call of the engine ends without an operation to show, with stable codes. What is wrong with an
//! operation that is in the journal is a `Problem`.

use refundkit_core::{
    Code, Coded, Evidence, IdError, JournalError, OperationId, ProviderName, ReadError, Refusal,
    RequestKey, State, WebhookError,
};

/// Why there is no operation to show. In every case nothing was sent that moves money, except for
/// [`Error::Unwritten`], which leaves the attempt's mark behind for `resume`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No provider of that name was given to the builder.
    #[error("there is no provider {name}; there are: {known}")]
    UnknownProvider {
        /// The name asked for.
        name: ProviderName,
        /// The names there are.
        known: String,
    },
    /// A rule forbids it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The request key was used for something else (rule R8).
    #[error("the request key {key} was used before, for a request with other content")]
    KeyReused {
        /// The key.
        key: RequestKey,
        /// The operation that it names.
        operation: OperationId,
    },
    /// What may have been sent can't be called off (rule R7).
    #[error(
        "operation {operation} is {state}: only one that was never sent, or was turned away each time, can be cancelled"
    )]
    NotCancellable {
        /// Which operation.
        operation: OperationId,
        /// Its state.
        state: State,
    },
    /// A person can't decide so about it, or not yet.
    #[error("operation {operation} is {state} and can't be decided this way: {because}")]
    NotDecidable {
        /// Which operation.
        operation: OperationId,
        /// Its state.
        state: State,
        /// Why not.
        because: String,
    },
    /// Nobody reads what this provider sends: the builder was given no
    /// [`webhooks`](crate::Builder::webhooks) for it.
    #[error("messages of provider {0} are not taken in: no secret is configured for them")]
    NoWebhooks(ProviderName),
    /// A message of a provider was not taken in.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    /// The provider could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An attempt was sent, and its answer could not be written down. Its mark is in the journal,
    /// so that the next call asks the provider; write `evidence` down too, where you can.
    #[error("operation {operation} was sent, and its answer could not be written down: {answer}")]
    Unwritten {
        /// Which operation.
        operation: OperationId,
        /// The answer in a few words.
        answer: String,
        /// The fact that is missing in the journal.
        evidence: Box<Evidence>,
        /// What stood in the way of the journal.
        #[source]
        source: JournalError,
    },
    /// The journal could not be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A key or an id that was derived doesn't pass its own check.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The engine was told to [stop](crate::Refunds::stop) before the operation was begun: nothing was
    /// written down and nothing was sent.
    #[error("it was stopped before anything was sent")]
    Stopped,
    /// The builder was not given what it needs.
    #[error("{0}")]
    Setup(String),
}

impl Error {
    /// Whether picking up an operation failed for now without anything having changed: its provider
    /// can't be read or isn't configured, another operation of its payment goes first, or another
    /// worker is at it. Others can still be picked up.
    #[must_use]
    pub const fn leaves_as_it_was(&self) -> bool {
        match self {
            Self::UnknownProvider { .. }
            | Self::Read(_)
            | Self::Stopped
            | Self::Journal(JournalError::InFlight | JournalError::Contended { .. }) => true,
            Self::Refused(_)
            | Self::KeyReused { .. }
            | Self::NotCancellable { .. }
            | Self::NotDecidable { .. }
            | Self::NoWebhooks(_)
            | Self::Webhook(_)
            | Self::Unwritten { .. }
            | Self::Journal(_)
            | Self::Id(_)
            | Self::Setup(_) => false,
        }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::UnknownProvider { .. } => Code::new("RK1101"),
            Self::KeyReused { .. } => Code::new("RK1102"),
            Self::NotCancellable { .. } => Code::new("RK1103"),
            Self::Setup(_) => Code::new("RK1104"),
            Self::NotDecidable { .. } => Code::new("RK1105"),
            Self::Unwritten { .. } => Code::new("RK1106"),
            Self::NoWebhooks(_) => Code::new("RK1107"),
            Self::Stopped => Code::new("RK1108"),
            Self::Webhook(error) => error.code(),
            Self::Refused(error) => error.code(),
            Self::Read(error) => error.code(),
            Self::Journal(error) => error.code(),
            Self::Id(error) => error.code(),
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::UnknownProvider { .. } => Some("name one of the configured providers".to_owned()),
            Self::KeyReused { operation, .. } => Some(format!(
                "use a new key for a new refund, or look at {operation}, which the key names"
            )),
            Self::NotCancellable { .. } => {
                Some("a refund that may have been sent can't be called back".to_owned())
            }
            Self::NotDecidable { .. } => Some(
                "look at it with `refundkit status --ask`; that it succeeded can be said of any that has no end".to_owned(),
            ),
            Self::Unwritten { .. } => Some(
                "its money is held: make the journal writable again, then resume; the provider is asked before anything is sent again".to_owned(),
            ),
            Self::NoWebhooks(_) => Some(
                "give the provider's webhook secrets, or let `refundkit work` ask it instead".to_owned(),
            ),
            Self::Webhook(error) => error.help(),
            Self::Stopped => Some("nothing was begun: ask again".to_owned()),
            Self::Setup(_) => None,
            Self::Refused(error) => error.help(),
            Self::Read(error) => error.help(),
            Self::Journal(error) => error.help(),
            Self::Id(error) => error.help(),
        }
    }
}
