//! That an engine is to end in order: it sends nothing new, and tells what is in flight still.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use refundkit_core::OperationId;
use tokio::sync::watch;

/// Whether the engine is to end, and which operations have an attempt in flight whose answer isn't
/// written down yet.
#[derive(Debug)]
pub(crate) struct Stop {
    asked: watch::Sender<bool>,
    in_flight: Mutex<BTreeSet<OperationId>>,
}

impl Default for Stop {
    fn default() -> Self {
        Self {
            asked: watch::Sender::new(false),
            in_flight: Mutex::default(),
        }
    }
}

impl Stop {
    pub(crate) fn ask(&self) {
        self.asked.send_replace(true);
    }

    pub(crate) fn is_asked(&self) -> bool {
        *self.asked.borrow()
    }

    pub(crate) async fn asked(&self) {
        // Its other half lives as long as this: it ends by the wish alone.
        let _ = self.asked.subscribe().wait_for(|asked| *asked).await;
    }

    /// The operation has an attempt in flight until what this returns is dropped.
    pub(crate) fn flies(&self, operation: &OperationId) -> InFlight<'_> {
        self.with(|set| set.insert(operation.clone()));
        InFlight {
            stop: self,
            operation: operation.clone(),
        }
    }

    pub(crate) fn in_flight(&self) -> Vec<OperationId> {
        self.with(|set| set.iter().cloned().collect())
    }

    fn with<T>(&self, call: impl FnOnce(&mut BTreeSet<OperationId>) -> T) -> T {
        call(
            &mut self
                .in_flight
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}

/// From an attempt's mark until its answer is written down.
#[must_use]
pub(crate) struct InFlight<'a> {
    stop: &'a Stop,
    operation: OperationId,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.stop.with(|set| set.remove(&self.operation));
    }
}
