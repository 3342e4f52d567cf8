//! What is said to be wrong with an operation, for every state that it can be in.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{Scene, capabilities, name, refund};
use refundkit::core::ProviderRefund;
use refundkit::core::operation::{Decision, Fact, Source};
use refundkit::core::{Evidence, Outcome, RefundStatus};
use refundkit::{Minor, Operation, Problem, State, Text, Timestamp};

/// A refund of 10.00 GBP about which this is known, a quarter of an hour apart.
async fn operation(facts: impl IntoIterator<Item = Fact>) -> Operation {
    let scene = Scene::new(capabilities());
    let request = refund("key-1", "10.00 GBP");
    let mut operation = scene.refunds.refund(&name(), &request).await.unwrap();
    let evidence = facts.into_iter().zip(0..).map(|(fact, quarter)| Evidence {
        at: Timestamp::from_unix_millis(quarter * 900_000).unwrap(),
        fact,
    });
    operation.evidence = evidence.collect();
    operation
}

const MARKED: Fact = Fact::Marked { attempt: 1 };

fn answered(outcome: Outcome) -> Fact {
    Fact::answered(1, outcome, None)
}

fn not_sent() -> Fact {
    answered(Outcome::NotSent {
        why: "connection refused".to_owned(),
    })
}

fn lost() -> Fact {
    answered(Outcome::Unknown {
        why: "the connection was closed".to_owned(),
    })
}

fn accepted(status: RefundStatus) -> Fact {
    answered(Outcome::Accepted(ProviderRefund::with_status(status)))
}

fn executed() -> Fact {
    let fact = ProviderRefund::with_status(RefundStatus::Succeeded);
    answered(Outcome::Executed(fact))
}

fn asked(status: RefundStatus) -> Fact {
    Fact::Seen {
        by: Source::Asked,
        refund: ProviderRefund::with_status(status),
    }
}

fn parked() -> Fact {
    Fact::parked(
        1,
        "the provider can't be asked what became of it".to_owned(),
    )
}

fn contradicted() -> Fact {
    answered(Outcome::Contradiction {
        what: "it is for 1001 minor units instead of 1000".to_owned(),
        fact: ProviderRefund {
            amount: Minor::new(1001),
            ..ProviderRefund::with_status(RefundStatus::Succeeded)
        },
    })
}

#[tokio::test]
async fn what_is_on_its_way_done_or_called_off_is_no_trouble() {
    let cases = [
        (vec![], State::Ready),
        (
            vec![MARKED, accepted(RefundStatus::Pending)],
            State::Accepted,
        ),
        (
            vec![MARKED, accepted(RefundStatus::Unstated)],
            State::Accepted,
        ),
        (vec![MARKED, executed()], State::Succeeded),
        (vec![Fact::cancelled()], State::Cancelled),
        (
            vec![MARKED, not_sent(), Fact::cancelled()],
            State::Cancelled,
        ),
    ];
    for (facts, state) in cases {
        let operation = operation(facts).await;
        assert_eq!(operation.state(), state);
        assert_eq!(Problem::of(&operation), None, "{state}");
    }
}

#[tokio::test]
async fn every_other_state_has_its_own_code_and_says_why_and_what_to_do() {
    let refused = answered(Outcome::Refused {
        status: 400,
        code: Some("E1".to_owned()),
        message: Some("no such card".to_owned()),
    });
    let cases = [
        (
            vec![MARKED, not_sent()],
            State::Ready,
            "RK2101",
            "it was not sent: connection refused",
        ),
        (
            vec![MARKED],
            State::Attempting,
            "RK2102",
            "an attempt is under way, or its process has died",
        ),
        (
            vec![MARKED, lost()],
            State::Unknown,
            "RK2103",
            "it may or may not have happened: the connection was closed",
        ),
        (
            vec![MARKED, answered(Outcome::Exists)],
            State::Unknown,
            "RK2103",
            "it may or may not have happened: the provider has seen its key before",
        ),
        (
            vec![MARKED, refused],
            State::Rejected,
            "RK2104",
            "the provider refused it: HTTP 400 E1: no such card",
        ),
        (
            vec![MARKED, accepted(RefundStatus::Failed)],
            State::Failed,
            "RK2105",
            "the provider could not return the money",
        ),
        (
            vec![MARKED, executed(), asked(RefundStatus::Failed)],
            State::FailedLate,
            "RK2106",
            "the provider reported a failure after it had reported success",
        ),
        (
            vec![MARKED, contradicted()],
            State::Parked,
            "RK2107",
            "the provider's answer contradicts the request: it is for 1001 minor units instead of 1000",
        ),
        (
            vec![MARKED, lost(), parked()],
            State::Parked,
            "RK2108",
            "the provider can't be asked what became of it",
        ),
    ];
    for (facts, state, code, message) in cases {
        let operation = operation(facts).await;
        assert_eq!(operation.state(), state);
        let problem = Problem::of(&operation).expect(code);
        assert_eq!(problem.code.as_str(), code);
        assert_eq!(problem.message, message);
        assert!(!problem.help.is_empty(), "{code}");
        assert_eq!(problem.is_contradiction(), code == "RK2107");
    }
}

#[tokio::test]
async fn a_refusal_without_words_is_told_by_its_status_alone() {
    let refused = answered(Outcome::Refused {
        status: 422,
        code: None,
        message: None,
    });
    let problem = Problem::of(&operation([MARKED, refused]).await).unwrap();
    assert_eq!(problem.message, "the provider refused it: HTTP 422");
}

#[tokio::test]
async fn the_newest_attempts_answer_is_the_one_that_is_told() {
    let second = Fact::answered(
        2,
        Outcome::NotSent {
            why: "no route".to_owned(),
        },
        None,
    );
    let facts = [MARKED, not_sent(), Fact::Marked { attempt: 2 }, second];
    let problem = Problem::of(&operation(facts).await).unwrap();
    assert_eq!(problem.message, "it was not sent: no route");
}

#[tokio::test]
async fn what_waits_for_a_person_says_all_that_has_to_be_looked_for() {
    let again = Fact::Marked { attempt: 2 };
    let parked = Fact::parked(2, "a reason".to_owned());
    let lost_again = Fact::answered(2, Outcome::Exists, None);
    let operation = operation([MARKED, lost(), again, lost_again, parked]).await;
    assert_eq!(operation.state(), State::Parked);
    let help = Problem::of(&operation).unwrap().help;
    let wanted = [
        "a refund of 10.00 GBP of payment pi_1",
        "sent between 1970-01-01T00:00:00Z and 1970-01-01T00:30:00Z",
        operation.intent.key.as_str(),
        operation.intent.id.as_str(),
        "Its money is held",
    ];
    for part in wanted {
        assert!(help.contains(part), "{part:?} is missing in {help:?}");
    }
}

#[tokio::test]
async fn what_a_person_has_decided_to_have_happened_is_no_trouble_any_more() {
    let text = |text: &str| Text::new(text).unwrap();
    let decided = Fact::Decided {
        attempt: 1,
        decision: Decision::Succeeded,
        evidence: text("the dashboard"),
        by: text("ann"),
        actor: None,
        ticket: None,
        known: refundkit::core::operation::Known::default(),
    };
    let operation = operation([MARKED, lost(), parked(), decided]).await;
    assert_eq!(operation.state(), State::Succeeded);
    assert_eq!(Problem::of(&operation), None);
}

#[tokio::test]
async fn a_failure_of_an_operation_that_never_succeeded_is_not_late() {
    let facts = [
        MARKED,
        accepted(RefundStatus::Pending),
        asked(RefundStatus::Failed),
    ];
    let operation = operation(facts).await;
    assert_eq!(operation.state(), State::Failed);
    assert_eq!(Problem::of(&operation).unwrap().code.as_str(), "RK2105");
}
