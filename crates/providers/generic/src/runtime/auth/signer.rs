//! The port for every other way to prove who sends: a token that is signed here, a key in a
//! hardware module, a program of the merchant's own.

mod error;
mod header;

use std::fmt;

use async_trait::async_trait;
use refundkit_http::Method;

pub use error::SignError;
pub use header::SignedHeader;
pub(crate) use header::checked;

/// Makes the headers that prove to the provider who sends a request.
///
/// It is asked once for each request, before any byte of it is sent: where it fails, nothing was
/// sent.
///
/// - It MUST NOT put a secret, a body or a part of one into its error or its `Debug`.
/// - It MUST NOT send the request itself, or anything else to the payment's provider that moves
///   money.
/// - It MUST be ready to be asked again for the same request, and by several tasks at once.
/// - It MUST NOT answer with headers that frame a request or carry its idempotency key; these are
///   refused ([`SignedHeader::new`]), and so are more than 8 headers, or one name twice.
/// - It SHOULD answer within a second: the refund's own time limit includes it.
/// - It SHOULD cover method, URL and body as they are given; not one byte of them changes
///   afterwards.
///
/// ```
/// use refundkit_generic::{SignError, SignedHeader, Signer, Unsigned};
///
/// #[derive(Debug)]
/// struct Counted;
///
/// #[async_trait::async_trait]
/// impl Signer for Counted {
///     async fn headers(&self, request: &Unsigned<'_>) -> Result<Vec<SignedHeader>, SignError> {
///         let length = request.body.map_or(0, <[u8]>::len);
///         Ok(vec![SignedHeader::new("X-Signature", &format!("length {length}"))?])
///     }
/// }
/// ```
#[async_trait]
pub trait Signer: Send + Sync + fmt::Debug {
    /// The headers that `request` needs; none where it needs none.
    ///
    /// # Errors
    /// [`SignError`], where it can't sign now. Nothing was sent then.
    async fn headers(&self, request: &Unsigned<'_>) -> Result<Vec<SignedHeader>, SignError>;
}

/// A request that is finished but for its proof. `Debug` doesn't show the body.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Unsigned<'a> {
    /// The method.
    pub method: Method,
    /// The whole URL, encoded as it will be sent, with its query.
    pub url: &'a str,
    /// The bytes of the body, where there is one.
    pub body: Option<&'a [u8]>,
}

impl<'a> Unsigned<'a> {
    /// The request with this method, URL and body.
    #[must_use]
    pub const fn new(method: Method, url: &'a str, body: Option<&'a [u8]>) -> Self {
        Self { method, url, body }
    }
}

impl fmt::Debug for Unsigned<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsigned")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("body_bytes", &self.body.map(<[u8]>::len))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_shown_without_its_body() {
        let request = Unsigned::new(Method::Post, "https://api.example/refunds?a=b", Some(b"{}"));
        assert_eq!(
            format!("{request:?}"),
            "Unsigned { method: Post, url: \"https://api.example/refunds?a=b\", body_bytes: Some(2) }"
        );
    }
}
