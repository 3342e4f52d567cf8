//! Texts of a provider's refund in which a token of ours may stand.

use std::fmt;

use crate::ids::ProviderKey;

/// So many letters of a token in a row are no accident: one in 2^40 texts has them.
const ALIKE: usize = 8;

/// No more of a text is looked through.
const LONGEST: usize = 4096;

/// The texts that a refund carries where ours carry their token: a reference, a reason, metadata.
/// They are written by people too, so that neither `Debug` nor a journal shows them.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct References(Option<Box<Texts>>);

/// Behind a thin pointer: evidence has none, and there are millions of pieces of it.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Texts(Vec<String>);

impl References {
    /// No text.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    fn texts(&self) -> &[String] {
        self.0.as_deref().map_or(&[], |texts| &texts.0)
    }

    /// Whether any of the texts has so much of `token` in it that it may be ours after a change: in
    /// another letter case, cut, or with more around or between it.
    #[must_use]
    pub fn resemble(&self, token: &ProviderKey) -> bool {
        let token = letters(token.as_str());
        self.texts()
            .iter()
            .any(|text| has_part_of(&letters(text), &token))
    }
}

impl<T: Into<String>> FromIterator<T> for References {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let texts: Vec<String> = texts.into_iter().map(Into::into).collect();
        Self((!texts.is_empty()).then(|| Box::new(Texts(texts))))
    }
}

impl fmt::Debug for References {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "References({})", self.texts().len())
    }
}

/// Letters and digits in small letters: what fields and people put between them doesn't count.
fn letters(text: &str) -> Vec<u8> {
    let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
    let letters = letters.map(|byte| byte.to_ascii_lowercase());
    letters.take(LONGEST).collect()
}

/// Whether some [`ALIKE`] letters of `token` in a row stand in `text`, or all of a token that is
/// shorter than that.
fn has_part_of(text: &[u8], token: &[u8]) -> bool {
    let length = ALIKE.min(token.len());
    if length == 0 {
        return false;
    }
    let mut parts = token.windows(length);
    parts.any(|part| text.windows(length).any(|window| window == part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::RefundStatus;
    use crate::provider_refund::ProviderRefund;

    #[test]
    fn ours_is_known_again_in_another_case_cut_or_with_text_around() {
        let token = ProviderKey::new("abcdefghijklmnopqrstuvwxyz234567").unwrap();
        let like = |text: &str| References::from_iter([text]).resemble(&token);
        for ours in [
            "abcdefghijklmnopqrstuvwxyz234567",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            "order-7-abcdefghijkl",
            "refund of klmnopqrstuv by Ada",
            "abcd-efgh-ijkl",
            "uvwxyz234567",
        ] {
            assert!(like(ours), "{ours}");
        }
        for others in ["", "order-7", "abcdefg", "broken on arrival"] {
            assert!(!like(others), "{others}");
        }
    }

    #[test]
    fn the_texts_are_shown_nowhere() {
        let texts = References::from_iter(["4242 4242 4242 4242"]);
        assert_eq!(format!("{texts:?}"), "References(1)");
        let refund = ProviderRefund {
            references: texts,
            ..ProviderRefund::with_status(RefundStatus::Pending)
        };
        let written = serde_json::to_string(&refund).unwrap();
        assert!(!written.contains("4242"), "{written}");
        let back: ProviderRefund = serde_json::from_str(&written).unwrap();
        assert_eq!(back, ProviderRefund::with_status(RefundStatus::Pending));
    }
}
