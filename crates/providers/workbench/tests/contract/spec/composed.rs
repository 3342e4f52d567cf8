//! Examples put together from those of properties.
//!
//! Where a schema leaves a choice (the issues of an error, say), every choice is shown once: two
//! examples of one schema differ in one choice.

use serde_json::{Map, Value};

use super::Spec;

/// How deep the examples of properties are looked for, and how many are put together of one schema.
const DEPTH_MAX: usize = 16;
const EXAMPLES_MAX: usize = 64;

/// One walk through a schema.
struct Composer<'a> {
    spec: &'a Spec,
    /// Whether a value that the schema fixes is as good as an example.
    fixed: bool,
}

/// What a schema and the parts it is made of say about an object.
#[derive(Default)]
struct Shape<'a> {
    /// The examples of each property that has some.
    properties: Vec<(&'a str, Vec<Value>)>,
    required: Vec<&'a str>,
}

impl Spec {
    /// The examples of a schema that has none of its own: none where a required part has none.
    pub(super) fn composed(&self, schema: &Value, fixed: bool) -> Vec<Value> {
        Composer { spec: self, fixed }.examples(schema, DEPTH_MAX)
    }
}

impl<'a> Composer<'a> {
    fn examples(&self, schema: &'a Value, depth: usize) -> Vec<Value> {
        let (Some(depth), Ok(resolved)) = (depth.checked_sub(1), self.spec.resolve(schema)) else {
            return Vec::new();
        };
        let fixed = || only(resolved).filter(|_| self.fixed).cloned();
        if let Some(own) = self.spec.stated(schema).into_iter().next().or_else(fixed) {
            return vec![own];
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(choices) = resolved.get(keyword).and_then(Value::as_array) {
                let each = choices.iter().map(|choice| self.examples(choice, depth));
                return each.flatten().take(EXAMPLES_MAX).collect();
            }
        }
        if let Some(items) = resolved.get("items") {
            let items = self.examples(items, depth).into_iter();
            return items.map(|item| Value::Array(vec![item])).collect();
        }
        let mut shape = Shape::default();
        self.gather(resolved, depth, &mut shape);
        shape.examples()
    }

    fn gather(&self, schema: &'a Value, depth: usize, shape: &mut Shape<'a>) {
        let (Some(depth), Ok(schema)) = (depth.checked_sub(1), self.spec.resolve(schema)) else {
            return;
        };
        let parts = schema.get("allOf").and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            self.gather(part, depth, shape);
        }
        let names = schema.get("required").and_then(Value::as_array);
        let names = names.into_iter().flatten().filter_map(Value::as_str);
        shape.required.extend(names);
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            if property.get("writeOnly") == Some(&Value::Bool(true)) {
                shape.required.retain(|other| other != name);
                continue;
            }
            let examples = self.examples(property, depth);
            if !examples.is_empty() {
                // A later part knows better than the one that it extends.
                shape.properties.retain(|(other, _)| other != name);
                shape.properties.push((name, examples));
            }
        }
    }
}

impl Shape<'_> {
    /// The object with the first example of every property, and then with each of the others.
    fn examples(&self) -> Vec<Value> {
        let has = |name: &&str| self.properties.iter().any(|(known, _)| known == name);
        if self.properties.is_empty() || !self.required.iter().all(has) {
            return Vec::new();
        }
        let mut first = Map::new();
        for (name, examples) in &self.properties {
            first.extend(
                examples
                    .first()
                    .map(|one| ((*name).to_owned(), one.clone())),
            );
        }
        let mut found = vec![Value::Object(first.clone())];
        for (name, examples) in &self.properties {
            for other in examples.iter().skip(1) {
                let mut variant = first.clone();
                variant.insert((*name).to_owned(), other.clone());
                found.push(Value::Object(variant));
            }
        }
        found.truncate(EXAMPLES_MAX);
        found
    }
}

/// The value of a schema that admits one only.
fn only(schema: &Value) -> Option<&Value> {
    let choice = schema.get("enum").and_then(Value::as_array);
    let single = choice.filter(|choice| choice.len() == 1);
    schema.get("const").or_else(|| single?.first())
}
