//! Lost answers, errors and lies: at most one effect, the money held, and the truth found where it can be.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::day::Day;
use common::{Ran, Shop};
use refundkit_sandbox::{Fault, FaultKind};

const REFUNDS: [(&str, &str, &str); 4] = [
    ("dojo", "pi_paid_1", "10.00 GBP"),
    ("dojo-2022", "pi_paid_1", "10.00 GBP"),
    ("dodo", "pay_paid_1", "10.00 USD"),
    ("primer", "prim_paid_1", "10.00 USD"),
];

fn args<'a>(provider: &'a str, payment: &'a str, amount: &'a str) -> [&'a str; 9] {
    [
        "refund",
        "--provider",
        provider,
        "--payment",
        payment,
        "--amount",
        amount,
        "--key",
        "K",
    ]
}

/// Its payments show neither refunds nor their sum: only an answer tells of one.
fn shows_nothing(provider: &str) -> bool {
    provider == "dojo-2022"
}

#[test]
fn with_every_answer_lost_there_is_one_effect_and_it_is_found() {
    for (provider, payment, amount) in REFUNDS {
        let shop = Shop::with(&[FaultKind::AnswerLost]);
        for _ in 0..5 {
            let ran = shop.json(&args(provider, payment, amount));
            let expected = if shows_nothing(provider) {
                (5, Some("unknown"))
            } else {
                (0, Some("succeeded"))
            };
            assert_eq!(
                (ran.code, ran.json()["state"].as_str()),
                expected,
                "{provider}: {}",
                ran.out
            );
        }
        if shows_nothing(provider) {
            shop.sandbox.set_faults([]);
            let ran = shop.json(&args(provider, payment, amount));
            assert_eq!(ran.code, 0, "its key tells in the end: {}", ran.out);
        }
        assert_eq!(shop.sandbox.effects().len(), 1, "{provider}");
        assert_eq!(shop.refunded(payment), 1000, "{provider}");
    }
}

#[test]
fn harm_between_effect_and_answer_never_makes_a_second_effect() {
    for kind in [
        FaultKind::ErrorAfterEffect,
        FaultKind::Truncated,
        FaultKind::Html,
        FaultKind::DuplicateDelivery,
    ] {
        for (provider, payment, amount) in REFUNDS {
            // A duplicated delivery of a partial refund is two refunds where nothing tells them apart.
            if kind == FaultKind::DuplicateDelivery && provider == "dodo" {
                continue;
            }
            let shop = Shop::with(&[kind]);
            for _ in 0..3 {
                let ran = shop.json(&args(provider, payment, amount));
                let answered = kind == FaultKind::DuplicateDelivery;
                let code = if shows_nothing(provider) && !answered {
                    5
                } else {
                    0
                };
                assert_eq!(ran.code, code, "{provider} {kind}: {}", ran.out);
            }
            assert_eq!(shop.sandbox.effects().len(), 1, "{provider} {kind}");
        }
    }
}

#[test]
fn a_request_that_never_arrives_is_unknown_and_its_money_held() {
    for (provider, payment, amount) in REFUNDS {
        let shop = Shop::with(&[FaultKind::RequestLost]);
        let ran = shop.json(&args(provider, payment, amount));
        assert_eq!(
            (ran.code, ran.json()["state"].as_str()),
            (5, Some("unknown")),
            "{provider}: {}",
            ran.out
        );
        assert_eq!(ran.json()["error"]["code"], "RK2103");
        assert!(shop.sandbox.effects().is_empty());
        let rest = shop.json(&["refund", "--provider", provider, "--payment", payment]);
        assert_eq!(rest.code, 3, "another refund has to wait: {}", rest.out);
        shop.sandbox.set_faults([]);
        let ran = shop.json(&args(provider, payment, amount));
        if provider == "dodo" {
            assert_eq!(
                ran.code, 5,
                "no key makes it safe to send again: {}",
                ran.out
            );
            assert!(shop.sandbox.effects().is_empty());
        } else {
            assert_eq!(
                ran.code, 0,
                "{provider}: the key makes it safe: {}",
                ran.out
            );
            assert_eq!(shop.sandbox.effects().len(), 1, "{provider}");
        }
    }
}

/// The sandbox' 429 asks to wait for a second, and nothing is sent to the account before.
const ASKED_TO_WAIT: std::time::Duration = std::time::Duration::from_millis(1100);

#[test]
fn a_throttled_refund_goes_through_later_and_was_not_sent_where_that_is_documented() {
    for (provider, payment, amount) in REFUNDS {
        let shop = Shop::with(&[FaultKind::Throttle]);
        let ran = shop.json(&args(provider, payment, amount));
        // Dojo documents no 429.
        let (state, code) = if provider.starts_with("dojo") {
            ("unknown", "RK2103")
        } else {
            ("ready", "RK2109")
        };
        assert_eq!(
            (ran.code, ran.json()["state"].as_str()),
            (5, Some(state)),
            "{provider}: {}",
            ran.out
        );
        assert_eq!(ran.json()["error"]["code"], code);
        shop.sandbox.set_faults([]);
        std::thread::sleep(ASKED_TO_WAIT);
        let ran = shop.json(&args(provider, payment, amount));
        assert_eq!(ran.code, 0, "{provider}: {}", ran.out);
        assert_eq!(shop.sandbox.effects().len(), 1, "{provider}");
    }
}

#[test]
fn what_was_never_sent_can_be_cancelled_and_frees_its_money() {
    let shop = Shop::with(&[FaultKind::Throttle]);
    let ran = shop.json(&args("dodo", "pay_paid_1", "50.00 USD"));
    let operation = ran.json()["operation"].as_str().unwrap().to_owned();
    let ran = shop.json(&["cancel", &operation]);
    assert_eq!(
        (ran.code, ran.json()["state"].as_str()),
        (0, Some("cancelled")),
        "{}",
        ran.out
    );
    shop.sandbox.set_faults([]);
    std::thread::sleep(ASKED_TO_WAIT);
    let ran = shop.json(&["refund", "--provider", "dodo", "--payment", "pay_paid_1"]);
    assert_eq!(
        (ran.code, ran.json()["amount"]["minor"].as_i64()),
        (0, Some(5000)),
        "{}",
        ran.out
    );
}

#[test]
fn what_may_have_been_sent_cannot_be_cancelled() {
    let shop = Shop::with(&[FaultKind::RequestLost]);
    let ran = shop.json(&args("dodo", "pay_paid_1", "10.00 USD"));
    let operation = ran.json()["operation"].as_str().unwrap().to_owned();
    let ran = shop.json(&["cancel", &operation]);
    assert_eq!(
        (ran.code, ran.json()["error"]["code"].as_str()),
        (3, Some("RK1103")),
        "{}",
        ran.out
    );
}

#[test]
fn an_answer_with_another_amount_or_currency_contradicts_and_parks() {
    for kind in [FaultKind::WrongAmount, FaultKind::WrongCurrency] {
        let shop = Shop::with(&[kind]);
        let ran = shop.json(&args("dodo", "pay_paid_1", "10.00 USD"));
        assert_eq!(
            (ran.code, ran.json()["state"].as_str()),
            (7, Some("parked")),
            "{kind}: {}",
            ran.out
        );
        let ran = shop.json(&args("dodo", "pay_paid_1", "10.00 USD"));
        assert_eq!(ran.code, 7, "asking again changes nothing: {}", ran.out);
        assert_eq!(shop.sandbox.effects().len(), 1);
    }
}

#[test]
fn a_lost_reversal_is_found_by_reading_the_payment() {
    for (provider, payment) in [("dojo", "pi_auth_1"), ("primer", "prim_auth_1")] {
        let shop = Shop::with(&[FaultKind::AnswerLost]);
        let args = [
            "reverse",
            "--provider",
            provider,
            "--payment",
            payment,
            "--key",
            "K",
        ];
        for _ in 0..3 {
            let ran = shop.json(&args);
            assert_eq!(
                (ran.code, ran.json()["state"].as_str()),
                (0, Some("succeeded")),
                "{}",
                ran.out
            );
        }
        assert_eq!(shop.sandbox.effects().len(), 1, "{provider}");
    }
}

#[test]
fn a_refund_that_fails_after_it_succeeded_is_noticed() {
    let shop = Shop::with(&[FaultKind::LateFailure]);
    let ran = shop.json(&args("dodo", "pay_paid_1", "10.00 USD"));
    let operation = ran.json()["operation"].as_str().unwrap().to_owned();
    let ask = ["status", &operation, "--ask"];
    assert_eq!(shop.json(&ask).json()["state"], "succeeded");
    shop.sandbox
        .advance(std::time::Duration::from_secs(2 * 3600));
    let later = |args: &[&str]| {
        let mut command = shop.command();
        Day::of(&shop.sandbox).hand(&mut command);
        let ran = command.args(["--output", "json"]).args(args).output();
        Ran::of(ran.unwrap())
    };
    let ran = later(&ask);
    assert_eq!(
        (ran.code, ran.json()["state"].as_str()),
        (4, Some("failed_late")),
        "{}",
        ran.out
    );
    let ran = later(&[
        "refund",
        "--provider",
        "dodo",
        "--payment",
        "pay_paid_1",
        "--yes",
    ]);
    assert_eq!(
        (ran.code, ran.json()["amount"]["minor"].as_i64()),
        (0, Some(5000)),
        "its money is free: {}",
        ran.out
    );
}

#[test]
fn a_stale_read_after_a_lost_answer_stays_unknown_until_the_read_is_fresh() {
    let shop = Shop::open();
    let faults = [FaultKind::AnswerLost, FaultKind::StaleRead];
    shop.sandbox.set_faults(faults.map(Fault::always));
    for _ in 0..3 {
        let ran = shop.json(&args("dodo", "pay_paid_1", "10.00 USD"));
        assert_eq!(
            (ran.code, ran.json()["state"].as_str()),
            (5, Some("unknown")),
            "{}",
            ran.out
        );
    }
    assert_eq!(
        shop.moves(),
        1,
        "absence in a read proves nothing, so nothing is sent again"
    );
    shop.sandbox.set_faults([]);
    let ran = shop.json(&args("dodo", "pay_paid_1", "10.00 USD"));
    assert_eq!(
        (ran.code, ran.json()["state"].as_str()),
        (0, Some("succeeded")),
        "{}",
        ran.out
    );
    assert_eq!(shop.sandbox.effects().len(), 1);
}

#[test]
fn the_worker_finds_out_and_says_what_is_left() {
    let shop = Shop::with(&[FaultKind::AnswerLost, FaultKind::StaleRead]);
    let ran = shop.json(&args("dodo", "pay_paid_1", "10.00 USD"));
    assert_eq!(ran.json()["state"], "unknown", "{}", ran.out);
    assert_eq!(
        shop.json(&["work", "--once"]).code,
        5,
        "the readings are stale still"
    );
    shop.sandbox.set_faults([]);
    let ran = shop.json(&["work", "--once"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(ran.json()["state"], "succeeded");
    assert_eq!(
        shop.json(&["work", "--once"]).out,
        "",
        "nothing is open any more"
    );
    assert_eq!(shop.sandbox.effects().len(), 1);
}

#[test]
fn only_a_parked_operation_is_decided_by_a_person() {
    let shop = Shop::with(&[FaultKind::WrongAmount]);
    let ran = shop.json(&args("dodo", "pay_paid_1", "10.00 USD"));
    let operation = ran.json()["operation"].as_str().unwrap().to_owned();
    let resolve = |decision: &str| {
        let evidence = "the dashboard shows 10.00 USD";
        let status = shop.json(&["status", &operation]).json();
        // What has ended shows none.
        let none = "0.1@2026-01-31T09:30:00Z";
        let seen = status["seen"].as_str().unwrap_or(none).to_owned();
        shop.json(&[
            "resolve",
            &operation,
            "--as",
            decision,
            "--evidence",
            evidence,
            "--by",
            "Ada",
            "--seen",
            &seen,
        ])
    };
    assert_eq!(resolve("maybe").code, 2);
    let ran = resolve("ready");
    assert_eq!(
        (ran.code, ran.json()["error"]["code"].as_str()),
        (3, Some("RK1105")),
        "{}",
        ran.out
    );
    let ran = resolve("succeeded");
    assert_eq!(
        (ran.code, ran.json()["state"].as_str()),
        (0, Some("succeeded")),
        "{}",
        ran.out
    );
    let ran = resolve("rejected");
    assert_eq!(
        (ran.code, ran.json()["error"]["code"].as_str()),
        (3, Some("RK1105")),
        "decided already: {}",
        ran.out
    );
}
