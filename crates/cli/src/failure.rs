//! What went wrong, for a person or a program, and the exit code that says it to a script.

use refundkit::{Code, Coded, Error, JournalError, Operation, State, Trouble};
use refundkit_core::ports::ReadErrorKind;

/// Exit codes. Scripts rely on them.
pub mod exit {
    /// Done, or accepted by the provider.
    pub const DONE: u8 = 0;
    /// The command line or the configuration.
    pub const USAGE: u8 = 2;
    /// A rule; nothing was sent.
    pub const REFUSED: u8 = 3;
    /// The provider; nothing moved.
    pub const REJECTED: u8 = 4;
    /// Not known yet; the money is held.
    pub const UNKNOWN: u8 = 5;
    /// A person has to decide.
    pub const PARKED: u8 = 6;
    /// The provider's answer contradicts the request.
    pub const CONTRADICTION: u8 = 7;
    /// The journal.
    pub const JOURNAL: u8 = 8;
    /// The journal and a provider's ledger differ.
    pub const DIFFERENCE: u8 = 9;
    /// The provider could not be read; nothing was sent.
    pub const UNREAD: u8 = 10;
}

/// A failure with its code, its line, what to do, and the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The stable code.
    pub code: Code,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The exit code.
    pub exit: u8,
}

impl Failure {
    /// Bad usage or configuration.
    #[must_use]
    pub fn usage(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            code: Code::new(code),
            message: message.into(),
            help: Some(help.into()),
            exit: exit::USAGE,
        }
    }

    /// An input that the library refused: bad usage.
    #[must_use]
    pub fn input(error: &impl Coded) -> Self {
        Self {
            code: error.code(),
            message: error.to_string(),
            help: error.help(),
            exit: exit::USAGE,
        }
    }

    /// A provider that could not be read about what the journal knows: its word is not known now.
    #[must_use]
    pub fn unread(error: Error) -> Self {
        let help = "what the journal knows is shown, and stays as it is; ask again later";
        Self {
            help: Some(help.to_owned()),
            exit: exit::UNKNOWN,
            ..error.into()
        }
    }

    /// Standard output or a file could not be written.
    #[must_use]
    pub fn io(what: &str, error: &std::io::Error) -> Self {
        Self::usage(
            "RK4008",
            format!("{what}: {error}"),
            "check the path and its permissions",
        )
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match &error {
            Error::Refused(_)
            | Error::KeyReused { .. }
            | Error::NotCancellable { .. }
            | Error::NotDecidable { .. } => exit::REFUSED,
            Error::Read(read) if read.kind == ReadErrorKind::Configuration => exit::USAGE,
            Error::Read(_) => exit::UNREAD,
            Error::Journal(JournalError::NoSuchOperation(_)) => exit::USAGE,
            Error::Journal(_) | Error::Unwritten { .. } => exit::JOURNAL,
            Error::UnknownProvider { .. } | Error::Id(_) | Error::Setup(_) | _ => exit::USAGE,
        };
        Self {
            code: error.code(),
            message: error.to_string(),
            help: error.help(),
            exit,
        }
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Error::Journal(error).into()
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self {
            code: trouble.code,
            message: trouble.message,
            help: Some(trouble.help),
            exit: exit::UNKNOWN,
        }
    }
}

/// The exit code that an operation's state stands for.
#[must_use]
pub fn exit_of(operation: &Operation) -> u8 {
    match operation.state() {
        State::Accepted | State::Succeeded | State::Cancelled => exit::DONE,
        State::Refused => exit::REFUSED,
        State::Rejected | State::Failed | State::FailedLate => exit::REJECTED,
        State::Ready | State::Attempting | State::Unknown => exit::UNKNOWN,
        State::Parked
            if Trouble::of(operation).is_some_and(|trouble| trouble.is_contradiction()) =>
        {
            exit::CONTRADICTION
        }
        State::Parked => exit::PARKED,
    }
}
