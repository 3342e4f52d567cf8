//! Whose word an error is: a provider's, or that of any gateway in front of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{capabilities, intended, payment, request_of};
use refundkit_core::capabilities::{AnswerRule, Meaning};
use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::{Answer, Outcome, classify};

fn plan() -> Plan {
    let history = History::default();
    let planned = plan_refund(&payment(), &history, &request_of(1_000), &capabilities());
    Plan::Refund(planned.unwrap())
}

fn problem(status: u16, code: Option<&str>, message: Option<&str>) -> Answer {
    Answer::Problem {
        status,
        code: code.map(str::to_owned),
        message: message.map(str::to_owned),
        retry_after: None,
    }
}

fn is_open(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Unknown { .. } | Outcome::Unlisted { .. })
}

#[test]
fn what_says_nothing_settles_nothing_unless_its_provider_says_nothing_by_its_own_document() {
    for means in [Meaning::Refused, Meaning::NotProcessed, Meaning::Later] {
        for status in [400, 402, 410, 422, 429] {
            let rule = AnswerRule::status(status, means);
            let judged = |rule: &AnswerRule, message| {
                let rules = [rule.clone()];
                classify(&rules, &intended(plan()), problem(status, None, message))
            };
            assert!(is_open(&judged(&rule, None)), "{status} {means:?}");
            assert!(!is_open(&judged(&rule, Some("no"))), "{status} {means:?}");
            let rule = rule.without_body();
            assert!(!is_open(&judged(&rule, None)), "{status} {means:?}");
        }
    }
    // Nothing is settled by it.
    let rules = [AnswerRule::status(400, Meaning::Exists)];
    let exists = classify(&rules, &intended(plan()), problem(400, None, None));
    assert_eq!(exists, Outcome::Exists);
}

#[test]
fn what_any_gateway_answers_settles_nothing_without_a_word_of_the_providers_list() {
    for means in [Meaning::Refused, Meaning::NotProcessed, Meaning::Later] {
        for status in [401, 403, 404, 405, 407] {
            let rule = AnswerRule::status(status, means).without_body();
            for (code, message) in [
                (None, None),
                (None, Some("no")),
                (Some("not_found"), None),
                (Some("not_found"), Some("no")),
            ] {
                let answer = problem(status, code, message);
                let found = classify(std::slice::from_ref(&rule), &intended(plan()), answer);
                let unlisted = matches!(found, Outcome::Unlisted { .. });
                assert!(unlisted, "{status} {means:?}: {found:?}");
            }
            for listed in [
                AnswerRule::status_code(status, "no_such_key", means),
                AnswerRule::status_message(status, "No such key.", means),
            ] {
                let answer = problem(status, Some("no_such_key"), Some("No such key."));
                let found = classify(&[rule.clone(), listed], &intended(plan()), answer);
                assert!(!is_open(&found), "{status} {means:?}: {found:?}");
            }
        }
    }
}
