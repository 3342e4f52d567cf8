//! A provider's answer, with limits on what is kept of its headers. What it means isn't judged here,
//! and no error repeats its body.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use refundkit_core::capabilities::AnswerRule;
use serde::de::DeserializeOwned;

use crate::{Maskable, Masks};

/// The most headers that are kept of an answer; the providers send about twenty.
const MOST_HEADERS: usize = 64;
/// The longest header value that is kept.
const LONGEST_VALUE_BYTES: usize = 4096;
/// Some servers put it before their JSON, where no JSON parser wants it.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A provider's whole answer, whatever it says.
#[derive(Clone)]
pub struct Response {
    status: u16,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
    masks: Masks,
}

/// The body is not the JSON that was expected. Nothing of the body is repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the expected JSON ({problem} at line {line}, column {column})")]
pub struct NotJson {
    problem: &'static str,
    line: usize,
    column: usize,
}

impl Response {
    /// An answer with a status and a body.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            masks: Masks::default(),
        }
    }

    /// The same as the answer to a request with these masks. A [`Transport`](crate::Transport) hands
    /// its requests' on.
    #[must_use]
    pub fn with_masks(mut self, masks: Masks) -> Self {
        self.masks = masks;
        self
    }

    /// The same as an answer that will be judged by these rules: what they match as a whole is a
    /// published word, and isn't masked.
    #[must_use]
    pub fn judged_by(mut self, rules: &[AnswerRule]) -> Self {
        self.masks.spare(rules);
        self
    }

    /// What an adapter made of the answer, its texts masked: a provider may repeat our key in any of
    /// them. Everything that an adapter reads leaves it through here.
    #[must_use]
    pub fn masked<T: Maskable>(&self, told: T) -> T {
        self.masks.of(told)
    }

    pub(crate) const fn masks(&self) -> &Masks {
        &self.masks
    }

    /// The same with a header more. It is dropped where an answer's own would be: 64 are there
    /// already, the value is longer than 4 KiB, or it holds other characters than visible ASCII and
    /// spaces.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            self.keep(&name, &value);
        }
        self
    }

    /// The same with these two headers, see [`retry_after`](Self::retry_after).
    #[must_use]
    pub fn with_retry_after(self, retry_after: Option<&str>, date: Option<&str>) -> Self {
        let pairs = [("retry-after", retry_after), ("date", date)];
        pairs
            .into_iter()
            .fold(self, |answer, (name, value)| match value {
                Some(value) => answer.with_header(name, value),
                None => answer,
            })
    }

    pub(crate) fn with_body(mut self, body: Bytes) -> Self {
        self.body = body;
        self
    }

    pub(crate) fn keep(&mut self, name: &HeaderName, value: &HeaderValue) {
        let visible = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
        let fits = value.len() <= LONGEST_VALUE_BYTES && value.as_bytes().iter().all(visible);
        if fits && self.headers.len() < MOST_HEADERS {
            self.headers.push((name.clone(), value.clone()));
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Whether the status is 4xx or 5xx.
    #[must_use]
    pub const fn is_error(&self) -> bool {
        self.status >= 400
    }

    /// A header's value; upper and lower case of `name` are alike. `None` where it isn't there, was
    /// not kept, or is there twice with two values, of which neither can be trusted.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self
            .headers
            .iter()
            .filter(|(kept, _)| kept.as_str().eq_ignore_ascii_case(name))
            .map(|(_, value)| value);
        let first = values.next()?;
        if values.any(|other| other != first) {
            return None;
        }
        first.to_str().ok()
    }

    /// How long the provider asks to wait, by its `Retry-After` header: a number of seconds, or a
    /// date, which is compared with the answer's own `Date` header, so that the clock here doesn't
    /// matter.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        wait(self.header("retry-after")?, self.header("date"))
    }

    /// The body.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body without the byte order mark (UTF-8) that some servers put before their JSON.
    #[must_use]
    pub fn json_bytes(&self) -> &[u8] {
        self.body
            .strip_prefix(BYTE_ORDER_MARK)
            .unwrap_or(&self.body)
    }

    /// Reads the body as JSON, with or without a byte order mark.
    ///
    /// # Errors
    /// [`NotJson`] says where it went wrong, without a word of the body.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, NotJson> {
        serde_json::from_slice(self.json_bytes()).map_err(|error| NotJson {
            problem: match error.classify() {
                serde_json::error::Category::Io | serde_json::error::Category::Syntax => {
                    "a syntax error"
                }
                serde_json::error::Category::Data => "a missing field or another type",
                serde_json::error::Category::Eof => "its end",
            },
            line: error.line(),
            column: error.column(),
        })
    }
}

/// Status and length only.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.body.len())
    }
}

fn wait(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.chars().all(|c| c.is_ascii_digit()) {
        return value.parse().ok().map(Duration::from_secs);
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = httpdate::parse_http_date(date?.trim()).ok()?;
    Some(until.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let date = Some("Sat, 21 Nov 2026 09:30:00 GMT");
        let read = |value| {
            Response::new(429, "")
                .with_retry_after(Some(value), date)
                .retry_after()
        };
        assert_eq!(read("120"), Some(Duration::from_secs(120)));
        assert_eq!(
            read("Sat, 21 Nov 2026 09:30:05 GMT"),
            Some(Duration::from_secs(5))
        );
        assert_eq!(read("Sat, 21 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("soon"), None);
        assert_eq!(read("-1"), None);
        assert_eq!(read("1.5"), None);
        let without = Response::new(429, "")
            .with_retry_after(Some("Sat, 21 Nov 2026 09:30:05 GMT"), None)
            .retry_after();
        assert_eq!(
            without, None,
            "a date means nothing without the server's own"
        );
    }

    #[test]
    fn an_unreadable_body_is_not_repeated() {
        let response = Response::new(200, r#"{"status": "4111111111111111 private"}"#);
        let error = response
            .json::<std::collections::BTreeMap<String, u8>>()
            .unwrap_err();
        assert!(!error.to_string().contains("private"));
        assert!(error.to_string().contains("line 1"));
        assert!(!format!("{response:?}").contains("private"));
    }

    #[test]
    fn headers_are_found_whatever_their_case() {
        let answer = Response::new(202, "")
            .with_header("Location", "/refunds/r_1")
            .with_header("x-id", "r_1")
            .with_header("X-Id", "r_1");
        assert_eq!(answer.header("lOCATION"), Some("/refunds/r_1"));
        assert_eq!(answer.header("x-id"), Some("r_1"), "twice the same");
        assert_eq!(answer.header("x"), None);
        let two = answer.with_header("x-id", "r_2");
        assert_eq!(two.header("x-id"), None, "neither of two can be trusted");
        assert_eq!(format!("{two:?}"), "Response(202, 0 bytes)");
    }

    #[test]
    fn headers_are_bounded() {
        let answer = Response::new(200, "");
        for kept in ["", "a b", &"x".repeat(4096)] {
            let answer = answer.clone().with_header("x", kept);
            assert_eq!(answer.header("x"), Some(kept));
        }
        for dropped in ["é", "a\tb", "a\r\nb", "\u{7f}", &"x".repeat(4097)] {
            let answer = answer.clone().with_header("x", dropped);
            assert_eq!(answer.header("x"), None, "{dropped:?}");
        }
        assert_eq!(answer.clone().with_header("a b", "x").header("a b"), None);
        let many = (1..=65).fold(answer, |answer, n: u8| {
            answer.with_header(&["x-", &n.to_string()].concat(), "x")
        });
        assert_eq!(many.header("x-64"), Some("x"));
        assert_eq!(many.header("x-65"), None);
    }

    #[test]
    fn one_byte_order_mark_before_json_is_no_part_of_it() {
        let answer = Response::new(200, b"\xEF\xBB\xBF[1]".as_slice());
        assert_eq!(answer.json_bytes(), b"[1]");
        assert_eq!(answer.json(), Ok(vec![1]));
        let twice = Response::new(200, b"\xEF\xBB\xBF\xEF\xBB\xBF[1]".as_slice());
        assert!(twice.json::<Vec<u8>>().is_err());
        assert_eq!(Response::new(200, "[1]").json_bytes(), b"[1]");
        let part = Response::new(200, b"\xEF\xBB".as_slice());
        assert_eq!(part.json_bytes(), b"\xEF\xBB");
    }
}
