//! What the engine does with a payment's ledger, by hand: begin, mark, and note what came of it.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

mod common;

use refundkit_core::ProviderRefund;
use refundkit_core::fingerprint::{Fingerprint, operation_id, provider_key};
use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::ports::Durable;
use refundkit_core::{
    Change, Evidence, Fact, Intent, Kind, Namespace, Origin, Outcome, PaymentLedger, ProviderName,
    RefundRequest, RefundStatus, Timestamp, WorkerId,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (shop, provider): (Namespace, ProviderName) = ("acme-shop".parse()?, "dojo".parse()?);
    let (me, now): (WorkerId, Timestamp) = ("me".parse()?, Timestamp::epoch());
    let (payment, capabilities) = (common::payment()?, common::capabilities());

    let request = RefundRequest::new(payment.id.clone(), "order-7-refund-1".parse()?)
        .amount("10.00 GBP".parse()?);
    let plan = plan_refund(&payment, &History::default(), &request, &capabilities)?;
    let (of, amount) = (&payment.id, plan.amount());
    let id = operation_id(&shop, &request.key)?;
    let intent = Intent {
        id: id.clone(),
        key: provider_key(&shop, &request.key, of, amount, Kind::Refund)?,
        fingerprint: Fingerprint::of(&provider, "refund", &request),
        provider: provider.clone(),
        request_key: request.key,
        plan: Plan::Refund(plan),
        created_at: now,
        origin: Origin::default(),
    };

    let ledger = PaymentLedger::new(provider, payment.id.clone(), 0);
    let mut change = Change::of(&ledger, &me);
    println!("begun: {:?}", change.begin(intent)?);
    change.mark(&id, now)?;
    // A store says this once both are on the disk; only then there is a mark to send with.
    let (ledger, marked) = change.committed(Durable::after_commit());
    println!("may be sent: attempt {:?}", marked.map(|it| it.attempt()));
    println!("{}, {} held", ledger.need(&id)?.state(), ledger.held());

    let taken = Outcome::Accepted(ProviderRefund::with_status(RefundStatus::Pending));
    let fact = Fact::answered(1, taken, None);
    let mut change = Change::of(&ledger, &me);
    change.note(&id, &Evidence { at: now, fact })?;
    let (ledger, _) = change.committed(Durable::after_commit());
    println!("{}, {} held", ledger.need(&id)?.state(), ledger.held());
    Ok(())
}
