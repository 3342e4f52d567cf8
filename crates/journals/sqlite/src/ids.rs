//! Operations' ids as the shortest bytes that they can be read back from: they stand in the file twice,
//! and in no order.

use refundkit_core::{JournalError, OperationId};

use crate::error::damaged;

const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// How much is left over of a digit where its value counts on after the letters.
const DIGITS: u8 = b'2' - 26;
const PREFIX: &str = "op_";
/// 160 bits, five to a letter.
const LETTERS_OF_A_HASH: usize = 32;
const BYTES_OF_A_HASH: usize = 20;
/// Before the bytes of any other id; a hash has none before it, and another length.
const TEXT: u8 = 0;

pub(crate) fn pack(id: &OperationId) -> Vec<u8> {
    packed(id.as_str()).unwrap_or_else(|| [&[TEXT], id.as_str().as_bytes()].concat())
}

fn packed(id: &str) -> Option<Vec<u8>> {
    let letters = id.strip_prefix(PREFIX)?.as_bytes();
    if letters.len() != LETTERS_OF_A_HASH {
        return None;
    }
    let mut bytes = Vec::with_capacity(BYTES_OF_A_HASH);
    for eight in letters.chunks(8) {
        let mut bits = 0_u64;
        for letter in eight {
            let value = match letter {
                b'a'..=b'z' => letter.checked_sub(b'a')?,
                b'2'..=b'7' => letter.checked_sub(DIGITS)?,
                _ => return None,
            };
            bits = (bits << 5) | u64::from(value);
        }
        bytes.extend(bits.to_be_bytes().get(3..)?);
    }
    // Its first byte has to tell it from a text.
    (bytes.len() == BYTES_OF_A_HASH && bytes.first() != Some(&TEXT)).then_some(bytes)
}

pub(crate) fn unpack(bytes: &[u8]) -> Result<OperationId, JournalError> {
    let no_id = || damaged("an operation in it has no id");
    let text = match bytes.split_first() {
        Some((&TEXT, text)) => std::str::from_utf8(text).map_err(|_| no_id())?.to_owned(),
        _ => unpacked(bytes).ok_or_else(no_id)?,
    };
    let id = OperationId::new(text).map_err(|_| no_id())?;
    // One way to write each id: otherwise it would be there and not be found.
    if pack(&id) == bytes {
        return Ok(id);
    }
    Err(no_id())
}

fn unpacked(bytes: &[u8]) -> Option<String> {
    if bytes.len() != BYTES_OF_A_HASH {
        return None;
    }
    let mut text = PREFIX.to_owned();
    for five in bytes.chunks(5) {
        let bits = five
            .iter()
            .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        for place in (0..8_u32).rev() {
            let value = usize::try_from((bits >> place.checked_mul(5)?) & 31).ok()?;
            text.push(char::from(*LETTERS.get(value)?));
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_comes_back_and_those_of_hashes_are_short() {
        let long = "x".repeat(64);
        for (text, length) in [
            // "ab" begins with eight bits of zero, as a text does.
            ("op_abcdefghijklmnopqrstuvwxyz234567", 36),
            ("op_qbcdefghijklmnopqrstuvwxyz234567", 20),
            ("op_1", 5),
            ("op_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 36),
            ("op_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz1", 36),
            (long.as_str(), 65),
        ] {
            let id = OperationId::new(text).unwrap();
            let bytes = pack(&id);
            assert_eq!(unpack(&bytes).unwrap(), id);
            assert_eq!(bytes.len(), length, "{text}");
        }
        for bytes in [&[][..], &[0], &[1; 19], &[1; 21], &[0, 0xFF], &[0, b' ']] {
            assert!(unpack(bytes).is_err(), "{bytes:?}");
        }
    }
}
