//! Stable error codes. Each has a page under `docs/errors/`; a code is never reused.

use std::fmt;

use crate::ids::IdError;
use crate::money::MoneyError;
use crate::text::TextError;

/// A stable error code, such as `RK1203`. Scripts and dashboards may rely on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(&'static str);

impl Code {
    /// A code from its text. Adapters and journals of other people may bring their own.
    #[must_use]
    pub const fn new(code: &'static str) -> Self {
        Self(code)
    }

    /// The code as text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// An error with a stable code and a line that says what to do about it.
pub trait Coded: std::error::Error {
    /// The stable code of this error.
    fn code(&self) -> Code;

    /// What the caller can do, in one line; `None` where the message says it already.
    fn help(&self) -> Option<String>;
}

impl Coded for IdError {
    fn code(&self) -> Code {
        Code::new(match self {
            Self::CardNumber { .. } => "RK1004",
            Self::Empty { .. } | Self::TooLong { .. } | Self::Character { .. } => "RK1001",
        })
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::CardNumber { .. } => {
                "nothing was sent; a key or an id is stored and shown, and a card number must be neither"
            }
            Self::Empty { .. } | Self::TooLong { .. } | Self::Character { .. } => {
                "copy the id as the provider or refundkit shows it"
            }
        };
        Some(help.to_owned())
    }
}

impl Coded for MoneyError {
    fn code(&self) -> Code {
        Code::new("RK1002")
    }

    fn help(&self) -> Option<String> {
        Some("write amounts such as \"10.00 GBP\", \"1000 JPY\" or \"1.500 KWD\"".to_owned())
    }
}

impl Coded for TextError {
    fn code(&self) -> Code {
        Code::new("RK1003")
    }

    fn help(&self) -> Option<String> {
        None
    }
}
