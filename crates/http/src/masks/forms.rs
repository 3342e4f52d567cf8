//! The forms in which a secret can stand in a text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use refundkit_core::redact::mask_card_numbers;
use secrecy::{ExposeSecret as _, SecretSlice};

use crate::Secret;

/// The shortest part behind a prefix (`whsec_`, `sk_live_`) that is a secret by itself.
const SHORTEST_PART: usize = 16;
/// The shortest beginning of a secret that is masked at the end of a text that was cut.
const SHORTEST_BEGINNING: usize = 6;

/// One form, as the bytes to look for. Wiped from memory when dropped.
pub(super) struct Form {
    bytes: SecretSlice<u8>,
    is_base64: bool,
}

impl Form {
    /// All forms of one secret.
    pub(super) fn all(secret: &Secret) -> Vec<Self> {
        let text = secret.expose();
        let mut plain = vec![text.to_owned()];
        let part = text.rsplit_once('_').map(|(_, part)| part.to_owned());
        plain.extend(part.filter(|part| part.len() >= SHORTEST_PART));
        // Where digits of the key were masked first, as those of a card.
        if mask_card_numbers(text) != text {
            plain.push(mask_card_numbers(text).into_owned());
        }
        let base64 = (0..3).map(|before| Self {
            bytes: within_base64(text, before).into(),
            is_base64: true,
        });
        let plain = plain.into_iter().map(|text| Self {
            bytes: text.into_bytes().into(),
            is_base64: false,
        });
        plain.chain(base64).collect()
    }

    /// Where the form that begins at `from` ends. At the end of a text that was cut its beginning is
    /// enough.
    fn end(&self, text: &[u8], from: usize, cut: bool) -> Option<usize> {
        let wanted = self.bytes.expose_secret();
        // Most places are none, and end here.
        let first = *wanted.first()?;
        self.after(text, from, first).next()?;
        // A per cent sign or a backslash can be meant, or begin another sign: both are followed.
        let mut ends = vec![from];
        for (matched, wanted) in wanted.iter().enumerate() {
            if cut && matched >= SHORTEST_BEGINNING && ends.contains(&text.len()) {
                return Some(text.len());
            }
            ends = ends
                .into_iter()
                .flat_map(|at| self.after(text, at, *wanted))
                .collect();
            ends.dedup();
        }
        ends.into_iter().max()
    }

    /// Where the text goes on after `wanted`, however it is written at `at`.
    fn after(&self, text: &[u8], at: usize, wanted: u8) -> impl Iterator<Item = usize> {
        let rest = text.get(at..).unwrap_or_default();
        let plain = rest.first().map(|byte| (*byte, 1));
        [plain, escaped(rest), per_cent(rest)]
            .into_iter()
            .flatten()
            .filter(move |(byte, _)| self.is(*byte, wanted))
            .filter_map(move |(_, length)| at.checked_add(length))
    }

    fn is(&self, byte: u8, wanted: u8) -> bool {
        if self.is_base64 {
            // Both alphabets; and a plus sign that was read as a form's blank.
            return match wanted {
                b'+' => matches!(byte, b'+' | b'-' | b' '),
                b'/' => matches!(byte, b'/' | b'_'),
                _ => byte == wanted,
            };
        }
        byte.eq_ignore_ascii_case(&wanted) || (wanted == b'+' && byte == b' ')
    }
}

/// What base64 of any text has in it where `secret` stands in the text, `before` bytes after a multiple
/// of three: without the letters that depend on what stands around it.
fn within_base64(secret: &str, before: usize) -> Vec<u8> {
    let text = ["\0\0".get(..before).unwrap_or_default(), secret].concat();
    let bits = text.len().saturating_mul(8);
    let whole = bits.checked_div(6).unwrap_or_default();
    let first = before.saturating_mul(8).div_ceil(6);
    let letters = STANDARD_NO_PAD.encode(text);
    letters.bytes().take(whole).skip(first).collect()
}

/// The byte that `text` begins with in an encoding (of URLs, once or more often, or of JSON), and how
/// many bytes it takes there.
fn escaped(text: &[u8]) -> Option<(u8, usize)> {
    match (text.first()?, text.get(1)?) {
        (b'%', _) => {
            let (_, skipped) = per_cent(text).unwrap_or((b'%', 1));
            let end = skipped.checked_add(2)?;
            Some((hexadecimal(text.get(skipped..end)?)?, end))
        }
        (b'\\', b'u') => Some((hexadecimal(text.get(2..6)?)?, 6)),
        (b'\\', byte) => Some((*byte, 2)),
        _ => None,
    }
}

/// A per cent sign that was encoded itself, once or more often.
fn per_cent(text: &[u8]) -> Option<(u8, usize)> {
    let rest = text.strip_prefix(b"%")?;
    // More than a few times nobody encodes, and a long row of them would be followed from each sign.
    let again = rest
        .chunks(2)
        .take(4)
        .take_while(|pair| pair == b"25")
        .count();
    let length = again.checked_mul(2)?.checked_add(1)?;
    (again > 0).then_some((b'%', length))
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u8::try_from(u32::from_str_radix(digits, 16).ok()?).ok()
}

/// Where secrets stand in `text`, in order, as ranges of bytes that don't touch. Base64 is masked as
/// far as it goes: what stands around the secret was encoded together with it.
pub(super) fn places(text: &str, forms: &[Form]) -> Vec<(usize, usize)> {
    let cut = text.ends_with('…');
    let bytes = text.trim_end_matches('…').as_bytes();
    let mut places: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    while from < bytes.len() {
        let found = forms.iter().filter_map(|form| {
            let end = form.end(bytes, from, cut)?;
            Some(match form.is_base64 {
                true => around(bytes, from, end),
                false => (from, end),
            })
        });
        let found = found.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
        let Some((start, end)) = found else {
            from = from.saturating_add(1);
            continue;
        };
        from = end.max(from.saturating_add(1));
        match places.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => places.push((start, end)),
        }
    }
    places
}

fn around(bytes: &[u8], start: usize, end: usize) -> (usize, usize) {
    let belongs = |byte: &&u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b'%')
    };
    let before = bytes.get(..start).unwrap_or_default();
    let after = bytes.get(end..).unwrap_or_default();
    let before = before.iter().rev().take_while(belongs).count();
    let after = after.iter().take_while(belongs).count();
    (start.saturating_sub(before), end.saturating_add(after))
}
