//! What every [`Journal`] keeps of the ids that a provider gives its refunds: each is one operation's.

use refundkit_core::operation::{Decision, Fact, Source};
use refundkit_core::payment::SeenRefund;
use refundkit_core::{
    Event, EventId, Evidence, Filter, Intent, Journal, News, Operation, Outcome, References,
    RefundFact, RefundId, RefundStatus, Sighting, State, Taken, Text,
};

use super::{JournalHarness, answered, at, begin_new, mark};
use crate::hold;
use crate::sample::intent;

/// How an operation is told of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Accepted,
    Executed,
    ContradictingAnswer,
    Seen(Source),
    Contradicted,
    Message,
}

const WAYS: [Way; 9] = [
    Way::Accepted,
    Way::Executed,
    Way::ContradictingAnswer,
    Way::Seen(Source::Listed),
    Way::Seen(Source::Asked),
    Way::Seen(Source::Total),
    Way::Seen(Source::Webhook),
    Way::Contradicted,
    Way::Message,
];

impl Way {
    /// The fact, but for a message, which is none before the journal has read it.
    fn fact(self, refund: RefundFact) -> Option<Fact> {
        let what = "it is of another amount".to_owned();
        Some(match self {
            Self::Accepted => answered(1, Outcome::Accepted(refund)),
            Self::Executed => answered(1, Outcome::Executed(refund)),
            Self::ContradictingAnswer => {
                let fact = refund;
                answered(1, Outcome::Contradiction { what, fact })
            }
            Self::Seen(by) => Fact::Seen { by, refund },
            Self::Contradicted => Fact::Contradicted { what, refund },
            Self::Message => return None,
        })
    }
}

fn succeeded(id: &str) -> RefundFact {
    RefundFact {
        refund: RefundId::new(id).ok(),
        ..RefundFact::with_status(RefundStatus::Succeeded)
    }
}

/// A message, the `number`th, that the intent's refund, by its token, has this id and has succeeded.
fn message(number: i64, wanted: &Intent, id: &str) -> Event {
    let refund = SeenRefund {
        references: References::none(),
        id: RefundId::new(id).ok(),
        token: Some(wanted.key.clone()),
        status: RefundStatus::Succeeded,
        amount: Some(wanted.plan.amount().minor()),
        created_at: None,
    };
    let sighting = Sighting {
        payment: wanted.plan.payment().clone(),
        currency: "GBP".parse().ok(),
        refund,
    };
    Event {
        id: EventId::new(format!("msg_{}_{number}", wanted.id)).unwrap(),
        at: None,
        news: News::Refund(Box::new(sighting)),
    }
}

/// Tells the journal so at this second; the operation with it.
async fn tell(
    journal: &dyn Journal,
    wanted: &Intent,
    way: Way,
    id: &str,
    second: i64,
) -> Operation {
    let at = at(second);
    let Some(fact) = way.fact(succeeded(id)) else {
        let message = message(second, wanted, id);
        let taken = journal.take_in(&wanted.provider, &message, at).await;
        let taken = taken.unwrap();
        let Taken::Told { operation, .. } = taken else {
            panic!("{taken:?}");
        };
        return *operation;
    };
    hold::add(journal, wanted, &Evidence { at, fact })
        .await
        .unwrap()
}

async fn found(journal: &dyn Journal, wanted: &Intent) -> Operation {
    journal.operation(&wanted.id).await.unwrap().unwrap()
}

/// Begun, sent, and told that it has made this refund.
async fn made(journal: &dyn Journal, wanted: &Intent, way: Way, id: &str) -> Operation {
    begin_new(journal, wanted).await;
    let attempt = mark(journal, wanted).await;
    assert_eq!(attempt, 1);
    let operation = tell(journal, wanted, way, id, 100).await;
    assert!(has(&operation, id), "{way:?}");
    operation
}

/// Begun and sent, after another one whose end a person has written down.
async fn sent(journal: &dyn Journal, first: &Intent, wanted: &Intent) {
    begin_new(journal, wanted).await;
    // One that is parked is still in flight.
    let done = Fact::Decided {
        attempt: 1,
        decision: Decision::Succeeded,
        evidence: Text::new("seen in the dashboard").unwrap(),
        by: Text::new("Ada").unwrap(),
        known: found(journal, first).await.known(),
    };
    let evidence = Evidence {
        at: at(110),
        fact: done,
    };
    let ended = hold::add(journal, first, &evidence).await.unwrap();
    assert_eq!(ended.state(), State::Succeeded);
    assert_eq!(mark(journal, wanted).await, 1);
}

fn has(operation: &Operation, id: &str) -> bool {
    let summary = operation.summary();
    summary.refunds().any(|refund| refund.as_str() == id)
}

/// Parked for a contradiction that names refund and owner, with no claim to the refund.
fn assert_turned_away(operation: &Operation, id: &str, owner: &Intent, about: &str) {
    assert_eq!(operation.state(), State::Parked, "{about}");
    let summary = operation.summary();
    assert_eq!(summary.refunds().count(), 0, "{about}");
    let what = summary.contradiction().unwrap_or_default();
    assert!(
        what.contains(id) && what.contains(owner.id.as_str()),
        "{about}: {what}"
    );
}

/// However the first came to a refund, and however the second is told of the same: the second is parked
/// by a contradiction, the refund isn't its own, and the first keeps it.
pub async fn a_refund_is_one_operations(journal: &dyn Journal) {
    let mut number = 0;
    for way in WAYS {
        for other_way in WAYS {
            let payment = format!("pi_{number}");
            let first = intent(number, "dojo", &payment, 1000);
            let second = intent(number + 1, "dojo", &payment, 1000);
            number += 2;
            let about = format!("{way:?}, then {other_way:?}");
            made(journal, &first, way, "rfnd_1").await;
            sent(journal, &first, &second).await;
            let before = found(journal, &first).await;
            let told = tell(journal, &second, other_way, "rfnd_1", 200).await;
            assert_turned_away(&told, "rfnd_1", &first, &about);
            assert_eq!(found(journal, &second).await, told, "{about}");
            assert_eq!(found(journal, &first).await, before, "{about}");
            assert!(has(&before, "rfnd_1"), "{about}");
        }
    }
}

/// What was turned away once says nothing new when it comes again, at the same time or later.
pub async fn a_refund_of_another_is_written_down_once(journal: &dyn Journal) {
    let mut number = 0;
    for way in WAYS {
        let payment = format!("pi_{number}");
        let first = intent(number, "dojo", &payment, 1000);
        let second = intent(number + 1, "dojo", &payment, 1000);
        number += 2;
        made(journal, &first, Way::Executed, "rfnd_1").await;
        sent(journal, &first, &second).await;
        let told = tell(journal, &second, way, "rfnd_1", 200).await;
        assert_turned_away(&told, "rfnd_1", &first, &format!("{way:?}"));
        // The same message at the same time would be one that is known.
        let at_once = if way == Way::Message { 201 } else { 200 };
        for later in [at_once, 300, 301] {
            let again = tell(journal, &second, way, "rfnd_1", later).await;
            assert_eq!(again, told, "{way:?} at {later}");
        }
        let by = Source::Asked;
        let refund = succeeded("rfnd_1");
        let evidence = Evidence {
            at: at(400),
            fact: Fact::Seen { by, refund },
        };
        let lease = hold::lease(journal, &second).await;
        let decided = journal.decide(&lease, &second.id, &evidence).await.unwrap();
        assert_eq!(decided, told, "{way:?}, under a lease");
    }
}

/// The one that has made it may be told of it again, and of others that it has made.
pub async fn an_operation_keeps_its_own_refunds(journal: &dyn Journal) {
    let wanted = intent(1, "dojo", "pi_1", 1000);
    let once = made(journal, &wanted, Way::Executed, "rfnd_1").await;
    let again = tell(journal, &wanted, Way::Executed, "rfnd_1", 100).await;
    assert_eq!(again, once);
    for way in WAYS {
        let told = tell(journal, &wanted, way, "rfnd_1", 200).await;
        assert!(has(&told, "rfnd_1"), "{way:?}");
    }
    let told = tell(journal, &wanted, Way::Seen(Source::Listed), "rfnd_2", 300).await;
    assert!(has(&told, "rfnd_1") && has(&told, "rfnd_2"));
    let other = intent(2, "dojo", "pi_1", 1000);
    sent(journal, &wanted, &other).await;
    for id in ["rfnd_1", "rfnd_2"] {
        let turned = tell(journal, &other, Way::Accepted, id, 400).await;
        assert_eq!(turned.summary().refunds().count(), 0, "{id}");
    }
    let own = tell(journal, &other, Way::Seen(Source::Asked), "rfnd_3", 500).await;
    assert!(has(&own, "rfnd_3"), "one that is nobody's");
}

/// An id is the provider's, and the payment's.
pub async fn another_payment_may_have_the_same_refund_id(journal: &dyn Journal) {
    let intents = [
        intent(1, "dojo", "pi_1", 1000),
        intent(2, "dojo", "pi_2", 1000),
        intent(3, "dodo", "pi_1", 1000),
    ];
    for wanted in &intents {
        let told = made(journal, wanted, Way::Executed, "rfnd_1").await;
        assert_eq!(told.state(), State::Succeeded, "{}", wanted.id);
    }
    assert_eq!(journal.list(&Filter::default()).await.unwrap().len(), 3);
}

/// It is known to the next process, too.
pub async fn whose_a_refund_is_outlasts_its_process<H: JournalHarness>(harness: H) {
    let (first, second) = (
        intent(1, "dojo", "pi_1", 1000),
        intent(2, "dojo", "pi_1", 1000),
    );
    made(harness.journal(), &first, Way::Executed, "rfnd_1").await;
    sent(harness.journal(), &first, &second).await;
    let harness = harness.reopen().await;
    let told = tell(harness.journal(), &second, Way::Accepted, "rfnd_1", 200).await;
    assert_turned_away(&told, "rfnd_1", &first, "reopened");
    let harness = harness.reopen().await;
    assert_eq!(found(harness.journal(), &second).await, told);
}
