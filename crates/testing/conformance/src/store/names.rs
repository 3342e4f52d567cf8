//! What every [`Store`] keeps of names: the namespace that it was begun with, and those who work with it.

use std::collections::BTreeSet;
use std::sync::Arc;

use refundkit_core::codes::Coded;
use refundkit_core::ledger::Begun;
use refundkit_core::{JournalError, Namespace, Store, WorkerId};

use super::{StoreHarness, begin_new, joined, sample};
use crate::tasks::at_once;

fn shop() -> Namespace {
    "shop".parse().unwrap()
}

async fn is_refused(store: &dyn Store) {
    for given in ["other-shop", "shop2"] {
        let given: Namespace = given.parse().unwrap();
        let error = store.bind(&given).await.unwrap_err();
        assert_eq!(error.code().as_str(), "RK3013");
        let JournalError::OtherNamespace { held, given: told } = error else {
            panic!("{error:?}");
        };
        assert_eq!((held, told), (shop(), given));
    }
}

async fn told(store: &dyn Store) -> Option<Namespace> {
    store.info().await.unwrap().namespace
}

/// The first is kept; the same may be given again, and no other.
pub async fn a_store_has_one_namespace(store: Arc<dyn Store>) {
    assert_eq!(told(&*store).await, None);
    for _ in 0..2 {
        store.bind(&shop()).await.unwrap();
        is_refused(&*store).await;
    }
    assert_eq!(told(&*store).await, Some(shop()));
}

/// One that was refused has changed nothing: what is there stays, and the store goes on in its own.
pub async fn another_namespace_changes_nothing(store: Arc<dyn Store>) {
    store.bind(&shop()).await.unwrap();
    let writer = joined(&*store).await;
    let wanted = sample(1, 1000);
    begin_new(&writer, &wanted).await;
    let before = store.info().await.unwrap();
    is_refused(&*store).await;
    assert_eq!(store.info().await.unwrap(), before);
    assert_eq!(writer.begin(&wanted).await.unwrap(), Begun::Existing);
    begin_new(&writer, &sample(2, 1000)).await;
}

/// Of several at once one is kept, and the others are told which.
pub async fn one_namespace_of_several_at_once_is_kept<H: StoreHarness>(harness: H) {
    let stores = [harness.store(), harness.beside().await];
    let bound = (0..16_usize).map(|number| {
        let store = Arc::clone(&stores[number % 2]);
        let given: Namespace = format!("shop-{number}").parse().unwrap();
        async move {
            match store.bind(&given).await {
                Ok(()) => given,
                Err(JournalError::OtherNamespace { held, .. }) => held,
                Err(other) => panic!("{other:?}"),
            }
        }
    });
    let held: BTreeSet<Namespace> = at_once(bound).await.into_iter().collect();
    assert_eq!(held.len(), 1, "{held:?}");
    for store in &stores {
        assert_eq!(told(&**store).await.as_ref(), held.first());
    }
}

/// The next process has to give the same.
pub async fn the_namespace_outlasts_its_process<H: StoreHarness>(harness: H) {
    harness.store().bind(&shop()).await.unwrap();
    let harness = harness.reopen().await;
    assert_eq!(told(&*harness.store()).await, Some(shop()));
    is_refused(&*harness.store()).await;
    let harness = harness.reopen().await;
    is_refused(&*harness.store()).await;
    harness.store().bind(&shop()).await.unwrap();
}

/// No two get the same name, also where many come at once and from two sides.
pub async fn no_two_workers_have_one_name<H: StoreHarness>(harness: H) {
    let stores = [harness.store(), harness.beside().await];
    let joined = (0..64_usize).map(|number| {
        let store = Arc::clone(&stores[number % 2]);
        async move { store.join().await.unwrap() }
    });
    let names = at_once(joined).await;
    let different: BTreeSet<&WorkerId> = names.iter().collect();
    assert_eq!(different.len(), names.len());
}

/// Nor one that somebody had in an earlier process.
pub async fn a_name_is_not_given_again<H: StoreHarness>(harness: H) {
    let mut names = BTreeSet::new();
    let mut harness = harness;
    for round in 1..=3 {
        for _ in 0..3 {
            names.insert(harness.store().join().await.unwrap());
        }
        assert_eq!(names.len(), 3 * round, "{names:?}");
        harness = harness.reopen().await;
    }
}

/// Who works in this process lives, by whichever side it is asked about; and so may one of whom nothing
/// is known.
pub async fn nobody_who_may_live_is_gone<H: StoreHarness>(harness: H) {
    let stores = [harness.store(), harness.beside().await];
    let mut names = vec![WorkerId::new("nobody-knows-whom").unwrap()];
    for store in &stores {
        let writer = joined(&**store).await;
        begin_new(&writer, &sample(u32::try_from(names.len()).unwrap(), 100)).await;
        names.push(writer.name().clone());
        names.push(store.join().await.unwrap());
    }
    for store in &stores {
        for name in &names {
            assert!(!store.is_gone(name).await.unwrap(), "{name}");
        }
    }
}
