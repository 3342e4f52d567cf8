//! Answers as they go over the wire: whole, cut off, or held halfway.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Frame;

use crate::call::Reply;
use crate::pause::{PauseAt, Paused, WhenWritten};
use crate::server::NoAnswer;

/// A body that may end too early, or stop halfway until it is let go.
#[derive(Default)]
pub(crate) struct Body {
    data: Option<Bytes>,
    /// What comes once it is let go.
    rest: Option<Bytes>,
    cut: bool,
    paused: Option<(Paused, WhenWritten)>,
}

impl Body {
    pub(crate) fn whole(text: String) -> Self {
        Self {
            data: Some(Bytes::from(text)),
            ..Self::default()
        }
    }

    /// Half of it, and then the connection breaks.
    pub(crate) fn cut(text: String) -> Self {
        let mut body = Self::whole(text);
        body.split();
        body.rest = None;
        body.cut = true;
        body
    }

    /// Holds the rest back after the first half, or tells when all of it is written.
    pub(crate) fn held(mut self, paused: Paused, written: WhenWritten) -> Self {
        if paused.at == PauseAt::HalfAnswer {
            self.split();
        }
        self.paused = Some((paused, written));
        self
    }

    fn split(&mut self) {
        if let Some(data) = &mut self.data {
            self.rest = Some(data.split_off(data.len() / 2));
        }
    }

    fn tell(&self) {
        if let Some((paused, written)) = &self.paused {
            written.tell(paused);
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = NoAnswer;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, NoAnswer>>> {
        if let Some(data) = self.data.take() {
            if self.rest.is_some() {
                self.tell();
            }
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        if self.rest.is_some() {
            let goes_on = match &mut self.paused {
                Some((paused, _)) => ready!(paused.poll_go(context)),
                None => true,
            };
            self.paused = None;
            let rest = self.rest.take().filter(|_| goes_on);
            return Poll::Ready(Some(rest.map(Frame::data).ok_or(NoAnswer)));
        }
        if std::mem::take(&mut self.cut) {
            return Poll::Ready(Some(Err(NoAnswer)));
        }
        self.tell();
        self.paused = None;
        Poll::Ready(None)
    }
}

/// The answer's head and body.
pub(crate) fn response(reply: Reply, cut: bool) -> Result<hyper::Response<Body>, NoAnswer> {
    let mut response = hyper::Response::builder()
        .status(reply.status)
        .header("content-type", reply.content_type);
    if let Some(seconds) = reply.retry_after {
        response = response.header("retry-after", seconds);
    }
    let body = if cut {
        Body::cut(reply.body)
    } else {
        Body::whole(reply.body)
    };
    response.body(body).map_err(|_| NoAnswer)
}
