//! Requests held at a point of their way, so that a test can do harm exactly there.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::oneshot;

/// Which request to pause, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PauseAt {
    /// The next request that reads, before it is looked at.
    Read,
    /// The next request that moves money, before its effect.
    BeforeEffect,
    /// The next request that moves money, between its effect and its answer.
    AfterEffect,
    /// The next request that moves money, with half of its answer written to the connection.
    HalfAnswer,
    /// The next request that moves money, with its whole answer written to the connection: there
    /// is nothing left to pause, and the moment is only told.
    Answered,
}

impl PauseAt {
    const fn befalls_reads(self) -> bool {
        matches!(self, Self::Read)
    }
}

/// A hold on one request, from [`Sandbox::hold`](crate::Sandbox::pause).
///
/// Dropped, it breaks the request off: what is held before its effect never has it, and the
/// connection ends without an answer. Dropped before a request came, it holds none.
#[derive(Debug)]
pub struct Pause {
    reached: mpsc::Receiver<()>,
    go: oneshot::Sender<()>,
}

impl Pause {
    /// Waits until a request is paused, at most this long; whether one is. Blocks the thread.
    #[must_use]
    pub fn reached(&self, within: Duration) -> bool {
        self.reached.recv_timeout(within).is_ok()
    }

    /// Lets the request go on, and waits, at most this long, until it has had its effect; whether
    /// it has. Its sender may be dead by then: it is carried out all the same. Blocks the thread.
    #[must_use]
    pub fn let_go(self, within: Duration) -> bool {
        // Nobody takes it where there was nothing left to pause.
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

/// The sandbox's side of a [`Pause`], which learns from its end that the request has gone its way.
#[derive(Debug)]
pub(crate) struct Paused {
    pub(crate) at: PauseAt,
    reached: mpsc::Sender<()>,
    go: oneshot::Receiver<()>,
}

pub(crate) fn pair(at: PauseAt) -> (Pause, Paused) {
    let (tell, reached) = mpsc::channel();
    let (go, going) = oneshot::channel();
    let paused = Paused {
        at,
        reached: tell,
        go: going,
    };
    (Pause { reached, go }, paused)
}

impl Paused {
    /// The first pause for such a request; those that were dropped or let go before are forgotten.
    pub(crate) fn first(waiting: &mut Vec<Self>, changes: bool) -> Option<Self> {
        waiting
            .retain_mut(|paused| paused.go.try_recv() == Err(oneshot::error::TryRecvError::Empty));
        let place = waiting
            .iter()
            .position(|paused| paused.at.befalls_reads() != changes)?;
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
    pub(crate) fn tell(&self, paused: &Paused) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(paused.reached.clone());
    }

    pub(crate) fn all_written(&self) {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(reached) = waiting {
            // Nobody listens where the hold was dropped.
            let _ = reached.send(());
        }
    }
}
