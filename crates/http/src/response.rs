use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use serde::de::DeserializeOwned;

/// A provider's whole answer, whatever it says.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    status: u16,
    retry_after: Option<Duration>,
    body: Bytes,
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
            retry_after: None,
            body: body.into(),
        }
    }

    /// The same with its `Retry-After` header read: a number of seconds, or a date, which is
    /// compared with the answer's own `Date` header, so that the clock here doesn't matter.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: Option<&str>, date: Option<&str>) -> Self {
        self.retry_after = retry_after.and_then(|value| wait(value, date));
        self
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

    /// How long the provider asks to wait.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The body.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// [`NotJson`] says where it went wrong, without a word of the body.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, NotJson> {
        serde_json::from_slice(&self.body).map_err(|error| NotJson {
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
}
