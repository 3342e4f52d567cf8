//! Tells what has changed, once it is durable.

use std::fmt;
use std::sync::Arc;

use refundkit_core::{Change, Operation, State};

/// An operation that has got another state.
///
/// That an attempt is about to be sent is none of its own: the next transition comes with its
/// answer, from [`State::Attempting`]. One that is sent as soon as it was begun is told as
/// `Attempting` at once.
#[derive(Clone, Copy, Debug)]
pub struct Transition<'a> {
    /// The operation as it is now.
    pub operation: &'a Operation,
    /// Its state before; `None` where it has just been begun.
    pub from: Option<State>,
    /// Its state now.
    pub to: State,
}

type Call = dyn Fn(&Transition<'_>) + Send + Sync;

/// Who wants to know.
#[derive(Clone, Default)]
pub(crate) struct Watch(Option<Arc<Call>>);

impl Watch {
    pub(crate) fn calling(call: impl Fn(&Transition<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(call)))
    }

    /// Tells each operation that a change has brought into another state.
    pub(crate) fn tell(&self, change: &Change) {
        for row in change.indexed() {
            if row.before.is_some() && row.state == State::Attempting {
                continue;
            }
            self.tell_one(&Transition {
                operation: row.operation,
                from: row.before,
                to: row.state,
            });
        }
    }

    fn tell_one(&self, transition: &Transition<'_>) {
        let Transition {
            operation,
            from,
            to,
        } = *transition;
        let intent = &operation.intent;
        let (provider, payment) = (&intent.provider, intent.plan.payment());
        let (id, attempts) = (&intent.id, operation.summary().attempts());
        let from_word = from.map(State::as_str);
        if to == State::FailedLate {
            tracing::warn!(operation = %id, %provider, %payment, attempts, from = from_word, to = to.as_str(), "failed after it had succeeded");
        } else {
            tracing::info!(operation = %id, %provider, %payment, attempts, from = from_word, to = to.as_str(), "transition");
        }
        if let Some(call) = &self.0 {
            call(transition);
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}
