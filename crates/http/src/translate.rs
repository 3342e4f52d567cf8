//! What every adapter does alike with an exchange that brought no answer, or an error answer.

use refundkit_core::answer::Answer;
use refundkit_core::ports::{ReadError, ReadErrorKind};

use crate::{Response, SendError};

impl From<SendError> for Answer {
    fn from(error: SendError) -> Self {
        match error {
            SendError::NotSent { why } => Self::NotSent { why },
            SendError::MaybeSent { why } => Self::Lost { why },
        }
    }
}

/// A read that brought no answer can be tried again, wherever it stopped.
impl From<SendError> for ReadError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::NotSent { why } | SendError::MaybeSent { why } => {
                Self::new(ReadErrorKind::Unavailable, &why)
            }
        }
    }
}

impl Response {
    /// Whether this is a reading: it came with one of the statuses that the provider's document has
    /// for it, with 200 where none are given. Of the other successes a 206 is a part, a 203 is from
    /// somebody in between, and a 201, 202 or 204 answers another question: none of them shows all
    /// that there is.
    #[must_use]
    pub fn is_reading(&self, documented: &[u16]) -> bool {
        match documented {
            [] => self.status() == 200,
            statuses => statuses.contains(&self.status()),
        }
    }

    /// This answer as one that a read can't use: by its status, with the provider's own words.
    #[must_use]
    pub fn read_error(&self, said: Option<&str>) -> ReadError {
        let kind = match self.status() {
            404 => ReadErrorKind::NotFound,
            401 | 403 | 410 => ReadErrorKind::Configuration,
            408 | 429 | 500..=599 => ReadErrorKind::Unavailable,
            _ => ReadErrorKind::Unreadable,
        };
        let mut message = format!("the provider answered HTTP {}", self.status());
        if self.is_success() {
            message.push_str(", which is no whole reading");
        }
        if let Some(said) = said {
            message.push_str(": ");
            message.push_str(&self.masks().text(said));
        }
        let mut error = ReadError::new(kind, &message);
        error.retry_after = self.retry_after();
        error
    }

    /// This answer as one that can't be understood, and why.
    #[must_use]
    pub fn unreadable(&self, why: impl ToString) -> Answer {
        self.masked(Answer::Unreadable {
            status: self.status(),
            why: why.to_string(),
            retry_after: self.retry_after(),
        })
    }

    /// The same for a read.
    #[must_use]
    pub fn unusable(&self, why: impl ToString) -> ReadError {
        let why = why.to_string();
        ReadError::new(ReadErrorKind::Unreadable, &self.masks().text(&why))
    }

    /// This answer as an error answer with the provider's code and message.
    #[must_use]
    pub fn problem(&self, code: Option<String>, message: Option<String>) -> Answer {
        self.masked(Answer::Problem {
            status: self.status(),
            code,
            message,
            retry_after: self.retry_after(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_answer_is_never_taken_for_not_sent() {
        let why = || "x".to_owned();
        assert_eq!(
            Answer::from(SendError::MaybeSent { why: why() }),
            Answer::Lost { why: why() }
        );
        assert_eq!(
            Answer::from(SendError::NotSent { why: why() }),
            Answer::NotSent { why: why() }
        );
    }

    #[test]
    fn a_failed_read_says_what_kind_it_is() {
        let kind = |status| Response::new(status, "").read_error(None).kind;
        assert_eq!(kind(404), ReadErrorKind::NotFound);
        assert_eq!(kind(401), ReadErrorKind::Configuration);
        assert_eq!(kind(410), ReadErrorKind::Configuration);
        assert_eq!(kind(429), ReadErrorKind::Unavailable);
        assert_eq!(kind(504), ReadErrorKind::Unavailable);
        assert_eq!(kind(307), ReadErrorKind::Unreadable);
        assert_eq!(kind(400), ReadErrorKind::Unreadable);
    }

    #[test]
    fn a_success_other_than_the_documented_one_is_no_reading() {
        assert!(Response::new(200, "").is_reading(&[]));
        for status in [201, 202, 203, 204, 205, 206, 207, 226, 299] {
            let answer = Response::new(status, "{}");
            assert!(!answer.is_reading(&[]), "{status}");
            assert!(!answer.is_reading(&[200]), "{status}");
            assert!(answer.is_reading(&[200, status]), "{status}");
            let error = answer.read_error(None);
            assert_eq!(error.kind, ReadErrorKind::Unreadable);
            let message = format!("the provider answered HTTP {status}, which is no whole reading");
            assert_eq!(error.message, message);
        }
        assert!(!Response::new(200, "").is_reading(&[201]));
        assert!(!Response::new(404, "").is_reading(&[]));
    }
}
