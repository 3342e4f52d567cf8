//! What every [`Journal`] keeps of accounts that have asked to wait.

use refundkit_core::{Journal, ProviderName, Timestamp};

use super::{JournalHarness, at};

async fn pause(journal: &dyn Journal, provider: &str, until: i64) {
    let provider: ProviderName = provider.parse().unwrap();
    journal.pause(&provider, at(until)).await.unwrap();
}

async fn until(journal: &dyn Journal, provider: &str) -> Option<Timestamp> {
    let provider: ProviderName = provider.parse().unwrap();
    journal.paused_until(&provider).await.unwrap()
}

/// Whatever order they come in, the latest time holds.
pub async fn the_later_pause_stays(journal: &dyn Journal) {
    assert_eq!(until(journal, "dojo").await, None, "nobody has asked");
    for (asked, kept) in [(100, 100), (99, 100), (100, 100), (250, 250), (0, 250)] {
        pause(journal, "dojo", asked).await;
        assert_eq!(until(journal, "dojo").await, Some(at(kept)), "{asked}");
    }
}

/// One account's is none of another's.
pub async fn a_pause_is_one_providers(journal: &dyn Journal) {
    pause(journal, "dojo", 100).await;
    assert_eq!(until(journal, "dodo").await, None);
    assert_eq!(until(journal, "dojo-2").await, None);
    pause(journal, "dodo", 50).await;
    assert_eq!(until(journal, "dojo").await, Some(at(100)));
    assert_eq!(until(journal, "dodo").await, Some(at(50)));
}

/// It holds for the next process, to the millisecond, and can be made longer there.
pub async fn a_pause_outlasts_its_process<H: JournalHarness>(harness: H) {
    let exact = Timestamp::from_unix_millis(1_234_567).unwrap();
    let provider: ProviderName = "dojo".parse().unwrap();
    harness.journal().pause(&provider, exact).await.unwrap();
    let harness = harness.reopen().await;
    assert_eq!(until(harness.journal(), "dojo").await, Some(exact));
    pause(harness.journal(), "dojo", 1).await;
    pause(harness.journal(), "dodo", 2).await;
    let harness = harness.reopen().await;
    assert_eq!(until(harness.journal(), "dojo").await, Some(exact));
    assert_eq!(until(harness.journal(), "dodo").await, Some(at(2)));
}
