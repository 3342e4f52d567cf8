//! Short words for what happens to an operation.

use refundkit::core::capabilities::Lookup;
use refundkit::{Capabilities, Operation, OperationId, RefundRequest, State, Text};

use super::{Fault, Scene, keyless, name, payment_id, refund};

pub(crate) fn ten() -> RefundRequest {
    refund("key-1", "10.00 GBP")
}

/// A refund of 10.00 GBP of another payment than `pi_1`.
pub(crate) fn ten_of(payment: &str, key: &str) -> RefundRequest {
    let mut request = refund(key, "10.00 GBP");
    request.payment = payment_id(payment);
    request
}

pub(crate) fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub(crate) fn nobody() -> OperationId {
    let id = format!("op_{}", "a".repeat(32));
    id.parse().unwrap()
}

pub(crate) fn keys(operations: &[Operation]) -> Vec<&str> {
    let keys = operations
        .iter()
        .map(|operation| operation.intent.request_key.as_str());
    keys.collect()
}

impl Scene {
    /// Ends in the state that the fault leads to.
    pub(crate) async fn after(&self, fault: Fault, request: &RefundRequest) -> Operation {
        self.fake.faults([fault]);
        self.refunds.refund(&name(), request).await.unwrap()
    }

    /// An operation whose end nobody can tell: keyless, and not in the provider's list yet.
    pub(crate) async fn unknown(&self) -> Operation {
        self.fake.stale(true);
        let unknown = self.after(Fault::LoseAnswer, &ten()).await;
        assert_eq!(unknown.state(), State::Unknown);
        unknown
    }

    /// One that waits for a person: lost, and nothing can be read about it.
    pub(crate) async fn parked() -> (Self, Operation) {
        let scene = Self::new(Capabilities {
            lookup: Lookup::No,
            ..keyless()
        });
        scene.after(Fault::LoseRequest, &ten()).await;
        scene.clock.advance_minutes(20);
        let parked = scene.refunds.refund(&name(), &ten()).await.unwrap();
        assert_eq!(parked.state(), State::Parked);
        (scene, parked)
    }
}
