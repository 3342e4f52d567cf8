//! Where card-like numbers stand in a text.

use super::digits::{stands_between, value};

/// The shortest and the longest primary account number (ISO/IEC 7812; Maestro's begin with 12 digits).
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 12..=19;
/// The most separators that keep two groups of digits together, as in `1234 - 5678`.
const MOST_BETWEEN: usize = 3;

/// The card-like numbers of `text`, in order, as ranges of bytes: groups of digits that stand next to
/// each other and together have the length and the check digit of a card.
///
/// Numbers that share a group are one range: whichever of the two is the card, no part of it is left.
pub(super) fn find(text: &str) -> Vec<(usize, usize)> {
    let groups = groups(text);
    let mut found: Vec<(usize, usize)> = Vec::new();
    for first in 0..groups.len() {
        let Some((start, end)) = groups.get(first..).and_then(longest_in_front) else {
            continue;
        };
        match found.last_mut() {
            Some(last) if start < last.1 => last.1 = last.1.max(end),
            _ => found.push((start, end)),
        }
    }
    found
}

struct Group {
    start: usize,
    end: usize,
    digits: Vec<u32>,
    /// Whether only a few separators stand between this group and the one before.
    joined: bool,
}

/// Where the longest card-like number of the first groups stands.
fn longest_in_front(groups: &[Group]) -> Option<(usize, usize)> {
    let start = groups.first()?.start;
    let mut digits: Vec<u32> = Vec::new();
    let mut longest = None;
    for (at, group) in groups.iter().enumerate() {
        digits.extend(&group.digits);
        if (at > 0 && !group.joined) || digits.len() > *CARD_DIGITS.end() {
            break;
        }
        if is_card(&digits) {
            longest = Some((start, group.end));
        }
    }
    longest
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    // How many separators stand behind the last group; more than any once anything else does.
    let mut apart = usize::MAX;
    let mut uuid_until = 0;
    for (at, character) in text.char_indices() {
        if at >= uuid_until && is_uuid(text, at) {
            uuid_until = at.saturating_add(UUID_BYTES);
        }
        if at < uuid_until {
            apart = usize::MAX;
            continue;
        }
        let end = at.saturating_add(character.len_utf8());
        match (value(character), groups.last_mut()) {
            (Some(digit), Some(group)) if apart == 0 => {
                group.digits.push(digit);
                group.end = end;
            }
            (Some(digit), _) => {
                groups.push(Group {
                    start: at,
                    end,
                    digits: vec![digit],
                    joined: apart <= MOST_BETWEEN,
                });
                apart = 0;
            }
            (None, _) if stands_between(character) => apart = apart.saturating_add(1),
            (None, _) => apart = usize::MAX,
        }
    }
    groups
}

const UUID_BYTES: usize = 36;

/// Whether a UUID begins at `at`. Its groups of hexadecimal digits are card-like by chance, once in
/// some hundred of them, and it is what most ids and request keys are made of.
fn is_uuid(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let inside = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let Some(uuid) = bytes.get(at..at.saturating_add(UUID_BYTES)) else {
        return false;
    };
    let fits = |(place, byte): (usize, &u8)| match place {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    // Digits alone are digits, however they are grouped.
    uuid.iter().any(u8::is_ascii_alphabetic)
        && uuid.iter().enumerate().all(fits)
        && !at.checked_sub(1).is_some_and(inside)
        && !inside(at.saturating_add(UUID_BYTES))
}

/// Length, check digit, and a first digit that issuers have. No payment card begins with a 0, with 20
/// (as dates do), or, but for the 15 digits of UATP, with a 1 (as milliseconds since 1970 do).
fn is_card(digits: &[u32]) -> bool {
    let issued = match digits {
        [0, ..] | [2, 0, ..] => false,
        [1, ..] => digits.len() == 15,
        _ => true,
    };
    issued && CARD_DIGITS.contains(&digits.len()) && luhn(digits)
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
