//! The fold of evidence into a state: in whatever order and however often it comes.
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

use common::{
    absent, answered, contradiction, decided, evidence, fact, leading_to, marked, not_sent, parked,
    refund, refused, seen, unknown,
};
use refundkit_core::operation::{Decision, Summary};
use refundkit_core::{Evidence, Fact, Outcome, RefundId, RefundStatus, State};

fn state(evidence: &[Evidence]) -> State {
    Summary::fold(evidence).state()
}

fn accepted(status: RefundStatus) -> Outcome {
    Outcome::Accepted(fact(status))
}

fn executed() -> Outcome {
    Outcome::Executed(fact(RefundStatus::Succeeded))
}

fn contradicted(seconds: i64) -> Evidence {
    let fact = Fact::Contradicted {
        what: "another currency".to_owned(),
        refund: fact(RefundStatus::Succeeded),
    };
    evidence(seconds, fact)
}

#[test]
fn evidence_can_lead_to_every_state_but_refused() {
    for wanted in State::ALL {
        if wanted != State::Refused {
            assert_eq!(state(&leading_to(wanted)), wanted);
        }
    }
}

#[test]
fn no_evidence_is_ready() {
    assert_eq!(state(&[]), State::Ready);
    let summary = Summary::fold(&[]);
    assert_eq!((summary.attempts(), summary.next_attempt()), (0, 1));
    assert_eq!(summary.open_attempt(), None);
}

#[test]
fn a_mark_without_an_answer_is_an_open_attempt() {
    let summary = Summary::fold(&[marked(0, 1), answered(1, 1, unknown()), marked(2, 2)]);
    assert_eq!(summary.state(), State::Attempting);
    assert_eq!(summary.open_attempt(), Some(2));
    assert_eq!((summary.attempts(), summary.next_attempt()), (2, 3));
}

#[test]
fn an_attempt_that_was_not_sent_leaves_the_operation_ready() {
    assert_eq!(
        state(&[marked(0, 1), answered(1, 1, not_sent())]),
        State::Ready
    );
}

#[test]
fn an_attempt_that_was_not_sent_does_not_settle_an_earlier_unknown_one() {
    let two = [answered(1, 1, unknown()), answered(2, 2, not_sent())];
    assert_eq!(state(&two), State::Unknown);
}

#[test]
fn a_refused_second_attempt_says_nothing_about_an_unknown_first() {
    let two = [
        marked(0, 1),
        answered(1, 1, unknown()),
        marked(2, 2),
        answered(3, 2, refused()),
    ];
    assert_eq!(state(&two), State::Unknown);
}

#[test]
fn a_refusal_after_an_attempt_that_was_not_sent_is_a_rejection() {
    let two = [answered(1, 1, not_sent()), answered(2, 2, refused())];
    assert_eq!(state(&two), State::Rejected);
}

#[test]
fn a_key_that_was_used_before_leaves_the_outcome_unknown() {
    assert_eq!(state(&[answered(1, 1, Outcome::Exists)]), State::Unknown);
}

#[test]
fn every_status_but_the_two_final_ones_is_accepted() {
    for status in [
        RefundStatus::Unstated,
        RefundStatus::Pending,
        RefundStatus::Review,
        RefundStatus::Other("SUCCEEDED".to_owned()),
    ] {
        let said = [answered(1, 1, accepted(status))];
        assert_eq!(state(&said), State::Accepted, "{said:?}");
    }
}

#[test]
fn the_providers_word_about_the_refund_outweighs_an_unknown_attempt() {
    let found = [answered(1, 1, unknown()), seen(2, RefundStatus::Succeeded)];
    assert_eq!(state(&found), State::Succeeded);
}

#[test]
fn success_then_failure_is_a_late_failure() {
    let both = [answered(1, 1, executed()), seen(901, RefundStatus::Failed)];
    assert_eq!(state(&both), State::FailedLate);
    assert!(!State::FailedLate.holds_money());
}

#[test]
fn failure_then_success_is_success() {
    let both = [
        seen(1, RefundStatus::Failed),
        seen(901, RefundStatus::Succeeded),
    ];
    assert_eq!(state(&both), State::Succeeded);
}

#[test]
fn two_final_words_that_follow_each_other_too_soon_end_nothing_until_one_is_said_later() {
    let (done, failed) = (RefundStatus::Succeeded, RefundStatus::Failed);
    for (first, second) in [(&done, &failed), (&failed, &done)] {
        for apart in [0, 1, 899] {
            let both = vec![seen(1, first.clone()), seen(1 + apart, second.clone())];
            assert_eq!(state(&both), State::Accepted, "{first}, {second}, {apart}");
            let status = Summary::fold(&both).provider_status().unwrap();
            assert!(!status.is_final(), "{status}");
            for (last, end) in [(&done, State::Succeeded), (&failed, State::FailedLate)] {
                let mut asked = both.clone();
                asked.push(seen(1 + apart + 900, last.clone()));
                assert_eq!(state(&asked), end, "{first}, {second}, {apart}, {last}");
            }
        }
        // It was said to be so before and after: what disagrees lies in between, and long ago.
        let words = [(1, second), (700, first), (1_000, second), (1_600, second)];
        let words = words.map(|(at, word)| seen(at, (*word).clone()));
        assert_eq!(state(&words[..3]), State::Accepted);
        assert!(state(&words).is_final(), "{words:?}");
    }
}

#[test]
fn success_and_failure_at_one_moment_keep_the_money_held() {
    let both = [
        seen(1, RefundStatus::Failed),
        seen(1, RefundStatus::Succeeded),
    ];
    assert_eq!(state(&both), State::Accepted);
    assert!(State::Accepted.holds_money());
}

#[test]
fn a_final_status_beats_a_newer_one_that_is_not() {
    for last in [RefundStatus::Succeeded, RefundStatus::Failed] {
        let alone = state(&[seen(1, last.clone())]);
        let both = [seen(1, last), seen(2, RefundStatus::Pending)];
        assert_eq!(state(&both), alone);
    }
}

#[test]
fn failure_after_pending_is_a_plain_failure() {
    let both = [
        seen(1, RefundStatus::Pending),
        seen(2, RefundStatus::Failed),
    ];
    assert_eq!(state(&both), State::Failed);
}

#[test]
fn a_contradiction_waits_for_a_person() {
    for said in [answered(1, 1, contradiction()), contradicted(1)] {
        let summary = Summary::fold([&said]);
        assert_eq!(summary.state(), State::Parked);
        assert!(summary.contradiction().is_some());
    }
}

#[test]
fn a_contradiction_outweighs_a_success() {
    let both = [contradicted(1), seen(2, RefundStatus::Succeeded)];
    assert_eq!(state(&both), State::Parked);
}

#[test]
fn a_parked_attempt_waits_until_a_newer_one_is_marked() {
    let lost = [answered(1, 1, unknown()), parked(2, 1)];
    assert_eq!(state(&lost), State::Parked);
    let newer = [lost.to_vec(), vec![marked(3, 2)]].concat();
    assert_eq!(state(&newer), State::Attempting);
}

#[test]
fn the_providers_word_ends_the_waiting_for_a_person() {
    let found = [parked(1, 1), seen(2, RefundStatus::Succeeded)];
    assert_eq!(state(&found), State::Succeeded);
}

#[test]
fn a_persons_decision_is_what_follows_while_the_provider_is_silent() {
    for (decision, expected) in [
        (Decision::Ready, State::Ready),
        (Decision::Rejected, State::Rejected),
        (Decision::Succeeded, State::Succeeded),
    ] {
        let known = [
            answered(1, 1, unknown()),
            parked(2, 1),
            decided(3, 1, decision),
        ];
        assert_eq!(state(&known), expected);
    }
}

#[test]
fn the_providers_word_against_a_persons_decision_parks_it_again() {
    use Decision::{Ready, Rejected, Succeeded};
    for (decision, word, expected) in [
        (Rejected, RefundStatus::Succeeded, State::Parked),
        (Rejected, RefundStatus::Pending, State::Parked),
        (Rejected, RefundStatus::Failed, State::Rejected),
        (Succeeded, RefundStatus::Failed, State::Parked),
        (Succeeded, RefundStatus::Pending, State::Succeeded),
        (Succeeded, RefundStatus::Succeeded, State::Succeeded),
        // Nothing was sent on the strength of it yet.
        (Ready, RefundStatus::Succeeded, State::Succeeded),
    ] {
        let known = [
            answered(1, 1, unknown()),
            decided(2, 1, decision),
            // It happened before the decision, and was told after it.
            seen(1, word.clone()),
        ];
        assert_eq!(state(&known), expected, "{decision:?} {word}");
    }
}

#[test]
fn a_contradiction_that_nobody_had_heard_of_parks_it_again() {
    let heard = |contradictions: &[&str]| {
        let mut decision = decided(2, 1, Decision::Rejected);
        if let Fact::Decided { known, .. } = &mut decision.fact {
            known.contradictions = contradictions.iter().map(|&what| what.to_owned()).collect();
        }
        let twice = Fact::Contradicted {
            what: "twice".to_owned(),
            refund: fact(RefundStatus::Succeeded),
        };
        state(&[answered(1, 1, unknown()), decision, evidence(1, twice)])
    };
    assert_eq!(heard(&[]), State::Parked);
    assert_eq!(heard(&["twice"]), State::Rejected);
}

#[test]
fn what_is_overdue_waits_for_a_person_until_the_provider_says_something_new() {
    let parked = |told: Option<RefundStatus>| {
        let why = "overdue".to_owned();
        let attempt = 1;
        evidence(3, Fact::Parked { attempt, why, told })
    };
    let accepted = || answered(1, 1, Outcome::Accepted(fact(RefundStatus::Pending)));
    let overdue = [accepted(), parked(Some(RefundStatus::Pending))];
    assert_eq!(state(&overdue), State::Parked);
    for (word, expected) in [
        (RefundStatus::Succeeded, State::Succeeded),
        (RefundStatus::Failed, State::Failed),
        (RefundStatus::Review, State::Accepted),
    ] {
        let told = [overdue.to_vec(), vec![seen(4, word)]].concat();
        assert_eq!(state(&told), expected);
    }
    // Parked while nobody knew of it, and found since.
    assert_eq!(state(&[accepted(), parked(None)]), State::Accepted);
}

#[test]
fn a_persons_decision_about_a_contradiction_stands() {
    let contradicted = refund(1, 1_000, vec![answered(1, 1, contradiction())]);
    let mut decision = decided(2, 1, Decision::Succeeded);
    if let Fact::Decided { known, .. } = &mut decision.fact {
        *known = contradicted.known();
    }
    let known = [contradicted.evidence, vec![decision]].concat();
    assert_eq!(state(&known), State::Succeeded);
}

#[test]
fn a_decision_is_over_once_a_newer_attempt_is_marked() {
    let known = [
        answered(1, 1, unknown()),
        decided(2, 1, Decision::Ready),
        marked(3, 2),
    ];
    assert_eq!(state(&known), State::Attempting);
    let refused_now = [known.to_vec(), vec![answered(4, 2, refused())]].concat();
    assert_eq!(
        state(&refused_now),
        State::Rejected,
        "the first attempt was declared not to have happened"
    );
}

#[test]
fn absence_alone_does_not_change_the_state() {
    let read_twice = [
        answered(1, 1, unknown()),
        absent(1_000, 1),
        absent(2_000, 1),
    ];
    assert_eq!(state(&read_twice), State::Unknown);
    assert_eq!(Summary::fold(&read_twice).absences(1).count(), 2);
    assert_eq!(Summary::fold(&read_twice).absences(2).count(), 0);
}

#[test]
fn one_reading_that_is_written_down_twice_is_one_absence() {
    let same = [absent(1_000, 1), absent(1_000, 1)];
    assert_eq!(Summary::fold(&same).absences(1).count(), 1);
}

#[test]
fn an_operation_is_not_cancelled_any_more_once_it_may_have_been_sent() {
    let cancelled = evidence(1, Fact::cancelled());
    assert_eq!(state(std::slice::from_ref(&cancelled)), State::Cancelled);
    for (said, expected) in [
        (marked(0, 1), State::Attempting),
        (answered(0, 1, unknown()), State::Unknown),
        (answered(0, 1, executed()), State::Succeeded),
    ] {
        assert_eq!(state(&[said, cancelled.clone()]), expected);
    }
}

#[test]
fn the_refunds_id_is_kept_from_wherever_it_was_said() {
    let mut said = fact(RefundStatus::Pending);
    said.id = Some(RefundId::new("re_1").unwrap());
    let outcome = Outcome::Contradiction {
        what: "another amount".to_owned(),
        fact: said.clone(),
    };
    for known in [
        answered(1, 1, Outcome::Accepted(said.clone())),
        answered(1, 1, outcome),
    ] {
        let summary = Summary::fold([&known]);
        assert_eq!(summary.refund(), said.id.as_ref());
    }
}

#[test]
fn money_is_let_go_only_where_it_did_not_move() {
    let free: Vec<_> = State::ALL
        .into_iter()
        .filter(|state| !state.holds_money())
        .collect();
    let expected = [
        State::Failed,
        State::FailedLate,
        State::Rejected,
        State::Refused,
        State::Cancelled,
    ];
    assert_eq!(free, expected);
}

#[test]
fn a_state_is_printed_and_parsed_by_its_name() {
    for state in State::ALL {
        assert_eq!(state.to_string().parse(), Ok(state));
        let json = serde_json::to_string(&state).unwrap();
        assert_eq!(json, format!("\"{state}\""));
    }
    assert!("done".parse::<State>().is_err());
}
