//! The signing primitive of profiles: a text, hashed or authenticated, written as a header or a
//! field can hold it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use refundkit_http::{Secret, hmac_sha256, hmac_sha512};
use sha2::{Digest as _, Sha256};

use crate::language::{Algorithm, DigestEncoding as Encoding};

/// Signs `message`. The key counts only where [`Algorithm::key_needed`] says so.
pub(crate) fn sign(
    algorithm: Algorithm,
    key: Option<&Secret>,
    message: &[u8],
    encoding: Encoding,
) -> String {
    let key = key.map_or(&[][..], |key| key.expose().as_bytes());
    sign_with(algorithm, key, message, encoding)
}

/// The same, by the key's own bytes.
pub(crate) fn sign_with(
    algorithm: Algorithm,
    key: &[u8],
    message: &[u8],
    encoding: Encoding,
) -> String {
    let bytes = match algorithm {
        Algorithm::Sha256 => Sha256::digest(message).to_vec(),
        Algorithm::HmacSha256 => hmac_sha256(key, &[message]),
        Algorithm::HmacSha512 => hmac_sha512(key, &[message]),
    };
    encode(&bytes, encoding)
}

fn encode(bytes: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Hex => hex(bytes),
        Encoding::HexUpper => hex(bytes).to_ascii_uppercase(),
        Encoding::Base64 => STANDARD.encode(bytes),
        Encoding::Base64Url => URL_SAFE_NO_PAD.encode(bytes),
        Encoding::Base64OfHex => STANDARD.encode(hex(bytes)),
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing into a string doesn't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests;
