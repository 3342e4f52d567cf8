//! What becomes of an unknown outcome as time passes: found, proved absent and sent once more, or
//! left to a person. The engine's clock is turned by hand.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::sync::Arc;

use common::by_hand::ByHand;
use common::day::Day;
use refundkit::core::operation::Decision;
use refundkit::{
    Error, MemoryStore, Operation, OperationId, Problem, ProviderName, RefundRequest, Refunds,
    Resolution, ReversalRequest, State, Text, Timestamp,
};
use refundkit_sandbox::{Fault, FaultKind, Sandbox};

struct Case {
    sandbox: Sandbox,
    refunds: Refunds,
    clock: Arc<ByHand>,
}

impl Case {
    async fn open(faults: &[FaultKind]) -> Self {
        let sandbox = Sandbox::start(Day::noon().sandbox()).await.unwrap();
        Self::over(sandbox, faults)
    }

    /// The same with a journal that knows nothing.
    fn with_an_empty_journal(self) -> Self {
        Self::over(self.sandbox, &[])
    }

    fn over(sandbox: Sandbox, faults: &[FaultKind]) -> Self {
        sandbox.set_faults(faults.iter().map(|kind| Fault::always(*kind)));
        let clock = Arc::new(ByHand::at(&sandbox));
        let builder = common::adapters::all(&sandbox)
            .namespace("resolution".parse().unwrap())
            .journal(Arc::new(MemoryStore::new()))
            .clock(clock.clone());
        Self {
            sandbox,
            refunds: builder.build().unwrap(),
            clock,
        }
    }

    async fn refund(&self, provider: &str, payment: &str, amount: &str) -> Operation {
        let request = RefundRequest::new(payment.parse().unwrap(), "key".parse().unwrap())
            .amount(amount.parse().unwrap());
        self.refunds
            .refund(&name(provider), &request)
            .await
            .unwrap()
    }

    async fn later(&self, minutes: u64, id: &OperationId) -> Operation {
        self.clock.turn(minutes);
        self.refunds.resume_one(id).await.unwrap()
    }

    fn heal(&self) {
        self.sandbox.set_faults([]);
    }

    fn sends(&self) -> usize {
        self.sandbox
            .requests()
            .iter()
            .filter(|request| request.method == "POST")
            .count()
    }

    fn effects(&self) -> usize {
        self.sandbox.effects().len()
    }

    async fn decide(&self, id: &OperationId, decision: Decision) -> Result<Operation, Error> {
        let text = |words| Text::new(words).unwrap();
        let resolution = Resolution {
            decision,
            evidence: text("the dashboard shows it"),
            by: text("Ada"),
            actor: None,
            ticket: None,
            seen: self.refunds.see(id).await?.1,
        };
        self.refunds.resolve(id, resolution).await
    }
}

fn name(provider: &str) -> ProviderName {
    provider.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_nothing_is_sent_again_before_two_late_readings_agree() {
    let case = Case::open(&[FaultKind::RequestLost]).await;
    let lost = case.refund("dodo", "pay_paid_1", "10.00 USD").await;
    let id = lost.intent.id.clone();
    assert_eq!((lost.state(), case.sends()), (State::Unknown, 1));
    case.heal();
    for minutes in [0, 5, 9] {
        assert_eq!(
            case.later(minutes, &id).await.state(),
            State::Unknown,
            "too early to say anything"
        );
        assert_eq!(case.sends(), 1);
    }
    assert_eq!(
        case.later(2, &id).await.state(),
        State::Unknown,
        "the first late reading"
    );
    assert_eq!(
        case.later(0, &id).await.state(),
        State::Unknown,
        "a second one at once is the same one"
    );
    assert_eq!(case.sends(), 1);
    let done = case.later(1, &id).await;
    assert!(
        matches!(done.state(), State::Accepted | State::Succeeded),
        "{done:?}"
    );
    assert_eq!((case.sends(), case.effects()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_shows_up_late_is_found_and_not_sent_again() {
    let case = Case::open(&[FaultKind::AnswerLost, FaultKind::StaleRead]).await;
    let lost = case.refund("dodo", "pay_paid_1", "10.00 USD").await;
    assert_eq!(lost.state(), State::Unknown);
    let still = case.later(16, &lost.intent.id).await;
    assert_eq!(
        still.state(),
        State::Unknown,
        "one late reading proves nothing"
    );
    case.heal();
    let done = case.later(16, &lost.intent.id).await;
    assert_eq!(done.state(), State::Succeeded);
    assert_eq!((case.sends(), case.effects()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_disappearance_is_left_to_a_person() {
    let case = Case::open(&[FaultKind::RequestLost]).await;
    let id = case
        .refund("dodo", "pay_paid_1", "10.00 USD")
        .await
        .intent
        .id;
    for minutes in [16, 2, 16, 2] {
        case.later(minutes, &id).await;
    }
    let parked = case.refunds.status(&id).await.unwrap();
    assert_eq!(
        (parked.state(), case.sends()),
        (State::Parked, 2),
        "one allowed resend"
    );
    let problem = Problem::of(&parked).unwrap();
    for word in [
        "10.00 USD",
        "pay_paid_1",
        parked.intent.key.as_str(),
        "refundkit resolve",
    ] {
        assert!(problem.help.contains(word), "{word}: {}", problem.help);
    }
    case.heal();
    assert_eq!(
        case.later(60, &id).await.state(),
        State::Parked,
        "nothing is sent without a decision"
    );
    assert_eq!(case.sends(), 2);
    assert_eq!(
        case.decide(&id, Decision::Ready).await.unwrap().state(),
        State::Ready
    );
    let done = case.later(0, &id).await;
    assert!(
        matches!(done.state(), State::Accepted | State::Succeeded),
        "{done:?}"
    );
    assert_eq!((case.sends(), case.effects()), (3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_could_be_ours_is_left_to_a_person() {
    let case = Case::open(&[FaultKind::RequestLost]).await;
    let id = case
        .refund("dodo", "pay_paid_1", "10.00 USD")
        .await
        .intent
        .id;
    case.heal();
    case.sandbox
        .tamper(refundkit_sandbox::Provider::Dodo, "pay_paid_1", 1000);
    assert_eq!(case.later(5, &id).await.state(), State::Unknown);
    assert_eq!(case.later(16, &id).await.state(), State::Parked);
    assert_eq!(case.sends(), 1);
    let decided = case.decide(&id, Decision::Succeeded).await.unwrap();
    assert_eq!(decided.state(), State::Succeeded);
    let again = case.decide(&id, Decision::Rejected).await;
    assert!(
        matches!(again, Err(Error::NotDecidable { .. })),
        "{again:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_it_did_not_happen_frees_the_money() {
    let case = Case::open(&[FaultKind::RequestLost]).await;
    let id = case
        .refund("dodo", "pay_paid_1", "10.00 USD")
        .await
        .intent
        .id;
    let early = case.decide(&id, Decision::Rejected).await;
    assert!(
        matches!(early, Err(Error::NotDecidable { .. })),
        "unknown isn't parked: {early:?}"
    );
    for minutes in [16, 2, 16, 2] {
        case.later(minutes, &id).await;
    }
    assert_eq!(
        case.decide(&id, Decision::Rejected).await.unwrap().state(),
        State::Rejected
    );
    case.heal();
    let all = RefundRequest::new("pay_paid_1".parse().unwrap(), "other".parse().unwrap());
    let done = case.refunds.refund(&name("dodo"), &all).await.unwrap();
    assert_eq!(done.intent.plan.amount().minor().get(), 5000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contradicted_operation_is_never_sent_again() {
    let case = Case::open(&[FaultKind::WrongAmount]).await;
    let parked = case.refund("dodo", "pay_paid_1", "10.00 USD").await;
    assert_eq!(parked.state(), State::Parked);
    let id = parked.intent.id;
    assert!(matches!(
        case.decide(&id, Decision::Ready).await,
        Err(Error::NotDecidable { .. })
    ));
    assert_eq!(
        case.decide(&id, Decision::Succeeded).await.unwrap().state(),
        State::Succeeded
    );
    assert_eq!(case.effects(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_past_its_window_is_not_leaned_on() {
    for (provider, payment, amount) in [
        ("dojo", "pi_paid_1", "10.00 GBP"),
        ("primer", "prim_paid_1", "10.00 USD"),
    ] {
        let case = Case::open(&[FaultKind::RequestLost]).await;
        let id = case.refund(provider, payment, amount).await.intent.id;
        let before = case.sends();
        case.heal();
        assert_eq!(
            case.later(13 * 60, &id).await.state(),
            State::Unknown,
            "{provider}: one late reading"
        );
        assert_eq!(
            case.sends(),
            before,
            "{provider}: the key may be forgotten by now"
        );
        let done = case.later(2, &id).await;
        assert_eq!(done.state(), State::Succeeded, "{provider}: {done:?}");
        assert_eq!(
            (case.sends(), case.effects()),
            (before + 1, 1),
            "{provider}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_its_window_the_same_key_is_sent_again() {
    for (provider, payment, amount) in [
        ("dojo", "pi_paid_1", "10.00 GBP"),
        ("primer", "prim_paid_1", "10.00 USD"),
    ] {
        let case = Case::open(&[FaultKind::RequestLost]).await;
        let id = case.refund(provider, payment, amount).await.intent.id;
        case.heal();
        assert_eq!(
            case.later(5 * 60, &id).await.state(),
            State::Succeeded,
            "{provider}"
        );
        let keys: Vec<_> = case
            .sandbox
            .effects()
            .into_iter()
            .map(|effect| effect.key)
            .collect();
        assert_eq!(keys.len(), 1);
        let sent = case.sandbox.requests();
        let posts = sent.iter().filter(|request| request.method == "POST");
        let bodies: Vec<&str> = posts.map(|request| request.body.as_str()).collect();
        assert!(
            bodies.windows(2).all(|pair| pair.first() == pair.last()),
            "byte by byte the same"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_that_moved_by_another_amount_is_left_to_a_person() {
    let case = Case::open(&[FaultKind::RequestLost]).await;
    let id = case
        .refund("dojo", "pi_paid_1", "10.00 GBP")
        .await
        .intent
        .id;
    case.heal();
    case.sandbox
        .tamper(refundkit_sandbox::Provider::Dojo, "pi_paid_1", 300);
    let sends = case.sends();
    assert_eq!(case.later(13 * 60, &id).await.state(), State::Parked);
    assert_eq!(case.sends(), sends);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_reversal_is_sent_once_more_after_it_is_proved_absent() {
    let case = Case::open(&[FaultKind::RequestLost]).await;
    let request = ReversalRequest::new("pi_auth_1".parse().unwrap(), "key".parse().unwrap());
    let lost = case.refunds.reverse(&name("dojo"), &request).await.unwrap();
    let id = lost.intent.id.clone();
    assert_eq!(
        (lost.state(), case.sends()),
        (State::Unknown, 1),
        "a reversal has no key"
    );
    case.heal();
    assert_eq!(case.later(16, &id).await.state(), State::Unknown);
    let done = case.later(2, &id).await;
    assert!(
        matches!(done.state(), State::Accepted | State::Succeeded),
        "{done:?}"
    );
    assert_eq!((case.sends(), case.effects()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_went_back_sends_nothing() {
    let case = Case::open(&[FaultKind::RequestLost]).await;
    let id = case
        .refund("dojo", "pi_paid_1", "10.00 GBP")
        .await
        .intent
        .id;
    let sends = case.sends();
    case.heal();
    case.clock.set(Timestamp::epoch());
    assert_eq!(case.later(60, &id).await.state(), State::Unknown);
    assert_eq!(case.sends(), sends);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_journal_makes_the_same_keys_and_no_second_effect() {
    for (provider, payment, amount) in [
        ("dojo", "pi_paid_1", "10.00 GBP"),
        ("dodo", "pay_paid_1", "10.00 USD"),
        ("primer", "prim_paid_1", "10.00 USD"),
    ] {
        let case = Case::open(&[]).await;
        case.refund(provider, payment, amount).await;
        let case = case.with_an_empty_journal();
        let again = case.refund(provider, payment, amount).await;
        // Dojo replays its answer, which has no status; the total had moved before.
        assert!(
            matches!(again.state(), State::Succeeded | State::Accepted),
            "{provider}: {again:?}"
        );
        assert_eq!(case.effects(), 1, "{provider}");
    }
}
