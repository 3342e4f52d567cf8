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
            Some(reply) => reply.0,
            None => Err(SendError::NotSent {
                why: "the script has no more replies".to_owned(),
            }),
        }
    }
}
