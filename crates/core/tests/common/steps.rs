//! Operations that were sent and lost, and what an engine has tried of them.

use std::time::Duration;

use refundkit_core::capabilities::{Capabilities, Idempotency, OnRepeat};
use refundkit_core::operation::{Marker, Sight, Step, Tries, step};
use refundkit_core::{Evidence, Operation};

use super::{answered, at, capabilities, marked, refund, unknown};

pub(crate) const HOUR: i64 = 3_600;
/// When the first attempt is marked in these tests.
pub(crate) const MARK: i64 = 1_000_000;

pub(crate) fn key(lifetime: Option<i64>) -> Idempotency {
    Idempotency::Key {
        lifetime: lifetime.map(|seconds| Duration::from_secs(seconds.unsigned_abs())),
        on_repeat: OnRepeat::Replay,
    }
}

pub(crate) fn with_key(key: Idempotency) -> Capabilities {
    Capabilities {
        refund_key: key,
        reversal_key: Idempotency::None,
        ..capabilities()
    }
}

pub(crate) const fn tries(sends: u32, looked: bool) -> Tries {
    let sight = if looked {
        Sight::Clear
    } else {
        Sight::Unlooked
    };
    Tries {
        sends,
        sight,
        marker: Marker::MayLive,
    }
}

/// Before anything was sent, with this seen of the payment.
pub(crate) const fn having_seen(sight: Sight) -> Tries {
    Tries {
        sends: 0,
        sight,
        marker: Marker::MayLive,
    }
}

pub(crate) fn operation(evidence: Vec<Evidence>) -> Operation {
    refund(1, 1_000, evidence)
}

/// Sent at `MARK`, and lost.
pub(crate) fn lost() -> Operation {
    operation(vec![marked(MARK, 1), answered(MARK + 1, 1, unknown())])
}

pub(crate) fn without_key(operation: &Operation, tries: Tries) -> Step {
    let now = at(MARK + 10);
    step(operation, &with_key(Idempotency::None), tries, now)
}
