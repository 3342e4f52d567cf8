//! Messages of the provider: what they change, how often, and what they don't.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{
    FakeProvider, Fault, Scene, TestClock, all_left, capabilities, captured, minor, name,
    payment_id, refund,
};
use refundkit::core::ProviderRefund;
use refundkit::core::capabilities::{Capabilities, Lookup};
use refundkit::core::webhook::{MOST_BODY_BYTES, WebhookProblem};
use refundkit::core::{
    Delivery, EventContent, EventId, Fact, RefundStatus, WebhookError, WebhookEvent,
};
use refundkit::{
    Coded, Error, MemoryStore, Operation, Received, RefundId, Refunds, State, Timestamp, Webhooks,
    Worker,
};

/// Takes every message for genuine whose header says so, and reads what the test has put into it.
#[derive(Debug, Default)]
struct Decoder(Mutex<Vec<WebhookEvent>>);

impl Webhooks for Decoder {
    fn read<'a>(
        &self,
        delivery: &Delivery<'a>,
        _now: Timestamp,
    ) -> Result<WebhookEvent, WebhookError> {
        let genuine = delivery.header("signature") == Some("genuine");
        let number: usize = std::str::from_utf8(delivery.body())
            .unwrap()
            .parse()
            .unwrap();
        let events = self.0.lock().unwrap();
        let forged = WebhookError::new(WebhookProblem::Forged, "no secret made its signature");
        events
            .get(number)
            .filter(|_| genuine)
            .cloned()
            .ok_or(forged)
    }
}

type Told = Arc<Mutex<Vec<(Option<State>, State)>>>;

struct Stage {
    fake: Arc<FakeProvider>,
    clock: Arc<TestClock>,
    decoder: Arc<Decoder>,
    told: Told,
    refunds: Refunds,
}

impl Stage {
    /// What a worker finds out that has just been started and only follows messages.
    async fn follow(&self) -> Vec<Operation> {
        let mut worker = Worker::new(&self.refunds, &name());
        worker.follow_messages().await.unwrap()
    }

    fn new() -> Self {
        Self::with(capabilities())
    }

    fn with(capabilities: Capabilities) -> Self {
        let scene = Scene::with(capabilities, vec![captured("pi_1"), captured("pi_2")]);
        let (decoder, told) = (Arc::new(Decoder::default()), Told::default());
        let telling = Arc::clone(&told);
        let refunds = Refunds::builder()
            .namespace("test".parse().unwrap())
            .provider(name(), scene.fake.clone())
            .webhooks(name(), decoder.clone())
            .on_transition(move |change| telling.lock().unwrap().push((change.from, change.to)))
            .journal(Arc::new(MemoryStore::new()))
            .clock(scene.clock.clone())
            .build()
            .unwrap();
        Self {
            fake: scene.fake,
            clock: scene.clock,
            decoder,
            told,
            refunds,
        }
    }

    /// Sends a message, and what comes of it.
    async fn message(&self, event: WebhookEvent) -> Result<Received, Error> {
        let number = {
            let mut events = self.decoder.0.lock().unwrap();
            events.push(event);
            events.len() - 1
        };
        let headers = [("Signature", "genuine")];
        let body = number.to_string();
        self.refunds
            .observe(&name(), headers, body.as_bytes())
            .await
    }

    /// The state of the only operation, and how many pieces of evidence there are.
    async fn stands(&self, operation: &Operation) -> (State, usize) {
        let found = self.refunds.status(&operation.intent.id).await.unwrap();
        (found.state(), found.evidence.len())
    }

    fn told(&self) -> Vec<(Option<State>, State)> {
        std::mem::take(&mut self.told.lock().unwrap())
    }

    async fn accepted(&self) -> Operation {
        self.fake.faults([Fault::Status(RefundStatus::Pending)]);
        let request = refund("k1", "10.00 GBP");
        let operation = self.refunds.refund(&name(), &request).await.unwrap();
        assert_eq!(operation.state(), State::Accepted);
        operation
    }
}

fn word(id: &str, operation: &Operation, status: RefundStatus) -> WebhookEvent {
    let refund = operation.summary().refund().cloned();
    event(id, "pi_1", refund, status)
}

fn event(id: &str, payment: &str, refund: Option<RefundId>, status: RefundStatus) -> WebhookEvent {
    let shown = ProviderRefund {
        payment: Some(payment_id(payment)),
        currency: "GBP".parse().ok(),
        references: refundkit::core::References::none(),
        id: refund,
        amount: Some(minor(1000)),
        ..ProviderRefund::with_status(status)
    };
    WebhookEvent {
        id: EventId::new(id).unwrap(),
        at: None,
        content: EventContent::Refund(Box::new(shown)),
    }
}

#[tokio::test]
async fn a_message_ends_what_was_on_its_way_and_the_hook_says_so() {
    let stage = Stage::new();
    let operation = stage.accepted().await;
    let begun = stage.told();
    assert_eq!(
        begun,
        [
            (None, State::Attempting),
            (Some(State::Attempting), State::Accepted)
        ]
    );
    let taken = stage.message(word("m1", &operation, RefundStatus::Succeeded));
    let taken = taken.await.unwrap();
    assert!(
        matches!(
            taken,
            Received::Recorded {
                before: State::Accepted,
                refresh: false,
                ..
            }
        ),
        "{taken:?}"
    );
    assert_eq!(stage.stands(&operation).await.0, State::Succeeded);
    assert_eq!(stage.told(), [(Some(State::Accepted), State::Succeeded)]);
}

#[tokio::test]
async fn many_copies_have_one_effect_and_so_have_many_messages_that_say_the_same() {
    let stage = Stage::new();
    let operation = stage.accepted().await;
    for _ in 0..1_000 {
        let same = word("m1", &operation, RefundStatus::Succeeded);
        stage.message(same).await.unwrap();
    }
    let (state, evidence) = stage.stands(&operation).await;
    assert_eq!(state, State::Succeeded);
    for number in 2..100 {
        let id = format!("m{number}");
        let other = word(&id, &operation, RefundStatus::Succeeded);
        assert_eq!(stage.message(other).await.unwrap(), Received::Nothing);
    }
    assert_eq!(stage.stands(&operation).await, (State::Succeeded, evidence));
    assert_eq!(evidence, operation.evidence.len() + 1);
}

#[tokio::test]
async fn a_late_failure_frees_the_money_by_itself() {
    let stage = Stage::new();
    let first = stage.accepted().await;
    let success = word("m1", &first, RefundStatus::Succeeded);
    stage.message(success).await.unwrap();
    stage.told();
    stage.clock.advance_minutes(3 * 24 * 60);
    stage.fake.turn(&RefundStatus::Failed);
    let failure = word("m2", &first, RefundStatus::Failed);
    let taken = stage.message(failure).await.unwrap();
    assert!(
        matches!(taken, Received::Recorded { refresh: true, .. }),
        "{taken:?}"
    );
    assert_eq!(stage.stands(&first).await.0, State::FailedLate);
    assert_eq!(stage.told(), [(Some(State::Succeeded), State::FailedLate)]);
    let again = stage
        .refunds
        .refund(&name(), &all_left("k2"))
        .await
        .unwrap();
    assert_eq!(again.intent.plan.amount().to_string(), "50.00 GBP");
}

/// A failure that is told so soon after the success ends nothing, and turns it round once it is said
/// again long enough after it.
#[tokio::test]
async fn a_failure_of_the_same_moment_counts_when_it_is_said_again() {
    let stage = Stage::new();
    let first = stage.accepted().await;
    for (id, status) in [
        ("m1", RefundStatus::Succeeded),
        ("m2", RefundStatus::Failed),
    ] {
        stage.message(word(id, &first, status)).await.unwrap();
    }
    assert_eq!(stage.stands(&first).await.0, State::Accepted);
    for (id, state) in [("m3", State::Accepted), ("m4", State::FailedLate)] {
        stage.clock.advance_minutes(14);
        let again = word(id, &first, RefundStatus::Failed);
        stage.message(again).await.unwrap();
        assert_eq!(stage.stands(&first).await.0, state, "{id}");
    }
    stage.fake.turn(&RefundStatus::Failed);
    let asked = stage.refunds.refresh(&first.intent.id).await.unwrap();
    assert_eq!(asked.state(), State::FailedLate);
}

#[tokio::test]
async fn a_failure_of_the_same_moment_counts_when_it_is_read_again() {
    let stage = Stage::new();
    let first = stage.accepted().await;
    stage.fake.turn(&RefundStatus::Succeeded);
    let id = &first.intent.id;
    assert_eq!(
        stage.refunds.refresh(id).await.unwrap().state(),
        State::Succeeded
    );
    stage.fake.turn(&RefundStatus::Failed);
    for state in [State::Accepted, State::Accepted, State::FailedLate] {
        let asked = stage.refunds.refresh(id).await.unwrap();
        assert_eq!(asked.state(), state);
        stage.clock.advance_minutes(8);
    }
}

#[tokio::test]
async fn a_pending_word_lowers_no_success() {
    let stage = Stage::new();
    let operation = stage.accepted().await;
    let success = word("m1", &operation, RefundStatus::Succeeded);
    stage.message(success).await.unwrap();
    stage.clock.advance_minutes(60);
    for (id, status) in [("m2", RefundStatus::Pending), ("m3", RefundStatus::Review)] {
        stage.message(word(id, &operation, status)).await.unwrap();
        assert_eq!(stage.stands(&operation).await.0, State::Succeeded);
    }
}

#[tokio::test]
async fn what_is_not_ours_makes_us_read_the_payment_once() {
    let stage = Stage::new();
    let operation = stage.accepted().await;
    stage.fake.turn(&RefundStatus::Succeeded);
    let reads = |stage: &Stage| {
        let calls = stage.fake.calls();
        calls.into_iter().filter(|call| *call == "payment").count()
    };
    let before = reads(&stage);
    for number in 0..5 {
        let refund = RefundId::new(format!("re_by_hand_{number}")).ok();
        let theirs = event(
            &format!("m{number}"),
            "pi_1",
            refund,
            RefundStatus::Succeeded,
        );
        assert_eq!(stage.message(theirs).await.unwrap(), Received::RefreshDue);
    }
    assert_eq!(stage.follow().await.len(), 1);
    assert_eq!(stage.follow().await.len(), 0);
    assert_eq!(reads(&stage), before + 1);
    assert_eq!(stage.stands(&operation).await.0, State::Succeeded);
    let elsewhere = event("m9", "pi_2", None, RefundStatus::Succeeded);
    assert_eq!(stage.message(elsewhere).await.unwrap(), Received::Nothing);
    assert_eq!(stage.follow().await.len(), 0);
}

#[tokio::test]
async fn a_payment_that_cannot_be_read_now_stays_to_be_read() {
    let stage = Stage::new();
    let operation = stage.accepted().await;
    let hint = WebhookEvent {
        id: EventId::new("m1").unwrap(),
        at: None,
        content: EventContent::Changed(payment_id("pi_1")),
    };
    assert_eq!(stage.message(hint).await.unwrap(), Received::RefreshDue);
    stage.fake.down(true);
    stage.follow().await;
    assert_eq!(stage.stands(&operation).await.0, State::Accepted);
    stage.fake.down(false);
    stage.fake.turn(&RefundStatus::Succeeded);
    stage.follow().await;
    assert_eq!(stage.stands(&operation).await.0, State::Succeeded);
}

#[tokio::test]
async fn another_amount_than_was_asked_for_waits_for_a_person() {
    let stage = Stage::new();
    let operation = stage.accepted().await;
    let mut event = word("m1", &operation, RefundStatus::Succeeded);
    if let EventContent::Refund(refund) = &mut event.content {
        refund.amount = Some(minor(999));
    }
    stage.message(event).await.unwrap();
    assert_eq!(stage.stands(&operation).await.0, State::Parked);
}

#[tokio::test]
async fn a_message_is_never_newer_than_now() {
    let stage = Stage::new();
    let operation = stage.accepted().await;
    let now = refundkit::Clock::now(stage.clock.as_ref());
    for (id, at, status) in [
        (
            "m1",
            now.saturating_add(Duration::from_secs(200)),
            RefundStatus::Pending,
        ),
        (
            "m2",
            now.saturating_sub(Duration::from_secs(200)),
            RefundStatus::Succeeded,
        ),
    ] {
        let mut event = word(id, &operation, status);
        event.at = Some(at);
        stage.message(event).await.unwrap();
        let found = stage.refunds.status(&operation.intent.id).await.unwrap();
        let seen = |fact: &Fact| matches!(fact, Fact::Seen { .. });
        let newest = found.evidence.iter().rfind(|piece| seen(&piece.fact));
        assert_eq!(newest.unwrap().at, at.min(now), "{id}");
    }
}

#[tokio::test]
async fn what_is_refused_changes_nothing_and_says_why() {
    let stage = Stage::new();
    let operation = stage.accepted().await;
    let before = stage.stands(&operation).await;
    stage.told();
    let mut nowhere = word("m2", &operation, RefundStatus::Failed);
    if let EventContent::Refund(refund) = &mut nowhere.content {
        refund.payment = None;
    }
    let known = word("m1", &operation, RefundStatus::Failed);
    stage.decoder.0.lock().unwrap().extend([known, nowhere]);
    let large = vec![b'0'; MOST_BODY_BYTES + 1];
    let other = "stripe".parse().unwrap();
    for (provider, signature, body, code) in [
        (name(), "forged", b"0".as_slice(), "RK5002"),
        (name(), "genuine", &large, "RK5004"),
        (name(), "genuine", b"1", "RK5005"),
        (other, "genuine", b"0", "RK1101"),
    ] {
        let headers = [("signature", signature)];
        let error = stage.refunds.observe(&provider, headers, body).await;
        assert_eq!(error.unwrap_err().code().as_str(), code);
    }
    assert_eq!(stage.stands(&operation).await, before);
    assert_eq!(stage.told(), []);
    let deaf = Scene::new(capabilities()).refunds;
    let error = deaf
        .observe(&name(), [("signature", "genuine")], b"0")
        .await;
    assert_eq!(error.unwrap_err().code().as_str(), "RK1107");
}

/// A message needs no lease: it can come between what the engine has read of an operation and what it
/// does next.
#[tokio::test]
async fn what_a_message_has_ended_meanwhile_is_no_trouble_and_is_not_sent_again() {
    let stage = Stage::new();
    stage.fake.faults([Fault::Busy]);
    let request = refund("k1", "10.00 GBP");
    let ready = stage.refunds.refund(&name(), &request).await.unwrap();
    assert_eq!(ready.state(), State::Ready);
    let sends = stage.fake.sends();
    let message = async {
        let refund = RefundId::new("rf_1").ok();
        let mut event = event("m1", "pi_1", refund, RefundStatus::Succeeded);
        if let EventContent::Refund(refund) = &mut event.content {
            refund.token = Some(ready.intent.key.clone());
        }
        assert_eq!(stage.fake.calls().last(), Some(&"payment"));
        stage.message(event).await
    };
    let (resumed, taken) =
        tokio::join!(biased; stage.refunds.resume_one(&ready.intent.id), message);
    assert!(matches!(taken, Ok(Received::Recorded { .. })), "{taken:?}");
    assert_eq!(resumed.unwrap().state(), State::Succeeded);
    assert_eq!(stage.fake.sends(), sends);
}

/// Where a payment doesn't show its refunds, each tells by itself that it has failed late.
#[tokio::test]
async fn what_a_payment_does_not_show_is_asked_of_its_refunds() {
    let stage = Stage::with(Capabilities {
        lookup: Lookup::Total,
        ..capabilities()
    });
    let operation = stage.accepted().await;
    stage.fake.turn(&RefundStatus::Succeeded);
    let asked = stage.refunds.refresh(&operation.intent.id).await.unwrap();
    assert_eq!(asked.state(), State::Succeeded);
    stage.clock.advance_minutes(60);
    stage.fake.turn(&RefundStatus::Failed);
    let look = WebhookEvent {
        id: EventId::new("m1").unwrap(),
        at: None,
        content: EventContent::Changed(payment_id("pi_1")),
    };
    assert_eq!(stage.message(look).await.unwrap(), Received::RefreshDue);
    assert_eq!(stage.follow().await.len(), 1);
    assert_eq!(stage.stands(&operation).await.0, State::FailedLate);
    assert_eq!(stage.follow().await.len(), 0);
}
