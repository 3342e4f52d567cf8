//! What every [`Journal`] keeps of the namespace that it was begun with.

use refundkit_core::codes::Coded;
use refundkit_core::{Begun, Journal, JournalError, Namespace};

use super::{JournalHarness, begin, begin_new, sample};

fn shop() -> Namespace {
    "shop".parse().unwrap()
}

fn other() -> Namespace {
    "other-shop".parse().unwrap()
}

async fn is_refused(journal: &dyn Journal) {
    for given in [other(), "shop2".parse().unwrap()] {
        let error = journal.bind(&given).await.unwrap_err();
        assert_eq!(error.code().as_str(), "RK3013");
        let JournalError::OtherNamespace { held, given: told } = error else {
            panic!("{error:?}");
        };
        assert_eq!((held, told), (shop(), given));
    }
}

async fn told(journal: &dyn Journal) -> Option<Namespace> {
    journal.info().await.unwrap().namespace
}

/// The first is kept; the same may be given again, and no other.
pub async fn a_journal_has_one_namespace(journal: &dyn Journal) {
    assert_eq!(told(journal).await, None);
    for _ in 0..2 {
        journal.bind(&shop()).await.unwrap();
        is_refused(journal).await;
    }
    assert_eq!(told(journal).await, Some(shop()));
}

/// One that was refused has changed nothing: what is there stays, and the journal goes on in its own.
pub async fn another_namespace_changes_nothing(journal: &dyn Journal) {
    journal.bind(&shop()).await.unwrap();
    let wanted = sample(1, 1000);
    begin_new(journal, &wanted).await;
    let before = journal.info().await.unwrap();
    is_refused(journal).await;
    assert_eq!(journal.info().await.unwrap(), before);
    assert!(matches!(begin(journal, &wanted).await, Begun::Existing(_)));
    begin_new(journal, &sample(2, 1000)).await;
}

/// The next process has to give the same.
pub async fn the_namespace_outlasts_its_process<H: JournalHarness>(harness: H) {
    harness.journal().bind(&shop()).await.unwrap();
    let harness = harness.reopen().await;
    assert_eq!(told(harness.journal()).await, Some(shop()));
    is_refused(harness.journal()).await;
    let harness = harness.reopen().await;
    is_refused(harness.journal()).await;
    harness.journal().bind(&shop()).await.unwrap();
}
