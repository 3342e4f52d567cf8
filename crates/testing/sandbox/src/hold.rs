//! Requests held at a point of their way, so that a test can do harm exactly there.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::oneshot;

/// Which request to hold, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HoldAt {
    /// The next request that reads, before it is looked at.
    Read,
    /// The next request that moves money, before its effect.
    BeforeEffect,
    /// The next request that moves money, between its effect and its answer.
    AfterEffect,
    /// The next request that moves money, with half of its answer written to the connection.
    HalfAnswer,
    /// The next request that moves money, with its whole answer written to the connection: there
    /// is nothing left to hold, and the moment is only told.
    Answered,
}

impl HoldAt {
    const fn befalls_reads(self) -> bool {
        matches!(self, Self::Read)
    }
}

/// A hold on one request, from [`Sandbox::hold`](crate::Sandbox::hold).
///
/// Dropped, it breaks the request off: what is held before its effect never has it, and the
/// connection ends without an answer. Dropped before a request came, it holds none.
#[derive(Debug)]
pub struct Hold {
    reached: mpsc::Receiver<()>,
    go: oneshot::Sender<()>,
}

impl Hold {
    /// Waits until a request is held, at most this long; whether one is. Blocks the thread.
    #[must_use]
    pub fn reached(&self, within: Duration) -> bool {
        self.reached.recv_timeout(within).is_ok()
    }

    /// Lets the request go on, and waits, at most this long, until it has had its effect; whether
    /// it has. Its sender may be dead by then: it is carried out all the same. Blocks the thread.
    #[must_use]
    pub fn let_go(self, within: Duration) -> bool {
        // Nobody takes it where there was nothing left to hold.
        let _ = self.go.send(());
        loop {
            match self.reached.recv_timeout(within) {
                Ok(()) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return true,
                Err(mpsc::RecvTimeoutError::Timeout) => return false,
            }
        }
    }
}

/// The sandbox's side of a [`Hold`], which learns from its end that the request has gone its way.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) at: HoldAt,
    reached: mpsc::Sender<()>,
    go: oneshot::Receiver<()>,
}

pub(crate) fn pair(at: HoldAt) -> (Hold, Held) {
    let (tell, reached) = mpsc::channel();
    let (go, going) = oneshot::channel();
    let held = Held {
        at,
        reached: tell,
        go: going,
    };
    (Hold { reached, go }, held)
}

impl Held {
    /// The first hold for such a request; those that were dropped or let go before are forgotten.
    pub(crate) fn first(waiting: &mut Vec<Self>, changes: bool) -> Option<Self> {
        waiting.retain_mut(|held| held.go.try_recv() == Err(oneshot::error::TryRecvError::Empty));
        let place = waiting
            .iter()
            .position(|held| held.at.befalls_reads() != changes)?;
        Some(waiting.remove(place))
    }

    /// Tells that the point is reached, and waits; whether the request goes on.
    pub(crate) async fn wait(&mut self) -> bool {
        self.tell();
        (&mut self.go).await.is_ok()
    }

    /// Whether the request goes on, once that is known.
    pub(crate) fn poll_go(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        Pin::new(&mut self.go)
            .poll(context)
            .map(|word| word.is_ok())
    }

    fn tell(&self) {
        // Nobody listens where the hold was dropped; its other half says so next.
        let _ = self.reached.send(());
    }
}

/// What a connection tells once all that was said so far is written.
#[derive(Clone, Debug, Default)]
pub(crate) struct WhenWritten(Arc<Mutex<Option<mpsc::Sender<()>>>>);

impl WhenWritten {
    pub(crate) fn tell(&self, held: &Held) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(held.reached.clone());
    }

    pub(crate) fn all_written(&self) {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(reached) = waiting {
            // Nobody listens where the hold was dropped.
            let _ = reached.send(());
        }
    }
}
