use std::collections::BTreeMap;

use refundkit_core::Metadata;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::template::{Placeholder, Template, Values};

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Encoding {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded`, nested names in brackets: `metadata[key]`.
    Form,
    /// No body.
    None,
}

/// A body: a tree of templates. A field whose value is absent is left out. A field named `*` makes
/// room in its table for the caller's own metadata, beside what the profile puts there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Body(BTreeMap<String, Node>);

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "toml::Value")]
enum Node {
    Value(Template),
    Whole(i64),
    Truth(bool),
    Table(Body),
}

/// By hand rather than untagged, so that a wrong placeholder is named in the error.
impl TryFrom<toml::Value> for Node {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, Self::Error> {
        match value {
            toml::Value::String(text) => Template::try_from(text).map(Self::Value),
            toml::Value::Integer(number) => Ok(Self::Whole(number)),
            toml::Value::Boolean(truth) => Ok(Self::Truth(truth)),
            toml::Value::Table(table) => {
                let entries = table.into_iter();
                let nodes = entries.map(|(name, value)| Ok((name, Self::try_from(value)?)));
                nodes
                    .collect::<Result<_, String>>()
                    .map(|nodes| Self::Table(Body(nodes)))
            }
            toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Array(_) => Err(
                "a field of a body is a text, a whole number, true, false or a table".to_owned(),
            ),
        }
    }
}

/// In a table of the body: the caller's own pairs go here.
const CALLERS_PAIRS: &str = "*";

impl Body {
    /// The body as JSON.
    pub(crate) fn json(&self, values: &Values<'_>, metadata: &Metadata) -> Value {
        let mut map = Map::new();
        for (name, node) in &self.0 {
            if name == CALLERS_PAIRS {
                let pairs = metadata.iter();
                map.extend(pairs.map(|(key, value)| (key.to_owned(), Value::from(value))));
                continue;
            }
            let value = match node {
                Node::Value(template) => template.fill(values),
                Node::Whole(number) => Some(Value::from(*number)),
                Node::Truth(truth) => Some(Value::from(*truth)),
                Node::Table(body) => Some(body.json(values, metadata))
                    .filter(|table| table.as_object().is_some_and(|table| !table.is_empty())),
            };
            if let Some(value) = value {
                map.insert(name.clone(), value);
            }
        }
        Value::Object(map)
    }

    /// The body as pairs of a form.
    pub(crate) fn form(&self, values: &Values<'_>, metadata: &Metadata) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        flatten(&self.json(values, metadata), String::new(), &mut pairs);
        pairs
    }

    /// Whether any template uses the placeholder.
    pub(crate) fn uses(&self, placeholder: Placeholder) -> bool {
        self.0.values().any(|node| match node {
            Node::Value(template) => template.uses(placeholder),
            Node::Whole(_) | Node::Truth(_) => false,
            Node::Table(body) => body.uses(placeholder),
        })
    }

    /// Whether the caller's own pairs travel in it.
    pub(crate) fn carries_metadata(&self) -> bool {
        self.0.contains_key(CALLERS_PAIRS)
            || self.0.values().any(|node| match node {
                Node::Table(body) => body.carries_metadata(),
                Node::Value(_) | Node::Whole(_) | Node::Truth(_) => false,
            })
    }
}

fn flatten(value: &Value, name: String, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let name = if name.is_empty() {
                    key.clone()
                } else {
                    [&name, "[", key, "]"].concat()
                };
                flatten(value, name, pairs);
            }
        }
        Value::String(text) => pairs.push((name, text.clone())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            pairs.push((name, value.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn body(text: &str) -> Body {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn absent_values_take_their_fields_along() {
        let body = body(
            "amount = { value = '{amount.major}', currency = '{currency}' }\nreason = '{reason}'\nlive = false\nn = 3\n[metadata]\nk = '{reason}'",
        );
        let values = Values {
            major: Some("10.00"),
            currency: Some("EUR"),
            ..Values::default()
        };
        assert_eq!(
            body.json(&values, &Metadata::default()),
            json!({"amount": {"value": "10.00", "currency": "EUR"}, "live": false, "n": 3})
        );
    }

    #[test]
    fn forms_nest_in_brackets() {
        let body = body("amount = '{amount.minor}'\n[metadata]\ntoken = '{token}'\n'*' = ''");
        let values = Values {
            minor: Some(5),
            token: Some("t"),
            ..Values::default()
        };
        let metadata = Metadata::new([("ticket", "42")]).unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            body.form(&values, &metadata),
            [
                pair("amount", "5"),
                pair("metadata[ticket]", "42"),
                pair("metadata[token]", "t")
            ]
        );
        assert!(body.carries_metadata());
        assert!(body.uses(Placeholder::Token) && !body.uses(Placeholder::Reason));
    }
}
