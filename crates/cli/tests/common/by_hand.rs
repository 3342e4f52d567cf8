//! A clock that is turned by hand.

use std::sync::Mutex;
use std::time::Duration;

use refundkit::{Clock, Timestamp};
use refundkit_sandbox::Sandbox;

#[derive(Debug)]
pub(crate) struct ByHand(Mutex<Timestamp>);

impl Clock for ByHand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

impl ByHand {
    /// At the sandbox's own time.
    pub(crate) fn at(sandbox: &Sandbox) -> Self {
        Self(Mutex::new(
            Timestamp::from_unix_millis(sandbox.now()).unwrap(),
        ))
    }

    pub(crate) fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap() = now;
    }

    pub(crate) fn turn(&self, minutes: u64) {
        let passed = Duration::from_secs(minutes.saturating_mul(60));
        self.set(self.now().saturating_add(passed));
    }
}
