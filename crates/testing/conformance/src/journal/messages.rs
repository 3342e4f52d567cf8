//! What every [`Journal`] keeps of providers' messages.

use refundkit_core::References;
use refundkit_core::operation::Fact;
use refundkit_core::payment::SeenRefund;
use refundkit_core::{
    Begun, Event, EventId, Filter, Hint, Intent, Journal, News, Outcome, PaymentId, RefundFact,
    RefundId, RefundStatus, Sighting, State, Taken, WorkerId,
};

use super::{answered, at, begin, begin_new, mark, record, sample};
use crate::join::join_all;
use crate::sample::intent;

/// How many copies of one message come, and how many of them at once.
const COPIES: usize = 10_000;
const AT_ONCE: usize = 100;

fn event(id: &str, news: News) -> Event {
    let id = EventId::new(id).unwrap();
    Event { id, at: None, news }
}

fn look(id: &str, payment: &str) -> Event {
    event(id, News::Look(PaymentId::new(payment).unwrap()))
}

/// The provider's word about the intent's refund.
fn word(id: &str, wanted: &Intent, status: RefundStatus) -> Event {
    let refund = SeenRefund {
        references: References::none(),
        id: RefundId::new("rfnd_1").ok(),
        token: Some(wanted.key.clone()),
        status,
        amount: Some(wanted.plan.amount().minor()),
        created_at: None,
    };
    let payment = wanted.plan.payment().clone();
    let currency = "GBP".parse().ok();
    event(
        id,
        News::Refund(Box::new(Sighting {
            payment,
            currency,
            refund,
        })),
    )
}

async fn take_in(journal: &dyn Journal, event: &Event, second: i64) -> Taken {
    let provider = "dojo".parse().unwrap();
    journal.take_in(&provider, event, at(second)).await.unwrap()
}

/// The states before and after the message.
async fn told(journal: &dyn Journal, event: &Event, second: i64) -> (State, State) {
    let taken = take_in(journal, event, second).await;
    let Taken::Told {
        operation, before, ..
    } = taken
    else {
        panic!("{taken:?}");
    };
    let kept = journal.operation(&operation.intent.id).await.unwrap();
    assert_eq!(kept.as_ref(), Some(&*operation));
    (before, operation.state())
}

/// Begun, sent, and taken on by the provider.
async fn accepted(journal: &dyn Journal, wanted: &Intent) {
    begin_new(journal, wanted).await;
    let attempt = mark(journal, wanted).await;
    let refund = RefundFact {
        refund: RefundId::new("rfnd_1").ok(),
        ..RefundFact::with_status(RefundStatus::Pending)
    };
    let fact: Fact = answered(attempt, Outcome::Accepted(refund));
    assert_eq!(record(journal, wanted, fact).await, State::Accepted);
}

async fn hints(journal: &dyn Journal) -> Vec<Hint> {
    journal.hints(100).await.unwrap()
}

fn payments(hints: &[Hint]) -> Vec<&str> {
    hints.iter().map(|hint| hint.payment.as_str()).collect()
}

/// Ten thousand copies of one message have the effect of one.
pub async fn a_message_counts_once(journal: &dyn Journal) {
    let wanted = sample(1, 1000);
    accepted(journal, &wanted).await;
    let before = journal.info().await.unwrap().evidence;
    let message = word("msg_1", &wanted, RefundStatus::Succeeded);
    let provider = "dojo".parse().unwrap();
    let (mut told, mut known) = (0, 0);
    for batch in 0..COPIES / AT_ONCE {
        let second = 200 + i64::try_from(batch).unwrap();
        let copies = (0..AT_ONCE).map(|_| journal.take_in(&provider, &message, at(second)));
        for taken in join_all(copies).await {
            match taken.unwrap() {
                Taken::Told { .. } => told += 1,
                Taken::Known => known += 1,
                other @ (Taken::Nothing | Taken::Noted) => panic!("{other:?}"),
            }
        }
    }
    assert_eq!((told, known), (1, COPIES - 1));
    assert_eq!(journal.info().await.unwrap().evidence, before + 1);
    let found = journal.operation(&wanted.id).await.unwrap().unwrap();
    assert_eq!(found.state(), State::Succeeded);
}

/// An id is one provider's: another's may be the same.
pub async fn a_message_is_one_providers(journal: &dyn Journal) {
    let there = intent(1, "dodo", "pi_1", 100);
    begin_new(journal, &there).await;
    begin_new(journal, &sample(2, 100)).await;
    let message = look("msg_1", "pi_1");
    for provider in ["dojo", "dodo"] {
        let name = provider.parse().unwrap();
        let taken = journal.take_in(&name, &message, at(1)).await.unwrap();
        assert_eq!(taken, Taken::Noted, "{provider}");
        let again = journal.take_in(&name, &message, at(2)).await.unwrap();
        assert_eq!(again, Taken::Known, "{provider}");
    }
    let asked = hints(journal).await;
    let providers: Vec<&str> = asked.iter().map(|hint| hint.provider.as_str()).collect();
    assert_eq!(providers, ["dojo", "dodo"]);
}

/// What is about nothing of ours changes nothing, and is known when it comes again.
pub async fn a_message_about_nothing_of_ours_is_remembered(journal: &dyn Journal) {
    let unknown = intent(1, "dojo", "pi_other", 100);
    begin_new(journal, &sample(2, 100)).await;
    for message in [
        event("msg_1", News::Other),
        look("msg_2", "pi_other"),
        word("msg_3", &unknown, RefundStatus::Succeeded),
    ] {
        assert_eq!(take_in(journal, &message, 1).await, Taken::Nothing);
        assert_eq!(take_in(journal, &message, 2).await, Taken::Known);
    }
    assert_eq!(hints(journal).await, []);
    assert_eq!(journal.info().await.unwrap().evidence, 0);
}

/// Anybody can send what nobody signs: it never stands in the way of a later one, and what it asks for
/// is newer than what was asked before.
pub async fn an_unsigned_message_is_never_known(journal: &dyn Journal) {
    for number in 1..=2 {
        let payment = format!("pi_{number}");
        begin_new(journal, &intent(number, "dojo", &payment, 100)).await;
    }
    let unsigned = |news| Event {
        id: EventId::unsigned(),
        at: None,
        news,
    };
    let asking = |payment: &str| unsigned(News::Look(PaymentId::new(payment).unwrap()));
    for _ in 0..2 {
        for nothing in [unsigned(News::Other), asking("pi_other")] {
            assert_eq!(take_in(journal, &nothing, 1).await, Taken::Nothing);
        }
    }
    assert_eq!(hints(journal).await, []);
    let mut numbers = Vec::new();
    for (second, message, wanted) in [
        (1, asking("pi_1"), &["pi_1"][..]),
        (2, asking("pi_2"), &["pi_1", "pi_2"]),
        (3, asking("pi_1"), &["pi_2", "pi_1"]),
        (4, look("msg_1", "pi_2"), &["pi_1", "pi_2"]),
        (5, asking("pi_2"), &["pi_1", "pi_2"]),
    ] {
        assert_eq!(take_in(journal, &message, second).await, Taken::Noted);
        let asked = hints(journal).await;
        assert_eq!(payments(&asked), wanted);
        numbers.extend(asked.last().map(|hint| hint.number));
    }
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    let again = take_in(journal, &look("msg_1", "pi_2"), 6).await;
    assert_eq!(again, Taken::Known, "the signed one still is");
}

/// A fact is taken while a worker has the payment, and that worker keeps it.
pub async fn a_message_needs_no_lease(journal: &dyn Journal) {
    let wanted = sample(1, 1000);
    accepted(journal, &wanted).await;
    let (provider, payment) = (&wanted.provider, wanted.plan.payment());
    let start = at(1_000_000);
    let claim = async |worker: &str| {
        let worker = WorkerId::new(worker).unwrap();
        journal.claim(provider, payment, &worker, start).await
    };
    let lease = claim("ada").await.unwrap();
    let message = word("msg_1", &wanted, RefundStatus::Succeeded);
    assert_eq!(
        told(journal, &message, 200).await,
        (State::Accepted, State::Succeeded)
    );
    assert!(claim("bob").await.is_err(), "it is still the other's");
    let (another, budget) = (sample(2, 100), wanted.plan.budget());
    let begun = journal.begin(&lease, &another, budget).await.unwrap();
    assert!(matches!(begun, Begun::New(_)));
}

/// A success that turns out to have failed lets go of its money in the moment in which it does.
pub async fn a_late_failure_lets_go_of_the_money(journal: &dyn Journal) {
    let wanted = sample(1, 5000);
    accepted(journal, &wanted).await;
    let succeeded = word("msg_1", &wanted, RefundStatus::Succeeded);
    let _ = told(journal, &succeeded, 200).await;
    let over = begin(journal, &sample(2, 1)).await;
    assert!(matches!(over, Begun::OverBudget { left } if left.is_zero()));
    let failed = word("msg_2", &wanted, RefundStatus::Failed);
    assert_eq!(
        told(journal, &failed, 1_100).await,
        (State::Succeeded, State::FailedLate)
    );
    begin_new(journal, &sample(3, 5000)).await;
    assert_eq!(payments(&hints(journal).await), ["pi_1"], "it turned");
}

/// A failure that turns out to have succeeded holds its money again.
pub async fn a_late_success_holds_the_money_again(journal: &dyn Journal) {
    let wanted = sample(1, 4000);
    accepted(journal, &wanted).await;
    let failed = word("msg_1", &wanted, RefundStatus::Failed);
    assert_eq!(
        told(journal, &failed, 200).await,
        (State::Accepted, State::Failed)
    );
    let succeeded = word("msg_2", &wanted, RefundStatus::Succeeded);
    let (before, after) = told(journal, &succeeded, 300).await;
    assert_eq!(before, State::Failed);
    assert!(after.holds_money(), "{after}");
    let over = begin(journal, &sample(2, 1001)).await;
    assert!(
        matches!(over, Begun::OverBudget { left } if left.get() == 1000),
        "{over:?}"
    );
}

/// What could be ours or somebody else's is a reason to read the payment, and no fact.
pub async fn a_refund_that_may_be_anybodys_is_looked_at(journal: &dyn Journal) {
    let wanted = sample(1, 1000);
    accepted(journal, &wanted).await;
    let mut message = word("msg_1", &wanted, RefundStatus::Succeeded);
    if let News::Refund(sighting) = &mut message.news {
        sighting.refund.token = None;
        sighting.refund.id = RefundId::new("rfnd_other").ok();
    }
    assert_eq!(take_in(journal, &message, 200).await, Taken::Noted);
    assert_eq!(payments(&hints(journal).await), ["pi_1"]);
    let listed = journal.list(&Filter::default()).await.unwrap();
    assert_eq!(listed[0].state(), State::Accepted);
}

/// A payment is to be read once, however many messages say so; the one whose newest message is the
/// oldest comes first.
pub async fn a_payment_is_asked_for_once(journal: &dyn Journal) {
    for number in 1..=3 {
        begin_new(
            journal,
            &intent(number, "dojo", &format!("pi_{number}"), 100),
        )
        .await;
    }
    for (id, payment) in [("a", "pi_2"), ("b", "pi_1"), ("c", "pi_3"), ("d", "pi_2")] {
        let taken = take_in(journal, &look(id, payment), 1).await;
        assert_eq!(taken, Taken::Noted);
    }
    let asked = hints(journal).await;
    assert_eq!(payments(&asked), ["pi_1", "pi_3", "pi_2"]);
    let first = journal.hints(2).await.unwrap();
    assert_eq!(first[..], asked[..2]);
    assert_eq!(journal.hints(0).await.unwrap(), []);
}

/// A reading answers what was asked before it, and nothing that came meanwhile.
pub async fn a_hint_that_came_meanwhile_stays(journal: &dyn Journal) {
    for number in 1..=2 {
        begin_new(
            journal,
            &intent(number, "dojo", &format!("pi_{number}"), 100),
        )
        .await;
        let _ = take_in(
            journal,
            &look(&format!("msg_{number}"), &format!("pi_{number}")),
            1,
        )
        .await;
    }
    let asked = hints(journal).await;
    let _ = take_in(journal, &look("msg_3", "pi_1"), 2).await;
    for _ in 0..2 {
        for hint in &asked {
            journal.heed(hint).await.unwrap();
        }
        let left = hints(journal).await;
        assert_eq!(payments(&left), ["pi_1"]);
        assert!(left[0].number > asked[0].number);
    }
    for _ in 0..2 {
        for hint in hints(journal).await {
            journal.heed(&hint).await.unwrap();
            journal.heed(&hint).await.unwrap();
        }
        assert_eq!(hints(journal).await, []);
    }
    let _ = take_in(journal, &look("msg_4", "pi_2"), 3).await;
    journal.heed(&asked[1]).await.unwrap();
    assert_eq!(
        payments(&hints(journal).await),
        ["pi_2"],
        "an old hint is no answer to a new one"
    );
}

/// A clock that is wrong for a moment costs the memory of a few messages, and not of all.
pub async fn a_clock_that_jumps_ahead_forgets_little(journal: &dyn Journal) {
    let message = |number: i64| event(&format!("msg_{number}"), News::Other);
    for number in 1..=20 {
        let _ = take_in(journal, &message(number), number).await;
    }
    let year = 365 * 24 * 60 * 60;
    let _ = take_in(journal, &message(21), year).await;
    let mut known = 0;
    for number in 1..=21 {
        known += u32::from(take_in(journal, &message(number), 30).await == Taken::Known);
    }
    assert!(known >= 19, "{known} of 21");
}
