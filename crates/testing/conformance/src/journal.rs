//! What every [`Journal`] keeps.

use refundkit_core::operation::{Fact, Source};
use refundkit_core::{
    Begun, Budget, Evidence, Filter, Intent, Journal, JournalError, Minor, OperationId, Outcome,
    RefundFact, RefundStatus, State, Timestamp,
};

use crate::hold;
use crate::join::join_all;
use crate::sample::intent;

pub mod facts;
pub mod ids;
pub mod lists;
pub mod messages;
pub mod namespace;
pub mod pauses;

/// A fresh, empty journal, and whatever has to live as long as it does.
pub trait JournalHarness {
    /// The journal.
    fn journal(&self) -> &dyn Journal;

    /// The same journal as the next process finds it. One that lasts no longer than its process has no
    /// next one, and gives itself back.
    fn reopen(self) -> impl Future<Output = Self> + Send
    where
        Self: Sized;
}

const PAYMENT: &str = "pi_1";

fn sample(number: u32, minor: i64) -> Intent {
    intent(number, "dojo", PAYMENT, minor)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_unix_millis(second * 1000).unwrap()
}

async fn begin(journal: &dyn Journal, intent: &Intent) -> Begun {
    hold::begin(journal, intent).await.unwrap()
}

async fn begin_new(journal: &dyn Journal, intent: &Intent) {
    let begun = begin(journal, intent).await;
    assert!(matches!(begun, Begun::New(_)), "{begun:?}");
}

async fn record(journal: &dyn Journal, intent: &Intent, fact: Fact) -> State {
    let evidence = Evidence { at: at(100), fact };
    let operation = hold::add(journal, intent, &evidence).await.unwrap();
    operation.state()
}

async fn mark(journal: &dyn Journal, intent: &Intent) -> u32 {
    let marked = hold::mark(journal, intent, at(50)).await;
    marked.unwrap().attempt()
}

fn unknown() -> Outcome {
    Outcome::Unknown {
        why: "no answer".to_owned(),
    }
}

fn refused() -> Outcome {
    Outcome::Refused {
        status: 400,
        code: Some("NO".to_owned()),
        message: None,
    }
}

fn not_sent() -> Outcome {
    let why = "x".to_owned();
    Outcome::NotSent { why }
}

fn answered(attempt: u32, outcome: Outcome) -> Fact {
    Fact::answered(attempt, outcome, None)
}

/// The same operation again is the first one, unchanged.
pub async fn an_intent_is_begun_once(journal: &dyn Journal) {
    let wanted = sample(1, 1000);
    begin_new(journal, &wanted).await;
    let other = Intent {
        created_at: at(999),
        ..wanted.clone()
    };
    let Begun::Existing(existing) = begin(journal, &other).await else {
        panic!("it was begun before");
    };
    assert_eq!(existing.intent, wanted);
    assert_eq!(journal.list(&Filter::default()).await.unwrap().len(), 1);
}

/// Every field of an intent is kept.
pub async fn an_intent_comes_back_whole(journal: &dyn Journal) {
    let wanted = sample(1, 1234);
    begin_new(journal, &wanted).await;
    let found = journal.operation(&wanted.id).await.unwrap().unwrap();
    assert_eq!(found.intent, wanted);
    assert_eq!((found.state(), found.evidence.len()), (State::Ready, 0));
    let none = OperationId::new("op_none").unwrap();
    assert_eq!(journal.operation(&none).await.unwrap(), None);
}

/// Two refunds that together are more than was paid are not both begun.
pub async fn more_than_the_budget_is_not_begun(journal: &dyn Journal) {
    begin_new(journal, &sample(1, 3000)).await;
    let over = sample(2, 2001);
    let Begun::OverBudget { left } = begin(journal, &over).await else {
        panic!("there is no room for it");
    };
    assert_eq!(left.get(), 2000);
    assert_eq!(
        journal.operation(&over.id).await.unwrap(),
        None,
        "nothing was written"
    );
    begin_new(journal, &sample(3, 2000)).await;
}

/// What was returned by others is not there to be returned again.
pub async fn what_others_returned_counts(journal: &dyn Journal) {
    let wanted = sample(1, 1000);
    let budget = Budget {
        cap: Minor::new(5000).unwrap(),
        external: Minor::new(4001).unwrap(),
    };
    let lease = hold::lease(journal, &wanted).await;
    let begun = journal.begin(&lease, &wanted, budget).await.unwrap();
    assert!(matches!(begun, Begun::OverBudget { left } if left.get() == 999));
    let begun = journal
        .begin(&lease, &sample(2, 999), budget)
        .await
        .unwrap();
    assert!(matches!(begun, Begun::New(_)));
}

/// The same id at another provider, and another payment, have nothing to do with it.
pub async fn payments_and_providers_have_budgets_of_their_own(journal: &dyn Journal) {
    begin_new(journal, &sample(1, 5000)).await;
    begin_new(journal, &intent(2, "dojo", "pi_2", 5000)).await;
    begin_new(journal, &intent(3, "dodo", PAYMENT, 5000)).await;
}

/// A provider's refusal lets go of the money.
pub async fn money_is_free_again_after_a_refusal(journal: &dyn Journal) {
    let first = sample(1, 5000);
    begin_new(journal, &first).await;
    assert_eq!(mark(journal, &first).await, 1);
    assert_eq!(
        record(journal, &first, answered(1, refused())).await,
        State::Rejected
    );
    begin_new(journal, &sample(2, 5000)).await;
}

/// So does calling it off.
pub async fn money_is_free_again_after_a_cancellation(journal: &dyn Journal) {
    let first = sample(1, 5000);
    begin_new(journal, &first).await;
    assert_eq!(
        record(journal, &first, Fact::Cancelled).await,
        State::Cancelled
    );
    begin_new(journal, &sample(2, 5000)).await;
}

/// Not knowing does not.
pub async fn money_is_held_while_the_outcome_is_unknown(journal: &dyn Journal) {
    let first = sample(1, 4000);
    begin_new(journal, &first).await;
    mark(journal, &first).await;
    assert_eq!(
        record(journal, &first, answered(1, unknown())).await,
        State::Unknown
    );
    let begun = begin(journal, &sample(2, 1001)).await;
    assert!(matches!(begun, Begun::OverBudget { left } if left.get() == 1000));
}

/// Attempts are numbered from one.
pub async fn attempts_are_counted(journal: &dyn Journal) {
    let wanted = sample(1, 1000);
    begin_new(journal, &wanted).await;
    for number in 1..=3 {
        assert_eq!(mark(journal, &wanted).await, number);
        record(journal, &wanted, answered(number, unknown())).await;
    }
    let found = journal.operation(&wanted.id).await.unwrap().unwrap();
    assert_eq!(found.summary().attempts(), 3);
    assert_eq!(found.first_mark(), Some(at(50)));
}

/// While an attempt is marked and not answered there is no second one.
pub async fn one_attempt_at_a_time(journal: &dyn Journal) {
    let wanted = sample(1, 1000);
    begin_new(journal, &wanted).await;
    mark(journal, &wanted).await;
    let again = hold::mark(journal, &wanted, at(51)).await;
    assert!(matches!(again, Err(JournalError::InFlight)), "{again:?}");
}

/// Nor one of another operation of the same payment, while this one's outcome is open.
pub async fn one_payment_one_attempt_at_a_time(journal: &dyn Journal) {
    let (first, second) = (sample(1, 1000), sample(2, 1000));
    let elsewhere = intent(3, "dojo", "pi_2", 1000);
    for intent in [&first, &second, &elsewhere] {
        begin_new(journal, intent).await;
    }
    mark(journal, &first).await;
    assert!(matches!(
        hold::mark(journal, &second, at(51)).await,
        Err(JournalError::InFlight)
    ));
    record(journal, &first, answered(1, unknown())).await;
    assert!(matches!(
        hold::mark(journal, &second, at(52)).await,
        Err(JournalError::InFlight)
    ));
    assert_eq!(mark(journal, &elsewhere).await, 1);
    let done = Fact::Seen {
        by: Source::Asked,
        refund: RefundFact::with_status(RefundStatus::Succeeded),
    };
    record(journal, &first, done).await;
    assert_eq!(mark(journal, &second).await, 1);
}

/// What has ended, or was called off, is not sent.
pub async fn what_has_ended_is_not_marked(journal: &dyn Journal) {
    let (cancelled, rejected) = (sample(1, 1000), sample(2, 1000));
    begin_new(journal, &cancelled).await;
    record(journal, &cancelled, Fact::Cancelled).await;
    begin_new(journal, &rejected).await;
    mark(journal, &rejected).await;
    record(journal, &rejected, answered(1, refused())).await;
    for intent in [&cancelled, &rejected] {
        let marked = hold::mark(journal, intent, at(60)).await;
        assert!(
            matches!(marked, Err(JournalError::NotSendable { .. })),
            "{marked:?}"
        );
    }
}

/// There is nothing to mark or to add to where nothing was begun.
pub async fn what_was_not_begun_is_not_marked_or_recorded(journal: &dyn Journal) {
    let none = sample(1, 1000);
    let marked = hold::mark(journal, &none, at(1)).await;
    assert!(
        matches!(marked, Err(JournalError::NoSuchOperation(_))),
        "{marked:?}"
    );
    let evidence = Evidence {
        at: at(1),
        fact: Fact::Cancelled,
    };
    let recorded = hold::add(journal, &none, &evidence).await;
    assert!(
        matches!(recorded, Err(JournalError::NoSuchOperation(_))),
        "{recorded:?}"
    );
}

/// Adding what is there changes nothing, the budget included.
pub async fn evidence_is_added_once(journal: &dyn Journal) {
    let first = sample(1, 3000);
    begin_new(journal, &first).await;
    for _ in 0..3 {
        assert_eq!(
            record(journal, &first, Fact::Cancelled).await,
            State::Cancelled
        );
    }
    let found = journal.operation(&first.id).await.unwrap().unwrap();
    assert_eq!(found.evidence.len(), 1);
    begin_new(journal, &sample(2, 5000)).await;
    let begun = begin(journal, &sample(3, 1)).await;
    assert!(
        matches!(begun, Begun::OverBudget { left } if left.is_zero()),
        "the money was freed once"
    );
}

/// Whatever comes at once, the sum of what is begun fits.
pub async fn a_crowd_reserves_no_more_than_there_is(journal: &dyn Journal) {
    let intents: Vec<Intent> = (0..32).map(|number| sample(number, 700)).collect();
    let lease = hold::lease(journal, &intents[0]).await;
    let begun = intents
        .iter()
        .map(|intent| journal.begin(&lease, intent, intent.plan.budget()));
    let mut new = 0;
    for begun in join_all(begun).await {
        new += i32::from(matches!(begun.unwrap(), Begun::New(_)));
    }
    assert_eq!(new, 7, "7 times 7.00 of 50.00");
}

/// A kind, and counts that are right.
pub async fn it_tells_what_it_is(journal: &dyn Journal) {
    let wanted = sample(1, 1000);
    begin_new(journal, &wanted).await;
    mark(journal, &wanted).await;
    let info = journal.info().await.unwrap();
    assert!(!info.kind.is_empty() && !info.location.is_empty());
    assert_eq!((info.operations, info.evidence), (1, 1));
}
