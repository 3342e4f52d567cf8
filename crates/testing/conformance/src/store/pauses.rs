//! What every [`Store`] keeps of accounts that have asked to wait.

use std::sync::Arc;

use refundkit_core::{ProviderName, Store, Timestamp};

use super::{StoreHarness, at};

async fn pause(store: &dyn Store, provider: &str, until: i64) {
    let provider: ProviderName = provider.parse().unwrap();
    store.pause(&provider, at(until)).await.unwrap();
}

async fn until(store: &dyn Store, provider: &str) -> Option<Timestamp> {
    let provider: ProviderName = provider.parse().unwrap();
    store.paused_until(&provider).await.unwrap()
}

/// Whatever order they come in, the latest time holds.
pub async fn the_later_pause_stays(store: Arc<dyn Store>) {
    assert_eq!(until(&*store, "dojo").await, None, "nobody has asked");
    for (asked, kept) in [(100, 100), (99, 100), (100, 100), (250, 250), (0, 250)] {
        pause(&*store, "dojo", asked).await;
        assert_eq!(until(&*store, "dojo").await, Some(at(kept)), "{asked}");
    }
}

/// One account's is none of another's.
pub async fn a_pause_is_one_providers(store: Arc<dyn Store>) {
    pause(&*store, "dojo", 100).await;
    assert_eq!(until(&*store, "dodo").await, None);
    assert_eq!(until(&*store, "dojo-2").await, None);
    pause(&*store, "dodo", 50).await;
    assert_eq!(until(&*store, "dojo").await, Some(at(100)));
    assert_eq!(until(&*store, "dodo").await, Some(at(50)));
}

/// Whoever else works with the store waits too.
pub async fn a_pause_holds_on_both_sides<H: StoreHarness>(harness: H) {
    let (one, other) = (harness.store(), harness.beside().await);
    assert_eq!(until(&*other, "dojo").await, None);
    pause(&*one, "dojo", 100).await;
    assert_eq!(until(&*other, "dojo").await, Some(at(100)));
    pause(&*other, "dojo", 99).await;
    assert_eq!(until(&*one, "dojo").await, Some(at(100)));
}

/// It holds for the next process, to the millisecond, and can be made longer there.
pub async fn a_pause_outlasts_its_process<H: StoreHarness>(harness: H) {
    let exact = Timestamp::from_unix_millis(1_234_567).unwrap();
    let provider: ProviderName = "dojo".parse().unwrap();
    harness.store().pause(&provider, exact).await.unwrap();
    let harness = harness.reopen().await;
    assert_eq!(until(&*harness.store(), "dojo").await, Some(exact));
    pause(&*harness.store(), "dojo", 1).await;
    pause(&*harness.store(), "dodo", 2).await;
    let harness = harness.reopen().await;
    assert_eq!(until(&*harness.store(), "dojo").await, Some(exact));
    assert_eq!(until(&*harness.store(), "dodo").await, Some(at(2)));
}
