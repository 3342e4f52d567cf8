//! Names of a profile's own.

use serde::Deserialize;

/// A name of the profile's own: small letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(String);

impl Name {
    pub(crate) fn new(text: impl Into<String>) -> Result<Self, String> {
        let text = text.into();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        if text.is_empty() || text.len() > 60 || !text.chars().all(fits) {
            let shown: String = text.chars().take(60).collect();
            return Err(format!(
                "\"{}\" is no name: small letters, digits, '-' and '_', at most 60",
                shown.escape_debug()
            ));
        }
        Ok(Self(text))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Name {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Name".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "name",
            "description": "A name: small letters, digits, '-' and '_'."
        })
    }
}
