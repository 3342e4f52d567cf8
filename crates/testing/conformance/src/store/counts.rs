//! What every [`Store`] counts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use refundkit_core::operation::{Fact, Source};
use refundkit_core::{Filter, ProviderName, RefundStatus, State, Store, Timestamp};

use super::{answered, at, begin_new, joined, note, refund, refused, unknown};
use crate::sample::intent;
use crate::writer::Writer;

/// The count is that of the list, whatever has happened.
pub async fn the_counts_are_those_of_the_list(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    assert_eq!(store.counts().await.unwrap(), []);
    let mut begun = Vec::new();
    for step in 0..300_i64 {
        if begun.is_empty() || next(4) == 0 {
            let number = u32::try_from(begun.len()).unwrap();
            let provider = ["dojo", "dodo", "primer"][usize::try_from(next(3)).unwrap()];
            let wanted = intent(number, provider, &format!("pi_{number}"), 100);
            begin_new(&writer, &wanted).await;
            begun.push(wanted);
        }
        let chosen = next(u64::try_from(begun.len()).unwrap());
        let wanted = &begun[usize::try_from(chosen).unwrap()];
        let seen = |status| Fact::Seen {
            by: Source::Asked,
            refund: refund("rfnd_1", status),
        };
        let attempt = 1;
        let fact = match next(8) {
            0 => Fact::cancelled(),
            1 => answered(attempt, unknown()),
            2 => answered(attempt, refused()),
            3 => seen(RefundStatus::Pending),
            4 => seen(RefundStatus::Succeeded),
            5 => seen(RefundStatus::Failed),
            6 => {
                let operation = writer.operation(&wanted.id).await.unwrap().unwrap();
                Fact::parked(operation.summary().last_attempt(), "w")
            }
            _ => {
                // Refused where there is nothing to send.
                let _ = writer.mark(wanted, at(step)).await;
                continue;
            }
        };
        note(&writer, wanted, step, fact).await;
        if step % 20 == 0 {
            agree(&*store, &writer).await;
        }
    }
    let reached = agree(&*store, &writer).await;
    assert!(reached.len() >= 7, "{reached:?}");
}

/// Compares the count with the list; the states that there are.
async fn agree(store: &dyn Store, writer: &Writer<'_>) -> BTreeSet<State> {
    type Counts = BTreeMap<(ProviderName, State), (u64, Option<Timestamp>)>;
    let mut expected = Counts::new();
    for listed in store.list(&Filter::default()).await.unwrap() {
        let operation = writer.operation(&listed.operation).await.unwrap().unwrap();
        let (state, begun) = (operation.state(), operation.intent.created_at);
        let oldest = (!state.is_final()).then_some(begun);
        let key = (operation.intent.provider, state);
        expected.entry(key).or_insert((0, oldest)).0 += 1;
    }
    let counts = store.counts().await.unwrap();
    let found: Counts = counts
        .iter()
        .map(|count| {
            let key = (count.provider.clone(), count.state);
            (key, (count.operations, count.oldest))
        })
        .collect();
    assert_eq!(found.len(), counts.len(), "each once");
    assert_eq!(found, expected);
    for ((provider, state), (operations, _)) in &expected {
        let filter = Filter {
            states: vec![*state],
            provider: Some(provider.clone()),
            ..Filter::default()
        };
        let listed = store.list(&filter).await.unwrap().len();
        assert_eq!(u64::try_from(listed).unwrap(), *operations);
    }
    expected.into_keys().map(|(_, state)| state).collect()
}

/// The oldest of them is the one that was begun first by its own time, in whatever order they came.
pub async fn the_oldest_is_told_of_what_is_open(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    for number in [5, 3, 7] {
        begin_new(
            &writer,
            &intent(number, "dojo", &format!("pi_{number}"), 100),
        )
        .await;
    }
    let oldest = async |state| {
        let counts = store.counts().await.unwrap();
        let count = counts.into_iter().find(|count| count.state == state);
        count.map(|count| (count.operations, count.oldest))
    };
    assert_eq!(oldest(State::Ready).await, Some((3, Some(at(3)))));
    let ended = intent(3, "dojo", "pi_3", 100);
    note(&writer, &ended, 9, Fact::cancelled()).await;
    assert_eq!(oldest(State::Ready).await, Some((2, Some(at(5)))));
    assert_eq!(oldest(State::Cancelled).await, Some((1, None)));
}
