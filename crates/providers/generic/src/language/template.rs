//! Texts with placeholders in them.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;

use super::placeholder::Placeholder;

/// A text with placeholders such as `{amount.minor}` in it, or one placeholder alone. A brace that
/// is meant as such is written twice: `{{`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(Placeholder),
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut parts: Vec<Part> = Vec::new();
        let mut plain = String::new();
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '{' | '}' if letters.peek() == Some(&letter) => {
                    letters.next();
                    plain.push(letter);
                }
                '}' => {
                    return Err(format!(
                        "{} closes a placeholder that isn't open",
                        shown(&text)
                    ));
                }
                '{' => {
                    let name: String = letters.by_ref().take_while(|next| *next != '}').collect();
                    if !text.contains(&["{", &name, "}"].concat()) {
                        return Err(format!(
                            "{} opens a placeholder and doesn't close it",
                            shown(&text)
                        ));
                    }
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    parts.push(Part::Value(Placeholder::parse(&name)?));
                }
                _ => plain.push(letter),
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self(parts))
    }
}

pub(super) fn shown(text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    format!("\"{}\"", start.escape_debug())
}

/// Gives placeholders their values.
pub(crate) trait Values {
    /// The value; `None` where it is absent.
    fn of(&self, placeholder: &Placeholder) -> Option<Cow<'_, str>>;
}

impl Template {
    /// Its placeholders.
    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.0.iter().filter_map(|part| match part {
            Part::Value(placeholder) => Some(placeholder),
            Part::Text(_) => None,
        })
    }

    /// The placeholder that it is, where it is nothing else.
    pub(crate) fn alone(&self) -> Option<&Placeholder> {
        match self.0.as_slice() {
            [Part::Value(placeholder)] => Some(placeholder),
            _ => None,
        }
    }

    /// The placeholder that it begins with and the text behind it, where it is nothing else.
    pub(super) fn with_ending(&self) -> Option<(&Placeholder, &str)> {
        match self.0.as_slice() {
            [Part::Value(placeholder), Part::Text(ending)] => Some((placeholder, ending)),
            _ => None,
        }
    }

    /// The text that it is, where there is no placeholder in it.
    pub(crate) fn constant(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The texts between its placeholders.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            Part::Value(_) => None,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a credential is in it.
    pub(crate) fn is_secret(&self) -> bool {
        self.placeholders().any(Placeholder::is_secret)
    }

    /// The filled-in text; `None` where a value is absent.
    pub(crate) fn fill<'a>(&'a self, values: &'a impl Values) -> Option<Cow<'a, str>> {
        match self.0.as_slice() {
            [] => Some(Cow::Borrowed("")),
            [Part::Text(text)] => Some(Cow::Borrowed(text)),
            [Part::Value(placeholder)] => values.of(placeholder),
            parts => {
                let mut text = String::new();
                for part in parts {
                    match part {
                        Part::Text(plain) => text.push_str(plain),
                        Part::Value(placeholder) => text.push_str(&values.of(placeholder)?),
                    }
                }
                Some(Cow::Owned(text))
            }
        }
    }

    /// The same with nothing in the place of what is absent.
    pub(crate) fn fill_or_empty(&self, values: &impl Values) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Value(placeholder) => {
                    text.push_str(&values.of(placeholder).unwrap_or_default());
                }
            }
        }
        text
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Text(text) => f.write_str(text)?,
                Part::Value(placeholder) => write!(f, "{{{placeholder}}}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Template {
    fn schema_name() -> Cow<'static, str> {
        "Template".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "template",
            "description": "A text with placeholders such as {payment}."
        })
    }
}

#[cfg(test)]
mod tests;
