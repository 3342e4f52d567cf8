//! The metadata of Dodo's refunds, in which our token may stand. Only its texts are read.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The metadata of a refund, as far as it is text: its values are numbers and booleans too since the
/// API's version 1.111. A name that is there twice makes it unreadable: a map would keep the last
/// value, which is a guess.
#[derive(Debug)]
pub(crate) struct Metadata(BTreeMap<String, Value>);

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Other(IgnoredAny),
}

impl Metadata {
    /// The text of this name.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::text)
    }

    /// Every text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.values().filter_map(Value::text)
    }
}

impl Value {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Other(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Metadata;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Metadata, A::Error> {
        let mut pairs = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if pairs.insert(name, value).is_some() {
                return Err(A::Error::custom("a name is there twice"));
            }
        }
        Ok(Metadata(pairs))
    }
}
