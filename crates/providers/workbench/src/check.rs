//! Every mistake of a text at once.

mod doubts;
mod hints;
mod repair;
mod schema_check;
mod whole;
mod words;

use refundkit_generic::Mistake;
use refundkit_generic::language::{Document, MOST_PROFILE_BYTES};
use toml::de::DeTable;

use crate::schema;

/// All mistakes of a profile's text, in the order of the file. Empty: it is right.
#[must_use]
pub fn check(text: &str) -> Vec<Mistake> {
    if text.len() > MOST_PROFILE_BYTES {
        return vec![Mistake::whole("it is larger than 256 KiB")];
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let mut found: Vec<Mistake> = errors.iter().map(|error| refused(text, error)).collect();
        found.sort_by_key(|mistake| (mistake.line, mistake.column));
        found.dedup();
        return found;
    }
    let mut findings = schema_check::check(text, &table, &schema());
    // What is left once the wrong values are out of the way is judged as a whole.
    let rest = repair::repaired(text, &findings.broken, &findings.missing);
    match rest.and_then(|table| {
        table
            .try_into::<Document>()
            .map_err(|error| error.to_string())
    }) {
        Ok(document) => {
            let whole = whole::sorted(document.mistakes(), text, &table, &findings);
            findings.mistakes.extend(whole);
        }
        Err(problem) if findings.mistakes.is_empty() => {
            let first = problem.lines().next().unwrap_or_default();
            findings.mistakes.push(Mistake::whole(first));
        }
        Err(_) => {}
    }
    let mut mistakes = findings.mistakes;
    mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    mistakes
}

/// What isn't wrong with a profile's text, and leaves more to people than its author may think, in
/// the order of the file. Nothing where it can't be read: [`check`] says why.
#[must_use]
pub fn warnings(text: &str) -> Vec<Mistake> {
    let Ok(document) = toml::from_str::<Document>(text) else {
        return Vec::new();
    };
    let mut found = doubts::of(&document);
    Mistake::locate(&mut found, text);
    found
}

/// TOML's own message says that a key is there twice, and not which.
fn refused(text: &str, error: &toml::de::Error) -> Mistake {
    let mut mistake = Mistake::in_text(text, error.message(), error.span());
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

#[cfg(test)]
mod tests;
