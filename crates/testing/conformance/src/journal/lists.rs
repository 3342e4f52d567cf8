//! What every [`Journal`] lists and counts.

use std::collections::{BTreeMap, BTreeSet};

use refundkit_core::operation::{Fact, Source};
use refundkit_core::{
    Evidence, Filter, Journal, JournalError, OperationId, PaymentId, ProviderName, RefundFact,
    RefundId, RefundStatus, State, Timestamp,
};

use super::{PAYMENT, answered, at, begin_new, record, refused, sample, unknown};
use crate::hold;
use crate::sample::intent;

/// A payment's operations, oldest first.
pub async fn operations_are_found_by_payment_in_their_order(journal: &dyn Journal) {
    for number in [3, 1, 2] {
        begin_new(journal, &sample(number, 100)).await;
    }
    begin_new(journal, &intent(4, "dojo", "pi_2", 100)).await;
    let provider = ProviderName::new("dojo").unwrap();
    let payment = PaymentId::new(PAYMENT).unwrap();
    let found = journal.of_payment(&provider, &payment).await.unwrap();
    let ids: Vec<&str> = found
        .iter()
        .map(|operation| operation.intent.id.as_str())
        .collect();
    assert_eq!(ids, ["op_3", "op_1", "op_2"]);
}

/// The filter's parts, each alone and together.
pub async fn operations_are_listed_by_state_provider_time_and_number(journal: &dyn Journal) {
    let intents = [
        sample(1, 100),
        sample(2, 100),
        intent(3, "dodo", "pay_1", 100),
    ];
    for intent in &intents {
        begin_new(journal, intent).await;
    }
    record(journal, &intents[1], Fact::Cancelled).await;
    let all = Filter::default();
    let count = async |filter: Filter| journal.list(&filter).await.unwrap().len();
    let states = vec![State::Ready];
    let provider = ProviderName::new("dojo").ok();
    assert_eq!(count(all.clone()).await, 3);
    assert_eq!(
        count(Filter {
            states: states.clone(),
            ..all.clone()
        })
        .await,
        2
    );
    assert_eq!(
        count(Filter {
            provider: provider.clone(),
            ..all.clone()
        })
        .await,
        2
    );
    assert_eq!(
        count(Filter {
            since: Some(at(2)),
            ..all.clone()
        })
        .await,
        2
    );
    assert_eq!(
        count(Filter {
            limit: Some(1),
            ..all.clone()
        })
        .await,
        1
    );
    assert_eq!(
        count(Filter {
            states,
            provider,
            since: Some(at(1)),
            limit: Some(9),
            ..all.clone()
        })
        .await,
        1
    );
    let first = journal
        .list(&Filter {
            limit: Some(1),
            ..all
        })
        .await
        .unwrap();
    assert_eq!(first[0].intent.id, intents[0].id, "oldest first");
}

/// Those begun before a time, and not at it.
pub async fn a_list_ends_before_its_end(journal: &dyn Journal) {
    for number in 1..=3 {
        begin_new(journal, &sample(number, 100)).await;
    }
    for (since, until, expected) in [(None, 3, 2), (Some(2), 3, 1), (None, 1, 0), (None, 9, 3)] {
        let filter = Filter {
            since: since.map(at),
            until: Some(at(until)),
            ..Filter::default()
        };
        let found = journal.list(&filter).await.unwrap();
        assert_eq!(found.len(), expected, "{since:?} {until}");
    }
}

/// Page after page, each operation comes once, also where more are begun meanwhile; a page after one
/// that isn't there is an error.
pub async fn pages_have_each_operation_once(journal: &dyn Journal) {
    for states in [
        vec![],
        vec![State::Ready, State::Cancelled],
        vec![State::Ready],
    ] {
        let mut begun = journal.list(&Filter::default()).await.unwrap().len();
        let before = begun;
        let mut begin_some = async |some: usize| {
            for _ in 0..some {
                let number = u32::try_from(begun).unwrap();
                begin_new(journal, &intent(number, "dojo", &format!("pi_{number}"), 1)).await;
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
            let page = journal.list(&filter).await.unwrap();
            let Some(last) = page.last() else { break };
            filter.after = Some(last.intent.id.clone());
            seen.extend(page.iter().map(|operation| operation.intent.id.clone()));
            if seen.len() < before + 35 {
                begin_some(3).await;
            }
        }
        let whole = journal
            .list(&Filter {
                states,
                ..Filter::default()
            })
            .await
            .unwrap();
        let whole: Vec<_> = whole
            .into_iter()
            .map(|operation| operation.intent.id)
            .collect();
        assert_eq!(seen, whole);
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), begun);
    }
    for states in [vec![], vec![State::Ready]] {
        let after = OperationId::new("op_none").ok();
        let filter = Filter {
            states,
            after,
            ..Filter::default()
        };
        let error = journal.list(&filter).await;
        assert!(
            matches!(error, Err(JournalError::NoSuchOperation(_))),
            "{error:?}"
        );
    }
}

/// The count is that of the list, whatever has happened.
pub async fn the_census_is_that_of_the_list(journal: &dyn Journal) {
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    assert_eq!(journal.census().await.unwrap(), []);
    let mut begun = Vec::new();
    for step in 0..300_i64 {
        if begun.is_empty() || next(4) == 0 {
            let number = u32::try_from(begun.len()).unwrap();
            let provider = ["dojo", "dodo", "primer"][usize::try_from(next(3)).unwrap()];
            let wanted = intent(number, provider, &format!("pi_{number}"), 100);
            begin_new(journal, &wanted).await;
            begun.push(wanted);
        }
        let chosen = next(u64::try_from(begun.len()).unwrap());
        let wanted = &begun[usize::try_from(chosen).unwrap()];
        let seen = |status| {
            let by = Source::Asked;
            let refund = RefundFact {
                refund: RefundId::new("rfnd_1").ok(),
                ..RefundFact::with_status(status)
            };
            Fact::Seen { by, refund }
        };
        let attempt = 1;
        let fact = match next(8) {
            0 => Fact::Cancelled,
            1 => answered(attempt, unknown()),
            2 => answered(attempt, refused()),
            3 => seen(RefundStatus::Pending),
            4 => seen(RefundStatus::Succeeded),
            5 => seen(RefundStatus::Failed),
            6 => Fact::parked(attempt, "w"),
            _ => {
                // Refused where there is nothing to send.
                let _ = hold::mark(journal, wanted, at(step)).await;
                continue;
            }
        };
        let evidence = Evidence { at: at(step), fact };
        hold::add(journal, wanted, &evidence).await.unwrap();
        if step % 20 == 0 {
            agree(journal).await;
        }
    }
    let reached = agree(journal).await;
    assert!(reached.len() >= 7, "{reached:?}");
}

/// Compares the count with the list; the states that there are.
async fn agree(journal: &dyn Journal) -> BTreeSet<State> {
    type Counts = BTreeMap<(ProviderName, State), (u64, Option<Timestamp>)>;
    let mut expected = Counts::new();
    for operation in journal.list(&Filter::default()).await.unwrap() {
        let (state, begun) = (operation.state(), operation.intent.created_at);
        let oldest = (!state.is_final()).then_some(begun);
        let key = (operation.intent.provider, state);
        expected.entry(key).or_insert((0, oldest)).0 += 1;
    }
    let census = journal.census().await.unwrap();
    let found: Counts = census
        .iter()
        .map(|count| {
            let key = (count.provider.clone(), count.state);
            (key, (count.operations, count.oldest))
        })
        .collect();
    assert_eq!(found.len(), census.len(), "each once");
    assert_eq!(found, expected);
    for ((provider, state), (operations, _)) in &expected {
        let filter = Filter {
            states: vec![*state],
            provider: Some(provider.clone()),
            ..Filter::default()
        };
        let listed = journal.list(&filter).await.unwrap().len();
        assert_eq!(u64::try_from(listed).unwrap(), *operations);
    }
    expected.into_keys().map(|(_, state)| state).collect()
}
