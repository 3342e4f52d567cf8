//! Free text and metadata that travel with a refund.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::redact::has_card_number;

/// More than any provider's longest field (Dojo's notes take 4096 characters).
const MOST_CHARACTERS: usize = 8_192;
/// More pairs than any provider takes (Dodo: 50).
const MOST_PAIRS: usize = 100;

/// Keys with this beginning carry refundkit's own tokens.
const RESERVED: &str = "refundkit";

/// Why a text can't travel with a refund. The text itself is not repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing, or white space only.
    #[error("the {what} is empty; leave it out instead")]
    Empty {
        /// Which text.
        what: &'static str,
    },
    /// Longer than any provider takes.
    #[error("the {what} has more than {max} characters")]
    TooLong {
        /// Which text.
        what: &'static str,
        /// The most that is taken.
        max: usize,
    },
    /// A control character other than a line feed or a tab.
    #[error("the {what} has a control character at position {position}")]
    Control {
        /// Which text.
        what: &'static str,
        /// Where it stands, counted from 1.
        position: usize,
    },
    /// Something that looks like a card number, which must not be stored.
    #[error("the {what} holds what looks like a card number; take it out")]
    CardNumber {
        /// Which text.
        what: &'static str,
    },
    /// The same metadata key twice, or too many of them.
    #[error("the metadata {problem}")]
    Metadata {
        /// What is wrong with the pairs.
        problem: &'static str,
    },
}

fn check(what: &'static str, text: &str) -> Result<(), TextError> {
    if text.trim().is_empty() {
        return Err(TextError::Empty { what });
    }
    if text.chars().count() > MOST_CHARACTERS {
        return Err(TextError::TooLong {
            what,
            max: MOST_CHARACTERS,
        });
    }
    let control = text
        .chars()
        .position(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    if let Some(at) = control {
        return Err(TextError::Control {
            what,
            position: at.saturating_add(1),
        });
    }
    if has_card_number(text) {
        return Err(TextError::CardNumber { what });
    }
    Ok(())
}

/// A reason or a note: not empty, no control characters but line feed and tab, no card-like number.
/// How long it may be is the provider's to say, and is checked when the refund is planned.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text(String);

impl Text {
    /// Checks `text` and takes it over unchanged.
    ///
    /// # Errors
    /// [`TextError`] says what is wrong.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        check("text", &text)?;
        Ok(Self(text))
    }

    /// The text as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its length in characters (Unicode scalar values), which is what providers count.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Text {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

/// The caller's own pairs, for the providers that carry them. Sorted by key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<String, String>",
    into = "BTreeMap<String, String>"
)]
pub struct Metadata(BTreeMap<String, String>);

impl Metadata {
    /// Checks the pairs: at most 100, no key twice, keys of `[A-Za-z0-9_-]` that don't begin with
    /// `refundkit` and hold nothing like a card number, values as [`Text`].
    ///
    /// # Errors
    /// [`TextError`] says what is wrong.
    pub fn new<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, TextError> {
        let mut checked = BTreeMap::new();
        for (key, value) in pairs {
            let (key, value) = (key.into(), value.into());
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            if key.is_empty() || !key.chars().all(plain) {
                let problem = "has a key with characters other than letters, digits, '-' and '_'";
                return Err(TextError::Metadata { problem });
            }
            if key.starts_with(RESERVED) {
                let problem = "has a key that begins with \"refundkit\", which are refundkit's own";
                return Err(TextError::Metadata { problem });
            }
            if has_card_number(&key) {
                return Err(TextError::CardNumber {
                    what: "metadata name",
                });
            }
            check("metadata value", &value)?;
            if checked.insert(key, value).is_some() {
                return Err(TextError::Metadata {
                    problem: "names a key twice",
                });
            }
        }
        if checked.len() > MOST_PAIRS {
            return Err(TextError::Metadata {
                problem: "has more than 100 pairs",
            });
        }
        Ok(Self(checked))
    }

    /// The pairs, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// How many pairs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<BTreeMap<String, String>> for Metadata {
    type Error = TextError;

    fn try_from(pairs: BTreeMap<String, String>) -> Result<Self, Self::Error> {
        Self::new(pairs)
    }
}

impl From<Metadata> for BTreeMap<String, String> {
    fn from(metadata: Metadata) -> Self {
        metadata.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_checked() {
        assert!(Text::new("Duplicate transaction\nseen twice").is_ok());
        assert_eq!(Text::new(" "), Err(TextError::Empty { what: "text" }));
        assert_eq!(
            Text::new("a\rb"),
            Err(TextError::Control {
                what: "text",
                position: 2
            })
        );
        assert_eq!(
            Text::new("card 4111111111111111"),
            Err(TextError::CardNumber { what: "text" })
        );
        assert!(Text::new("x".repeat(8_193)).is_err());
        assert_eq!(Text::new("äöü").unwrap().characters(), 3);
    }

    #[test]
    fn metadata_is_checked() {
        assert!(Metadata::new([("ticket", "42")]).is_ok());
        assert!(Metadata::new([("tick et", "42")]).is_err());
        assert!(Metadata::new([("refundkit_token", "42")]).is_err());
        assert!(Metadata::new([("a", "1"), ("a", "2")]).is_err());
        assert!(Metadata::new([("a", "4111 1111 1111 1111")]).is_err());
    }
}
