//! What differs each time that a request is sent.

use refundkit_core::Timestamp;
use refundkit_http::Secret;

/// What differs each time that a request is sent.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// For people: no credential, and no moment.
    pub(crate) shown: bool,
    pub(crate) now: Option<Timestamp>,
    pub(crate) nonce: Option<String>,
    pub(crate) access_token: Option<Secret>,
}

impl Live {
    /// For people: each credential, each moment and each nonce stands as a word in brackets.
    #[must_use]
    pub fn shown() -> Self {
        Self {
            shown: true,
            ..Self::default()
        }
    }

    /// The same each time.
    #[must_use]
    pub fn fixed(now: Timestamp, nonce: &str, access_token: Secret) -> Self {
        Self {
            shown: false,
            now: Some(now),
            nonce: Some(nonce.to_owned()),
            access_token: Some(access_token),
        }
    }
}
