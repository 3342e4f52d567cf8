//! Signatures under what a provider sends by itself, and HMAC for those under requests.

use hmac::digest::common::{BlockSizeUser, Key};
use hmac::{KeyInit as _, Mac as _, SimpleHmac};
use secrecy::{ExposeSecret as _, SecretSlice};
use sha2::{Digest, Sha256, Sha512};
use subtle::{Choice, ConstantTimeEq as _};

use crate::ConfigError;

/// The keys that the messages to one account's address may be signed with: one, or several while a
/// key is being replaced. They are wiped from memory when dropped, and never shown.
#[derive(Clone, Debug)]
pub struct SigningKeys(Vec<SecretSlice<u8>>);

impl SigningKeys {
    /// Takes over keys as the bytes that they are.
    ///
    /// # Errors
    /// [`ConfigError::Setting`] where there is no key, or one without a byte: everybody could sign.
    pub fn new(keys: Vec<Vec<u8>>) -> Result<Self, ConfigError> {
        let problem = if keys.is_empty() {
            "no webhook secret is given: nothing could be checked, so give at least one"
        } else if keys.iter().any(Vec::is_empty) {
            "a webhook secret is empty: give it as the provider's dashboard shows it"
        } else {
            return Ok(Self(keys.into_iter().map(SecretSlice::from).collect()));
        };
        Err(ConfigError::Setting {
            problem: problem.to_owned(),
        })
    }

    /// Whether one of the keys makes one of the signatures in `given`; `sign` is the signature that a
    /// key makes under the message, as the provider writes it down. The texts are compared, so that
    /// no second spelling of the same bytes passes, and each with each, so that the time that it
    /// takes tells nothing of them.
    #[must_use]
    pub fn made_one_of(&self, given: &[&str], sign: impl Fn(&[u8]) -> String) -> bool {
        let mut fits = Choice::from(0);
        for key in &self.0 {
            let made = sign(key.expose_secret());
            for text in given {
                fits |= made.as_bytes().ct_eq(text.as_bytes());
            }
        }
        fits.into()
    }
}

/// HMAC (RFC 2104) with SHA-256 over the bytes of `parts`, one after the other: 32 bytes.
#[must_use]
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    hmac::<Sha256>(key, parts)
}

/// HMAC (RFC 2104) with SHA-512 over the bytes of `parts`, one after the other: 64 bytes.
#[must_use]
pub fn hmac_sha512(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    hmac::<Sha512>(key, parts)
}

/// A key of exactly one block is the one that can't be refused, so there is no error to handle:
/// RFC 2104 puts the hash in the place of a longer key and fills a shorter one up with zeros.
fn hmac<D: Digest + BlockSizeUser>(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut block = Key::<SimpleHmac<D>>::default();
    let hash;
    let key = if key.len() > block.len() {
        hash = D::digest(key);
        hash.as_slice()
    } else {
        key
    };
    for (place, byte) in block.iter_mut().zip(key) {
        *place = *byte;
    }
    let mut mac = SimpleHmac::<D>::new(&block);
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests;
