//! How a profile says what a signature is computed with, and how it is written.

use serde::Deserialize;

/// What is computed over the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
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
