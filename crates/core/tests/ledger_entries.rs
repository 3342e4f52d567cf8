//! What was written down stays readable: the bytes of one entry of each kind, as they were first written.
//! A line of this file is never changed; what a later version writes comes beside it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::ledgers::{named, wanted, worker};
use common::{at, contradiction, fact, not_sent, refused, text};
use refundkit_core::ProviderRefund;
use refundkit_core::ledger::{Entry, Unreadable};
use refundkit_core::operation::{Decision, Known, Source};
use refundkit_core::{Evidence, Fact, Origin, Outcome, RefundStatus};

const BEGUN: &str = r#"{"begun":{"by":"ada","intent":{"id":"op_1","provider":"p","request_key":"key-1","fingerprint":"g5345bo7ebinzqmdgmukothv22l7rsid","key":"token1","plan":{"kind":"refund","payment":"pay_1","amount":{"minor":1000,"currency":"GBP"},"amount_is_exact":true,"full":false,"lines":[],"reason":null,"notes":null,"order_id":null,"metadata":{},"refunded_before":0,"total_is_certain":true,"before":{"total":0,"refunds":[],"nameless":0},"cap":10000,"external":0,"notices":[]},"created_at":"1970-01-01T00:00:00Z"}}}"#;
const BEGUN_WITH_ALL: &str = r#"{"begun":{"by":"sqlite-7","intent":{"id":"op_2","provider":"dodo-eu","request_key":"order/7#1","fingerprint":"g5345bo7ebinzqmdgmukothv22l7rsid","key":"abcdefghijklmnopqrstuvwxyz234567","plan":{"kind":"refund","payment":"pay_1","amount":{"minor":1000,"currency":"JPY"},"amount_is_exact":false,"full":true,"lines":[{"item":"item_0","amount":700,"whole":true,"tax_inclusive":false},{"item":"item_1","amount":300,"whole":false,"tax_inclusive":true}],"reason":"say \"no\"\n","notes":"ünïcödé","order_id":"order-7","metadata":{"a":"b","c":"d"},"refunded_before":20,"total_is_certain":false,"before":{"total":null,"refunds":["re_0","re_1"],"nameless":1},"cap":10000,"external":20,"notices":[{"notice":"spread_over_items","items":2},{"notice":"window_uncertain"},{"notice":"paid_as_stated","paid":{"minor":10000,"currency":"JPY"}},{"notice":"amount_by_provider"},{"notice":"chose_reversal"},{"notice":"chose_refund","because":"it is settled"}]},"created_at":"2026-01-31T09:30:00.123456789Z"}}}"#;
const BEGUN_REVERSAL: &str = r#"{"begun":{"by":"ada","intent":{"id":"op_1","provider":"p","request_key":"key-1","fingerprint":"l6pqhiig6m7firuf7elm3yrgte7le4mn","key":"token1","plan":{"kind":"reversal","payment":"pay_1","amount":{"minor":10000,"currency":"GBP"},"reason":null,"notices":[]},"created_at":"1970-01-01T00:00:00Z"}}}"#;

/// What was noted of the payment's third operation at 00:00:07.
fn noted(fact: &str) -> String {
    let at = "1970-01-01T00:00:07Z";
    format!(r#"{{"noted":{{"by":"ada","operation":2,"evidence":{{"at":"{at}","fact":{fact}}}}}}}"#)
}

fn read(body: &str) -> Entry {
    Entry::decode(body.as_bytes()).unwrap()
}

fn written(entry: &Entry) -> String {
    String::from_utf8(entry.encode().unwrap()).unwrap()
}

/// It is read as this fact, and this fact is still written so.
#[track_caller]
fn is(body: &str, fact: Fact) {
    let at = at(7);
    let (by, operation) = (worker("ada"), 2);
    let evidence = Box::new(Evidence { at, fact });
    let entry = Entry::Noted {
        by,
        operation,
        evidence,
    };
    assert_eq!(read(&noted(body)), entry);
    assert_eq!(written(&entry), noted(body));
}

#[test]
fn what_was_begun_is_read_and_written_as_ever() {
    let (by, intent) = (worker("ada"), Box::new(wanted(1, 1_000)));
    assert_eq!(read(BEGUN), Entry::Begun { by, intent });
    for body in [BEGUN, BEGUN_WITH_ALL, BEGUN_REVERSAL] {
        assert_eq!(written(&read(body)), body);
    }
}

#[test]
fn marks_and_decisions_are_read_and_written_as_ever() {
    let attempt = 3;
    is(r#"{"fact":"marked","attempt":3}"#, Fact::Marked { attempt });
    is(r#"{"fact":"cancelled"}"#, Fact::cancelled());
    is(r#"{"fact":"absent","attempt":3}"#, Fact::Absent { attempt });
    is(
        r#"{"fact":"no_room","attempt":3}"#,
        Fact::NoRoom { attempt },
    );
    is(
        r#"{"fact":"parked","attempt":3,"why":"w"}"#,
        Fact::parked(3, "w"),
    );
    let told = |told, word: &str| {
        let why = "w".to_owned();
        let body = format!(r#"{{"fact":"parked","attempt":3,"why":"w","told":{word}}}"#);
        is(
            &body,
            Fact::Parked {
                attempt,
                why,
                told: Some(told),
            },
        );
    };
    told(RefundStatus::Unstated, r#""unstated""#);
    told(RefundStatus::Pending, r#""pending""#);
    told(RefundStatus::Review, r#""review""#);
    told(RefundStatus::Failed, r#""failed""#);
    told(RefundStatus::Succeeded, r#""succeeded""#);
    told(RefundStatus::Other("odd".to_owned()), r#"{"other":"odd"}"#);
    let decided = |decision, known| Fact::Decided {
        attempt,
        decision,
        evidence: text("seen\nthere"),
        by: text("Ada"),
        actor: None,
        ticket: None,
        known,
    };
    let known = Known {
        pieces: 4,
        told: Some(RefundStatus::Pending),
        contradictions: ["a".to_owned(), "b".to_owned()].into(),
    };
    is(
        r#"{"fact":"decided","attempt":3,"decision":"ready","evidence":"seen\nthere","by":"Ada","known":{"pieces":4,"told":"pending","contradictions":["a","b"]}}"#,
        decided(Decision::Ready, known),
    );
    for (decision, word) in [
        (Decision::Ready, "ready"),
        (Decision::Rejected, "rejected"),
        (Decision::Succeeded, "succeeded"),
    ] {
        let body = format!(
            r#"{{"fact":"decided","attempt":3,"decision":"{word}","evidence":"seen\nthere","by":"Ada","known":{{"pieces":0}}}}"#
        );
        is(&body, decided(decision, Known::default()));
    }
    let origin = Origin::default()
        .on_behalf_of(text("Ada"))
        .ticket(text("CASE-12"));
    is(
        r#"{"fact":"cancelled","by":"Ada","ticket":"CASE-12"}"#,
        Fact::cancelled_by(&origin),
    );
    let with_ticket = Fact::Decided {
        attempt,
        decision: Decision::Ready,
        evidence: text("seen"),
        by: text("Ada"),
        actor: None,
        ticket: Some(text("CASE-12")),
        known: Known::default(),
    };
    is(
        r#"{"fact":"decided","attempt":3,"decision":"ready","evidence":"seen","by":"Ada","ticket":"CASE-12","known":{"pieces":0}}"#,
        with_ticket,
    );
}

/// A refund of which everything is stated.
fn stated() -> ProviderRefund {
    ProviderRefund {
        amount: refundkit_core::Minor::new(1_000),
        currency: "GBP".parse().ok(),
        payment: "pay_1".parse().ok(),
        token: "token1".parse().ok(),
        ..named("re_1", RefundStatus::Succeeded)
    }
}

const STATED: &str = r#""id":"re_1","status":"succeeded","amount":1000,"currency":"GBP","payment":"pay_1","token":"token1""#;
const BARE: &str = r#""id":null,"status":"pending","amount":null,"currency":null,"payment":null"#;

#[test]
fn the_providers_words_are_read_and_written_as_ever() {
    let bare = || fact(RefundStatus::Pending);
    for (by, word) in [
        (Source::Listed, "listed"),
        (Source::Asked, "asked"),
        (Source::Total, "total"),
        (Source::Webhook, "webhook"),
    ] {
        for (refund, body) in [(stated(), STATED), (bare(), BARE)] {
            let body = format!(r#"{{"fact":"seen","by":"{word}","refund":{{{body}}}}}"#);
            is(&body, Fact::Seen { by, refund });
        }
    }
    let what = "y".to_owned();
    let body = format!(r#"{{"fact":"contradicted","what":"y","refund":{{{STATED}}}}}"#);
    let refund = stated();
    is(&body, Fact::Contradicted { what, refund });
}

#[test]
fn answers_are_read_and_written_as_ever() {
    let answer = |outcome, body: &str| {
        let body = format!(r#"{{"fact":"answered","attempt":3,"outcome":{body}}}"#);
        is(&body, Fact::answered(3, outcome, None));
    };
    answer(not_sent(), r#"{"outcome":"not_sent","why":"no route"}"#);
    answer(
        refused(),
        r#"{"outcome":"refused","status":400,"code":null,"message":null}"#,
    );
    let (status, code, message) = (429, Some("c".to_owned()), Some("m".to_owned()));
    answer(
        Outcome::Deferred {
            status,
            code: code.clone(),
            message: message.clone(),
        },
        r#"{"outcome":"deferred","status":429,"code":"c","message":"m"}"#,
    );
    answer(
        Outcome::Unlisted {
            status,
            code,
            message,
        },
        r#"{"outcome":"unlisted","status":429,"code":"c","message":"m"}"#,
    );
    answer(
        Outcome::Accepted(stated()),
        &format!(r#"{{"outcome":"accepted",{STATED}}}"#),
    );
    answer(
        Outcome::Executed(stated()),
        &format!(r#"{{"outcome":"executed",{STATED}}}"#),
    );
    answer(Outcome::Exists, r#"{"outcome":"exists"}"#);
    answer(common::unknown(), r#"{"outcome":"unknown","why":"lost"}"#);
    answer(
        contradiction(),
        r#"{"outcome":"contradiction","what":"another amount","fact":{"id":null,"status":"succeeded","amount":null,"currency":null,"payment":null}}"#,
    );
    let wait_seconds = Some(90);
    let (attempt, outcome) = (3, Outcome::Exists);
    is(
        r#"{"fact":"answered","attempt":3,"outcome":{"outcome":"exists"},"wait_seconds":90}"#,
        Fact::Answered {
            attempt,
            outcome,
            wait_seconds,
        },
    );
}

#[test]
fn what_may_be_missing_has_a_default_and_what_a_later_version_adds_is_passed_over() {
    let facts = |body: &str| {
        let Entry::Noted { evidence, .. } = read(&noted(body)) else {
            panic!("it is noted");
        };
        evidence.fact
    };
    let decided = r#"{"fact":"decided","attempt":3,"decision":"ready","evidence":"e","by":"Ada"}"#;
    let Fact::Decided { known, .. } = facts(decided) else {
        panic!("it is decided");
    };
    assert_eq!(known, Known::default());
    let attempt = 3;
    let more = r#"{"fact":"marked","attempt":3,"later":{"x":[1]}}"#;
    assert_eq!(facts(more), Fact::Marked { attempt });
    let later = BEGUN.replace(r#""key":"token1","#, r#""key":"token1","later":true,"#);
    assert_eq!(read(&later), read(BEGUN));
}

#[test]
fn what_is_no_entry_is_not_read() {
    let cases = [
        "",
        "{}",
        "null",
        "[]",
        r#"{"begun":{"by":"ada"}}"#,
        r#"{"lost":{"by":"ada"}}"#,
        r#"{"noted":{"by":"ada","operation":-1,"evidence":{"at":"1970-01-01T00:00:07Z","fact":{"fact":"cancelled"}}}}"#,
    ];
    for body in cases {
        assert_eq!(Entry::decode(body.as_bytes()), Err(Unreadable), "{body}");
    }
    for body in [
        noted(r#"{"fact":"unheard_of"}"#),
        noted(r#"{"fact":"marked"}"#),
        noted(r#"{"fact":"marked","attempt":-1}"#),
        format!("{BEGUN}{BEGUN}"),
        BEGUN.replace("1000", "1000.0"),
        BEGUN.replace("1000", "-1000"),
        BEGUN.replace(r#""by":"ada""#, r#""by":"a b""#),
        BEGUN.strip_suffix('}').unwrap().to_owned(),
    ] {
        assert_eq!(Entry::decode(body.as_bytes()), Err(Unreadable), "{body}");
    }
}
