//! Stable error codes. Each has a page under `docs/errors/`; a code is never reused.

use std::fmt;

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
