//! What an answer means: a refusal or "not sent" only where that is certain, unknown otherwise.
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

use std::time::Duration;

use common::{
    CAPTURED, at, capabilities, fact, intended, minor, payment, payment_at, request_of,
    reversal_request,
};
use proptest::prelude::*;
use refundkit_core::ProviderRefund;
use refundkit_core::capabilities::{AnswerRule, Meaning};
use refundkit_core::plan::{History, Plan, plan_refund, plan_reversal};
use refundkit_core::{Answer, Outcome, RefundStatus, Stage, classify};

const CARD: &str = "4111 1111 1111 1111";

fn rules() -> [AnswerRule; 4] {
    [
        AnswerRule::status_code(409, "KEY_USED", Meaning::Exists),
        AnswerRule::status(429, Meaning::NotProcessed),
        AnswerRule::code("NOTHING_TO_REFUND", Meaning::Refused),
        AnswerRule::status_message(404, "No such payment.", Meaning::Refused),
    ]
}

/// Of 10.00 GBP.
fn plan() -> Plan {
    let history = History::default();
    let plan = plan_refund(&payment(), &history, &request_of(1_000), &capabilities());
    Plan::Refund(plan.unwrap())
}

/// Of 10.00 GBP, which the provider converts.
fn inexact() -> Plan {
    let mut payment = payment();
    payment.amounts_comparable = false;
    let history = History::default();
    let plan = plan_refund(&payment, &history, &request_of(1_000), &capabilities());
    Plan::Refund(plan.unwrap())
}

/// Whether it leaves open what has become of the attempt.
fn is_open(outcome: &Outcome) -> bool {
    is_unknown(outcome) || matches!(outcome, Outcome::Unlisted { .. })
}

fn judge(answer: Answer) -> Outcome {
    classify(&rules(), &intended(plan()), answer)
}

fn problem(status: u16, code: Option<&str>, message: Option<&str>) -> Answer {
    Answer::Problem {
        status,
        code: code.map(str::to_owned),
        message: message.map(str::to_owned),
        retry_after: Some(Duration::from_secs(1)),
    }
}

fn is_unknown(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Unknown { .. })
}

/// Exactly what was asked for.
fn stated(status: RefundStatus) -> ProviderRefund {
    ProviderRefund {
        id: Some("re_1".parse().unwrap()),
        amount: Some(minor(1_000)),
        currency: Some("GBP".parse().unwrap()),
        payment: Some("pay_1".parse().unwrap()),
        ..fact(status)
    }
}

#[test]
fn no_byte_sent_is_not_sent() {
    let outcome = judge(Answer::NotSent {
        why: "no route".to_owned(),
    });
    let expected = Outcome::NotSent {
        why: "no route".to_owned(),
    };
    assert_eq!(outcome, expected);
}

#[test]
fn a_lost_answer_is_unknown() {
    let outcome = judge(Answer::Lost {
        why: "timed out".to_owned(),
    });
    let expected = Outcome::Unknown {
        why: "timed out".to_owned(),
    };
    assert_eq!(outcome, expected);
}

#[test]
fn an_answer_that_can_not_be_read_is_unknown_under_every_status() {
    for status in [200, 201, 302, 400, 404, 429, 502] {
        let why = "a page".to_owned();
        let outcome = judge(Answer::Unreadable {
            status,
            why,
            retry_after: None,
        });
        assert!(is_unknown(&outcome), "{status}");
    }
}

#[test]
fn a_listed_refusal_is_a_refusal_with_the_providers_words() {
    let outcome = judge(problem(400, Some("NothingToRefund"), Some("Nothing left.")));
    let expected = Outcome::Refused {
        status: 400,
        code: Some("NothingToRefund".to_owned()),
        message: Some("Nothing left.".to_owned()),
    };
    assert_eq!(outcome, expected);
}

#[test]
fn what_is_listed_as_not_now_is_deferred() {
    let rules = [
        AnswerRule::status(429, Meaning::NotProcessed),
        AnswerRule::code("BALANCE_TOO_LOW", Meaning::Later),
    ];
    for (status, code) in [(429, None), (409, Some("BALANCE_TOO_LOW"))] {
        let answer = problem(status, code, Some("slow down"));
        let expected = Outcome::Deferred {
            status,
            code: code.map(str::to_owned),
            message: Some("slow down".to_owned()),
        };
        assert_eq!(classify(&rules, &intended(plan()), answer), expected);
    }
}

#[test]
fn a_server_that_broke_never_says_no() {
    let rules = [
        AnswerRule::code("NOTHING_TO_REFUND", Meaning::Refused),
        AnswerRule::status(503, Meaning::NotProcessed),
        AnswerRule::status_code(500, "LOCKED", Meaning::Later),
        AnswerRule::status_code(500, "NOTHING_TO_REFUND", Meaning::Refused),
        AnswerRule::status_code(500, "KEY_USED", Meaning::Exists),
    ];
    for (status, code) in [(500, "NOTHING_TO_REFUND"), (503, "LOCKED"), (500, "LOCKED")] {
        let outcome = classify(&rules, &intended(plan()), problem(status, Some(code), None));
        assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    }
    let used = problem(500, Some("KEY_USED"), None);
    let used = classify(&rules, &intended(plan()), used);
    assert_eq!(used, Outcome::Exists, "which is no no");
}

#[test]
fn a_listed_used_key_exists() {
    assert_eq!(judge(problem(409, Some("KEY_USED"), None)), Outcome::Exists);
}

#[test]
fn a_listed_message_counts_word_for_word_only() {
    let refused = judge(problem(404, None, Some("No such payment.")));
    assert!(matches!(refused, Outcome::Refused { .. }));
    for message in [
        None,
        Some("No such payment"),
        Some("no such payment."),
        Some("No such payment. Yet."),
    ] {
        assert!(is_open(&judge(problem(404, None, message))), "{message:?}");
    }
}

#[test]
fn an_error_that_is_not_listed_is_no_no() {
    for status in [400, 401, 403, 404, 409, 422, 500, 502, 503, 504] {
        for code in [None, Some("SOMETHING_ELSE")] {
            let outcome = judge(problem(status, code, Some("no")));
            assert!(is_open(&outcome), "{status} {code:?}");
            let unlisted = matches!(outcome, Outcome::Unlisted { .. });
            assert_eq!(unlisted, status < 500, "{status} {code:?}");
        }
    }
}

#[test]
fn a_code_that_is_listed_for_another_status_is_unknown() {
    for status in [400, 500] {
        assert!(is_open(&judge(problem(status, Some("KEY_USED"), None))));
    }
}

#[test]
fn without_a_table_every_error_is_unknown() {
    for status in [400, 404, 409, 422, 429, 500] {
        let answer = problem(status, Some("NOTHING_TO_REFUND"), None);
        assert!(
            is_open(&classify(&[], &intended(plan()), answer)),
            "{status}"
        );
    }
}

#[test]
fn the_first_rule_that_matches_decides() {
    let rules = [
        AnswerRule::status(409, Meaning::Exists),
        AnswerRule::status_code(409, "CLOSED", Meaning::Refused),
    ];
    let answer = || problem(409, Some("CLOSED"), None);
    assert_eq!(
        classify(&rules, &intended(plan()), answer()),
        Outcome::Exists
    );
    let backwards: Vec<_> = rules.into_iter().rev().collect();
    let outcome = classify(&backwards, &intended(plan()), answer());
    assert!(matches!(outcome, Outcome::Refused { .. }));
}

#[test]
fn a_code_is_no_refusal_under_a_status_of_success() {
    for status in [200, 302, 399] {
        let outcome = judge(problem(status, Some("NOTHING_TO_REFUND"), None));
        assert!(is_unknown(&outcome), "{status}");
    }
}

#[test]
fn only_a_stated_success_is_executed() {
    let said = stated(RefundStatus::Succeeded);
    assert_eq!(judge(Answer::Refund(said.clone())), Outcome::Executed(said));
}

#[test]
fn every_other_status_is_accepted_and_no_more() {
    for status in [
        RefundStatus::Unstated,
        RefundStatus::Pending,
        RefundStatus::Review,
        RefundStatus::Failed,
        RefundStatus::Other("succeeded!".to_owned()),
    ] {
        let said = stated(status);
        assert_eq!(judge(Answer::Refund(said.clone())), Outcome::Accepted(said));
    }
}

#[test]
fn a_success_that_states_nothing_else_is_taken_at_its_word() {
    let said = fact(RefundStatus::Succeeded);
    assert_eq!(judge(Answer::Refund(said.clone())), Outcome::Executed(said));
}

fn contradicts(change: impl FnOnce(&mut ProviderRefund)) -> String {
    let mut said = stated(RefundStatus::Succeeded);
    change(&mut said);
    match judge(Answer::Refund(said.clone())) {
        Outcome::Contradiction { what, fact } => {
            assert_eq!(fact, said);
            what
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn another_payment_is_a_contradiction() {
    let what = contradicts(|said| said.payment = Some("pay_2".parse().unwrap()));
    assert_eq!(what, "it names payment pay_2 instead of pay_1");
}

#[test]
fn another_amount_is_a_contradiction() {
    for units in [0, 999, 1_001, CAPTURED] {
        let what = contradicts(|said| said.amount = Some(minor(units)));
        assert_eq!(
            what,
            format!("it is for {units} minor units instead of 1000")
        );
    }
}

#[test]
fn another_currency_is_a_contradiction() {
    let what = contradicts(|said| said.currency = Some("EUR".parse().unwrap()));
    assert_eq!(what, "it is in EUR instead of GBP");
}

#[test]
fn a_contradiction_is_one_whatever_the_status() {
    for status in [
        RefundStatus::Pending,
        RefundStatus::Failed,
        RefundStatus::Unstated,
    ] {
        contradicts(|said| {
            said.status = status;
            said.amount = Some(minor(1));
        });
    }
}

#[test]
fn an_amount_that_the_provider_works_out_is_not_compared() {
    let mut said = stated(RefundStatus::Succeeded);
    said.amount = Some(minor(1_234));
    said.currency = Some("USD".parse().unwrap());
    let outcome = classify(&[], &intended(inexact()), Answer::Refund(said.clone()));
    assert_eq!(outcome, Outcome::Executed(said));
}

#[test]
fn another_payment_is_a_contradiction_even_where_amounts_are_not_compared() {
    let mut said = stated(RefundStatus::Succeeded);
    said.payment = Some("pay_2".parse().unwrap());
    let outcome = classify(&[], &intended(inexact()), Answer::Refund(said));
    assert!(matches!(outcome, Outcome::Contradiction { .. }));
}

#[test]
fn a_reversal_is_held_to_the_whole_amount() {
    let plan = plan_reversal(
        &payment_at(Stage::Authorized),
        &History::default(),
        &reversal_request(),
        &capabilities(),
        at(0),
    );
    let plan = Plan::Reversal(plan.unwrap());
    let mut said = stated(RefundStatus::Succeeded);
    let outcome = classify(&[], &intended(plan.clone()), Answer::Refund(said.clone()));
    assert!(matches!(outcome, Outcome::Contradiction { .. }));
    said.amount = Some(minor(CAPTURED));
    let outcome = classify(&[], &intended(plan.clone()), Answer::Refund(said.clone()));
    assert_eq!(outcome, Outcome::Executed(said));
}

/// Every text that an outcome carries from outside, in one.
fn texts(outcome: Outcome) -> String {
    match outcome {
        Outcome::NotSent { why } | Outcome::Unknown { why } => why,
        Outcome::Refused { code, message, .. }
        | Outcome::Deferred { code, message, .. }
        | Outcome::Unlisted { code, message, .. } => {
            format!(
                "{}{}",
                code.unwrap_or_default(),
                message.unwrap_or_default()
            )
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_outcome_holds_a_card_number() {
    let said = format!("card {CARD} is closed");
    for answer in [
        Answer::NotSent { why: said.clone() },
        Answer::Lost { why: said.clone() },
        Answer::Unreadable {
            status: 200,
            why: said.clone(),
            retry_after: None,
        },
        problem(500, Some(CARD), Some(&said)),
        problem(429, Some(CARD), Some(&said)),
        problem(400, Some("NOTHING_TO_REFUND"), Some(&said)),
    ] {
        let kept = texts(judge(answer));
        assert!(!kept.contains("1111"), "{kept}");
        assert!(kept.contains("[card number]"), "{kept}");
    }
}

#[test]
fn every_text_of_an_outcome_is_one_line() {
    let said = "first\r\nerror[RK0000]: forged\u{1b}[31m\0".to_owned();
    for answer in [
        Answer::NotSent { why: said.clone() },
        Answer::Lost { why: said.clone() },
        Answer::Unreadable {
            status: 200,
            why: said.clone(),
            retry_after: None,
        },
        problem(500, Some("A\nB"), Some(&said)),
        problem(400, Some("NOTHING_TO_REFUND"), Some(&said)),
    ] {
        let kept = texts(judge(answer));
        assert!(!kept.chars().any(char::is_control), "{kept:?}");
        assert!(kept.contains("forged"), "{kept}");
    }
}

#[test]
fn a_long_message_is_shortened() {
    let long = "x".repeat(100_000);
    let kept = texts(judge(problem(400, Some("NOTHING_TO_REFUND"), Some(&long))));
    assert!(kept.chars().count() < 400);
}

proptest! {
    #[test]
    fn an_error_without_a_rule_never_tells_what_became_of_it(
        status in any::<u16>(),
        code in prop::option::of("[A-Za-z_]{0,12}"),
        message in prop::option::of("\\PC{0,30}"),
    ) {
        let answer = problem(status, code.as_deref(), message.as_deref());
        prop_assert!(is_open(&classify(&[], &intended(plan()), answer)));
    }

    #[test]
    fn a_success_with_a_wrong_amount_is_never_executed(units in 0..i64::MAX) {
        prop_assume!(units != 1_000);
        let mut said = stated(RefundStatus::Succeeded);
        said.amount = Some(minor(units));
        let outcome = judge(Answer::Refund(said));
        let contradicts = matches!(outcome, Outcome::Contradiction { .. });
        prop_assert!(contradicts);
    }
}
