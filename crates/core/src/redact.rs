//! Keeps card-like numbers out of everything that is written down or shown.

use std::borrow::Cow;

/// The shortest and the longest primary account number (ISO/IEC 7812).
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;
/// The most characters that a provider's message keeps.
const MESSAGE_CHARACTERS: usize = 300;

/// Whether `text` holds a run of 13 to 19 digits, spaces and dashes inside allowed, that passes the Luhn check.
#[must_use]
pub fn has_card_number(text: &str) -> bool {
    card_runs(text).next().is_some()
}

/// `text` with every card-like number replaced by `[card number]`.
#[must_use]
pub fn mask_card_numbers(text: &str) -> Cow<'_, str> {
    if !has_card_number(text) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in card_runs(text) {
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

/// Where card-like numbers stand: groups of digits that stand next to each other and together have
/// the length and the check digit of a card.
fn card_runs(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let groups = groups(text);
    let mut from = 0;
    std::iter::from_fn(move || {
        while from < groups.len() {
            let rest = groups.get(from..).unwrap_or_default();
            from = from.saturating_add(1);
            if let Some((count, found)) = card_at_the_front(rest) {
                from = from.saturating_add(count.saturating_sub(1));
                return Some(found);
            }
        }
        None
    })
}

struct Group {
    start: usize,
    end: usize,
    digits: Vec<u32>,
    /// Whether only a separator stands between this group and the one before.
    joined: bool,
}

/// How many of the first groups are a card-like number together, and where it stands.
fn card_at_the_front(groups: &[Group]) -> Option<(usize, (usize, usize))> {
    let first = groups.first()?;
    let mut digits: Vec<u32> = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        if at > 0 && !group.joined {
            return None;
        }
        digits.extend(&group.digits);
        if digits.len() > *CARD_DIGITS.end() {
            return None;
        }
        if CARD_DIGITS.contains(&digits.len()) && luhn(&digits) {
            return Some((at.saturating_add(1), (first.start, group.end)));
        }
    }
    None
}

/// Groups of digits. Up to two spaces, dashes or dots keep two groups together.
fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    // How many separators stand behind the last group; more than that once anything else does.
    let mut apart = usize::MAX;
    for (at, character) in text.char_indices() {
        match (character.to_digit(10), groups.last_mut()) {
            (Some(digit), Some(group)) if apart == 0 => {
                group.digits.push(digit);
                group.end = at.saturating_add(1);
            }
            (Some(digit), _) => {
                groups.push(Group {
                    start: at,
                    end: at.saturating_add(1),
                    digits: vec![digit],
                    joined: apart <= 2,
                });
                apart = 0;
            }
            (None, _) if matches!(character, ' ' | '-' | '.') => apart = apart.saturating_add(1),
            (None, _) => apart = usize::MAX,
        }
    }
    groups
}

/// Line and paragraph separators, and marks that turn the direction of text: they can forge a line.
const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn luhn(digits: &[u32]) -> bool {
    let sum = digits
        .iter()
        .rev()
        .enumerate()
        .fold(0_u32, |sum, (at, &digit)| {
            let value = if at % 2 == 0 {
                digit
            } else {
                digit.saturating_mul(2)
            };
            let value = if value > 9 {
                value.saturating_sub(9)
            } else {
                value
            };
            sum.saturating_add(value)
        });
    sum % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_like_numbers_are_found_in_every_spelling() {
        for text in [
            "4111111111111111",
            "card 4111 1111 1111 1111!",
            "5555-5555-5555-4444",
            "x378282246310005y",
            "refund 7 4111 1111 1111 1111",
            "2026-11-21 4111111111111111",
            "4111111111111111 12",
            "4111  1111 1111 1111",
            "4111.1111.1111.1111",
        ] {
            assert!(has_card_number(text), "{text}");
            assert!(mask_card_numbers(text).contains("[card number]"), "{text}");
        }
        assert_eq!(
            mask_card_numbers("pay 4111 1111 1111 1111 now"),
            "pay [card number] now"
        );
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "order 1234567890",
            "4111111111111112",
            "2026-11-21T10:00:00Z",
            "",
            "12345678901234567890123456789",
        ] {
            assert_eq!(mask_card_numbers(text), text);
        }
    }

    #[test]
    fn messages_become_one_short_line() {
        assert_eq!(
            message("a\r\nerror[RK0000]: forged"),
            "a  error[RK0000]: forged"
        );
        assert_eq!(message(&"x".repeat(400)).chars().count(), 301);
    }
}
