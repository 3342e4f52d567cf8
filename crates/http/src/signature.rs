//! Signatures under what a provider sends by itself.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

use crate::ConfigError;

/// The keys that the messages to one account's address may be signed with, by HMAC-SHA256: one, or
/// several while a key is being replaced. They are wiped from memory when dropped, and never shown.
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

    /// Whether one of the keys makes one of the signatures in `given`. What is signed are the bytes
    /// of `parts`, one after the other; `write` is how the provider writes a signature's 32 bytes
    /// down. The texts are compared, so that no second spelling of the same bytes passes, and each
    /// with each, so that the time that it takes tells nothing of them.
    #[must_use]
    pub fn made_one_of(
        &self,
        given: &[&str],
        parts: &[&[u8]],
        write: impl Fn(&[u8]) -> String,
    ) -> bool {
        let mut fits = Choice::from(0);
        for key in &self.0 {
            // HMAC takes keys of any length.
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose_secret()) else {
                continue;
            };
            for part in parts {
                mac.update(part);
            }
            let made = write(&mac.finalize().into_bytes());
            for text in given {
                fits |= made.as_bytes().ct_eq(text.as_bytes());
            }
        }
        fits.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const JEFE: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn keys(keys: &[&[u8]]) -> SigningKeys {
        SigningKeys::new(keys.iter().map(|key| key.to_vec()).collect()).unwrap()
    }

    #[test]
    fn a_signature_of_rfc_4231_fits_however_its_message_is_cut() {
        let jefe = keys(&[b"Jefe"]);
        for parts in [
            &[&b"what do ya want for nothing?"[..]][..],
            &[b"what do ya ", b"", b"want for nothing?"],
        ] {
            assert!(jefe.made_one_of(&[JEFE], parts, hex));
        }
        assert!(!jefe.made_one_of(&[JEFE], &[b"what do ya want for nothing!"], hex));
    }

    #[test]
    fn any_key_and_any_signature_will_do_and_nothing_else() {
        let parts: &[&[u8]] = &[b"what do ya want for nothing?"];
        assert!(keys(&[b"new", b"Jefe"]).made_one_of(&["", "other", JEFE], parts, hex));
        assert!(!keys(&[b"new", b"old"]).made_one_of(&[JEFE], parts, hex));
        let jefe = keys(&[b"Jefe"]);
        assert!(!jefe.made_one_of(&[], parts, hex));
        let other_spelling = JEFE.to_uppercase();
        let cut = JEFE.strip_suffix('3').unwrap();
        assert!(!jefe.made_one_of(&["", cut, &other_spelling], parts, hex));
    }

    #[test]
    fn there_are_keys_and_none_is_shown() {
        assert!(SigningKeys::new(Vec::new()).is_err());
        assert!(SigningKeys::new(vec![b"Jefe".to_vec(), Vec::new()]).is_err());
        let shown = format!("{:?}", keys(&[b"Jefe"]));
        assert!(
            !shown.contains("Jefe") && !shown.contains("74, 101"),
            "{shown}"
        );
    }
}
