//! What to do about a key or a value that doesn't fit the schema.

use refundkit_generic::language::nearest;
use serde_json::Value;
use toml::de::DeValue;

use super::words::{list, words};

/// How to write a key that has to be there. `resolved` is its schema behind references.
pub(super) fn missing(name: &str, property: &Value, resolved: &Value) -> String {
    let about = property.get("description").or(resolved.get("description"));
    let about = about.and_then(Value::as_str).unwrap_or_default();
    let about = about.lines().next().unwrap_or_default();
    if let Some(words) = words(resolved) {
        return format!("write {name} = one of {}", list(words.into_iter()));
    }
    let format = resolved.get("format").and_then(Value::as_str);
    let sort = resolved.get("type").and_then(Value::as_str);
    let sample = match (format, sort) {
        (Some("paths"), _) => "\"path.in.the.answer\"",
        (Some("path"), _) => "\"/path\"",
        (_, Some("array")) => "[\u{2026}]",
        (_, Some("object")) => "{ \u{2026} }",
        (_, Some("integer")) => "1",
        (_, Some("boolean")) => "true",
        _ => "\"\u{2026}\"",
    };
    format!("write {name} = {sample}: {}", uncapitalized(about))
}

fn uncapitalized(text: &str) -> String {
    let mut rest = text.chars();
    match rest.next() {
        Some(first) => first.to_lowercase().chain(rest).collect(),
        None => String::new(),
    }
}

/// The word that is meant: the same in other letters, or nearly the same.
pub(super) fn word<'w>(found: &str, words: &[&'w str]) -> Option<&'w str> {
    let same = words.iter().find(|word| word.eq_ignore_ascii_case(found));
    same.copied()
        .or_else(|| nearest(found, words.iter().copied()))
}

/// How a value of another kind would be written, where that is plain.
pub(super) fn kind(
    key: &str,
    schema: &Value,
    found: &DeValue<'_>,
    wants: impl Fn(&str) -> bool,
) -> Option<String> {
    let name = key.rsplit('.').next().unwrap_or(key);
    let is_number = |text: &str| text.parse::<i64>().is_ok();
    match found {
        DeValue::Array(entries) if wants("object") && entries.len() == 1 => {
            Some(format!("write [{key}], or {name} = {{ \u{2026} }}"))
        }
        DeValue::String(_) if wants("object") => {
            let first = schema.pointer("/required/0").and_then(Value::as_str)?;
            Some(format!("write {name} = {{ {first} = \u{2026} }}"))
        }
        DeValue::String(_) | DeValue::Integer(_) if wants("array") => {
            Some("put it in square brackets".to_owned())
        }
        DeValue::String(text) if wants("integer") && is_number(text) => {
            Some("leave the quotes out".to_owned())
        }
        DeValue::String(text) if wants("boolean") && (text == "true" || text == "false") => {
            Some("leave the quotes out".to_owned())
        }
        DeValue::Integer(_) | DeValue::Boolean(_) if wants("string") => {
            Some("put it in quotes".to_owned())
        }
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Boolean(_)
        | DeValue::Float(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    }
}
