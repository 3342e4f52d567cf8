//! Keeps card-like numbers out of everything that is written down or shown.

mod cards;
mod digits;

use std::borrow::Cow;

/// The most characters that a provider's message keeps.
const MESSAGE_CHARACTERS: usize = 300;

/// Whether `text` holds 12 to 19 digits that pass the Luhn check, of any script, in one group or with
/// up to three blanks, dashes, strokes, commas, points or low lines between two groups.
#[must_use]
pub fn has_card_number(text: &str) -> bool {
    !cards::find(text).is_empty()
}

/// `text` with every card-like number replaced by `[card number]`.
#[must_use]
pub fn mask_card_numbers(text: &str) -> Cow<'_, str> {
    let found = cards::find(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in found {
        masked.push_str(text.get(from..start).unwrap_or_default());
        masked.push_str("[card number]");
        from = end;
    }
    masked.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(masked)
}

/// A provider's message made fit for a log line, an error and the journal: one line, no control
/// characters, no card-like number, at most 300 characters.
#[must_use]
pub fn message(text: &str) -> String {
    let line: String = mask_card_numbers(text)
        .chars()
        .map(|character| {
            if character.is_control() || is_invisible(character) {
                ' '
            } else {
                character
            }
        })
        .collect();
    let line = line.trim();
    let mut kept: String = line.chars().take(MESSAGE_CHARACTERS).collect();
    if kept.len() < line.len() {
        kept.push('…');
    }
    kept
}

/// Line and paragraph separators, and marks that turn the direction of text: they can forge a line.
const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests;
