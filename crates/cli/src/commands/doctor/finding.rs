//! One thing that was looked at, and what was found.

use serde::Serialize;

use crate::failure::{Failure, exit};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    Good,
    /// It works, and somebody should know.
    Note,
    Warning,
    Bad,
}

impl Level {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Bad => "BAD",
        }
    }
}

/// What was found. The names are a contract.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    /// `configuration`, `mode`, `key`, `clock`, `journal` or `disk`.
    pub(super) check: &'static str,
    /// The provider, where it is about one.
    pub(super) subject: String,
    pub(super) level: Level,
    pub(super) text: String,
    pub(super) help: Option<String>,
    pub(super) code: Option<String>,
    /// The exit code that it stands for.
    pub(super) exit: u8,
}

impl Finding {
    fn of(check: &'static str, subject: &str, level: Level, text: &str) -> Self {
        Self {
            check,
            subject: subject.to_owned(),
            level,
            text: text.to_owned(),
            help: None,
            code: None,
            exit: exit::DONE,
        }
    }

    pub(super) fn good(check: &'static str, subject: &str, text: &str) -> Self {
        Self::of(check, subject, Level::Good, text)
    }

    pub(super) fn note(check: &'static str, subject: &str, text: &str) -> Self {
        Self::of(check, subject, Level::Note, text)
    }

    pub(super) fn warning(check: &'static str, subject: &str, text: &str, help: &str) -> Self {
        Self {
            help: Some(help.to_owned()),
            ..Self::of(check, subject, Level::Warning, text)
        }
    }

    pub(super) fn bad(check: &'static str, subject: &str, failure: &Failure) -> Self {
        Self {
            help: failure.help.clone(),
            code: Some(failure.code.to_string()),
            exit: failure.exit,
            ..Self::of(check, subject, Level::Bad, &failure.message)
        }
    }
}
