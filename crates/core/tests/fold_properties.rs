//! What holds for every evidence there can be, in whatever order and however often it comes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::collections::BTreeSet;

use common::any::{self, pieces};
use common::{evidence, fact};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use refundkit_core::ProviderRefund;
use refundkit_core::operation::{Decision, Summary};
use refundkit_core::{Evidence, Fact, Outcome, RefundStatus, State};

fn state(evidence: &[Evidence]) -> State {
    Summary::fold(evidence).state()
}

/// The provider's word in a piece of evidence, where it has one.
fn said(evidence: &Evidence) -> Option<&ProviderRefund> {
    match &evidence.fact {
        Fact::Seen { refund, .. } => Some(refund),
        Fact::Answered {
            outcome: Outcome::Accepted(fact) | Outcome::Executed(fact),
            ..
        } => Some(fact),
        _ => None,
    }
}

fn provider_says(known: &[Evidence], status: &RefundStatus) -> bool {
    known
        .iter()
        .filter_map(said)
        .any(|fact| fact.status == *status)
}

fn decides(evidence: &Evidence, decision: Decision) -> bool {
    matches!(evidence.fact, Fact::Decided { decision: found, .. } if found == decision)
}

fn is_decided(evidence: &Evidence) -> bool {
    matches!(evidence.fact, Fact::Decided { .. })
}

/// A property that says "for every evidence" says it of all of these.
#[test]
fn the_properties_meet_every_kind_of_evidence() {
    let mut runner = TestRunner::deterministic();
    let mut met = BTreeSet::new();
    for _ in 0..5_000 {
        let one = any::any_fact().new_tree(&mut runner).unwrap().current();
        let json = serde_json::to_value(&one).unwrap();
        let word = |name: &str| json.get(name).and_then(|word| word.as_str());
        met.insert(word("fact").unwrap().to_owned());
        met.extend(
            word("by")
                .filter(|_| word("fact") == Some("seen"))
                .map(str::to_owned),
        );
        let outcome = json
            .get("outcome")
            .and_then(|outcome| outcome.get("outcome"));
        met.extend(outcome.map(|outcome| format!("answered: {}", outcome.as_str().unwrap())));
    }
    let met: Vec<_> = met.iter().map(String::as_str).collect();
    let all = [
        "absent",
        "answered",
        "answered: accepted",
        "answered: contradiction",
        "answered: executed",
        "answered: exists",
        "answered: not_sent",
        "answered: refused",
        "answered: unknown",
        "asked",
        "cancelled",
        "contradicted",
        "decided",
        "listed",
        "marked",
        "no_room",
        "parked",
        "seen",
        "total",
        "webhook",
    ];
    assert_eq!(met, all);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn the_state_is_the_same_for_any_order_and_repetition(
        (known, shuffled) in pieces()
            .prop_flat_map(|known| (Just(known.clone()), Just(known).prop_shuffle())),
        again in 0..9_usize,
    ) {
        let repeated = [shuffled.as_slice(), &known[..again.min(known.len())]].concat();
        prop_assert_eq!(Summary::fold(&repeated), Summary::fold(&known));
        prop_assert_eq!(state(&repeated), state(&known));
    }

    /// Whether evidence is folded at once or in parts, wherever it was cut.
    #[test]
    fn summaries_merge_like_the_evidence_behind_them(known in pieces(), cut in 0..9_usize) {
        let (one, other) = known.split_at(cut.min(known.len()));
        let (one, other) = (Summary::fold(one), Summary::fold(other));
        prop_assert_eq!(one.merge(other), Summary::fold(&known));
    }

    #[test]
    fn merging_is_commutative(one in pieces(), other in pieces()) {
        let (one, other) = (Summary::fold(&one), Summary::fold(&other));
        prop_assert_eq!(one.clone().merge(other.clone()), other.merge(one));
    }

    #[test]
    fn merging_is_associative(a in pieces(), b in pieces(), c in pieces()) {
        let [a, b, c] = [a, b, c].map(|pieces| Summary::fold(&pieces));
        let left = a.clone().merge(b.clone()).merge(c.clone());
        prop_assert_eq!(left, a.merge(b.merge(c)));
    }

    #[test]
    fn merging_is_idempotent_and_nothing_is_its_neutral_element(known in pieces()) {
        let summary = Summary::fold(&known);
        prop_assert_eq!(summary.clone().merge(summary.clone()), summary.clone());
        prop_assert_eq!(summary.clone().merge(Summary::default()), summary.clone());
        prop_assert_eq!(Summary::default().merge(summary.clone()), summary);
    }

    #[test]
    fn success_needs_somebody_who_says_so(known in pieces()) {
        if state(&known) == State::Succeeded {
            let by_person = known.iter().any(|one| decides(one, Decision::Succeeded));
            prop_assert!(by_person || provider_says(&known, &RefundStatus::Succeeded));
        }
    }

    /// It lets money go that was gone: nobody's decision and no silence does that.
    #[test]
    fn a_late_failure_needs_the_providers_word_for_both(known in pieces()) {
        if state(&known) == State::FailedLate {
            prop_assert!(provider_says(&known, &RefundStatus::Succeeded));
            prop_assert!(provider_says(&known, &RefundStatus::Failed));
        }
        if state(&known) == State::Failed {
            prop_assert!(provider_says(&known, &RefundStatus::Failed));
        }
    }

    /// However new it is: messages overtake each other, and lists lag.
    #[test]
    fn a_word_that_is_not_final_never_lowers_a_success(
        known in pieces(),
        seconds in 0..9_i64,
        word in any::word(),
        status in any::status().prop_filter("not final", |status| !status.is_final()),
    ) {
        let by_provider = !known.iter().any(is_decided);
        if by_provider && state(&known) == State::Succeeded {
            let Fact::Seen { by, mut refund } = word else { panic!("a word is seen") };
            refund.status = status;
            let told = [known, vec![evidence(seconds, Fact::Seen { by, refund })]].concat();
            prop_assert_eq!(state(&told), State::Succeeded);
        }
    }

    /// What has failed isn't under way again because an older message says that it was.
    #[test]
    fn a_word_about_the_same_refund_that_is_not_final_never_revives_a_failure(
        known in pieces(),
        seconds in 0..9_i64,
        by in any::source(),
        status in any::status().prop_filter("not final", |status| !status.is_final()),
    ) {
        let before = state(&known);
        let ids: Vec<_> = Summary::fold(&known).refunds().cloned().collect();
        if let ([id], State::Failed | State::FailedLate) = (ids.as_slice(), before) {
            let named = known.iter().filter_map(said).all(|fact| fact.id.as_ref() == Some(id));
            prop_assume!(named);
            let refund = ProviderRefund { id: Some(id.clone()), ..fact(status) };
            let told = [known, vec![evidence(seconds, Fact::Seen { by, refund })]].concat();
            prop_assert_eq!(state(&told), before);
        }
    }

    /// The provider's word moves an operation on: it never makes it one that may be sent at will. That
    /// a refund failed of which a person has said so ends the doubt about it.
    #[test]
    fn no_word_makes_an_operation_ready_or_calls_it_off(
        known in pieces(),
        seconds in 0..9_i64,
        word in any::word(),
    ) {
        let before = state(&known);
        let told = state(&[known.clone(), vec![evidence(seconds, word)]].concat());
        let agreed = known.iter().any(is_decided) && told == State::Rejected;
        prop_assert!(told == before || agreed || !matches!(told, State::Ready | State::Cancelled | State::Rejected));
    }

    #[test]
    fn a_contradiction_without_a_decision_is_always_parked(
        known in pieces(),
        refund in any::refund_fact(),
    ) {
        let contradicted = Fact::Contradicted { what: "another currency".to_owned(), refund };
        let undecided: Vec<_> = known
            .into_iter()
            .filter(|evidence| !is_decided(evidence))
            .chain([evidence(0, contradicted)])
            .collect();
        prop_assert_eq!(state(&undecided), State::Parked);
    }

    #[test]
    fn evidence_survives_the_journals_json(known in any::evidence()) {
        let json = serde_json::to_string(&known).unwrap();
        prop_assert_eq!(serde_json::from_str::<Evidence>(&json).unwrap(), known);
    }
}
