//! Plans in few words.

use super::{capabilities, payment, pence};
use refundkit_core::capabilities::Capabilities;
use refundkit_core::plan::{History, plan_refund};
use refundkit_core::{
    Operation, OperationId, Payment, PaymentId, RefundPlan, RefundRequest, Refusal,
};

pub(crate) fn plan(payment: &Payment, request: &RefundRequest) -> Result<RefundPlan, Refusal> {
    plan_after(&[], payment, request)
}

pub(crate) fn plan_after(
    operations: &[Operation],
    payment: &Payment,
    request: &RefundRequest,
) -> Result<RefundPlan, Refusal> {
    plan_refund(
        payment,
        &History::of(operations, refundkit_core::Timestamp::epoch()),
        request,
        &capabilities(),
    )
}

pub(crate) fn plan_with(
    capabilities: &Capabilities,
    payment: &Payment,
    request: &RefundRequest,
) -> Result<RefundPlan, Refusal> {
    plan_refund(payment, &History::default(), request, capabilities)
}

pub(crate) fn able(change: impl FnOnce(&mut Capabilities)) -> Capabilities {
    let mut capabilities = capabilities();
    change(&mut capabilities);
    capabilities
}

pub(crate) fn id() -> PaymentId {
    payment().id
}

pub(crate) fn operation_id(number: usize) -> OperationId {
    OperationId::new(format!("op_{number}")).unwrap()
}

pub(crate) fn units(plan: &RefundPlan) -> i64 {
    plan.amount().minor().get()
}

pub(crate) fn under_way(number: usize) -> Refusal {
    Refusal::UnderWay {
        payment: id(),
        operation: operation_id(number),
    }
}

pub(crate) fn over(asked: i64, left: &str) -> Refusal {
    Refusal::OverRefund {
        payment: id(),
        asked: pence(asked),
        left: left.to_owned(),
    }
}

pub(crate) fn nothing_left() -> Refusal {
    Refusal::NothingLeft { payment: id() }
}

// The stage.
