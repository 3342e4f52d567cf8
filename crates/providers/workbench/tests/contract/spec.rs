//! One OpenAPI document, and what it says about a request or an answer.

mod answers;
mod body;
mod composed;
mod document;
mod form;
mod json;
mod parameters;
mod request;
mod route;
mod schema;
mod stand_in;
mod tests;

use std::path::Path;

use serde_json::Value;

pub(crate) use answers::Example;
pub(crate) use stand_in::{Answered, Verdict};

/// How many `$ref`s may lead to one another before they count as a circle.
const REFERENCES_MAX: usize = 32;

/// An OpenAPI document, 3.0 or 3.1.
pub(crate) struct Spec {
    root: Value,
    /// 3.1 speaks JSON Schema 2020-12; 3.0 speaks a dialect of its own.
    is_json_schema: bool,
}

impl Spec {
    /// Reads a document, JSON or YAML.
    pub(crate) fn load(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The same for a document at hand.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let root = document::parse(text)?;
        let version = root.get("openapi").and_then(Value::as_str);
        let is_json_schema = match version.and_then(|version| version.get(..4)) {
            Some("3.0.") => false,
            Some("3.1.") => true,
            _ => return Err("not an OpenAPI document of version 3.0 or 3.1".to_owned()),
        };
        Ok(Self {
            root,
            is_json_schema,
        })
    }

    /// Where a node's `$ref`s end: the node itself where it has none. Only the document's own parts
    /// can be reached.
    fn resolve<'a>(&'a self, node: &'a Value) -> Result<&'a Value, String> {
        let mut node = node;
        for _ in 0..REFERENCES_MAX {
            let Some(reference) = node.get("$ref").and_then(Value::as_str) else {
                return Ok(node);
            };
            node = self.target(reference)?;
        }
        Err("`$ref`s go in a circle".to_owned())
    }

    /// What one `$ref` points to, which may be another `$ref`.
    fn target(&self, reference: &str) -> Result<&Value, String> {
        let pointer = reference
            .strip_prefix('#')
            .ok_or_else(|| format!("`{reference}` is outside of the document"))?;
        let pointer = percent_encoding::percent_decode_str(pointer).decode_utf8_lossy();
        self.root
            .pointer(&pointer)
            .ok_or_else(|| format!("`{reference}` points to nothing"))
    }
}
