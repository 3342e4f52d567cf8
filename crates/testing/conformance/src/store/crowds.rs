//! What every [`Store`] keeps while many work with it at once, in one process and in two.

use std::sync::Arc;

use refundkit_core::ledger::Begun;
use refundkit_core::ports::{Commit, Committed};
use refundkit_core::{Change, Intent, JournalError, Marked, PaymentLedger, State, Store};
use tokio::sync::Barrier;

use super::{PAYMENT, StoreHarness, at, begin_new, beginning, is_done, joined, load, note, sample};
use crate::sample::intent;
use crate::tasks::at_once;

/// How many tasks there are. Odd ones work with the store as the other process has it.
const CROWD: u32 = 64;

async fn both<H: StoreHarness>(harness: &H) -> [Arc<dyn Store>; 2] {
    [harness.store(), harness.beside().await]
}

fn of(stores: &[Arc<dyn Store>; 2], number: u32) -> Arc<dyn Store> {
    let [one, other] = stores;
    Arc::clone(if number.is_multiple_of(2) { one } else { other })
}

fn each<F>(
    stores: &[Arc<dyn Store>; 2],
    task: impl Fn(u32, Arc<dyn Store>) -> F,
) -> impl Iterator<Item = F> {
    (0..CROWD).map(move |number| task(number, of(stores, number)))
}

/// Changes the ledger as [`Writer::write`] does, but for that the first try is committed only once all
/// of the crowd have made theirs: each of them rests on what none of the others has written.
async fn together<T>(
    store: &dyn Store,
    wanted: &Intent,
    crowd: &Barrier,
    rule: impl Fn(&mut Change) -> Result<T, JournalError>,
) -> Result<(T, Option<Marked>), JournalError> {
    let writer = joined(store).await;
    let mut change = writer.change(&writer.ledger_of(wanted).await?);
    let said = rule(&mut change);
    crowd.wait().await;
    let said = said?;
    let commit = Commit::from(change);
    match store.commit(&commit).await? {
        Committed::Done(durable) => {
            let (_, marked) = commit.change.unwrap().committed(durable);
            Ok((said, marked))
        }
        Committed::Conflict => {
            let (said, _, marked) = writer.write(wanted, rule).await?;
            Ok((said, marked))
        }
        other @ (Committed::IdTaken | Committed::Known) => panic!("{other:?}"),
    }
}

fn crowd() -> Arc<Barrier> {
    Arc::new(Barrier::new(usize::try_from(CROWD).unwrap()))
}

/// Of many changes of the same version one is written down, and the others are conflicts that leave nothing.
pub async fn of_many_at_once_one_wins<H: StoreHarness>(harness: H) {
    let stores = both(&harness).await;
    for round in 0..5 {
        let number = move |task: u32| 1_000 * round + task;
        let made = each(&stores, |task, store| async move {
            let writer = joined(&*store).await;
            let change = beginning(&writer, &sample(number(task), 10)).await;
            (task, change)
        });
        let changes = at_once(made).await;
        let before = load(&*stores[0], &sample(0, 10)).await.version;
        let committed = changes.into_iter().map(|(task, change)| {
            let store = of(&stores, task);
            async move {
                assert_eq!(change.expected().entries, before);
                let ledger = change.ledger().clone();
                let committed = super::commit(&*store, change, None).await;
                match committed {
                    Committed::Done(_) => Some((task, ledger)),
                    Committed::Conflict => None,
                    other @ (Committed::IdTaken | Committed::Known) => panic!("{other:?}"),
                }
            }
        });
        let won: Vec<_> = at_once(committed).await.into_iter().flatten().collect();
        assert_eq!(won.len(), 1, "in round {round}");
        for store in &stores {
            let stored = load(&**store, &sample(0, 10)).await;
            assert_eq!(PaymentLedger::replay(&stored).unwrap(), won[0].1);
            for task in (0..CROWD).filter(|task| *task != won[0].0) {
                let lost = sample(number(task), 10).id;
                assert_eq!(store.find(&lost).await.unwrap(), None);
            }
        }
    }
}

/// Whatever comes at once, the sum of what is begun fits.
pub async fn a_crowd_reserves_no_more_than_there_is<H: StoreHarness>(harness: H) {
    let (stores, crowd) = (both(&harness).await, crowd());
    let begun = each(&stores, |number, store| {
        let (wanted, crowd) = (sample(number, 700), Arc::clone(&crowd));
        async move {
            let rule = |change: &mut Change| change.begin(wanted.clone());
            together(&*store, &wanted, &crowd, rule).await.unwrap().0
        }
    });
    let begun = at_once(begun).await;
    let new = begun.iter().filter(|begun| **begun == Begun::New).count();
    assert_eq!(new, 7, "7 times 7.00 of 50.00");
    for store in &stores {
        let stored = load(&**store, &sample(0, 700)).await;
        assert_eq!((stored.operations.len(), stored.held.held.get()), (7, 4900));
        assert!(!stored.held.overdrawn);
        PaymentLedger::replay(&stored).unwrap();
    }
}

/// One intent that many want to begin at once is begun once.
pub async fn a_crowd_begins_the_same_intent_once<H: StoreHarness>(harness: H) {
    let (stores, crowd) = (both(&harness).await, crowd());
    let begun = each(&stores, |_, store| {
        let (wanted, crowd) = (sample(1, 3000), Arc::clone(&crowd));
        async move {
            let rule = |change: &mut Change| change.begin(wanted.clone());
            together(&*store, &wanted, &crowd, rule).await.unwrap().0
        }
    });
    let begun = at_once(begun).await;
    let new = begun.iter().filter(|begun| **begun == Begun::New).count();
    let existing = begun
        .iter()
        .filter(|begun| **begun == Begun::Existing)
        .count();
    assert_eq!((new, new + existing), (1, begun.len()));
    let stored = load(&*stores[0], &sample(1, 3000)).await;
    assert_eq!(stored.version, 1);
}

/// One payment has one attempt under way, however many want to send.
pub async fn a_crowd_marks_one_attempt<H: StoreHarness>(harness: H) {
    let (stores, crowd) = (both(&harness).await, crowd());
    let intents = [sample(0, 100), sample(1, 100), sample(2, 100)];
    for wanted in &intents {
        begin_new(&joined(&*stores[0]).await, wanted).await;
    }
    let marked = each(&stores, |number, store| {
        let (wanted, crowd) = (sample(number % 3, 100), Arc::clone(&crowd));
        async move {
            let rule = |change: &mut Change| change.mark(&wanted.id, at(1));
            match together(&*store, &wanted, &crowd, rule).await {
                Ok((_, marked)) => marked.map(|one| (one.operation().clone(), one.attempt())),
                Err(JournalError::InFlight) => None,
                Err(other) => panic!("{other:?}"),
            }
        }
    });
    let marked: Vec<_> = at_once(marked).await.into_iter().flatten().collect();
    assert_eq!(marked.len(), 1);
    let stored = load(&*stores[1], &intents[0]).await;
    assert_eq!(stored.version, 4);
    let attempting: Vec<_> = stored
        .operations
        .iter()
        .filter(|(_, state)| *state == State::Attempting)
        .collect();
    assert_eq!(attempting.len(), 1);
    assert_eq!((attempting[0].0.clone(), 1), marked[0]);
}

/// One id that many payments want at once is one payment's, and the others are told so.
pub async fn a_crowd_begins_an_id_for_one_payment<H: StoreHarness>(harness: H) {
    let (stores, crowd) = (both(&harness).await, crowd());
    let begun = each(&stores, |number, store| {
        let wanted = intent(1, "dojo", &format!("pi_{number}"), 100);
        let crowd = Arc::clone(&crowd);
        async move {
            let writer = joined(&*store).await;
            let change = beginning(&writer, &wanted).await;
            crowd.wait().await;
            (number, writer.commit(change).await.unwrap())
        }
    });
    let begun = at_once(begun).await;
    let done: Vec<u32> = begun
        .iter()
        .filter(|(_, committed)| is_done(committed))
        .map(|(number, _)| *number)
        .collect();
    let taken = begun
        .iter()
        .filter(|(_, committed)| *committed == Committed::IdTaken);
    assert_eq!((done.len(), done.len() + taken.count()), (1, begun.len()));
    for number in 0..CROWD {
        let wanted = intent(1, "dojo", &format!("pi_{number}"), 100);
        let stored = load(&*stores[0], &wanted).await;
        assert_eq!(stored.version, u64::from(done == [number]));
    }
}

/// Different payments at once are no conflict of each other: every one of them is written down at the
/// first try.
pub async fn payments_at_once_are_no_conflict<H: StoreHarness>(harness: H) {
    let (stores, crowd) = (both(&harness).await, crowd());
    let wanted = |number: u32| intent(number, "dojo", &format!("pi_{number}"), 100);
    let sent = each(&stores, |number, store| {
        let (wanted, crowd) = (wanted(number), Arc::clone(&crowd));
        async move {
            let writer = joined(&*store).await;
            let mut change = beginning(&writer, &wanted).await;
            change.mark(&wanted.id, at(1)).unwrap();
            crowd.wait().await;
            assert!(is_done(&writer.commit(change).await.unwrap()), "{number}");
            note(&writer, &wanted, 2, super::answered(1, super::unknown())).await
        }
    });
    let states = at_once(sent).await;
    assert!(states.iter().all(|state| *state == State::Unknown));
    for number in 0..CROWD {
        let stored = load(&*of(&stores, number + 1), &wanted(number)).await;
        assert_eq!(stored.version, 3);
        PaymentLedger::replay(&stored).unwrap();
    }
    let info = stores[0].info().await.unwrap();
    assert_eq!(
        (info.operations, info.entries),
        (u64::from(CROWD), 3 * u64::from(CROWD))
    );
}

/// A message that comes at once to many counts once, with what follows from it.
pub async fn a_crowd_takes_a_message_in_once<H: StoreHarness>(harness: H) {
    let stores = both(&harness).await;
    let wanted: Intent = sample(1, 100);
    begin_new(&joined(&*stores[0]).await, &wanted).await;
    let taken = each(&stores, |_, store| async move {
        super::commit(&*store, None, super::asking("msg_1", 1, PAYMENT)).await
    });
    let taken = at_once(taken).await;
    let done = taken.iter().filter(|taken| is_done(taken)).count();
    let known = taken
        .iter()
        .filter(|taken| **taken == Committed::Known)
        .count();
    assert_eq!((done, done + known), (1, taken.len()));
    let asked = stores[1].hints(100).await.unwrap();
    assert_eq!(asked.len(), 1);
}
