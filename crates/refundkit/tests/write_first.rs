//! Intent, mark, send, evidence: in this order, and nothing is sent unmarked.
#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first surprise"
)]

use std::sync::Arc;

use mockall::Sequence;
use refundkit::core::answer::Answer;
use refundkit::core::capabilities::{
    AnswerRule, Capabilities, Idempotency, Lookup, Meaning, OnRepeat, Partial, Reversal, Texts,
};
use refundkit::core::operation::Fact;
use refundkit::core::ports::{MockClock, MockJournal, MockProvider};
use refundkit::core::{
    Begun, Evidence, Intent, JournalError, Marked, Minor, Operation, Outcome, Payment, RefundFact,
    RefundStatus, Stage, Timestamp,
};
use refundkit::{Error, ProviderName, RefundRequest, Refunds, State};

fn capabilities(refund_key: Idempotency) -> Capabilities {
    Capabilities {
        partial: Partial::ByAmount,
        by_item: false,
        reversal: Reversal::No,
        refund_key,
        reversal_key: Idempotency::None,
        lookup: Lookup::Total,
        enforces_cap: true,
        one_open_refund: false,
        largest_amount: i64::MAX,
        refund_texts: Texts {
            reason: None,
            notes: None,
            order_id: None,
            metadata: None,
        },
        reversal_reason: None,
        answers: vec![AnswerRule::status(400, Meaning::Refused)],
    }
}

const KEYED: Idempotency = Idempotency::Key {
    lifetime: None,
    on_repeat: OnRepeat::Replay,
};

fn payment() -> Payment {
    let mut payment = Payment::new(
        "pi_1".parse().unwrap(),
        "GBP".parse().unwrap(),
        Stage::Captured,
    );
    payment.captured = Minor::new(5000).unwrap();
    payment.authorized = payment.captured;
    payment
}

fn request() -> RefundRequest {
    RefundRequest::new("pi_1".parse().unwrap(), "key-1".parse().unwrap())
        .amount("10.00 GBP".parse().unwrap())
}

fn name() -> ProviderName {
    "dojo".parse().unwrap()
}

/// Mocks that share one sequence: a call out of turn fails the test.
struct Scene {
    journal: MockJournal,
    provider: MockProvider,
    order: Sequence,
}

impl Scene {
    fn new(key: Idempotency) -> Self {
        let mut provider = MockProvider::new();
        provider.expect_adapter().return_const("dojo".to_owned());
        provider
            .expect_capabilities()
            .return_const(capabilities(key));
        Self {
            journal: MockJournal::new(),
            provider,
            order: Sequence::new(),
        }
    }

    /// The key isn't known yet, and the payment is read with what the journal holds for it.
    fn reads(&mut self) {
        self.journal
            .expect_operation()
            .times(1)
            .in_sequence(&mut self.order)
            .returning(|_| Ok(None));
        self.provider
            .expect_payment()
            .times(1)
            .in_sequence(&mut self.order)
            .returning(|_, _| Ok(payment()));
        self.journal
            .expect_of_payment()
            .times(1)
            .in_sequence(&mut self.order)
            .returning(|_, _| Ok(Vec::new()));
    }

    fn begins(&mut self) {
        self.journal
            .expect_begin()
            .times(1)
            .in_sequence(&mut self.order)
            .returning(|intent, _| Ok(Begun::New(Box::new(Operation::new(intent.clone())))));
    }

    fn marks(&mut self, attempt: u32) {
        self.journal
            .expect_mark()
            .times(1)
            .in_sequence(&mut self.order)
            .returning(move |_, _| Ok(Marked::durable(attempt)));
    }

    fn sends(&mut self, attempt: u32, answer: Answer) {
        self.provider
            .expect_refund()
            .times(1)
            .withf(move |_, sent| sent.number() == attempt)
            .in_sequence(&mut self.order)
            .return_once(move |_, _| answer);
    }

    /// The outcome is written down; the operation with it comes back.
    fn records(&mut self, intent: &Intent, evidence: Vec<Evidence>) {
        let mut operation = Operation::new(intent.clone());
        operation.evidence = evidence;
        self.journal
            .expect_record()
            .times(1)
            .in_sequence(&mut self.order)
            .return_once(move |_, _| Ok(operation));
    }

    fn build(self) -> Refunds {
        let mut clock = MockClock::new();
        clock.expect_now().returning(Timestamp::epoch);
        Refunds::builder()
            .namespace("test".parse().unwrap())
            .provider(name(), Arc::new(self.provider))
            .journal(Arc::new(self.journal))
            .clock(Arc::new(clock))
            .build()
            .unwrap()
    }
}

/// The intent that the engine makes of the request, caught by a journal that refuses it.
async fn intent() -> Intent {
    let caught = Arc::new(std::sync::Mutex::new(None));
    let mut scene = Scene::new(KEYED);
    scene.reads();
    let seen = Arc::clone(&caught);
    scene
        .journal
        .expect_begin()
        .times(1)
        .returning(move |intent, _| {
            *seen.lock().unwrap() = Some(intent.clone());
            Err(JournalError::Full)
        });
    let refused = scene.build().refund(&name(), &request()).await;
    assert!(matches!(refused, Err(Error::Journal(JournalError::Full))));
    caught.lock().unwrap().take().unwrap()
}

fn executed() -> RefundFact {
    RefundFact::with_status(RefundStatus::Succeeded)
}

fn noted(attempt: u32, outcome: Outcome) -> Evidence {
    Evidence {
        at: Timestamp::epoch(),
        fact: Fact::Answered { attempt, outcome },
    }
}

fn marked(attempt: u32) -> Evidence {
    Evidence {
        at: Timestamp::epoch(),
        fact: Fact::Marked { attempt },
    }
}

fn unknown() -> Outcome {
    Outcome::Unknown {
        why: "lost".to_owned(),
    }
}

#[tokio::test]
async fn intent_mark_send_evidence() {
    let intent = intent().await;
    let mut scene = Scene::new(KEYED);
    scene.reads();
    scene.begins();
    scene.marks(1);
    scene.sends(1, Answer::Refund(executed()));
    scene.records(&intent, vec![noted(1, Outcome::Executed(executed()))]);
    let done = scene.build().refund(&name(), &request()).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
}

#[tokio::test]
async fn a_second_send_has_a_mark_of_its_own_and_the_same_key() {
    let intent = intent().await;
    let mut scene = Scene::new(KEYED);
    scene.reads();
    scene.begins();
    scene.marks(1);
    scene.sends(
        1,
        Answer::Lost {
            why: "lost".to_owned(),
        },
    );
    scene.records(&intent, vec![marked(1), noted(1, unknown())]);
    scene.marks(2);
    let key = intent.key.clone();
    scene
        .provider
        .expect_refund()
        .times(1)
        .withf(move |_, sent| sent.number() == 2 && *sent.key() == key)
        .in_sequence(&mut scene.order)
        .return_once(|_, _| Answer::Refund(executed()));
    scene.records(
        &intent,
        vec![
            marked(1),
            noted(1, unknown()),
            marked(2),
            noted(2, Outcome::Executed(executed())),
        ],
    );
    let done = scene.build().refund(&name(), &request()).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
}

#[tokio::test]
async fn without_a_key_the_payment_is_read_and_nothing_is_sent_again() {
    let intent = intent().await;
    let mut scene = Scene::new(Idempotency::None);
    scene.reads();
    scene.begins();
    scene.marks(1);
    scene.sends(
        1,
        Answer::Lost {
            why: "lost".to_owned(),
        },
    );
    scene.records(&intent, vec![marked(1), noted(1, unknown())]);
    scene
        .provider
        .expect_payment()
        .times(1)
        .in_sequence(&mut scene.order)
        .returning(|_, _| Ok(payment()));
    let done = scene.build().refund(&name(), &request()).await.unwrap();
    assert_eq!(done.state(), State::Unknown);
}

#[tokio::test]
async fn what_cannot_be_marked_is_not_sent() {
    let mut scene = Scene::new(KEYED);
    scene.reads();
    scene.begins();
    scene
        .journal
        .expect_mark()
        .times(1)
        .returning(|_, _| Err(JournalError::Full));
    scene.provider.expect_refund().never();
    let refused = scene.build().refund(&name(), &request()).await;
    assert!(
        matches!(refused, Err(Error::Journal(JournalError::Full))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_cannot_be_begun_is_neither_marked_nor_sent() {
    let mut scene = Scene::new(KEYED);
    scene.reads();
    scene
        .journal
        .expect_begin()
        .times(1)
        .returning(|_, _| Ok(Begun::OverBudget { left: Minor::ZERO }));
    scene.journal.expect_mark().never();
    scene.provider.expect_refund().never();
    let refused = scene.build().refund(&name(), &request()).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn what_a_rule_forbids_is_not_written_down() {
    let mut scene = Scene::new(KEYED);
    scene.reads();
    scene.journal.expect_begin().never();
    let over = request().amount("50.01 GBP".parse().unwrap());
    let refused = scene.build().refund(&name(), &over).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn a_key_with_other_content_reaches_nobody() {
    let intent = intent().await;
    let mut scene = Scene::new(KEYED);
    scene
        .journal
        .expect_operation()
        .times(1)
        .return_once(move |_| Ok(Some(Operation::new(intent))));
    scene.provider.expect_payment().never();
    scene.provider.expect_refund().never();
    let other = request().amount("10.01 GBP".parse().unwrap());
    let refused = scene.build().refund(&name(), &other).await;
    assert!(
        matches!(refused, Err(Error::KeyReused { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_has_ended_is_given_back_and_reaches_nobody() {
    let mut operation = Operation::new(intent().await);
    operation.evidence = vec![noted(1, Outcome::Executed(executed()))];
    let mut scene = Scene::new(KEYED);
    scene
        .journal
        .expect_operation()
        .times(1)
        .return_once(move |_| Ok(Some(operation)));
    scene.provider.expect_payment().never();
    scene.provider.expect_refund().never();
    let done = scene.build().refund(&name(), &request()).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
}

#[tokio::test]
async fn an_attempt_of_a_dead_process_is_written_down_as_unknown_before_anything_else() {
    let intent = intent().await;
    let marked = marked(1);
    let mut operation = Operation::new(intent.clone());
    operation.evidence = vec![marked.clone()];
    let mut scene = Scene::new(Idempotency::None);
    scene
        .journal
        .expect_operation()
        .times(1)
        .in_sequence(&mut scene.order)
        .return_once(move |_| Ok(Some(operation)));
    scene.records(&intent, vec![marked, noted(1, unknown())]);
    scene
        .provider
        .expect_payment()
        .times(1)
        .in_sequence(&mut scene.order)
        .returning(|_, _| Ok(payment()));
    scene.provider.expect_refund().never();
    let done = scene.build().refund(&name(), &request()).await.unwrap();
    assert_eq!(done.state(), State::Unknown);
}

#[tokio::test]
async fn when_the_evidence_cannot_be_written_the_mark_remains_and_nothing_is_sent_again() {
    let mut scene = Scene::new(KEYED);
    scene.reads();
    scene.begins();
    scene.marks(1);
    scene.sends(1, Answer::Refund(executed()));
    scene
        .journal
        .expect_record()
        .times(1)
        .returning(|_, _| Err(JournalError::Full));
    let failed = scene.build().refund(&name(), &request()).await;
    assert!(
        matches!(failed, Err(Error::Journal(JournalError::Full))),
        "{failed:?}"
    );
}
