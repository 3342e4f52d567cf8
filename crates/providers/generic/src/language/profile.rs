//! A profile that was read and checked: what adapters, and people who write profiles, begin with.

use std::fmt;
use std::sync::Arc;

use refundkit_core::Capabilities;
use refundkit_core::codes::{Code, Coded};

use super::digits::Digits;
use super::document::Document;
use super::mistake::Mistake;
use super::name::Name;
use super::near::nearest;
use super::placeholder::Placeholder;
use super::{builtin, capabilities, places, schema};

/// The largest profile that is read, in bytes.
pub const MOST_PROFILE_BYTES: usize = 256 * 1024;
/// Nobody reads more of them than that.
const MOST_MISTAKES: usize = 200;

/// A provider's profile, read and checked.
#[derive(Clone)]
pub struct Profile(Arc<Checked>);

struct Checked {
    document: Document,
    digits: Digits,
    placeholders: Vec<Placeholder>,
}

/// Why a text is no profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// No profile of that name is built in.
    #[error("there is no built-in profile \"{0}\"")]
    NoSuchProfile(String),
    /// The text isn't TOML, or isn't a profile; and how many more mistakes there are.
    #[error("the profile is wrong{}: {}{}", at(.0), .0.said(), more(*.1))]
    Invalid(Box<Mistake>, usize),
}

fn at(mistake: &Mistake) -> String {
    mistake
        .line
        .map_or_else(String::new, |line| format!(" in line {line}"))
}

fn more(others: usize) -> String {
    match others {
        0 => String::new(),
        _ => format!(" (and {others} more)"),
    }
}

impl Coded for ProfileError {
    fn code(&self) -> Code {
        Code::new("RK1305")
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::NoSuchProfile(name) => {
                let near = nearest(name, Profile::builtins());
                Some(near.map_or_else(
                    || {
                        "`refundkit profile list` names them; a file's name ends in .toml"
                            .to_owned()
                    },
                    |near| ["is ", near, " meant? A file's name ends in .toml"].concat(),
                ))
            }
            Self::Invalid(mistake, _) => mistake.hint.clone().or_else(|| {
                Some("`refundkit profile check FILE` shows all that is wrong with it".to_owned())
            }),
        }
    }
}

impl Profile {
    /// Reads a profile, of at most 256 KiB.
    ///
    /// # Errors
    /// [`ProfileError::Invalid`]: no TOML, an unknown key, a placeholder or a word that doesn't
    /// exist, or parts that don't fit together. The first mistake of them.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        Self::checked(text).map_err(|mistakes| {
            let others = mistakes.len().saturating_sub(1);
            let first = mistakes.into_iter().next();
            let first = first.unwrap_or_else(|| Mistake::whole("it can't be read"));
            ProfileError::Invalid(Box::new(first), others)
        })
    }

    fn checked(text: &str) -> Result<Self, Vec<Mistake>> {
        if text.len() > MOST_PROFILE_BYTES {
            return Err(vec![Mistake::whole("it is larger than 256 KiB")]);
        }
        let document: Document = toml::from_str(text)
            .map_err(|error| vec![Mistake::in_text(text, error.message(), error.span())])?;
        let mut mistakes = document.mistakes();
        let digits = Digits::new(&document.digits);
        if let (true, Ok(digits)) = (mistakes.is_empty(), digits) {
            let placeholders = places::placeholders(&document);
            let checked = Checked {
                document,
                digits,
                placeholders,
            };
            return Ok(Self(Arc::new(checked)));
        }
        mistakes.truncate(MOST_MISTAKES);
        Mistake::locate(&mut mistakes, text);
        Err(mistakes)
    }

    /// A built-in profile by its name.
    ///
    /// # Errors
    /// [`ProfileError::NoSuchProfile`].
    pub fn builtin(name: &str) -> Result<Self, ProfileError> {
        let text = Self::builtin_text(name)
            .ok_or_else(|| ProfileError::NoSuchProfile(name.chars().take(60).collect()))?;
        Self::parse(text)
    }

    /// The text of a built-in profile, to begin one's own with.
    #[must_use]
    pub fn builtin_text(name: &str) -> Option<&'static str> {
        builtin::text(name)
    }

    /// The text of a built-in profile's vectors.
    #[must_use]
    pub fn builtin_vectors(name: &str) -> Option<&'static str> {
        builtin::vectors(name)
    }

    /// The JSON Schema (2020-12) of a profile, for editors.
    #[must_use]
    pub const fn schema_text() -> &'static str {
        schema::TEXT
    }

    /// The names of the built-in profiles.
    pub fn builtins() -> impl Iterator<Item = &'static str> {
        builtin::names()
    }

    /// The profile's own name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.document().name.as_str()
    }

    /// The provider's name for people.
    #[must_use]
    pub fn title(&self) -> &str {
        self.document().title.as_deref().unwrap_or(self.name())
    }

    /// What an account of it can do.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        capabilities::of(self.document(), self.digits())
    }

    /// What its facts were read from.
    #[must_use]
    pub fn verified_against(&self) -> &[String] {
        &self.document().verified_against
    }

    /// Those of its facts that nobody could confirm. Who uses the profile should be told.
    #[must_use]
    pub fn unverified(&self) -> &[String] {
        &self.document().unverified
    }

    /// The secrets that an account of it needs, each with where to find it.
    pub fn secrets(&self) -> impl Iterator<Item = (&str, &str)> {
        let secrets = self.document().secrets.iter();
        secrets.map(|(name, about)| (name.as_str(), about.as_str()))
    }

    /// The further settings that an account of it needs, each with what it is.
    pub fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        let settings = self.document().settings.iter();
        settings.map(|(name, about)| (name.as_str(), about.as_str()))
    }

    /// All that it says, as it is written.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.0.document
    }

    pub(crate) fn digits(&self) -> &Digits {
        &self.0.digits
    }

    /// Whether any part of any request uses the placeholder.
    pub(crate) fn uses(&self, placeholder: &Placeholder) -> bool {
        self.0.placeholders.contains(placeholder)
    }

    /// The settings that are a segment of a path.
    pub(crate) fn settings_in_paths(&self) -> impl Iterator<Item = &str> {
        let templates = places::templates(self.document());
        let paths = templates
            .into_iter()
            .filter(|(key, _)| key.ends_with(".path"));
        paths
            .flat_map(|(_, template)| template.placeholders())
            .filter(|placeholder| matches!(placeholder, Placeholder::Setting(_)))
            .filter_map(|placeholder| placeholder.name().map(Name::as_str))
    }

    /// Whether any request needs the time.
    pub(crate) fn needs_a_clock(&self) -> bool {
        self.document().auth.token.is_some()
            || [
                Placeholder::NowSeconds,
                Placeholder::NowMillis,
                Placeholder::NowCompact,
                Placeholder::NowIso,
            ]
            .iter()
            .any(|now| self.uses(now))
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Profile({})", self.name())
    }
}

#[cfg(test)]
mod tests;
