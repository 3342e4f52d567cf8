//! A request, made of path segments and never of an address as a text, and shown to people with its
//! secrets masked. Sending it is up to a transport.

use std::fmt;

use refundkit_core::Preview;
use serde::Serialize;
use url::{Position, Url};

use crate::masks::MASK;
use crate::{BaseUrl, LeaveBy, Masks, Method, Secret};

/// One request, as it will be sent. Something that can't be sent (a path segment or a header with
/// characters that have no place there) is remembered and answered by the transport with "not
/// sent", so that building a request reads as one line.
#[derive(Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Option<Vec<u8>>,
    shown: Option<String>,
    pub(crate) invalid: Option<String>,
    pub(crate) leave: Option<LeaveBy>,
    pub(crate) reads: bool,
    masks: Masks,
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
        Self::to(Method::Get, base, segments)
    }

    /// A request that acts, at the path below `base` that the segments name.
    #[must_use]
    pub fn post(base: &BaseUrl, segments: &[&str]) -> Self {
        Self::to(Method::Post, base, segments)
    }

    /// A request at the path below `base` that the segments name, each encoded as one whole.
    #[must_use]
    pub fn to(method: Method, base: &BaseUrl, segments: &[&str]) -> Self {
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
            shown: None,
            invalid,
            leave: None,
            reads: method == Method::Get,
            masks: Masks::default(),
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
        self.masks.learn([secret.clone()]);
        self.push(name, &value, true);
        self
    }

    /// Makes secrets known that the request carries elsewhere than in a secret header, or that were
    /// used for it: in its body, as the key of a signature. They are masked in what the provider says
    /// to it.
    #[must_use]
    pub fn knowing(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.masks.learn(secrets);
        self
    }

    /// What is secret about the request, for the transport to hand on with the answer.
    #[must_use]
    pub const fn masks(&self) -> &Masks {
        &self.masks
    }

    /// Adds a header whose whole value is secret and was composed before: basic authentication, a
    /// signature. It is masked wherever the request is shown.
    #[must_use]
    pub fn secret_header_text(mut self, name: &str, value: &str) -> Self {
        self.masks.learn_header(value);
        self.push(name, value, true);
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

    /// Ends the path with a slash, as some providers want it.
    #[must_use]
    pub fn with_slash(mut self) -> Self {
        if let Ok(mut segments) = self.url.path_segments_mut() {
            segments.push("");
        }
        self
    }

    /// Adds a pair to the query, encoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// Sends `body` as JSON.
    #[must_use]
    pub fn json(self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body("application/json", bytes),
            Err(_) => self.unsendable("the body can't be written as JSON"),
        }
    }

    /// Sends the pairs as a form (`application/x-www-form-urlencoded`).
    #[must_use]
    pub fn form<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        self.body("application/x-www-form-urlencoded", form.into_bytes())
    }

    /// Sends bytes that were written before, as they are, instead of any earlier body. A
    /// `content-type` that was set before is replaced by this one.
    #[must_use]
    pub fn body(mut self, content_type: &str, bytes: Vec<u8>) -> Self {
        self.headers
            .retain(|header| !header.name.eq_ignore_ascii_case("content-type"));
        self.body = Some(bytes);
        self.header("content-type", content_type)
    }

    /// Lets previews show `body` in place of the real one, which carries credentials.
    #[must_use]
    pub fn shown_as(mut self, body: String) -> Self {
        self.shown = Some(body);
        self
    }

    /// Marks the request as one that must not leave: the transport answers "not sent" with `why`,
    /// one line without secrets. The first reason stays.
    #[must_use]
    pub fn unsendable(mut self, why: &str) -> Self {
        self.reject(why);
        self
    }

    /// Lets the request leave by then, or not at all. Waiting for a rate and for a connection counts.
    #[must_use]
    pub const fn leaving(mut self, leave: LeaveBy) -> Self {
        self.leave = Some(leave);
        self
    }

    /// It only reads, whatever its method: some providers take a query as a POST.
    #[must_use]
    pub const fn reading(mut self) -> Self {
        self.reads = true;
        self
    }

    fn reject(&mut self, why: &str) {
        self.invalid.get_or_insert_with(|| why.to_owned());
    }

    /// The method.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// The whole address, as it will be sent.
    #[must_use]
    pub fn url_text(&self) -> &str {
        self.url.as_str()
    }

    /// The path and, where there is one, `?` and the query, encoded as they will be sent: what many
    /// signatures cover.
    #[must_use]
    pub fn path_and_query(&self) -> &str {
        &self.url[Position::BeforePath..Position::AfterQuery]
    }

    /// The body as it will be sent, credentials and all: for a signature, never for people.
    #[must_use]
    pub fn body_bytes(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// The body for people: what [`shown_as`](Self::shown_as) put in its place, or the body as text.
    fn shown_body(&self) -> Option<String> {
        let body = self.body.as_deref()?;
        Some(match &self.shown {
            Some(shown) => shown.clone(),
            None => String::from_utf8_lossy(body).into_owned(),
        })
    }

    /// Why it can't be sent, where it can't.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.invalid.as_deref()
    }

    /// The headers with their credentials, in the order in which they were set: for checks of what
    /// would go over the wire with made-up secrets, never for logs.
    #[must_use]
    pub fn exposed_headers(&self) -> Vec<(String, String)> {
        let headers = self.headers.iter();
        headers
            .map(|header| (header.name.clone(), header.value.clone()))
            .collect()
    }

    fn shown_value(&self, header: &Header) -> String {
        if header.secret {
            return MASK.to_owned();
        }
        self.masks.text(&header.value).into_owned()
    }

    /// The request for people, secrets masked.
    #[must_use]
    pub fn preview(&self) -> Preview {
        Preview {
            method: self.method.as_str().to_owned(),
            url: self.masks.text(self.url.as_str()).into_owned(),
            headers: self
                .headers
                .iter()
                .map(|header| (header.name.clone(), self.shown_value(header)))
                .collect(),
            body: self
                .shown_body()
                .map(|body| self.masks.text(&body).into_owned()),
        }
    }
}

/// Method and path only: headers carry keys, bodies carry what customers wrote.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.masks.text(self.url.path());
        write!(f, "Request({} {path})", self.method.as_str())
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
        assert_eq!(form.body_bytes(), Some(b"a%5Bb%5D=x+y%26z".as_slice()));
    }

    #[test]
    fn a_body_with_credentials_is_sent_and_never_shown() {
        let request = Request::to(Method::Put, &base(), &["refunds", "r_1"])
            .header("Content-Type", "text/plain")
            .body("text/xml", b"<key>planted</key>".to_vec())
            .shown_as("<key>[secret]</key>".to_owned())
            .secret_header_text("authorization", "Basic cGxhbnRlZA==");
        assert_eq!(request.body_bytes(), Some(b"<key>planted</key>".as_slice()));
        let preview = request.preview();
        assert_eq!(preview.method, "PUT");
        assert_eq!(preview.body.as_deref(), Some("<key>[secret]</key>"));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            preview.headers,
            [
                pair("content-type", "text/xml"),
                pair("authorization", "[secret]")
            ]
        );
        let shown = format!("{request:?}{preview:?}");
        assert!(!shown.contains("planted") && !shown.contains("cGxhbn"));
    }

    #[test]
    fn no_body_is_shown_where_none_is_sent() {
        let request = Request::get(&base(), &["refunds"]).shown_as("x".to_owned());
        assert_eq!(request.preview().body, None);
    }

    #[test]
    fn a_signature_sees_what_will_be_sent() {
        let base = BaseUrl::parse("https://api.example.com/v2").unwrap();
        let request = Request::to(Method::Delete, &base, &["refunds", "r:1"]);
        assert_eq!(request.method(), Method::Delete);
        assert_eq!(request.path_and_query(), "/v2/refunds/r:1");
        let request = request.query("for", "a b&c").query("at", "1");
        assert_eq!(request.path_and_query(), "/v2/refunds/r:1?for=a+b%26c&at=1");
        assert_eq!(
            request.url_text(),
            "https://api.example.com/v2/refunds/r:1?for=a+b%26c&at=1"
        );
        assert_eq!(request.body_bytes(), None);
    }

    #[test]
    fn the_first_reason_not_to_send_stays() {
        let request = Request::get(&base(), &["refunds"])
            .unsendable("first")
            .unsendable("second");
        assert_eq!(request.invalid.as_deref(), Some("first"));
    }
}
