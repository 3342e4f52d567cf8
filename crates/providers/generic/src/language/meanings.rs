//! A table of a provider's words.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The words of a provider, and what each means here. What isn't in it is never taken for success.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Meanings<T>(BTreeMap<String, T>);

impl<T> Default for Meanings<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Copy> Meanings<T> {
    /// What the word means, letter case counting.
    pub(crate) fn get(&self, word: &str) -> Option<T> {
        self.0.get(word).copied()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each word and what it means, in the order of the words.
    pub fn iter(&self) -> impl Iterator<Item = (&str, T)> {
        self.0.iter().map(|(word, means)| (word.as_str(), *means))
    }
}
