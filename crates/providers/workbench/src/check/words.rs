//! Words of a schema, and lists of them for people.

use serde_json::Value;

/// The words of an enumeration.
pub(super) fn words(schema: &Value) -> Option<Vec<&str>> {
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return Some(words.iter().filter_map(Value::as_str).collect());
    }
    let choices = schema.get("oneOf").and_then(Value::as_array)?;
    let mut words = Vec::new();
    for choice in choices {
        match (choice.get("const"), choice.get("enum")) {
            (Some(word), _) => words.extend(word.as_str()),
            (None, Some(several)) => {
                words.extend(several.as_array()?.iter().filter_map(Value::as_str));
            }
            (None, None) => return None,
        }
    }
    Some(words)
}

/// `a, b, c`
pub(super) fn list<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}
