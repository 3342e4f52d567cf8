//! Why a signer failed.

use refundkit_core::redact;

/// Why a request could not be signed. The text is one line of at most 300 characters without
/// control characters and card-like numbers; that it holds no secret is its maker's duty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request could not be signed: {why}")]
pub struct SignError {
    why: String,
}

impl SignError {
    /// An error that says `why`, such as `the key store is locked`.
    #[must_use]
    pub fn new(why: &str) -> Self {
        Self {
            why: redact::message(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_short_line_without_card_numbers() {
        let error = SignError::new("no\r\nkey for 4111 1111 1111 1111");
        assert_eq!(
            error.to_string(),
            "the request could not be signed: no  key for [card number]"
        );
        let long = SignError::new(&"x".repeat(10_000)).to_string();
        assert!(long.chars().count() < 350, "{}", long.len());
    }
}
