//! What every [`Store`] lists: each operation once, in the order in which they were begun.

use std::collections::BTreeSet;
use std::sync::Arc;

use refundkit_core::ports::ListedOperation;
use refundkit_core::{Fact, Filter, JournalError, OperationId, ProviderName, State, Store};

use super::{PAYMENT, at, begin_new, dojo, joined, mark, note, payment, sample};
use crate::sample::intent;

async fn ids(store: &dyn Store, filter: &Filter) -> Vec<String> {
    let listed = store.list(filter).await.unwrap();
    listed
        .iter()
        .map(|listed| listed.operation.to_string())
        .collect()
}

/// Of one payment and of several: as they were begun, and each with where it is found.
pub async fn operations_are_listed_in_their_order(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let all = Filter::default();
    assert_eq!(store.list(&all).await.unwrap(), []);
    let begun = [
        sample(3, 100),
        intent(1, "dodo", "pay_1", 100),
        sample(2, 100),
        intent(9, "dojo", "pi_0", 100),
        intent(4, "dojo", "pi_2", 100),
    ];
    for wanted in &begun {
        begin_new(&writer, wanted).await;
    }
    // What happens to one later doesn't move it.
    note(&writer, &begun[0], 9, Fact::cancelled()).await;
    mark(&writer, &begun[2], 10).await;
    let listed = store.list(&all).await.unwrap();
    let expected: Vec<ListedOperation> = begun
        .iter()
        .map(|wanted| ListedOperation {
            operation: wanted.id.clone(),
            state: if wanted.id == begun[0].id {
                State::Cancelled
            } else if wanted.id == begun[2].id {
                State::Attempting
            } else {
                State::Ready
            },
            provider: wanted.provider.clone(),
            payment: wanted.plan.payment().clone(),
        })
        .collect();
    assert_eq!(listed, expected);
    assert_eq!(listed[0].payment, payment(PAYMENT));
    assert_eq!(listed[1].provider, "dodo".parse().unwrap());
}

/// The filter's parts, each alone and together.
pub async fn operations_are_listed_by_state_provider_time_and_number(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let intents = [
        sample(1, 100),
        sample(2, 100),
        intent(3, "dodo", "pay_1", 100),
        intent(4, "dojo", "pi_4", 100),
    ];
    for intent in &intents {
        begin_new(&writer, intent).await;
    }
    note(&writer, &intents[1], 9, Fact::cancelled()).await;
    mark(&writer, &intents[3], 9).await;
    let all = Filter::default();
    let of = |states: &[State]| Filter {
        states: states.to_vec(),
        ..Filter::default()
    };
    let by = |provider: &str| Filter {
        provider: provider.parse::<ProviderName>().ok(),
        ..Filter::default()
    };
    let (ready, cancelled) = (State::Ready, State::Cancelled);
    for (filter, expected) in [
        (all.clone(), &["op_1", "op_2", "op_3", "op_4"][..]),
        (of(&[ready]), &["op_1", "op_3"]),
        (of(&[cancelled, ready]), &["op_1", "op_2", "op_3"]),
        (of(&[State::Succeeded]), &[]),
        (by("dojo"), &["op_1", "op_2", "op_4"]),
        (by("dodo"), &["op_3"]),
        (by("primer"), &[]),
        (
            Filter {
                since: Some(at(2)),
                ..all.clone()
            },
            &["op_2", "op_3", "op_4"],
        ),
        (
            Filter {
                limit: Some(1),
                ..of(&[State::Attempting, cancelled])
            },
            &["op_2"],
        ),
        (
            Filter {
                limit: Some(0),
                ..all
            },
            &[],
        ),
        (
            Filter {
                provider: Some(dojo()),
                since: Some(at(1)),
                until: Some(at(4)),
                limit: Some(9),
                ..of(&[ready, State::Attempting])
            },
            &["op_1"],
        ),
    ] {
        assert_eq!(ids(&*store, &filter).await, expected, "{filter:?}");
    }
}

/// Those begun before a time, and not at it.
pub async fn a_list_ends_before_its_end(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    for number in 1..=3 {
        begin_new(&writer, &sample(number, 100)).await;
    }
    for (since, until, expected) in [
        (None, 3, &["op_1", "op_2"][..]),
        (Some(2), 3, &["op_2"]),
        (None, 1, &[]),
        (None, 9, &["op_1", "op_2", "op_3"]),
    ] {
        let filter = Filter {
            since: since.map(at),
            until: Some(at(until)),
            ..Filter::default()
        };
        let found = ids(&*store, &filter).await;
        assert_eq!(found, expected, "{since:?} {until}");
    }
}

/// Page after page, each operation comes once, also where more are begun meanwhile and others change
/// their state.
pub async fn pages_have_each_operation_once(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let numbered = |number: usize| {
        let number = u32::try_from(number).unwrap();
        intent(number, "dojo", &format!("pi_{number}"), 1)
    };
    let mut begun = 0;
    for states in [
        vec![],
        vec![State::Ready, State::Cancelled],
        vec![State::Ready],
    ] {
        let before = begun;
        let mut begin_some = async |some: usize| {
            for _ in 0..some {
                begin_new(&writer, &numbered(begun)).await;
                begun += 1;
            }
        };
        begin_some(25).await;
        let mut filter = Filter {
            states: states.clone(),
            limit: Some(7),
            ..Filter::default()
        };
        let mut seen = Vec::new();
        loop {
            let page = store.list(&filter).await.unwrap();
            let Some(last) = page.last() else { break };
            filter.after = Some(last.operation.clone());
            assert!(page.len() <= 7);
            seen.extend(page.iter().map(|listed| listed.operation.to_string()));
            if seen.len() < before + 35 {
                begin_some(3).await;
            }
        }
        let whole = Filter {
            states,
            ..Filter::default()
        };
        assert_eq!(seen, ids(&*store, &whole).await);
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), begun);
    }
    // The last of a page may have left the list before the next one is asked for.
    let ready = |after: Option<OperationId>| Filter {
        states: vec![State::Ready],
        limit: Some(2),
        after,
        ..Filter::default()
    };
    assert_eq!(ids(&*store, &ready(None)).await, ["op_0", "op_1"]);
    note(&writer, &numbered(1), 9, Fact::cancelled()).await;
    let next = ids(&*store, &ready(Some(numbered(1).id))).await;
    assert_eq!(next, ["op_2", "op_3"]);
}

/// A page after one that isn't there is an error, and not an end.
pub async fn a_page_after_nothing_is_an_error(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    for begun in 0..2 {
        for states in [vec![], vec![State::Ready], vec![State::Parked]] {
            let after = OperationId::new("op_none").ok();
            let filter = Filter {
                states,
                after,
                ..Filter::default()
            };
            let error = store.list(&filter).await;
            assert!(
                matches!(&error, Err(JournalError::NoSuchOperation(id)) if id.as_str() == "op_none"),
                "{error:?}"
            );
        }
        begin_new(&writer, &sample(begun, 100)).await;
    }
}
