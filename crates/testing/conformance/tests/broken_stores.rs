//! The suite is seen to catch stores that break a promise, by the check that is named after it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{Flaw, Harness};
use refundkit_conformance::StoreHarness;
use refundkit_conformance::store::{atomic, conflicts, crowds, durable};

/// Whether the check of a store with this flaw stops at a surprise.
async fn catches<F>(flaw: Flaw, check: impl FnOnce(Harness) -> F) -> bool
where
    F: Future<Output = ()> + Send + 'static,
{
    let done = tokio::spawn(check(Harness::with(flaw))).await;
    done.is_err_and(|error| error.is_panic())
}

/// The check passes on the store that is right, and catches the one that isn't.
macro_rules! caught {
    ($flaw:ident: $check:expr) => {{
        assert!(!catches(Flaw::None, $check).await, "the right one passes");
        assert!(catches(Flaw::$flaw, $check).await, stringify!($flaw));
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_never_compares_versions_is_caught() {
    caught!(IgnoresVersions: |broken| conflicts::a_stale_change_is_a_conflict(broken.store()));
    caught!(IgnoresVersions: |broken| {
        conflicts::a_change_of_what_was_never_written_is_a_conflict(broken.store())
    });
    caught!(IgnoresVersions: |broken| {
        conflicts::a_change_of_another_timeline_is_a_conflict(broken.store())
    });
    caught!(IgnoresVersions: crowds::of_many_at_once_one_wins);
    caught!(IgnoresVersions: crowds::a_crowd_reserves_no_more_than_there_is);
    caught!(IgnoresVersions: crowds::a_crowd_marks_one_attempt);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_writes_half_a_change_is_caught() {
    caught!(WritesHalf: |broken| atomic::a_change_is_written_whole(broken.store()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_remembers_the_message_of_a_refused_change_is_caught() {
    caught!(KeepsMessages: |broken| atomic::a_conflict_leaves_nothing(broken.store()));
    caught!(KeepsMessages: |broken| atomic::an_id_that_is_taken_leaves_nothing(broken.store()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_loses_its_newest_entry_is_caught() {
    caught!(LosesTail: durable::what_was_committed_outlasts_its_process);
    caught!(LosesTail: durable::the_next_process_goes_on);
}
