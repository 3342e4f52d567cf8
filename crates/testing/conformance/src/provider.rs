//! What every [`Provider`] keeps, shown over a simulated one that really applies what it is told.

use refundkit_core::answer::{Answer, Outcome, classify};
use refundkit_core::capabilities::{Capabilities, Idempotency, Lookup, Meaning, Partial};
use refundkit_core::plan::{History, Plan, RefundPlan, plan_refund, plan_reversal, stated_payment};
use refundkit_core::ports::ReadErrorKind;
use refundkit_core::{
    Detail, Minor, Money, Payment, PaymentId, Provider, RefundRequest, RequestKey, ReversalRequest,
    Stage, Timestamp,
};

use crate::sample::{attempt, sent};

/// A simulated provider with an adapter in front of it.
pub trait ProviderHarness: Send + Sync {
    /// The adapter.
    fn provider(&self) -> &dyn Provider;
    /// An adapter of the same kind for an address where nobody listens.
    fn unreachable(&self) -> &dyn Provider;
    /// A captured payment of at least 20.00, in a currency with two decimals, nothing returned yet.
    fn captured(&self) -> PaymentId;
    /// The request with what this provider demands of every refund: what was paid where it shows
    /// no payments (all that was captured of [`captured`](Self::captured)), a reason, extras.
    fn complete(&self, request: RefundRequest) -> RefundRequest {
        request
    }
    /// A payment that is authorised since today, where the provider has such and shows it.
    fn authorized(&self) -> Option<PaymentId>;
    /// What reading a payment fails with that isn't there: unreadable where the provider's error
    /// for it stands for other things too.
    fn missing_payment(&self) -> ReadErrorKind {
        ReadErrorKind::NotFound
    }
    /// The time at the provider.
    fn now(&self) -> Timestamp;
    /// What has really been returned of a payment, in minor units, and how often money moved.
    fn returned(&self, payment: &PaymentId) -> (i64, usize);
    /// From now on this goes wrong.
    fn harm(&self, harm: Harm);
    /// The key that must not show anywhere.
    fn secret(&self) -> &str;
}

/// What a simulated provider can do to its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// Nothing any more.
    None,
    /// The effect happens, the answer is lost.
    LoseAnswers,
    /// A 500, and nothing has happened.
    Fail,
    /// A 429.
    Throttle,
}

/// As it is shown, or as it is stated where it isn't.
async fn read(harness: &dyn ProviderHarness, payment: &PaymentId) -> Payment {
    let stated = stated_payment(&request(harness, payment), can(harness));
    if let Some(stated) = stated.expect("the harness completes its requests") {
        return stated;
    }
    harness
        .provider()
        .payment(payment, Detail::Items)
        .await
        .unwrap()
}

fn request(harness: &dyn ProviderHarness, payment: &PaymentId) -> RefundRequest {
    let key = RequestKey::new("conformance").unwrap();
    harness.complete(RefundRequest::new(payment.clone(), key))
}

fn is_shown(harness: &dyn ProviderHarness) -> bool {
    can(harness).shows_payments
}

fn can(harness: &dyn ProviderHarness) -> &Capabilities {
    harness.provider().capabilities()
}

fn plan(harness: &dyn ProviderHarness, payment: &Payment, minor: Option<i64>) -> RefundPlan {
    let mut request = request(harness, &payment.id);
    if let Some(minor) = minor {
        request = request.amount(Money::from_minor(minor, payment.currency).unwrap());
    }
    plan_refund(payment, &History::default(), &request, can(harness)).unwrap()
}

async fn send(harness: &dyn ProviderHarness, number: u32, plan: &RefundPlan) -> Answer {
    let whole = Plan::Refund(plan.clone());
    harness
        .provider()
        .refund(plan, attempt(number, &whole))
        .await
}

fn judged(
    harness: &dyn ProviderHarness,
    number: u32,
    plan: &RefundPlan,
    answer: Answer,
) -> Outcome {
    let intent = sent(number, &Plan::Refund(plan.clone()));
    classify(&can(harness).answers, &intent, answer)
}

fn taken(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Accepted(_) | Outcome::Executed(_))
}

fn partial(harness: &dyn ProviderHarness) -> bool {
    can(harness).partial != Partial::No
}

/// Its sums and its stage; or that there is no such reading.
pub async fn a_captured_payment_is_read(harness: &dyn ProviderHarness) {
    let id = harness.captured();
    if !is_shown(harness) {
        for provider in [harness.provider(), harness.unreachable()] {
            let error = provider.payment(&id, Detail::Sums).await.unwrap_err();
            assert_eq!(error.kind, ReadErrorKind::Unsupported, "{error}");
        }
        return;
    }
    let payment = read(harness, &id).await;
    assert_eq!(payment.id, id);
    assert_eq!(payment.stage, Stage::Captured);
    assert!(payment.captured.get() >= 2000);
    assert_eq!(payment.returned(), Minor::ZERO);
    assert_eq!(payment.currency.exponent(), Some(2));
    let sums = harness.provider().payment(&id, Detail::Sums).await.unwrap();
    assert_eq!(
        (sums.captured, sums.refunded),
        (payment.captured, payment.refunded)
    );
}

/// A wrong id has an error of its own kind.
pub async fn an_unknown_payment_is_not_found(harness: &dyn ProviderHarness) {
    if !is_shown(harness) {
        return;
    }
    let id = PaymentId::new("no_such_payment").unwrap();
    let error = harness
        .provider()
        .payment(&id, Detail::Sums)
        .await
        .unwrap_err();
    assert_eq!(error.kind, harness.missing_payment(), "{error}");
}

/// All of it, once.
pub async fn a_full_refund_returns_everything(harness: &dyn ProviderHarness) {
    let id = harness.captured();
    let payment = read(harness, &id).await;
    let plan = plan(harness, &payment, None);
    let answer = send(harness, 1, &plan).await;
    assert!(taken(&judged(harness, 1, &plan, answer)));
    assert_eq!(harness.returned(&id), (payment.captured.get(), 1));
}

/// Exactly what was asked for.
pub async fn a_partial_refund_returns_its_amount(harness: &dyn ProviderHarness) {
    if !partial(harness) {
        return;
    }
    let id = harness.captured();
    let plan = plan(harness, &read(harness, &id).await, Some(1234));
    let answer = send(harness, 1, &plan).await;
    assert!(taken(&judged(harness, 1, &plan, answer)));
    assert_eq!(harness.returned(&id), (1234, 1));
    if is_shown(harness) {
        assert_eq!(read(harness, &id).await.returned().get(), 1234);
    }
}

/// Where a key is promised, it keeps its promise.
pub async fn the_same_key_has_one_effect(harness: &dyn ProviderHarness) {
    if can(harness).refund_key == Idempotency::None || !partial(harness) {
        return;
    }
    let id = harness.captured();
    let plan = plan(harness, &read(harness, &id).await, Some(700));
    for _ in 0..3 {
        let answer = send(harness, 1, &plan).await;
        let outcome = judged(harness, 1, &plan, answer);
        assert!(taken(&outcome) || outcome == Outcome::Exists, "{outcome:?}");
    }
    assert_eq!(harness.returned(&id), (700, 1));
    send(harness, 2, &plan).await;
    assert_eq!(
        harness.returned(&id),
        (1400, 2),
        "another key is another refund"
    );
}

/// As its capabilities say: by token, or in the total.
pub async fn a_refund_shows_in_the_payment(harness: &dyn ProviderHarness) {
    if !partial(harness) || !is_shown(harness) {
        return;
    }
    let id = harness.captured();
    let plan = plan(harness, &read(harness, &id).await, Some(700));
    send(harness, 1, &plan).await;
    let payment = read(harness, &id).await;
    let ours = attempt(1, &Plan::Refund(plan));
    match can(harness).lookup {
        Lookup::ByToken => {
            let refunds = payment.refunds.unwrap().refunds;
            let ours = refunds
                .iter()
                .filter(|seen| seen.token.as_ref() == Some(ours.key()));
            assert_eq!(ours.count(), 1, "{refunds:?}");
        }
        Lookup::Total => assert_eq!(payment.refunded, Minor::new(700)),
        Lookup::No => {}
    }
}

/// Where the provider says that it keeps the cap itself.
pub async fn more_than_is_left_is_refused_by_the_provider(harness: &dyn ProviderHarness) {
    if !can(harness).enforces_cap || !partial(harness) {
        return;
    }
    let id = harness.captured();
    let before = read(harness, &id).await;
    let most = before.captured.get();
    let first = plan(harness, &before, Some(most - 100));
    send(harness, 1, &first).await;
    read(harness, &id).await;
    // Planned on the reading of before, as a second process might.
    let second = plan(harness, &before, Some(200));
    let answer = send(harness, 2, &second).await;
    let outcome = judged(harness, 2, &second, answer);
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
    assert_eq!(harness.returned(&id), (most - 100, 1));
}

/// The difference that everything rests on.
pub async fn a_lost_answer_may_have_been_sent(harness: &dyn ProviderHarness) {
    let id = harness.captured();
    let plan = plan(harness, &read(harness, &id).await, None);
    harness.harm(Harm::LoseAnswers);
    let answer = send(harness, 1, &plan).await;
    assert!(matches!(answer, Answer::Lost { .. }), "{answer:?}");
    assert_eq!(harness.returned(&id).1, 1);
    assert!(matches!(
        judged(harness, 1, &plan, answer),
        Outcome::Unknown { .. }
    ));
}

/// And its other side.
pub async fn an_unreachable_provider_was_not_sent_to(harness: &dyn ProviderHarness) {
    let id = harness.captured();
    let plan = plan(harness, &read(harness, &id).await, None);
    let whole = Plan::Refund(plan.clone());
    let answer = harness
        .unreachable()
        .refund(&plan, attempt(1, &whole))
        .await;
    assert!(matches!(answer, Answer::NotSent { .. }), "{answer:?}");
    if !is_shown(harness) {
        return;
    }
    let error = harness
        .unreachable()
        .payment(&id, Detail::Sums)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Unavailable);
}

/// A 500 says nothing about the money.
pub async fn an_error_of_the_server_leaves_the_outcome_open(harness: &dyn ProviderHarness) {
    let id = harness.captured();
    let plan = plan(harness, &read(harness, &id).await, None);
    harness.harm(Harm::Fail);
    let answer = send(harness, 1, &plan).await;
    let outcome = judged(harness, 1, &plan, answer);
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
}

/// A 429 says that nothing was done, where the provider documents it; anywhere else it says nothing.
pub async fn too_many_requests_is_not_processed(harness: &dyn ProviderHarness) {
    let id = harness.captured();
    let plan = plan(harness, &read(harness, &id).await, None);
    harness.harm(Harm::Throttle);
    let answer = send(harness, 1, &plan).await;
    let Answer::Problem { retry_after, .. } = &answer else {
        panic!("{answer:?}");
    };
    assert!(retry_after.is_some());
    let rules = &harness.provider().capabilities().answers;
    let documented = rules.iter().any(|rule| rule.means == Meaning::NotProcessed);
    let outcome = judged(harness, 1, &plan, answer);
    if documented {
        assert!(matches!(outcome, Outcome::Deferred { .. }), "{outcome:?}");
    } else {
        assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    }
}

/// Or says that it can't.
pub async fn a_refund_can_be_asked_about(harness: &dyn ProviderHarness) {
    let id = harness.captured();
    let plan = plan(harness, &read(harness, &id).await, None);
    let answer = send(harness, 1, &plan).await;
    let Answer::Refund(fact) = answer else {
        panic!("{answer:?}");
    };
    let Some(refund) = fact.id else {
        return;
    };
    match harness.provider().refund_status(&id, &refund).await {
        Ok(found) => assert_eq!(found.id, Some(refund)),
        Err(error) => assert_eq!(error.kind, ReadErrorKind::Unsupported, "{error}"),
    }
}

/// Whole, and the payment shows it.
pub async fn a_reversal_takes_the_payment_back(harness: &dyn ProviderHarness) {
    let Some(id) = harness.authorized().filter(|_| is_shown(harness)) else {
        return;
    };
    let payment = read(harness, &id).await;
    assert_eq!(payment.stage, Stage::Authorized);
    let request = ReversalRequest::new(id.clone(), RequestKey::new("conformance").unwrap());
    let plan = plan_reversal(
        &payment,
        &History::default(),
        &request,
        can(harness),
        harness.now(),
    )
    .unwrap();
    let whole = Plan::Reversal(plan.clone());
    let answer = harness.provider().reverse(&plan, attempt(1, &whole)).await;
    let intent = sent(1, &whole);
    assert!(taken(&classify(&can(harness).answers, &intent, answer)));
    assert_eq!(read(harness, &id).await.stage, Stage::Reversed);
    assert_eq!(harness.returned(&id), (payment.authorized.get(), 1));
}

/// For people who want to see before they send.
pub async fn what_is_previewed_names_the_payment_and_no_secret(harness: &dyn ProviderHarness) {
    let id = harness.captured();
    let plan = Plan::Refund(plan(harness, &read(harness, &id).await, None));
    let preview = harness.provider().preview(&plan, attempt(1, &plan).key());
    let shown = format!("{preview:?}");
    assert!(shown.contains(id.as_str()), "{shown}");
    assert!(!shown.contains(harness.secret()));
    assert_eq!(harness.returned(&id).1, 0, "nothing was sent");
}

/// Neither the adapter nor its answers and errors.
pub async fn nothing_shows_the_key(harness: &dyn ProviderHarness) {
    let id = harness.captured();
    let plan = plan(harness, &read(harness, &id).await, None);
    let whole = Plan::Refund(plan.clone());
    let mut shown = vec![format!("{:?}", harness.provider()), format!("{plan:?}")];
    for provider in [harness.unreachable(), harness.provider()] {
        shown.push(format!(
            "{:?}",
            provider.refund(&plan, attempt(1, &whole)).await
        ));
        let none = PaymentId::new("none").unwrap();
        shown.push(format!("{:?}", provider.payment(&none, Detail::Sums).await));
    }
    for text in shown {
        assert!(!text.contains(harness.secret()), "{text}");
    }
}
