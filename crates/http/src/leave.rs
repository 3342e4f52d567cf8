//! By when a request has to leave, watched until its body is asked for.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use refundkit_core::Attempt;

/// A stopwatch that counts what a machine slept, too: a monotonic clock doesn't, and the wall clock
/// may be set back; the one that has gone further counts.
#[derive(Clone, Copy, Debug)]
pub struct LeaveBy {
    started: Instant,
    started_at: SystemTime,
    within: Duration,
}

/// It is too late for the request to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too much time passed between its mark and its send")]
pub(crate) struct TooLate;

impl LeaveBy {
    /// From now on, so long.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "what leaves a machine is timed by that machine, whatever clock decides"
    )]
    pub fn within(within: Duration) -> Self {
        Self {
            started: Instant::now(),
            started_at: SystemTime::now(),
            within,
        }
    }

    /// As long as the attempt's mark allows, from the moment at which an adapter was given it.
    #[must_use]
    pub fn of(attempt: &Attempt) -> Self {
        Self::within(attempt.leaves_within())
    }

    /// Whether it would still leave in time after so long.
    pub(crate) fn check(&self, after: Duration) -> Result<(), TooLate> {
        let by_wall = self.started_at.elapsed().unwrap_or_default();
        let leaves = self.started.elapsed().max(by_wall).saturating_add(after);
        if leaves > self.within {
            return Err(TooLate);
        }
        Ok(())
    }
}

/// A body that checks the time when it is asked for, which is once there is a connection. What comes
/// too late has no body, and so is no request that a server could act upon.
pub(crate) struct TimelyBody {
    left: Option<Bytes>,
    leave: LeaveBy,
}

impl TimelyBody {
    pub(crate) fn new(body: Vec<u8>, leave: LeaveBy) -> Self {
        Self {
            left: Some(body.into()).filter(|body: &Bytes| !body.is_empty()),
            leave,
        }
    }
}

impl Body for TimelyBody {
    type Data = Bytes;
    type Error = TooLate;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TooLate>>> {
        let Some(body) = self.left.take() else {
            return Poll::Ready(None);
        };
        let frame = self.leave.check(Duration::ZERO).map(|()| Frame::data(body));
        Poll::Ready(Some(frame))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.left.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_frame(within: Duration) -> Option<Result<Bytes, TooLate>> {
        let leave = LeaveBy::within(within);
        std::thread::sleep(Duration::from_millis(2));
        let mut body = TimelyBody::new(b"{}".to_vec(), leave);
        assert_eq!(body.size_hint().exact(), Some(2));
        let polled =
            Pin::new(&mut body).poll_frame(&mut Context::from_waker(std::task::Waker::noop()));
        let Poll::Ready(frame) = polled else {
            panic!("a body that is there is there at once");
        };
        frame.map(|frame| frame.map(|frame| frame.into_data().unwrap()))
    }

    #[test]
    fn a_body_that_is_asked_for_too_late_is_not_given() {
        assert_eq!(first_frame(Duration::from_millis(1)), Some(Err(TooLate)));
        let in_time = first_frame(Duration::from_secs(60));
        assert_eq!(in_time, Some(Ok(Bytes::from_static(b"{}"))));
    }
}
