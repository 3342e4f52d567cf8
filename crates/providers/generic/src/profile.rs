//! A provider, described in TOML. Read and checked once; used for every request after that.

mod body;
mod document;
mod path;
mod template;

pub(crate) use body::Encoding;
pub(crate) use document::{
    Amounts, AnswerKind, Call, Document, Key, Means, PaymentFields, Read, Repeat, Rule, StageWord,
    StatusWord,
};
pub(crate) use path::Paths;
pub(crate) use template::{Placeholder, Segment, Values};

use std::fmt;
use std::sync::Arc;

use refundkit_core::codes::{Code, Coded};

const BUILT_IN: [(&str, &str); 3] = [
    ("primer", include_str!("../profiles/primer.toml")),
    ("stripe", include_str!("../profiles/stripe.toml")),
    ("mollie", include_str!("../profiles/mollie.toml")),
];

/// A provider's profile, checked.
#[derive(Clone)]
pub struct Profile(Arc<Document>);

/// Why a text is no profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// No profile of that name is built in.
    #[error("there is no built-in profile of that name; there are primer, stripe and mollie")]
    NoSuchProfile,
    /// The text isn't TOML, or isn't a profile.
    #[error("the profile is wrong{}: {problem}", at(*line))]
    Invalid {
        /// The line, counted from 1, where one can be named.
        line: Option<usize>,
        /// What is wrong there.
        problem: String,
    },
}

fn at(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(" in line {line}"))
}

impl Coded for ProfileError {
    fn code(&self) -> Code {
        Code::new("RK1305")
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::NoSuchProfile => Some("name one of them, or the path of a .toml file".to_owned()),
            Self::Invalid { .. } => {
                Some("compare it with a built-in profile such as primer".to_owned())
            }
        }
    }
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// [`ProfileError::Invalid`]: no TOML, an unknown key, a placeholder or a word that doesn't exist.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let document: Document = toml::from_str(text).map_err(|error| ProfileError::Invalid {
            line: error.span().and_then(|span| line_of(text, span.start)),
            problem: error.message().replace('\n', " "),
        })?;
        document.check().map_err(|problem| ProfileError::Invalid {
            line: None,
            problem,
        })?;
        Ok(Self(Arc::new(document)))
    }

    /// A built-in profile: `primer`, `stripe` or `mollie`.
    ///
    /// # Errors
    /// [`ProfileError::NoSuchProfile`].
    pub fn builtin(name: &str) -> Result<Self, ProfileError> {
        let (_, text) = BUILT_IN
            .iter()
            .find(|(found, _)| *found == name)
            .ok_or(ProfileError::NoSuchProfile)?;
        Self::parse(text)
    }

    /// The names of the built-in profiles.
    pub fn builtins() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The profile's own name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    pub(crate) fn document(&self) -> &Document {
        &self.0
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Profile({})", self.0.name)
    }
}

fn line_of(text: &str, at: usize) -> Option<usize> {
    let before = text.get(..at)?;
    before.matches('\n').count().checked_add(1)
}

#[cfg(test)]
mod tests;
