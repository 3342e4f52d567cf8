//! A transport that answers from a script, for the unit tests of adapters.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use refundkit_core::Preview;

use crate::{Request, Response, SendError, Transport};

/// One scripted outcome.
#[derive(Clone, Debug)]
pub struct Reply(Result<Response, SendError>);

impl Reply {
    /// An answer with this status and body.
    #[must_use]
    pub fn answer(status: u16, body: impl Into<String>) -> Self {
        Self(Ok(Response::new(status, body.into())))
    }

    /// The same answer with a header more; a reply without an answer stays as it is.
    #[must_use]
    pub fn with_header(self, name: &str, value: &str) -> Self {
        Self(self.0.map(|answer| answer.with_header(name, value)))
    }

    /// The connection can't be made.
    #[must_use]
    pub fn not_sent() -> Self {
        let why = "could not connect: connection refused".to_owned();
        Self(Err(SendError::NotSent { why }))
    }

    /// The answer is lost.
    #[must_use]
    pub fn lost() -> Self {
        let why = "no whole answer came before the deadline".to_owned();
        Self(Err(SendError::MaybeSent { why }))
    }
}

/// Answers every request with the next reply of its script, and keeps what was asked, keys masked.
#[derive(Debug, Default)]
pub struct ScriptedTransport {
    replies: Mutex<VecDeque<Reply>>,
    seen: Mutex<Vec<Preview>>,
}

impl ScriptedTransport {
    /// A transport with this script.
    #[must_use]
    pub fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self {
            replies: Mutex::new(replies.into_iter().collect()),
            seen: Mutex::default(),
        }
    }

    /// The requests so far, oldest first.
    #[must_use]
    pub fn seen(&self) -> Vec<Preview> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(&self, request: Request) -> Result<Response, SendError> {
        if let Some(why) = request.invalid {
            return Err(SendError::NotSent { why });
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push(request.preview());
        let mut replies = self.replies.lock().unwrap_or_else(PoisonError::into_inner);
        match replies.pop_front() {
            Some(reply) => match reply.0 {
                Ok(answer) => Ok(answer.with_masks(request.masks().clone())),
                Err(error) => Err(request.masks().of(error)),
            },
            None => Err(SendError::NotSent {
                why: "the script has no more replies".to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_carries_headers_where_it_is_an_answer() {
        let Reply(answer) = Reply::answer(202, "{}").with_header("Location", "/refunds/r_1");
        assert_eq!(answer.unwrap().header("location"), Some("/refunds/r_1"));
        let Reply(lost) = Reply::lost().with_header("Location", "/refunds/r_1");
        assert!(matches!(lost, Err(SendError::MaybeSent { .. })));
    }
}
