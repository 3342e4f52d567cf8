//! What a field takes of a key or a token.

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// What a field takes of a token or a key. refundkit's own are 32 characters of `a`–`z` and `2`–`7`;
/// where that doesn't fit, a hash of it is written that does, so that nothing is ever cut.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Fit {
    /// Which characters it takes.
    #[serde(default)]
    pub(crate) charset: Charset,
    /// The fewest characters.
    #[serde(default)]
    pub(crate) min: Option<usize>,
    /// The most characters; 20 at the least.
    #[serde(default)]
    pub(crate) max: Option<usize>,
}

/// Which characters a field takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Charset {
    /// Letters, digits and more.
    #[default]
    Alphanumeric,
    /// Capital letters and digits.
    Upper,
    /// `0`–`9` and `a`–`f`.
    Hex,
    /// `0`–`9`.
    Digits,
    /// A UUID with its dashes.
    Uuid,
}

/// How long refundkit's keys are.
pub(crate) const OWN: usize = 32;
/// So many characters hold enough of a hash, whatever the charset but digits.
pub(crate) const SHORTEST: usize = 20;
/// The same for digits: 38 of them are 126 bits.
pub(crate) const SHORTEST_DIGITS: usize = 30;

impl Fit {
    /// Whether refundkit's own keys fit as they are, so that they can be read back.
    pub(crate) fn is_identity(&self) -> bool {
        self.charset == Charset::Alphanumeric
            && self.max.is_none_or(|max| max >= OWN)
            && self.min.is_none_or(|min| min <= OWN)
    }

    /// What no field of a table can see by itself.
    pub(crate) fn check(&self) -> Result<(), String> {
        let shortest = match self.charset {
            Charset::Digits => SHORTEST_DIGITS,
            Charset::Uuid => 36,
            Charset::Alphanumeric | Charset::Upper | Charset::Hex => SHORTEST,
        };
        if self.max.is_some_and(|max| max < shortest) {
            return Err(format!(
                "in fewer than {shortest} characters of this charset, two tokens could be the same"
            ));
        }
        if self
            .min
            .is_some_and(|min| min > 200 || self.max.is_some_and(|max| min > max))
        {
            return Err("min must be at most max, and at most 200".to_owned());
        }
        Ok(())
    }

    /// `own`, or a hash of it that fits. The same for the same `own`, always.
    pub(crate) fn fit(&self, own: &str) -> String {
        if self.is_identity() && own.len() == OWN {
            return own.to_owned();
        }
        let text = match self.charset {
            Charset::Uuid => return uuid(own),
            Charset::Alphanumeric => letters(own, b"abcdefghijklmnopqrstuvwxyz234567"),
            Charset::Upper => letters(own, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
            Charset::Hex => letters(own, b"0123456789abcdef"),
            Charset::Digits => letters(own, b"0123456789"),
        };
        let most = self.max.unwrap_or(OWN.max(self.min.unwrap_or(0)));
        text.chars().take(most).collect()
    }
}

/// 256 letters of the alphabet, each from a byte of a hash: every alphabet's length divides 256 but
/// ten's, where the first letters come out a little more often.
fn letters(own: &str, alphabet: &[u8]) -> String {
    let block = |counter: u8| Sha256::digest([&[counter], own.as_bytes()].concat());
    (0..8)
        .flat_map(block)
        .filter_map(|byte| {
            let at = usize::from(byte).checked_rem(alphabet.len())?;
            alphabet.get(at).map(|letter| char::from(*letter))
        })
        .collect()
}

/// A UUID of version 8: all of it is ours to choose.
fn uuid(own: &str) -> String {
    let hex = letters(own, b"0123456789abcdef");
    let variant = letters(own, b"89ab");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    let last = variant.get(..1).unwrap_or_default();
    [
        part(0, 8),
        "-",
        part(8, 12),
        "-8",
        part(13, 16),
        "-",
        last,
        part(17, 20),
        "-",
        part(20, 32),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN_KEY: &str = "abcdefghijklmnopqrstuvwxyz234567";

    fn fit(text: &str) -> Fit {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn what_fits_is_left_alone_and_what_does_not_becomes_a_hash() {
        assert_eq!(fit("max = 45").fit(OWN_KEY), OWN_KEY);
        assert!(fit("max = 45").is_identity());
        let short = fit("max = 20");
        assert!(!short.is_identity());
        let made = short.fit(OWN_KEY);
        assert_eq!(
            (made.len(), made.as_str()),
            (20, short.fit(OWN_KEY).as_str())
        );
        assert!(!OWN_KEY.starts_with(&made), "hashed, not cut");
        assert_ne!(made, short.fit("bbcdefghijklmnopqrstuvwxyz234567"));
    }

    #[test]
    fn every_charset_is_kept_to() {
        type Fits = fn(char) -> bool;
        let sets: [(&str, Fits, usize); 4] = [
            ("charset = 'digits'\nmax = 30", |c| c.is_ascii_digit(), 30),
            (
                "charset = 'hex'",
                |c| c.is_ascii_hexdigit() && !c.is_ascii_uppercase(),
                32,
            ),
            (
                "charset = 'upper'\nmin = 40",
                |c| c.is_ascii_uppercase() || c.is_ascii_digit(),
                40,
            ),
            (
                "charset = 'uuid'",
                |c| c.is_ascii_hexdigit() || c == '-',
                36,
            ),
        ];
        for (text, fits, length) in sets {
            let made = fit(text).fit(OWN_KEY);
            assert!(
                made.chars().all(fits) && made.len() == length,
                "{text}: {made}"
            );
        }
        let made = fit("charset = 'uuid'").fit(OWN_KEY);
        assert_eq!(made.as_bytes()[14], b'8');
    }

    #[test]
    fn too_short_is_refused() {
        assert!(fit("max = 19").check().is_err());
        assert!(fit("max = 20").check().is_ok());
        assert!(fit("charset = 'digits'\nmax = 20").check().is_err());
        assert!(fit("min = 50\nmax = 40").check().is_err());
    }
}
