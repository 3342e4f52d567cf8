//! Why a message was not taken in, as an HTTP answer: a status, a stable code, and a line in which
//! nothing of our own state stands. A success has no body and isn't made here.

use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use refundkit::{Code, Coded, Error};

use crate::Outcome;

const JSON: (HeaderName, HeaderValue) =
    (CONTENT_TYPE, HeaderValue::from_static("application/json"));
/// In seconds. Providers go by a schedule of their own; proxies may not.
const AGAIN: (HeaderName, HeaderValue) = (RETRY_AFTER, HeaderValue::from_static("30"));
/// The rest of the body is not read, so that the next head could not be found.
const LAST: (HeaderName, HeaderValue) = (CONNECTION, HeaderValue::from_static("close"));

/// Why a message was not taken in, as its sender is told.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) outcome: Outcome,
    status: StatusCode,
    code: Code,
    line: String,
}

impl Refused {
    /// Lines about our own state name providers and paths: who asks from outside gets others.
    pub(crate) fn of(error: &Error) -> Self {
        let outcome = Outcome::of_error(error);
        let (status, line) = match outcome {
            Outcome::Nobody => return Self::nobody(error.code()),
            Outcome::TooLarge => return Self::too_large(error.code()),
            Outcome::Unsigned | Outcome::Forged | Outcome::Untimely => {
                (StatusCode::UNAUTHORIZED, error.to_string())
            }
            Outcome::Unreadable => (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
            Outcome::Told
            | Outcome::Noted
            | Outcome::Nothing
            | Outcome::Known
            | Outcome::Incomplete
            | Outcome::Journal => return Self::unwritten(error.code()),
        };
        Self {
            outcome,
            status,
            code: error.code(),
            line,
        }
    }

    pub(crate) fn nobody(code: Code) -> Self {
        Self {
            outcome: Outcome::Nobody,
            status: StatusCode::NOT_FOUND,
            code,
            line: "nobody takes in messages at this address".to_owned(),
        }
    }

    pub(crate) fn too_large(code: Code) -> Self {
        Self {
            outcome: Outcome::TooLarge,
            status: StatusCode::PAYLOAD_TOO_LARGE,
            code,
            line: "the message has more than 256 KiB".to_owned(),
        }
    }

    pub(crate) fn incomplete(status: StatusCode, line: &str) -> Self {
        Self {
            outcome: Outcome::Incomplete,
            status,
            code: Code::new("RK5006"),
            line: line.to_owned(),
        }
    }

    pub(crate) fn unwritten(code: Code) -> Self {
        Self {
            outcome: Outcome::Journal,
            status: StatusCode::SERVICE_UNAVAILABLE,
            code,
            line: "the message could not be written down: send it again".to_owned(),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let error = serde_json::json!({ "code": self.code.as_str(), "message": self.line });
        let body = serde_json::json!({ "error": error }).to_string();
        let mut response = (self.status, [JSON], body).into_response();
        let headers = response.headers_mut();
        match self.outcome {
            Outcome::TooLarge | Outcome::Incomplete => headers.extend([LAST]),
            Outcome::Journal => headers.extend([AGAIN]),
            Outcome::Told
            | Outcome::Noted
            | Outcome::Nothing
            | Outcome::Known
            | Outcome::Nobody
            | Outcome::Unsigned
            | Outcome::Forged
            | Outcome::Untimely
            | Outcome::Unreadable => {}
        }
        response
    }
}
