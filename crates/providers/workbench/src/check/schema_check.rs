//! A profile's table beside its schema: every key and every value by itself.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use refundkit_generic::language::{
    DEEPEST_BODY, HttpStatus, Mistake, Name, OneOrMore, Path, Paths, Signed, Template, nearest,
};

use super::hints;
use super::words::{list, words};

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) mistakes: Vec<Mistake>,
    /// Keys whose values can't be read.
    pub(super) broken: Vec<String>,
    /// Keys that have to be there and can't be read, or aren't there.
    pub(super) missing: Vec<String>,
    /// Keys that a misspelt one stands for: what they lack isn't a mistake of its own.
    pub(super) meant: Vec<String>,
}

pub(super) fn check(text: &str, table: &Spanned<DeTable<'_>>, schema: &Value) -> Findings {
    let mut walker = Walker {
        text,
        root: schema,
        findings: Findings::default(),
    };
    walker.table(schema, table.get_ref(), "", 0);
    walker.findings
}

struct Walker<'a> {
    text: &'a str,
    root: &'a Value,
    findings: Findings,
}

impl<'a> Walker<'a> {
    fn mistake(&mut self, key: &str, at: usize, problem: String, hint: Option<String>) {
        let mut mistake = Mistake::at(key, problem);
        mistake.hint = hint;
        mistake.place(self.text, at);
        self.findings.mistakes.push(mistake);
    }

    fn broken(&mut self, key: &str, at: usize, problem: String, hint: Option<String>) {
        self.mistake(key, at, problem, hint);
        self.findings.broken.push(key.to_owned());
    }

    /// The schema behind references, and without the choice of nothing.
    fn resolve(&self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..16 {
            if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
                let there = reference
                    .strip_prefix('#')
                    .and_then(|at| self.root.pointer(at));
                schema = there.unwrap_or(&Value::Null);
            } else if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
                let some = |choice: &&Value| choice.get("type") != Some(&Value::from("null"));
                schema = choices.iter().find(some).unwrap_or(&Value::Null);
            } else {
                break;
            }
        }
        schema
    }

    fn table(&mut self, schema: &'a Value, table: &DeTable<'_>, key: &str, at: usize) {
        let properties = schema.get("properties").and_then(Value::as_object);
        let further = schema
            .get("additionalProperties")
            .filter(|further| further.is_object());
        let by_status = schema.get("patternProperties").and_then(Value::as_object);
        let by_status = by_status.and_then(|patterns| patterns.values().next());
        for (name, value) in table {
            let inner = within(key, name.get_ref());
            let property = properties.and_then(|properties| properties.get(&**name.get_ref()));
            match property.or(further).or(by_status) {
                Some(schema) => {
                    if matches!(key, "secrets" | "settings" | "extras")
                        && let Err(problem) = Name::try_from(name.get_ref().to_string())
                    {
                        self.broken(&inner, name.span().start, problem, None);
                        continue;
                    }
                    // HTTP statuses are the only keys that have a pattern.
                    if by_status.is_some()
                        && let Err(problem) = HttpStatus::try_from(name.get_ref().to_string())
                    {
                        self.broken(&inner, name.span().start, problem, None);
                        continue;
                    }
                    self.value(self.resolve(schema), value, &inner);
                }
                None => {
                    let known = || properties.into_iter().flat_map(serde_json::Map::keys);
                    let near = nearest(name.get_ref(), known().map(String::as_str));
                    let hint = match near {
                        Some(near) => {
                            self.findings.meant.push(within(key, near));
                            format!("is {near} meant?")
                        }
                        None => format!("there are {}", list(known().map(String::as_str))),
                    };
                    self.broken(
                        &inner,
                        name.span().start,
                        "there is no such key".to_owned(),
                        Some(hint),
                    );
                }
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            let inner = within(key, name);
            if table.get(name).is_none() {
                if !self.findings.meant.contains(&inner) {
                    let property = properties.and_then(|properties| properties.get(name));
                    let hint = property
                        .map(|property| hints::missing(name, property, self.resolve(property)));
                    self.mistake(key, at, format!("the key {name} is missing"), hint);
                }
                self.findings.missing.push(inner);
            } else if self.findings.broken.contains(&inner) {
                self.findings.missing.push(inner);
            }
        }
    }

    fn value(&mut self, schema: &'a Value, value: &Spanned<DeValue<'_>>, key: &str) {
        let at = value.span().start;
        if let Some(words) = words(schema) {
            let found = value.get_ref().as_str();
            if !found.is_some_and(|found| words.contains(&found)) {
                let near = found.and_then(|found| hints::word(found, &words));
                let hint = match near {
                    Some(near) => format!("is \"{near}\" meant?"),
                    None => format!("there are {}", list(words.iter().copied())),
                };
                let problem = format!("{} is none of its words", shown(value.get_ref()));
                self.broken(key, at, problem, Some(hint));
            }
            return;
        }
        if let Some(format) = schema.get("format").and_then(Value::as_str)
            && let Some(judged) = by_format(format, value.get_ref())
        {
            match judged {
                Judged::Right => {}
                Judged::Wrong(problem) => {
                    let number =
                        matches!(value.get_ref(), DeValue::Integer(_) | DeValue::Boolean(_));
                    let hint =
                        (number && format == "template").then(|| "put it in quotes".to_owned());
                    self.broken(key, at, problem, hint);
                }
                Judged::Body => self.body(value, key, 0),
            }
            return;
        }
        let types = schema.get("type");
        let is = |wanted: &str| match types {
            Some(Value::String(one)) => one == wanted,
            Some(Value::Array(several)) => several.iter().any(|one| one == wanted),
            _ => false,
        };
        if schema.is_null() {
            return;
        }
        let found = value.get_ref();
        if !is(type_of(found)) {
            let problem = format!("it is {} instead of {}", kind(found), wanted(types));
            self.broken(key, at, problem, hints::kind(key, schema, found, is));
        } else if let Some(table) = found.as_table() {
            self.table(schema, table, key, at);
        } else if let Some(entries) = found.as_array() {
            let items = schema.get("items");
            let items = items.map_or(&Value::Null, |items| self.resolve(items));
            for (number, entry) in entries.iter().enumerate() {
                self.value(items, entry, &within(key, &number.to_string()));
            }
        } else if let Some(problem) = range(schema, found) {
            self.broken(key, at, problem, None);
        }
    }

    /// A body: templates at its ends, whatever its shape.
    fn body(&mut self, value: &Spanned<DeValue<'_>>, key: &str, depth: usize) {
        let at = value.span().start;
        if depth > DEEPEST_BODY {
            self.broken(
                key,
                at,
                "a body's tables lie more than 8 deep".to_owned(),
                None,
            );
            return;
        }
        match value.get_ref() {
            DeValue::String(text) => {
                if let Err(problem) = Template::try_from(text.to_string()) {
                    self.broken(key, at, problem, None);
                }
            }
            DeValue::Table(table) => {
                for (name, value) in table {
                    self.body(value, &within(key, name.get_ref()), depth.saturating_add(1));
                }
            }
            DeValue::Array(entries) => {
                for (number, entry) in entries.iter().enumerate() {
                    self.body(
                        entry,
                        &within(key, &number.to_string()),
                        depth.saturating_add(1),
                    );
                }
            }
            DeValue::Integer(_) | DeValue::Boolean(_) => {}
            found @ (DeValue::Float(_) | DeValue::Datetime(_)) => {
                let hint = "write it as text, or as a whole number".to_owned();
                let problem = format!("a body has no {}", kind(found));
                self.broken(key, at, problem, Some(hint));
            }
        }
    }
}

enum Judged {
    Right,
    Wrong(String),
    Body,
}

/// The verdict of the type that reads the text; `None` for formats that say nothing here.
fn by_format(format: &str, value: &DeValue<'_>) -> Option<Judged> {
    let text = value.as_str();
    let judged = |read: Option<Result<(), String>>| {
        Some(match read {
            Some(Ok(())) => Judged::Right,
            Some(Err(problem)) => Judged::Wrong(problem),
            None => Judged::Wrong(format!("it is {} instead of a text", kind(value))),
        })
    };
    match format {
        "template" => judged(text.map(|text| Template::try_from(text.to_owned()).map(drop))),
        "path" => judged(text.map(|text| Path::try_from(text.to_owned()).map(drop))),
        "signed" => judged(text.map(|text| Signed::try_from(text.to_owned()).map(drop))),
        "name" => judged(text.map(|text| Name::try_from(text.to_owned()).map(drop))),
        "paths" => {
            let several = || {
                let texts = value
                    .as_array()?
                    .iter()
                    .map(|entry| entry.get_ref().as_str());
                let texts: Option<Vec<String>> =
                    texts.map(|text| text.map(str::to_owned)).collect();
                texts.map(OneOrMore::More)
            };
            let given = text
                .map(|text| OneOrMore::One(text.to_owned()))
                .or_else(several);
            judged(given.map(|given| Paths::try_from(given).map(drop)))
        }
        "body" if value.as_table().is_some() => Some(Judged::Body),
        "body" => Some(Judged::Wrong(format!(
            "it is {} instead of a table",
            kind(value)
        ))),
        _ => None,
    }
}

fn range(schema: &Value, value: &DeValue<'_>) -> Option<String> {
    let number = value.as_integer()?;
    let found = i64::from_str_radix(&number.as_str().replace('_', ""), number.radix());
    let bound = |name: &str| schema.get(name).and_then(Value::as_i64);
    let (least, most) = (bound("minimum"), bound("maximum"));
    let fits = found.is_ok_and(|found| {
        least.is_none_or(|least| found >= least) && most.is_none_or(|most| found <= most)
    });
    (!fits).then(|| match (least, most) {
        (Some(least), Some(most)) => format!("it must be a whole number of {least} to {most}"),
        (Some(least), None) => format!("it must be a whole number of at least {least}"),
        _ => "it is no whole number that fits".to_owned(),
    })
}

pub(super) fn within(key: &str, name: &str) -> String {
    match key {
        "" => name.to_owned(),
        _ => [key, ".", name].concat(),
    }
}

/// The schema's name for what a value is.
const fn type_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "string",
        DeValue::Integer(_) => "integer",
        DeValue::Float(_) | DeValue::Datetime(_) => "none of a profile's",
        DeValue::Boolean(_) => "boolean",
        DeValue::Array(_) => "array",
        DeValue::Table(_) => "object",
    }
}

const fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn wanted(types: Option<&Value>) -> String {
    let one = |name: &str| match name {
        "string" => "a text",
        "integer" => "a whole number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a table",
        _ => "",
    };
    let named: Vec<&str> = match types {
        Some(Value::String(name)) => vec![one(name)],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(one).collect(),
        _ => Vec::new(),
    };
    let named: Vec<&str> = named.into_iter().filter(|name| !name.is_empty()).collect();
    named.join(" or ")
}

/// The start of a word, for a message.
fn shown(value: &DeValue<'_>) -> String {
    match value.as_str() {
        Some(text) => {
            let start: String = text.chars().take(40).collect();
            format!("\"{}\"", start.escape_debug())
        }
        None => kind(value).to_owned(),
    }
}
