//! Forms and queries: names with brackets, and texts that mean numbers and booleans.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use super::Spec;

/// How deep names and alternatives of schemas are followed.
const DEPTH_MAX: usize = 8;

/// What stands under one name.
#[derive(Debug)]
pub(super) enum Field {
    /// `a=1`, or several times the same name.
    Texts(Vec<String>),
    /// `a[]=1&a[]=2`
    List(Vec<String>),
    /// `a[b]=1`, and `a[0]=1` too.
    Named(BTreeMap<String, Field>),
}

/// Pairs, decoded already, as a tree; and what is wrong with their names.
pub(super) fn tree(pairs: &[(String, String)]) -> (BTreeMap<String, Field>, Vec<String>) {
    let mut fields = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, text) in pairs {
        let put = keys(name).and_then(|(first, rest)| put(&mut fields, first, &rest, text));
        if put.is_none() {
            problems.push(format!(
                "`{name}` is malformed, or at odds with another name"
            ));
        }
    }
    (fields, problems)
}

/// `a[b][c]` is `a`, `[b, c]`.
fn keys(name: &str) -> Option<(&str, Vec<&str>)> {
    let Some(at) = name.find(['[', ']']) else {
        return Some((name, Vec::new())).filter(|_| !name.is_empty());
    };
    let (first, brackets) = name.split_at_checked(at)?;
    let inner = brackets.strip_prefix('[')?.strip_suffix(']')?;
    let keys: Vec<&str> = inner.split("][").collect();
    let plain = keys.iter().all(|key| !key.contains(['[', ']']));
    (plain && !first.is_empty() && keys.len() <= DEPTH_MAX).then_some((first, keys))
}

fn put(fields: &mut BTreeMap<String, Field>, name: &str, keys: &[&str], text: &str) -> Option<()> {
    let empty = match keys {
        [] => Field::Texts(Vec::new()),
        [""] => Field::List(Vec::new()),
        _ => Field::Named(BTreeMap::new()),
    };
    match (fields.entry(name.to_owned()).or_insert(empty), keys) {
        (Field::Texts(texts), []) | (Field::List(texts), [""]) => texts.push(text.to_owned()),
        (Field::Named(inner), [key, rest @ ..]) if !key.is_empty() => {
            put(inner, key, rest, text)?;
        }
        _ => return None,
    }
    Some(())
}

/// Turns fields into the JSON that a schema speaks about.
pub(super) struct Reader<'a> {
    pub(super) spec: &'a Spec,
    /// Whether the document writes lists and objects of this field with brackets. A name that is
    /// merely repeated makes no list then.
    pub(super) brackets: bool,
}

impl Reader<'_> {
    /// The value of a field; the problem is that its name is repeated where that makes no list.
    pub(super) fn read(&self, field: &Field, schema: &Value) -> Result<Value, String> {
        let list = self.items(schema);
        match (field, list) {
            (Field::Texts(texts), Some(items)) if !self.brackets => Ok(self.list(texts, &items)),
            (Field::Texts(texts), _) => match texts.as_slice() {
                [text] => Ok(self.leaf(text, schema)),
                _ => Err(format!("written {} times", texts.len())),
            },
            (Field::List(texts), list) => Ok(self.list(texts, &list.unwrap_or(Value::Bool(true)))),
            (Field::Named(fields), Some(items)) if numbered(fields) => {
                let in_order = (0..fields.len()).filter_map(|at| fields.get(&at.to_string()));
                let values = in_order.map(|field| self.read(field, &items));
                Ok(Value::Array(values.collect::<Result<_, _>>()?))
            }
            (Field::Named(fields), _) => {
                let values = fields.iter().map(|(key, field)| {
                    let value = self.read(field, &self.property(schema, key))?;
                    Ok((key.clone(), value))
                });
                Ok(Value::Object(values.collect::<Result<_, String>>()?))
            }
        }
    }

    /// The schema of a property, of whichever alternative has it.
    pub(super) fn property(&self, schema: &Value, name: &str) -> Value {
        let alternatives = self.alternatives(schema);
        let named = alternatives
            .iter()
            .find_map(|schema| schema.get("properties")?.get(name));
        let other = || {
            alternatives
                .iter()
                .find_map(|schema| schema.get("additionalProperties"))
        };
        named.or_else(other).cloned().unwrap_or(Value::Bool(true))
    }

    fn list(&self, texts: &[String], items: &Value) -> Value {
        Value::Array(texts.iter().map(|text| self.leaf(text, items)).collect())
    }

    /// The first alternative that the text can be read as; a text otherwise, for the schema to judge.
    fn leaf(&self, text: &str, schema: &Value) -> Value {
        self.alternatives(schema)
            .into_iter()
            .find_map(|schema| read_as(text, schema))
            .unwrap_or_else(|| Value::String(text.to_owned()))
    }

    /// The schema of the items where one alternative is a list.
    pub(super) fn items(&self, schema: &Value) -> Option<Value> {
        let alternatives = self.alternatives(schema);
        let list = alternatives
            .into_iter()
            .find(|schema| types(schema).contains(&"array"))?;
        Some(list.get("items").cloned().unwrap_or(Value::Bool(true)))
    }

    /// The schema and those that it is composed of, without their `$ref`s.
    fn alternatives<'a>(&'a self, schema: &'a Value) -> Vec<&'a Map<String, Value>> {
        let mut found = Vec::new();
        self.gather(schema, DEPTH_MAX, &mut found);
        found
    }

    fn gather<'a>(
        &'a self,
        schema: &'a Value,
        depth: usize,
        found: &mut Vec<&'a Map<String, Value>>,
    ) {
        let resolved = self.spec.resolve(schema).ok().and_then(Value::as_object);
        let (Some(schema), Some(depth)) = (resolved, depth.checked_sub(1)) else {
            return;
        };
        found.push(schema);
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let parts = schema.get(keyword).and_then(Value::as_array);
            for part in parts.into_iter().flatten() {
                self.gather(part, depth, found);
            }
        }
    }
}

fn numbered(fields: &BTreeMap<String, Field>) -> bool {
    (0..fields.len()).all(|number| fields.contains_key(&number.to_string()))
}

fn types(schema: &Map<String, Value>) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn read_as(text: &str, schema: &Map<String, Value>) -> Option<Value> {
    let choice = schema.get("enum").and_then(Value::as_array);
    let fits = |value: &Value| choice.is_none_or(|choice| choice.contains(value));
    let mut readings = types(schema).into_iter().filter_map(|kind| match kind {
        // Only as a number is commonly written: `+5` and `05` are texts.
        "integer" => text
            .parse::<i64>()
            .ok()
            .filter(|number| number.to_string() == text)
            .map(Value::from),
        "number" => serde_json::from_str::<Number>(text).ok().map(Value::Number),
        "boolean" => text.parse().ok().map(Value::Bool),
        "string" => Some(Value::String(text.to_owned())),
        _ => None,
    });
    readings.find(fits)
}
