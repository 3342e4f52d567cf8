//! Keys in memory: checked when they are taken over, wiped when they are dropped. Where a key comes
//! from is up to the caller.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::ConfigError;

/// The fewest characters of a key. One that is shorter can be guessed, and can't be masked in what a
/// provider says without words of the language going with it.
const FEWEST_CHARACTERS: usize = 8;
/// The most characters of a key; providers' own stay far below.
const MOST_CHARACTERS: usize = 4096;

/// A provider's key. It is wiped from memory when dropped, and never shown.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes over a key of visible ASCII characters.
    ///
    /// # Errors
    /// [`ConfigError::Secret`] where it is empty, has fewer than 8 characters or more than 4096, or
    /// holds other characters; a line feed at its end is the usual one.
    pub fn new(key: impl Into<String>) -> Result<Self, ConfigError> {
        let key = SecretString::from(key.into());
        let text = key.expose_secret();
        let problem = if text.is_empty() {
            Some("is empty")
        } else if text.len() < FEWEST_CHARACTERS {
            Some("has fewer than 8 characters")
        } else if text.len() > MOST_CHARACTERS {
            Some("has more than 4096 characters")
        } else if !text.chars().all(|c| c.is_ascii_graphic()) {
            Some("holds white space or other characters than visible ASCII")
        } else {
            None
        };
        match problem {
            None => Ok(Self(key)),
            Some(problem) => Err(ConfigError::Secret { problem }),
        }
    }

    /// The key itself, for the header that carries it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_checked_and_never_shown() {
        let key = Secret::new("sk_sandbox_c8oLGaI").unwrap();
        assert_eq!(format!("{key:?}"), "[secret]");
        assert_eq!(key.expose(), "sk_sandbox_c8oLGaI");
        for bad in ["", "sk with space", "sk_test_1\n", "schlüssel", "sk_test"] {
            let error = Secret::new(bad).unwrap_err();
            assert!(bad.is_empty() || !error.to_string().contains(bad));
        }
        assert!(Secret::new("x".repeat(4097)).is_err());
        assert!(Secret::new("sk_test_").is_ok());
        assert_eq!(
            Secret::new("sk_test").unwrap_err().to_string(),
            "the provider's key has fewer than 8 characters"
        );
    }
}
