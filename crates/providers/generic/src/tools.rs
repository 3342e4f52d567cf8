//! For people who write profiles: every mistake of a text at once, prose about a profile, and a
//! schema for editors.

mod explain;
mod mend;
mod walk;

pub use explain::explain;

use serde_json::Value;
use toml::de::DeTable;

use crate::Mistake;
use crate::profile::{Document, LARGEST, mistakes_of};

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
            .map(|error| Mistake::of_toml(text, error))
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
            let touched = || walked.broken.iter().chain(&walked.missing);
            let whole = mistakes_of(&document).into_iter().filter(|mistake| {
                // What follows from a value that was taken out isn't a mistake of its own.
                let follows = touched().any(|key| overlap(key, &mistake.key));
                let unused = mistake.problem.ends_with("is not used") && !walked.broken.is_empty();
                !follows && !unused
            });
            let mut whole: Vec<Mistake> = whole.collect();
            whole
                .iter_mut()
                .for_each(|mistake| mistake.locate(text, &table));
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

/// Whether one key is the other, or lies in it.
fn overlap(one: &str, other: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        inner == outer
            || inner
                .strip_prefix(outer)
                .is_some_and(|rest| rest.starts_with('.'))
    };
    !one.is_empty() && !other.is_empty() && (within(one, other) || within(other, one))
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
