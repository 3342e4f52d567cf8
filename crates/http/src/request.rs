use std::fmt;

use refundkit_core::Preview;
use serde::Serialize;
use url::Url;

use crate::{BaseUrl, Secret};

/// The two methods that refund APIs use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Acts.
    Post,
}

impl Method {
    /// `GET` or `POST`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// One request, as it will be sent. Something that can't be sent (a path segment or a header with
/// characters that have no place there) is remembered and answered by the transport with "not
/// sent", so that building a request reads as one line.
#[derive(Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) invalid: Option<String>,
}

#[derive(Clone)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) secret: bool,
}

impl Request {
    /// A request that reads, at the path below `base` that the segments name.
    #[must_use]
    pub fn get(base: &BaseUrl, segments: &[&str]) -> Self {
        Self::new(Method::Get, base, segments)
    }

    /// A request that acts, at the path below `base` that the segments name.
    #[must_use]
    pub fn post(base: &BaseUrl, segments: &[&str]) -> Self {
        Self::new(Method::Post, base, segments)
    }

    fn new(method: Method, base: &BaseUrl, segments: &[&str]) -> Self {
        let (url, invalid) = match base.join(segments) {
            Some(url) => (url, None),
            None => {
                let why = "an id doesn't fit into a path".to_owned();
                (base.as_url().clone(), Some(why))
            }
        };
        Self {
            method,
            url,
            headers: Vec::new(),
            body: None,
            invalid,
        }
    }

    /// Adds a header. `name` is lower case, or spelt as the provider's page spells it.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.push(name, value, false);
        self
    }

    /// Adds a header that carries a key, after `prefix` (such as `Bearer `). It is masked wherever the request is shown.
    #[must_use]
    pub fn secret_header(mut self, name: &str, prefix: &str, secret: &Secret) -> Self {
        let value = [prefix, secret.expose()].concat();
        self.push(name, &value, true);
        self
    }

    fn push(&mut self, name: &str, value: &str, secret: bool) {
        if value.is_empty() || !value.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
            self.reject(
                &[
                    "the header ",
                    name,
                    " would hold other characters than visible ASCII",
                ]
                .concat(),
            );
        }
        self.headers.push(Header {
            name: name.to_owned(),
            value: value.to_owned(),
            secret,
        });
    }

    /// Adds a pair to the query, encoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// Sends `body` as JSON.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body = Some(bytes),
            Err(_) => self.reject("the body can't be written as JSON"),
        }
        self.header("content-type", "application/json")
    }

    /// Sends the pairs as a form (`application/x-www-form-urlencoded`).
    #[must_use]
    pub fn form<'a>(mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        self.body = Some(form.into_bytes());
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// Marks the request as one that can't be sent, and why.
    fn reject(&mut self, why: &str) {
        self.invalid.get_or_insert_with(|| why.to_owned());
    }

    /// The body as text.
    #[must_use]
    pub fn body(&self) -> Option<String> {
        self.body
            .as_deref()
            .map(|body| String::from_utf8_lossy(body).into_owned())
    }

    /// The request for people, keys masked.
    #[must_use]
    pub fn preview(&self) -> Preview {
        Preview {
            method: self.method.as_str().to_owned(),
            url: self.url.to_string(),
            headers: self
                .headers
                .iter()
                .map(|header| (header.name.clone(), header.shown().to_owned()))
                .collect(),
            body: self.body(),
        }
    }
}

impl Header {
    fn shown(&self) -> &str {
        if self.secret { "[secret]" } else { &self.value }
    }
}

/// Method and path only: headers carry keys, bodies carry what customers wrote.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({} {})", self.method.as_str(), self.url.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> BaseUrl {
        BaseUrl::parse("https://api.example.com").unwrap()
    }

    #[test]
    fn keys_are_masked_in_previews_and_absent_from_debug() {
        let key = Secret::new("sk_prod_planted").unwrap();
        let request = Request::post(&base(), &["refunds"])
            .secret_header("Authorization", "Bearer ", &key)
            .header("version", "2024-02-05")
            .json(&serde_json::json!({"reason": "private words"}));
        let preview = request.preview();
        assert_eq!(
            preview.headers[0],
            ("Authorization".to_owned(), "[secret]".to_owned())
        );
        assert_eq!(preview.headers[1].1, "2024-02-05");
        assert!(!format!("{request:?}{preview:?}").contains("planted"));
        assert!(!format!("{request:?}").contains("private"));
    }

    #[test]
    fn what_cannot_be_sent_is_remembered() {
        assert!(Request::get(&base(), &["payments", ".."]).invalid.is_some());
        let bad = Request::get(&base(), &["payments"]).header("x", "a\r\nb: c");
        assert!(bad.invalid.is_some());
        let good = Request::get(&base(), &["payments"]).header("x", "a b");
        assert!(good.invalid.is_none());
    }

    #[test]
    fn queries_and_forms_are_encoded() {
        let request = Request::get(&base(), &["refunds"]).query("created_at", "a&b=c");
        assert_eq!(request.url.query(), Some("created_at=a%26b%3Dc"));
        let form = Request::post(&base(), &["refunds"]).form([("a[b]", "x y&z")]);
        assert_eq!(form.body().as_deref(), Some("a%5Bb%5D=x+y%26z"));
    }
}
