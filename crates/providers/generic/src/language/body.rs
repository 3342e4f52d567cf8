//! Bodies of requests: trees of templates, written as JSON or as a form.

use std::fmt;

use refundkit_core::Metadata;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::placeholder::Placeholder;
use super::template::{Template, Values};

/// How a body is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Encoding {
    /// `application/json`, in the order in which the profile names the fields.
    Json,
    /// `application/x-www-form-urlencoded`, nested names in brackets: `metadata[key]`.
    Form,
    /// No body.
    #[default]
    None,
}

/// A body: a tree of templates. A field whose value is absent is left out, and so is a table that
/// becomes empty by it. A field named `*` makes room in its table for the caller's own metadata,
/// beside what the profile puts there under names that begin with `refundkit`, which callers can't use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Body(Vec<(String, Node)>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Value(Template),
    Whole(i64),
    Truth(bool),
    Table(Body),
    List(Vec<Node>),
}

/// How deep tables and lists may lie in each other.
pub const DEEPEST_BODY: usize = 8;
/// In a table of the body: the caller's own pairs go here.
const CALLERS_PAIRS: &str = "*";

/// What is written into a body.
pub(crate) struct Filling<'a, V> {
    pub(crate) values: &'a V,
    pub(crate) metadata: &'a Metadata,
    /// Names of pairs that are values of the profile's own.
    pub(crate) taken: &'a dyn Fn(&str) -> bool,
}

impl Body {
    /// The body as JSON.
    pub(crate) fn json(&self, filling: &Filling<'_, impl Values>) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        self.write(&mut out, filling);
        out
    }

    /// The body as pairs of a form.
    pub(crate) fn form(&self, filling: &Filling<'_, impl Values>) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        self.flatten("", &mut pairs, filling);
        pairs
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any template uses the placeholder.
    pub(crate) fn uses(&self, wanted: &Placeholder) -> bool {
        self.templates()
            .iter()
            .any(|template| template.placeholders().any(|found| found == wanted))
    }

    /// All templates in it.
    pub(crate) fn templates(&self) -> Vec<&Template> {
        let mut found = Vec::new();
        self.0.iter().for_each(|(_, node)| node.collect(&mut found));
        found
    }

    /// Whether the caller's own pairs travel in it.
    pub(crate) fn carries_metadata(&self) -> bool {
        self.0.iter().any(|(name, node)| {
            name == CALLERS_PAIRS
                || match node {
                    Node::Table(body) => body.carries_metadata(),
                    Node::Value(_) | Node::Whole(_) | Node::Truth(_) | Node::List(_) => false,
                }
        })
    }

    /// A name that a caller's own pair could have too, and that stands in one table with those:
    /// callers' names are letters, digits, `-` and `_`, and don't begin with `refundkit`.
    pub(crate) fn beside_callers(&self) -> Option<&str> {
        let has_pairs = self.0.iter().any(|(name, _)| name == CALLERS_PAIRS);
        let callers = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let could_be = |name: &str| !name.starts_with("refundkit") && name.chars().all(callers);
        let mut names = self.0.iter().map(|(name, _)| name.as_str());
        names
            .find(|name| has_pairs && could_be(name))
            .or_else(|| self.0.iter().find_map(|(_, node)| node.beside_callers()))
    }

    /// Whether anything was written into the braces.
    fn write(&self, out: &mut Vec<u8>, filling: &Filling<'_, impl Values>) -> bool {
        out.push(b'{');
        let empty = out.len();
        for (name, node) in &self.0 {
            if name == CALLERS_PAIRS {
                for (key, value) in filling.pairs() {
                    separate(out, empty);
                    text(out, key);
                    out.push(b':');
                    text(out, value);
                }
                continue;
            }
            let before = out.len();
            separate(out, empty);
            text(out, name);
            out.push(b':');
            if !node.write(out, filling) {
                out.truncate(before);
            }
        }
        let any = out.len() > empty;
        out.push(b'}');
        any
    }

    fn flatten(
        &self,
        within: &str,
        pairs: &mut Vec<(String, String)>,
        filling: &Filling<'_, impl Values>,
    ) {
        let named = |name: &str| match within {
            "" => name.to_owned(),
            _ => [within, "[", name, "]"].concat(),
        };
        for (name, node) in &self.0 {
            if name == CALLERS_PAIRS {
                let callers = filling.pairs();
                pairs.extend(callers.map(|(key, value)| (named(key), value.to_owned())));
            } else {
                node.flatten(named(name), pairs, filling);
            }
        }
    }
}

impl<V> Filling<'_, V> {
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.metadata.iter().filter(|(key, _)| !(self.taken)(key))
    }
}

impl Node {
    /// Whether there was a value to write.
    fn write(&self, out: &mut Vec<u8>, filling: &Filling<'_, impl Values>) -> bool {
        match self {
            Self::Value(template) => match template.fill(filling.values) {
                None => false,
                Some(value) if is_number(template) => {
                    out.extend_from_slice(value.as_bytes());
                    true
                }
                Some(value) => {
                    text(out, &value);
                    true
                }
            },
            Self::Whole(number) => {
                out.extend_from_slice(number.to_string().as_bytes());
                true
            }
            Self::Truth(truth) => {
                out.extend_from_slice(truth.to_string().as_bytes());
                true
            }
            Self::Table(body) => body.write(out, filling),
            Self::List(nodes) => {
                out.push(b'[');
                let empty = out.len();
                for node in nodes {
                    let before = out.len();
                    separate(out, empty);
                    if !node.write(out, filling) {
                        out.truncate(before);
                    }
                }
                let any = out.len() > empty;
                out.push(b']');
                any
            }
        }
    }

    fn flatten(
        &self,
        name: String,
        pairs: &mut Vec<(String, String)>,
        filling: &Filling<'_, impl Values>,
    ) {
        match self {
            Self::Value(template) => {
                if let Some(value) = template.fill(filling.values) {
                    pairs.push((name, value.into_owned()));
                }
            }
            Self::Whole(number) => pairs.push((name, number.to_string())),
            Self::Truth(truth) => pairs.push((name, truth.to_string())),
            Self::Table(body) => body.flatten(&name, pairs, filling),
            Self::List(nodes) => {
                for (at, node) in nodes.iter().enumerate() {
                    node.flatten([&name, "[", &at.to_string(), "]"].concat(), pairs, filling);
                }
            }
        }
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a Template>) {
        match self {
            Self::Value(template) => found.push(template),
            Self::Whole(_) | Self::Truth(_) => {}
            Self::Table(body) => found.extend(body.templates()),
            Self::List(nodes) => nodes.iter().for_each(|node| node.collect(found)),
        }
    }

    fn beside_callers(&self) -> Option<&str> {
        match self {
            Self::Value(_) | Self::Whole(_) | Self::Truth(_) => None,
            Self::Table(body) => body.beside_callers(),
            Self::List(nodes) => nodes.iter().find_map(Self::beside_callers),
        }
    }

    fn depth(&self) -> usize {
        let deepest = match self {
            Self::Value(_) | Self::Whole(_) | Self::Truth(_) => return 0,
            Self::Table(body) => body.0.iter().map(|(_, node)| node.depth()).max(),
            Self::List(nodes) => nodes.iter().map(Self::depth).max(),
        };
        deepest.unwrap_or(0).saturating_add(1)
    }
}

/// An amount that stands alone is written as a number, never by way of a float.
fn is_number(template: &Template) -> bool {
    matches!(
        template.alone(),
        Some(Placeholder::Minor | Placeholder::MajorNumber)
    )
}

fn separate(out: &mut Vec<u8>, empty: usize) {
    if out.len() > empty {
        out.push(b',');
    }
}

fn text(out: &mut Vec<u8>, text: &str) {
    // Writing a text into a vector doesn't fail.
    let _ = serde_json::to_writer(out, text);
}

/// By hand rather than untagged, so that a wrong placeholder is named in the error, and in the
/// order of the file.
impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = deserializer.deserialize_any(NodeVisitor)?;
        if node.depth() > DEEPEST_BODY {
            return Err(D::Error::custom("a body's tables lie more than 8 deep"));
        }
        Ok(node)
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if let Node::Table(body) = Node::deserialize(deserializer)? {
            return Ok(body);
        }
        Err(D::Error::custom("a body is a table"))
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a whole number, true, false, a list or a table")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Node, E> {
        Template::try_from(text.to_owned())
            .map(Node::Value)
            .map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Whole(number))
    }

    fn visit_bool<E: serde::de::Error>(self, truth: bool) -> Result<Node, E> {
        Ok(Node::Truth(truth))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut fields = Vec::new();
        while let Some((name, node)) = map.next_entry::<String, Node>()? {
            // The TOML reader's own way to hand over a date.
            if name.starts_with("$__toml") {
                return Err(A::Error::custom(
                    "a field of a body is no date: write it as text",
                ));
            }
            fields.push((name, node));
        }
        Ok(Node::Table(Body(fields)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Body {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Body".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "format": "body",
            "description": "A tree of templates: texts with placeholders such as {amount.minor}, whole numbers, true, false, lists and tables. A field named * makes room for the caller's own metadata."
        })
    }
}

#[cfg(test)]
mod tests;
