//! The signing primitive of profiles: a text, hashed or authenticated, written as a header or a
//! field can hold it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use refundkit_http::{Secret, hmac_sha256, hmac_sha512};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// What is computed over the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "tools", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Algorithm {
    /// SHA-256 (FIPS 180-4) of the message alone. It proves something only where the profile
    /// writes a secret into the message.
    Sha256,
    /// HMAC (RFC 2104) with SHA-256.
    HmacSha256,
    /// HMAC (RFC 2104) with SHA-512.
    HmacSha512,
}

impl Algorithm {
    /// Whether the key takes part. Where it doesn't, a message without a secret in it is no proof.
    pub(crate) const fn key_needed(self) -> bool {
        match self {
            Self::Sha256 => false,
            Self::HmacSha256 | Self::HmacSha512 => true,
        }
    }
}

/// How the bytes of a signature are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "tools", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Encoding {
    /// Lower-case hexadecimal.
    Hex,
    /// Upper-case hexadecimal.
    HexUpper,
    /// Base64 with padding (RFC 4648, section 4).
    Base64,
    /// Base64 with `-` and `_`, without padding: base64url as RFC 7515 (JWS) means it.
    #[serde(rename = "base64url")]
    Base64Url,
    /// Base64 with padding of the lower-case hexadecimal text, as Rapyd's request signature wants
    /// it. That text never needs the two characters in which the alphabets differ.
    Base64OfHex,
}

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
