//! "All of it" is said only where nothing else of the payment is on its way.

use refundkit_conformance::{attempt, intent};
use refundkit_core::operation::{Intent, Operation};
use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::{ListedRefunds, Minor, Payment, Provider, RefundRequest, Stage, Timestamp};
use refundkit_http::Reply;

use super::{pay_1, planned, scene};

#[tokio::test]
async fn the_rest_beside_an_open_refund_is_asked_for_by_its_amount() {
    for (open, expected) in [(false, "everything"), (true, "amount")] {
        let (generic, transport) = scene(&[], vec![Reply::answer(500, "")]);
        let mut payment = Payment::new(pay_1(), "EUR".parse().unwrap(), Stage::Captured);
        payment.captured = Minor::new(5000).unwrap();
        payment.authorized = payment.captured;
        payment.refunds = Some(ListedRefunds::whole(Vec::new()));
        let other = Operation::new(Intent {
            plan: Plan::Refund(planned(&generic)),
            ..intent(7, "base", "pay_1", 1000)
        });
        let history = History::of(Some(&other).filter(|_| open), Timestamp::epoch());
        let request = RefundRequest::new(pay_1(), "key-2".parse().unwrap());
        let plan = plan_refund(&payment, &history, &request, generic.capabilities()).unwrap();
        assert!(plan.is_full());
        let whole = Plan::Refund(plan.clone());
        generic.refund(&plan, attempt(2, &whole)).await;
        let body = transport.seen()[1].body.clone().unwrap();
        let body = String::from_utf8_lossy(body.as_ref()).into_owned();
        assert!(body.contains(expected), "{open}: {body}");
        assert_eq!(body.contains("everything"), !open, "{body}");
    }
}
