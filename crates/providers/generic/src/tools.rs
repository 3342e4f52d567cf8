//! For people who write profiles: every mistake of a text at once, prose about a profile, and a
//! schema for editors.

mod explain;
mod hints;
mod mend;
mod walk;
mod whole;

pub use explain::explain;

use serde_json::Value;
use toml::de::DeTable;

use crate::Mistake;
use crate::language::{Document, LARGEST, doubts_of, mistakes_of};

/// All mistakes of a profile's text, in the order of the file. Empty: it is right.
#[must_use]
pub fn check(text: &str) -> Vec<Mistake> {
    if text.len() > LARGEST {
        return vec![Mistake::whole("it is larger than 256 KiB")];
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let mut found: Vec<Mistake> = errors
            .iter()
            .map(|error| named(Mistake::of_toml(text, error), text, error))
            .collect();
        found.sort_by_key(|mistake| (mistake.line, mistake.column));
        found.dedup();
        return found;
    }
    let mut walked = walk::walk(text, &table, &schema());
    // What is left once the wrong values are out of the way is judged as a whole.
    let rest = mend::mended(text, &walked.broken, &walked.missing);
    match rest.and_then(|table| {
        table
            .try_into::<Document>()
            .map_err(|error| error.to_string())
    }) {
        Ok(document) => {
            let whole = whole::sorted(mistakes_of(&document), text, &table, &walked);
            walked.mistakes.extend(whole);
        }
        Err(problem) if walked.mistakes.is_empty() => {
            let first = problem.lines().next().unwrap_or_default();
            walked.mistakes.push(Mistake::whole(first));
        }
        Err(_) => {}
    }
    let mut mistakes = walked.mistakes;
    mistakes.sort_by(|one, other| {
        let place = |mistake: &Mistake| (mistake.line, mistake.column);
        place(one).cmp(&place(other))
    });
    mistakes
}

/// What isn't wrong with a profile's text, and leaves more to people than its author may think, in
/// the order of the file. Nothing where it can't be read: [`check`] says why.
#[must_use]
pub fn warnings(text: &str) -> Vec<Mistake> {
    let (Ok(document), Ok(table)) = (toml::from_str::<Document>(text), DeTable::parse(text)) else {
        return Vec::new();
    };
    let mut found = doubts_of(&document);
    let all = found.iter_mut();
    all.for_each(|warning| warning.locate(text, &table));
    found.sort_by_key(|warning| (warning.line, warning.column));
    found
}

/// TOML's own message says that a key is there twice, and not which.
fn named(mut mistake: Mistake, text: &str, error: &toml::de::Error) -> Mistake {
    if error.message() == "duplicate key"
        && let Some(key) = error.span().and_then(|span| text.get(span))
    {
        let key: String = key.chars().take(60).collect();
        let key = key.escape_debug();
        let line = [mistake.line, mistake.column];
        mistake = Mistake::whole(&format!("the key {key} is there twice"));
        [mistake.line, mistake.column] = line;
    }
    mistake
}

/// The JSON Schema (2020-12) of a profile, for editors.
#[must_use]
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Document).to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), "A profile of refundkit".into());
    }
    schema
}

#[cfg(test)]
mod tests;
