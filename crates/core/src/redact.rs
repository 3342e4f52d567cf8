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
            if character.is_control() {
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

fn card_runs(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    digit_runs(text)
        .filter(|run| CARD_DIGITS.contains(&run.digits.len()) && luhn(&run.digits))
        .map(|run| (run.start, run.end))
}

struct Run {
    start: usize,
    end: usize,
    digits: Vec<u32>,
}

/// Runs of digits, joined across single spaces and dashes.
fn digit_runs(text: &str) -> impl Iterator<Item = Run> + '_ {
    let mut characters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let mut run: Option<Run> = None;
        while let Some(&(at, character)) = characters.peek() {
            match (character.to_digit(10), &mut run) {
                (Some(digit), None) => {
                    run = Some(Run {
                        start: at,
                        end: at.saturating_add(1),
                        digits: vec![digit],
                    });
                }
                (Some(digit), Some(run)) => {
                    run.digits.push(digit);
                    run.end = at.saturating_add(1);
                }
                (None, Some(open)) if matches!(character, ' ' | '-') && open.end == at => {}
                (None, Some(_)) => break,
                (None, None) => {}
            }
            characters.next();
        }
        run
    })
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
