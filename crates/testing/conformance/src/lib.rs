//! Suites for whoever implements a port of core. The checks stop at the first surprise.
//!
#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::missing_panics_doc,
    reason = "the checks are tests: they stop at the first surprise"
)]

pub mod provider;
mod sample;
pub mod store;
mod tasks;
mod writer;

pub use provider::ProviderHarness;
pub use sample::{attempt, attempt_at, capabilities, intent};
pub use store::StoreHarness;
pub use writer::{Writer, add, begin, mark};

/// Makes a test of each check for stores, `$make` is an
/// async function without arguments that returns a fresh [`StoreHarness`].
#[macro_export]
macro_rules! store_suite {
    ($make:path) => {
        $crate::store_suite!(@store $make, entries:
            an_unknown_payment_is_nothing,
            every_entry_comes_back,
            entries_stay_in_their_order,
            what_is_kept_beside_follows_from_the_entries,
            payments_do_not_disturb_each_other,
            it_tells_what_it_is,
        );
        $crate::store_suite!(@store $make, atomic:
            a_change_is_written_whole,
            a_conflict_leaves_nothing,
            an_id_that_is_taken_leaves_nothing,
            a_known_message_keeps_its_change_out,
            an_empty_change_writes_no_entry,
            a_state_changes_with_its_entries,
        );
        $crate::store_suite!(@store $make, conflicts:
            a_stale_change_is_a_conflict,
            a_change_of_what_was_never_written_is_a_conflict,
            a_change_of_another_timeline_is_a_conflict,
            that_nothing_follows_holds_for_its_version,
            the_version_is_that_of_the_newest_change,
        );
        $crate::store_suite!(@store $make, lists:
            operations_are_listed_in_their_order,
            operations_are_listed_by_state_provider_time_and_number,
            a_list_ends_before_its_end,
            pages_have_each_operation_once,
            a_page_after_nothing_is_an_error,
        );
        $crate::store_suite!(@store $make, counts:
            the_counts_are_those_of_the_list,
            the_oldest_is_told_of_what_is_open,
        );
        $crate::store_suite!(@store $make, messages:
            a_message_counts_once,
            a_message_is_one_providers,
            a_message_without_a_change_is_remembered,
            an_unsigned_message_is_never_known,
            an_unsigned_message_brings_its_change,
            a_message_is_known_for_as_long_as_was_promised,
            a_clock_that_jumps_ahead_forgets_little,
        );
        $crate::store_suite!(@store $make, hints:
            a_payment_is_asked_for_once,
            a_hint_that_came_meanwhile_stays,
            a_hint_is_one_providers,
        );
        $crate::store_suite!(@store $make, names:
            a_store_has_one_namespace,
            another_namespace_changes_nothing,
        );
        $crate::store_suite!(@store $make, pauses:
            the_later_pause_stays,
            a_pause_is_one_providers,
        );
        $crate::store_suite!(@beside $make, crowds:
            of_many_at_once_one_wins,
            a_crowd_reserves_no_more_than_there_is,
            a_crowd_begins_the_same_intent_once,
            a_crowd_marks_one_attempt,
            a_crowd_begins_an_id_for_one_payment,
            payments_at_once_are_no_conflict,
            a_crowd_takes_a_message_in_once,
        );
        $crate::store_suite!(@beside $make, durable: both_sides_see_the_same);
        $crate::store_suite!(@beside $make, names:
            one_namespace_of_several_at_once_is_kept,
            no_two_workers_have_one_name,
            nobody_who_may_live_is_gone,
        );
        $crate::store_suite!(@beside $make, pauses: a_pause_holds_on_both_sides);
        $crate::store_suite!(@reopened $make, conflicts: a_version_outlasts_its_process);
        $crate::store_suite!(@reopened $make, durable:
            what_was_committed_outlasts_its_process,
            the_next_process_goes_on,
        );
        $crate::store_suite!(@reopened $make, messages: a_message_outlasts_its_process);
        $crate::store_suite!(@reopened $make, hints: a_hint_outlasts_its_process);
        $crate::store_suite!(@reopened $make, names:
            the_namespace_outlasts_its_process,
            a_name_is_not_given_again,
        );
        $crate::store_suite!(@reopened $make, pauses: a_pause_outlasts_its_process);
    };
    // Checks of a store by itself.
    (@store $make:path, $part:ident: $($check:ident),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $check() {
                let harness = $make().await;
                $crate::store::$part::$check($crate::StoreHarness::store(&harness)).await;
            }
        )*
    };
    // Checks of a store and of the same one as another process has it.
    (@beside $make:path, $part:ident: $($check:ident),* $(,)?) => {
        $crate::store_suite!(@reopened $make, $part: $($check),*);
    };
    // Checks of a store and of the same one as the next process finds it.
    (@reopened $make:path, $part:ident: $($check:ident),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $check() {
                $crate::store::$part::$check($make().await).await;
            }
        )*
    };
}

/// Makes a test of each check for providers. `$make` is an async function without arguments that
/// returns a fresh [`ProviderHarness`].
#[macro_export]
macro_rules! provider_suite {
    ($make:path) => {
        $crate::provider_suite!(@each $make:
            a_captured_payment_is_read,
            an_unknown_payment_is_not_found,
            a_full_refund_returns_everything,
            a_partial_refund_returns_its_amount,
            the_same_key_has_one_effect,
            a_refund_shows_in_the_payment,
            more_than_is_left_is_refused_by_the_provider,
            a_lost_answer_may_have_been_sent,
            an_unreachable_provider_was_not_sent_to,
            an_error_of_the_server_leaves_the_outcome_open,
            too_many_requests_is_not_processed,
            a_refund_can_be_asked_about,
            a_reversal_takes_the_payment_back,
            what_is_previewed_names_the_payment_and_no_secret,
            nothing_shows_the_key,
        );
    };
    (@each $make:path: $($check:ident),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $check() {
                let harness = $make().await;
                $crate::provider::$check(&harness).await;
            }
        )*
    };
}
