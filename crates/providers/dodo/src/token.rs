//! The token that stands in for the idempotency key that Dodo doesn't have.
//!
//! It is sent as metadata, and at the end of the reason too, where it fits: a payment's list of
//! refunds shows reasons and no metadata.

use refundkit_core::ProviderKey;

/// The metadata key of the token.
pub(crate) const METADATA_KEY: &str = "refundkit_token";
/// OpenAPI, POST /refunds: the reason has at most 3000 characters.
pub(crate) const REASON_LIMIT: usize = 3000;

const OPEN: &str = "[rk:";
const CLOSE: &str = "]";

/// The reason with the token at its end; the reason alone where both don't fit.
pub(crate) fn reason(reason: Option<&str>, token: &ProviderKey) -> String {
    let mark = [OPEN, token.as_str(), CLOSE].concat();
    match reason {
        None => mark,
        Some(reason) => {
            let both = [reason, " ", &mark].concat();
            if both.chars().count() > REASON_LIMIT {
                return reason.to_owned();
            }
            both
        }
    }
}

/// The token at the end of a reason.
pub(crate) fn read(reason: &str) -> Option<ProviderKey> {
    let (_, mark) = reason.strip_suffix(CLOSE)?.rsplit_once(OPEN)?;
    ProviderKey::new(mark).ok()
}

/// Whether a reason is so long that its token may have been left out of it.
pub(crate) fn may_be_left_out(reason: &str) -> bool {
    // A token is at most 64 characters long.
    const LONGEST_MARK: usize = 1 + 4 + 64 + 1;
    reason.chars().count().saturating_add(LONGEST_MARK) > REASON_LIMIT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> ProviderKey {
        ProviderKey::new("abcdefghijklmnopqrstuvwxyz234567").unwrap()
    }

    #[test]
    fn a_token_is_read_back_from_the_reason() {
        for text in [None, Some("broken [on arrival]"), Some("[rk:other] said")] {
            let sent = reason(text, &token());
            assert_eq!(read(&sent), Some(token()), "{sent}");
        }
        assert_eq!(read("broken"), None);
        assert_eq!(read("[rk:a b]"), None);
        assert_eq!(read("[rk:abc] and more"), None);
    }

    #[test]
    fn a_long_reason_is_never_cut() {
        let fits = "x".repeat(3000 - 38);
        assert_eq!(reason(Some(&fits), &token()).chars().count(), 3000);
        assert_eq!(read(&reason(Some(&fits), &token())), Some(token()));
        let long = "x".repeat(3000 - 37);
        assert_eq!(reason(Some(&long), &token()), long);
        assert!(may_be_left_out(&long));
        assert!(!may_be_left_out("short"));
    }
}
