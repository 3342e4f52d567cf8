//! What every journal and every provider has to keep, as tests that anybody can run against theirs.
//!
//! For a journal, say how an empty one is made, and name the suite:
//!
//! ```ignore
//! async fn make() -> Kept {
//!     Kept(MyJournal::empty()) // `Kept` implements JournalHarness
//! }
//! refundkit_conformance::journal_suite!(make);
//! ```
//!
//! For a provider, implement [`ProviderHarness`] over a simulated one, and name that suite:
//!
//! ```ignore
//! refundkit_conformance::provider_suite!(make);
//! ```
//!
//! Each check becomes a test of its own, under `tokio::test`. Checks of what a provider doesn't
//! offer, by its own capabilities, pass without doing anything.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::missing_panics_doc,
    reason = "the checks are tests: they stop at the first surprise"
)]

mod hold;
mod join;
pub mod journal;
pub mod leases;
pub mod provider;
mod sample;

pub use hold::{add, begin, lease, mark};
pub use journal::{JournalHarness, facts, ids, lists, messages, namespace, pauses};
pub use provider::ProviderHarness;
pub use sample::{attempt, capabilities, intent};

/// Makes a test of each check for journals. `$make` is an async function without arguments that
/// returns a fresh [`JournalHarness`].
#[macro_export]
macro_rules! journal_suite {
    ($make:path) => {
        $crate::journal_suite!(@each $make, leases:
            one_worker_at_a_time,
            a_lease_ends,
            a_lost_lease_gives_nothing_back,
            a_mark_renews_the_lease,
            only_facts_are_taken_under_an_old_epoch,
            a_decision_needs_its_payments_lease,
            a_worker_gets_its_own_lease_anew,
        );
        $crate::journal_suite!(@each $make, journal:
            an_intent_is_begun_once,
            an_intent_comes_back_whole,
            more_than_the_budget_is_not_begun,
            what_others_returned_counts,
            payments_and_providers_have_budgets_of_their_own,
            money_is_free_again_after_a_refusal,
            money_is_free_again_after_a_cancellation,
            money_is_held_while_the_outcome_is_unknown,
            attempts_are_counted,
            one_attempt_at_a_time,
            one_payment_one_attempt_at_a_time,
            what_has_ended_is_not_marked,
            what_was_not_begun_is_not_marked_or_recorded,
            evidence_is_added_once,
            a_crowd_reserves_no_more_than_there_is,
            it_tells_what_it_is,
        );
        $crate::journal_suite!(@each $make, facts:
            every_fact_comes_back,
        );
        $crate::journal_suite!(@each $make, lists:
            operations_are_found_by_payment_in_their_order,
            operations_are_listed_by_state_provider_time_and_number,
            a_list_ends_before_its_end,
            pages_have_each_operation_once,
            the_census_is_that_of_the_list,
        );
        $crate::journal_suite!(@each $make, messages:
            a_message_counts_once,
            a_message_is_one_providers,
            a_message_about_nothing_of_ours_is_remembered,
            an_unsigned_message_is_never_known,
            a_message_needs_no_lease,
            a_late_failure_lets_go_of_the_money,
            a_late_success_holds_the_money_again,
            a_refund_that_may_be_anybodys_is_looked_at,
            a_payment_is_asked_for_once,
            a_hint_that_came_meanwhile_stays,
            a_clock_that_jumps_ahead_forgets_little,
        );
        $crate::journal_suite!(@each $make, ids:
            a_refund_is_one_operations,
            a_refund_of_another_is_written_down_once,
            an_operation_keeps_its_own_refunds,
            another_payment_may_have_the_same_refund_id,
        );
        $crate::journal_suite!(@each $make, namespace:
            a_journal_has_one_namespace,
            another_namespace_changes_nothing,
        );
        $crate::journal_suite!(@each $make, pauses:
            the_later_pause_stays,
            a_pause_is_one_providers,
        );
        $crate::journal_suite!(@reopened $make, ids: whose_a_refund_is_outlasts_its_process);
        $crate::journal_suite!(@reopened $make, namespace: the_namespace_outlasts_its_process);
        $crate::journal_suite!(@reopened $make, pauses: a_pause_outlasts_its_process);
    };
    (@reopened $make:path, $suite:ident: $check:ident) => {
        #[tokio::test(flavor = "multi_thread")]
        async fn $check() {
            $crate::$suite::$check($make().await).await;
        }
    };
    (@each $make:path, $suite:ident: $($check:ident),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $check() {
                let harness = $make().await;
                let journal = $crate::JournalHarness::journal(&harness);
                $crate::$suite::$check(journal).await;
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
