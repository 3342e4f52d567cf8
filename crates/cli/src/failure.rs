//! What went wrong, for a person or a program, and the exit code that says it to a script.

use std::io::ErrorKind;

use refundkit::{Code, Coded, Error, JournalError, Operation, Problem, State};
use refundkit_core::ports::ReadErrorKind;

/// Exit codes. Scripts rely on them.
pub mod exit {
    /// Done, or accepted by the provider.
    pub const DONE: u8 = 0;
    /// The answer could not be written, and there is no other code to say. Never of a command that returns
    /// money: there it is the operation's.
    pub const UNWRITTEN: u8 = 1;
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
    /// The provider could not be asked; nothing was written down, nothing was sent.
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

    /// An address of this machine could not be listened on.
    #[must_use]
    pub fn address(what: &str, error: &std::io::Error) -> Self {
        let help = if error.kind() == ErrorKind::AddrInUse {
            "another program has that port: name another, or 0 for any that is free"
        } else if error.kind() == ErrorKind::PermissionDenied {
            "that port needs rights that this user hasn't: name one from 1024 on"
        } else {
            "name an address of this machine, such as 127.0.0.1:8080"
        };
        Self::usage("RK4020", format!("{what}: {error}"), help)
    }

    /// Standard output could not be written.
    #[must_use]
    pub fn unwritten(error: &std::io::Error) -> Self {
        let help =
            "what was done is done, and the exit code says what; `refundkit list` shows it again";
        Self {
            code: Code::new("RK4022"),
            message: format!("the answer could not be written: {error}"),
            help: Some(help.to_owned()),
            exit: exit::UNWRITTEN,
        }
    }

    /// A file could not be used.
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
            Error::Read(read) => of_reading(read.kind),
            Error::Stopped => exit::UNREAD,
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

/// Of a payment that could not be read before anything was begun: whose fault it is decides whether asking
/// again helps.
const fn of_reading(kind: ReadErrorKind) -> u8 {
    match kind {
        ReadErrorKind::NotFound | ReadErrorKind::Configuration => exit::USAGE,
        ReadErrorKind::Unavailable
        | ReadErrorKind::Unreadable
        | ReadErrorKind::AboutAnother
        | ReadErrorKind::Unsupported
        | _ => exit::UNREAD,
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Error::Journal(error).into()
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code,
            message: problem.message,
            help: Some(problem.help),
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
            if Problem::of(operation).is_some_and(|problem| problem.is_contradiction()) =>
        {
            exit::CONTRADICTION
        }
        State::Parked => exit::PARKED,
    }
}
