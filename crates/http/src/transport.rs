//! The port to the network that adapters send through, with what a transport MUST do, and the two ways
//! in which a send fails: not sent, and perhaps sent.

use std::fmt;

use async_trait::async_trait;

use crate::{Maskable, Masks, Request, Response};

/// Sends one request, once.
///
/// - It MUST NOT repeat a request, follow a redirect, or answer from a cache. A reading SHOULD ask for no
///   stored answer, and one that was stored on the way SHOULD be an error.
/// - It MUST answer `NotSent` only where no byte of the request can have left this machine.
/// - It MUST hand the request's [masks](Request::masks) on [with the answer](Response::with_masks), and
///   mask its own errors and logs by them.
#[async_trait]
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends `request` and reads the whole answer.
    ///
    /// # Errors
    /// [`SendError`], where no whole answer came back.
    async fn send(&self, request: Request) -> Result<Response, SendError>;
}

/// Why there is no answer. The text is one line without URLs, bodies and secrets; it names a host
/// only where the host itself is what was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// No byte of the request was sent.
    #[error("not sent: {why}")]
    NotSent {
        /// Why not.
        why: String,
    },
    /// The request, or part of it, may have arrived.
    #[error("may have been sent: {why}")]
    MaybeSent {
        /// What happened instead of an answer.
        why: String,
    },
}

impl Maskable for SendError {
    fn masked(self, masks: &Masks) -> Self {
        let text = |why: String| masks.text(&why).into_owned();
        match self {
            Self::NotSent { why } => Self::NotSent { why: text(why) },
            Self::MaybeSent { why } => Self::MaybeSent { why: text(why) },
        }
    }
}
