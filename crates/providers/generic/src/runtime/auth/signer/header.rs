//! The headers that a signer may add to a request.

use std::fmt;

use refundkit_http::Request;

use super::error::SignError;
use crate::language::RESERVED;

/// The most headers that a signer may add to one request.
const HEADERS_MOST: usize = 8;
const NAME_CHARACTERS_MOST: usize = 64;
const VALUE_CHARACTERS_MOST: usize = 4096;

/// One header that proves who sends a request. `Debug` shows its name only.
#[derive(Clone)]
pub struct SignedHeader {
    name: String,
    /// Of any length: a time or the name of a key is no secret, but is shown no more than one.
    value: String,
}

impl SignedHeader {
    /// The header `name: value`. The name is an HTTP token of at most 64 characters, the value
    /// words of visible ASCII, at most 4096 characters, one space between two of them.
    ///
    /// # Errors
    /// [`SignError`] where one of them is something else, or where the name is one that frames the
    /// request or overrules its method, such as `Host`, `Content-Length` or
    /// `X-HTTP-Method-Override`. It repeats neither of the two, but for such a name.
    pub fn new(name: &str, value: &str) -> Result<Self, SignError> {
        if name.is_empty() || name.len() > NAME_CHARACTERS_MOST || !name.chars().all(is_token) {
            return Err(SignError::new(
                "the name of a header must be 1 to 64 letters, digits and dashes",
            ));
        }
        if let Some(reserved) = find(RESERVED, name) {
            return Err(SignError::new(&format!(
                "the header {reserved} is not the signer's to set"
            )));
        }
        let malformed = || {
            SignError::new(
                "the value of a header must be 1 to 4096 visible ASCII characters, with single spaces inside",
            )
        };
        if value.len() > VALUE_CHARACTERS_MOST {
            return Err(malformed());
        }
        let visible = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_graphic());
        if !value.split(' ').all(visible) {
            return Err(malformed());
        }
        Ok(Self {
            name: name.to_owned(),
            value: value.to_owned(),
        })
    }

    /// The name, as it was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole value. It is a secret: not for logs.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.value
    }

    /// `request` with this header, masked wherever the request is shown, and in what the provider
    /// says to it.
    pub(crate) fn add_to(&self, request: Request) -> Request {
        request.secret_header_text(&self.name, &self.value)
    }
}

impl fmt::Debug for SignedHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedHeader")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What a signer answered, if a request can take it: at most 8 headers, no name twice, and none of
/// the names in `taken`: those that the request has already, the carrier of its idempotency key
/// before all others. A header in place of that one could turn a repeat into a second refund.
pub(crate) fn checked(
    headers: Vec<SignedHeader>,
    taken: &[&str],
) -> Result<Vec<SignedHeader>, SignError> {
    if headers.len() > HEADERS_MOST {
        return Err(SignError::new("a signer may add 8 headers at most"));
    }
    let mut names: Vec<&str> = Vec::with_capacity(headers.len());
    for header in &headers {
        if let Some(taken) = find(taken, &header.name) {
            return Err(SignError::new(&format!(
                "the request has the header {taken} already, a signer can't replace it"
            )));
        }
        if find(&names, &header.name).is_some() {
            return Err(SignError::new("one name stands for two headers"));
        }
        names.push(&header.name);
    }
    Ok(headers)
}

/// Names of headers are the same whatever their letters' case.
fn find<'a>(names: &[&'a str], name: &str) -> Option<&'a str> {
    names
        .iter()
        .copied()
        .find(|known| known.eq_ignore_ascii_case(name))
}

/// RFC 9110, section 5.6.2.
const fn is_token(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(
            character,
            '!' | '#'
                | '$'
                | '%'
                | '&'
                | '\''
                | '*'
                | '+'
                | '-'
                | '.'
                | '^'
                | '_'
                | '`'
                | '|'
                | '~'
        )
}

#[cfg(test)]
mod tests;
