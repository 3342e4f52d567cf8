//! OpenAPI's schemas in the words of JSON Schema 2020-12, and as strict as a request deserves.
//!
//! A provider that ignores a property it doesn't know has not read what we meant to say. So a
//! request's objects are closed wherever the document doesn't open them itself. They are closed with
//! `unevaluatedProperties`, which sees through `$ref` and `allOf`, and only where a value stands: a
//! part of a composition has to let the properties of the other parts pass.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Spec;

/// Which way a body goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To the provider: unknown properties and those of answers only are refused.
    Request,
    /// From the provider, who may add properties at any time.
    Answer,
    /// From whoever stands in for the provider: what it says has to be there, has to be in the
    /// format that is named, and nothing else may be.
    StandIn,
}

/// Where a schema stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is all that is said about a value.
    Value,
    /// It is one choice of several, or said elsewhere under a name.
    Choice,
    /// Others say more about the same value.
    Part,
}

/// Keywords that mean the same in both languages and hold no schema.
const KEPT: &[&str] = &[
    "const",
    "dependentRequired",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "required",
    "type",
    "uniqueItems",
];
/// Keywords with one schema, with a list, and with named ones; and where those stand.
const ONE: &[(&str, Place)] = &[
    ("additionalProperties", Place::Value),
    ("contains", Place::Part),
    ("else", Place::Part),
    ("if", Place::Part),
    ("items", Place::Value),
    ("not", Place::Part),
    ("propertyNames", Place::Part),
    ("then", Place::Part),
    ("unevaluatedItems", Place::Value),
    ("unevaluatedProperties", Place::Value),
];
const LISTS: &[(&str, Place)] = &[
    ("allOf", Place::Part),
    ("anyOf", Place::Choice),
    ("oneOf", Place::Choice),
    ("prefixItems", Place::Value),
];
const NAMED: &[(&str, Place)] = &[
    ("dependentSchemas", Place::Part),
    ("patternProperties", Place::Value),
    ("properties", Place::Value),
];
/// Keywords that say something about an object's properties, here or where they lead to.
const SHAPES: &[&str] = &["$ref", "allOf", "anyOf", "oneOf", "properties"];
/// Keywords with which a document itself says what happens to properties it doesn't name.
const OPENNESS: &[&str] = &[
    "additionalProperties",
    "patternProperties",
    "unevaluatedProperties",
];

/// A schema of the document with everything it refers to, ready for a validator.
pub(super) fn translate(spec: &Spec, schema: &Value, way: Way) -> Result<Value, String> {
    let mut translator = Translator {
        spec,
        way,
        names: BTreeMap::new(),
        waiting: Vec::new(),
    };
    let whole = translator.schema(schema, Place::Value)?;
    let mut named = Map::new();
    while let Some((name, target)) = translator.waiting.pop() {
        named.insert(name, translator.schema(target, Place::Choice)?);
    }
    Ok(json!({ "allOf": [whole], "$defs": named }))
}

struct Translator<'a> {
    spec: &'a Spec,
    way: Way,
    /// The names under `$defs` of what was referred to.
    names: BTreeMap<String, String>,
    /// What was referred to and is not translated yet.
    waiting: Vec<(String, &'a Value)>,
}

impl Translator<'_> {
    fn schema(&mut self, schema: &Value, place: Place) -> Result<Value, String> {
        let Some(source) = schema.as_object() else {
            return Ok(schema.clone());
        };
        let mut out = Map::new();
        let reference = source.get("$ref").and_then(Value::as_str);
        if let Some(reference) = reference {
            out.insert("$ref".to_owned(), self.reference(reference)?.into());
        }
        // What stands beside a `$ref` counts since 3.1.
        if reference.is_none() || self.spec.is_json_schema {
            self.keywords(source, &mut out)?;
        }
        self.one_way_only(source, &mut out);
        exclusive_bounds(&mut out);
        if self.way == Way::StandIn {
            format(source, &mut out);
        }
        if self.way != Way::Answer {
            close(&mut out, place);
        }
        Ok(nullable(source, out))
    }

    fn keywords(
        &mut self,
        source: &Map<String, Value>,
        out: &mut Map<String, Value>,
    ) -> Result<(), String> {
        for keyword in KEPT {
            if let Some(value) = source.get(*keyword) {
                out.insert((*keyword).to_owned(), value.clone());
            }
        }
        for (keyword, place) in ONE {
            if let Some(schema) = source.get(*keyword) {
                out.insert((*keyword).to_owned(), self.schema(schema, *place)?);
            }
        }
        for (keyword, place) in LISTS {
            if let Some(list) = source.get(*keyword).and_then(Value::as_array) {
                let schemas = list.iter().map(|schema| self.schema(schema, *place));
                let schemas = schemas.collect::<Result<Vec<Value>, String>>()?;
                out.insert((*keyword).to_owned(), schemas.into());
            }
        }
        for (keyword, place) in NAMED {
            if let Some(named) = source.get(*keyword).and_then(Value::as_object) {
                let schemas = named
                    .iter()
                    .map(|(name, schema)| Ok((name.clone(), self.schema(schema, *place)?)));
                let schemas = schemas.collect::<Result<Map<String, Value>, String>>()?;
                out.insert((*keyword).to_owned(), schemas.into());
            }
        }
        Ok(())
    }

    fn reference(&mut self, reference: &str) -> Result<String, String> {
        let count = self.names.len();
        let name = match self.names.get(reference) {
            Some(name) => name.clone(),
            None => {
                let name = count.to_string();
                let target = self.spec.target(reference)?;
                self.names.insert(reference.to_owned(), name.clone());
                self.waiting.push((name.clone(), target));
                name
            }
        };
        Ok(format!("#/$defs/{name}"))
    }

    /// `readOnly` properties have no place in a request, and `writeOnly` ones none in an answer: they
    /// are required the other way only.
    fn one_way_only(&self, source: &Map<String, Value>, out: &mut Map<String, Value>) {
        let mark = match self.way {
            Way::Request => "readOnly",
            Way::Answer | Way::StandIn => "writeOnly",
        };
        let Some(properties) = source.get("properties").and_then(Value::as_object) else {
            return;
        };
        let marked = |property: &Value| property.get(mark) == Some(&Value::Bool(true));
        for (name, property) in properties {
            let target = self.spec.resolve(property);
            if !marked(property) && !target.is_ok_and(marked) {
                continue;
            }
            if let Some(properties) = out.get_mut("properties").and_then(Value::as_object_mut) {
                properties.remove(name);
            }
            if let Some(required) = out.get_mut("required").and_then(Value::as_array_mut) {
                required.retain(|other| other.as_str() != Some(name));
            }
        }
    }
}

/// A format is a remark in JSON Schema. Of texts the validator knows what it means, and of numbers
/// it is a range.
fn format(source: &Map<String, Value>, out: &mut Map<String, Value>) {
    match source.get("format").and_then(Value::as_str) {
        Some("int32") => {
            out.entry("minimum").or_insert(i32::MIN.into());
            out.entry("maximum").or_insert(i32::MAX.into());
        }
        Some(format) => {
            out.insert("format".to_owned(), format.into());
        }
        None => {}
    }
}

fn close(out: &mut Map<String, Value>, place: Place) {
    let shaped = SHAPES.iter().any(|keyword| out.contains_key(*keyword));
    if OPENNESS.iter().any(|keyword| out.contains_key(*keyword)) {
        return;
    }
    if shaped && place == Place::Value {
        out.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
    }
    // An object of which nothing is said is free; what stands around it must not close it.
    if !shaped && place != Place::Part && may_be_object(out) {
        out.insert("additionalProperties".to_owned(), Value::Bool(true));
    }
}

fn may_be_object(schema: &Map<String, Value>) -> bool {
    match schema.get("type") {
        None => true,
        Some(Value::Array(several)) => several.iter().any(|one| one.as_str() == Some("object")),
        Some(one) => one.as_str() == Some("object"),
    }
}

/// In 3.0 `exclusiveMinimum` is a remark to `minimum`, and so is its counterpart.
fn exclusive_bounds(out: &mut Map<String, Value>) {
    for (exclusive, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        let Some(remark) = out.get(exclusive).and_then(Value::as_bool) else {
            continue;
        };
        out.remove(exclusive);
        if let Some(limit) = out.remove(bound) {
            out.insert(if remark { exclusive } else { bound }.to_owned(), limit);
        }
    }
}

/// 3.0's `nullable`. Documents of 3.1 use it too, and beside a `$ref`: what is meant is plain.
fn nullable(source: &Map<String, Value>, mut out: Map<String, Value>) -> Value {
    if source.get("nullable") != Some(&Value::Bool(true)) {
        return Value::Object(out);
    }
    let choice = out.get_mut("enum").and_then(Value::as_array_mut);
    if let Some(choice) = choice.filter(|choice| !choice.contains(&Value::Null)) {
        choice.push(Value::Null);
    }
    match out.get("type").cloned() {
        Some(Value::String(kind)) => {
            out.insert("type".to_owned(), json!([kind, "null"]));
            Value::Object(out)
        }
        _ => json!({ "anyOf": [out, { "type": "null" }] }),
    }
}
