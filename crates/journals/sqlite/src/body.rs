//! The bytes of entries as they stand in the file: in fewer bytes, with which ones in front.
//!
//! A way of writing them down, and the dictionary that belongs to it, is never changed and never taken
//! away: what was written once is read for ever. A better dictionary is another codec.

use lz4_flex::block::{compress_with_dict, decompress_into_with_dict};
use refundkit_core::JournalError;

use crate::error::damaged;

/// As they are.
const PLAIN: u8 = 0;
/// An LZ4 block against the first dictionary, after two bytes of length.
const FIRST: u8 = 1;
const FIRST_DICTIONARY: &[u8] = include_bytes!("body/first.txt");

pub(crate) fn pack(body: &[u8]) -> Vec<u8> {
    let plain = || [&[PLAIN], body].concat();
    let Ok(length) = u16::try_from(body.len()) else {
        return plain();
    };
    let block = compress_with_dict(body, FIRST_DICTIONARY);
    if block.len().saturating_add(2) >= body.len() {
        return plain();
    }
    [&[FIRST], length.to_be_bytes().as_slice(), &block].concat()
}

pub(crate) fn unpack(stored: &[u8]) -> Result<Vec<u8>, JournalError> {
    let unreadable = || damaged("an entry can't be read");
    match stored.split_first() {
        Some((&PLAIN, body)) => Ok(body.to_vec()),
        Some((&FIRST, rest)) => {
            let (length, block) = rest.split_first_chunk::<2>().ok_or_else(unreadable)?;
            let mut body = vec![0; usize::from(u16::from_be_bytes(*length))];
            let written = decompress_into_with_dict(block, &mut body, FIRST_DICTIONARY);
            if written.ok() == Some(body.len()) {
                Ok(body)
            } else {
                Err(unreadable())
            }
        }
        _ => Err(unreadable()),
    }
}

#[cfg(test)]
mod tests;
