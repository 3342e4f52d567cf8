//! HTTP statuses as a profile writes them.

use std::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A three-digit HTTP status as the key of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct HttpStatus(u16);

impl HttpStatus {
    /// The three digits.
    #[must_use]
    pub const fn code(self) -> u16 {
        self.0
    }
}

impl TryFrom<String> for HttpStatus {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let three = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        let status = text
            .parse()
            .ok()
            .filter(|code| three && (200..600).contains(code));
        status
            .map(Self)
            .ok_or_else(|| format!("\"{text}\" is no HTTP status from 200 to 599"))
    }
}

/// One HTTP status, or a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statuses(pub(crate) Vec<u16>);

/// By hand rather than untagged, so that what is wrong is named in the error.
impl<'de> Deserialize<'de> for Statuses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StatusesVisitor)
    }
}

struct StatusesVisitor;

impl<'de> Visitor<'de> for StatusesVisitor {
    type Value = Statuses;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an HTTP status or a list of them")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Statuses, E> {
        let status = u16::try_from(number);
        let status = status.map_err(|_| E::custom(format!("{number} is no HTTP status")))?;
        Ok(Statuses(vec![status]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Statuses, A::Error> {
        let mut statuses = Vec::new();
        while let Some(status) = list.next_element()? {
            statuses.push(status);
        }
        match statuses.is_empty() {
            true => Err(A::Error::custom("it names no HTTP status")),
            false => Ok(Statuses(statuses)),
        }
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Statuses {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Statuses".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": ["integer", "array"],
            "minimum": 0,
            "maximum": 65535,
            "items": { "type": "integer", "minimum": 0, "maximum": 65535 },
            "description": "An HTTP status, or a list of them."
        })
    }
}

#[cfg(test)]
impl schemars::JsonSchema for HttpStatus {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "HttpStatus".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[2-5][0-9][0-9]$" })
    }
}
