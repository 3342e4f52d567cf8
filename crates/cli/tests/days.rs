//! What hangs on the calendar, at hours at which days end, begin or are not as long as others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::day::{Day, MOMENTS, Moment, Reversal};
use common::{Ran, Shop};
use refundkit_sandbox::FaultKind;

const SITES: [(&str, &str); 3] = [
    ("dojo", "pi_auth_1"),
    ("dojo-2022", "pi_auth_1"),
    ("primer", "prim_auth_1"),
];

/// What the plan says where it lies too near a midnight.
const IN_DOUBT: &str = "the end of the day on which a reversal is possible";

fn at(moment: &Moment) -> Shop {
    Shop::on(Day::at(moment.at), &[])
}

fn has_notice(ran: &Ran, words: &str) -> bool {
    let json = ran.json();
    let mut notices = json["notices"].as_array().unwrap().iter();
    notices.any(|notice| notice.as_str().unwrap().contains(words))
}

fn code_and_kind(ran: &Ran) -> (i32, Option<String>) {
    (ran.code, ran.json()["kind"].as_str().map(str::to_owned))
}

#[test]
fn todays_payment_is_reversed_at_any_hour_and_doubt_is_told() {
    for moment in &MOMENTS {
        for (provider, payment) in SITES {
            let shop = at(moment);
            let ran = shop.json(&["reverse", "--provider", provider, "--payment", payment]);
            let told = format!("{moment:?}, {provider}: {}", ran.out);
            assert_eq!(code_and_kind(&ran), (0, Some("reversal".into())), "{told}");
            // Primer's days end nothing.
            let doubt = moment.today == Reversal::InDoubt && provider != "primer";
            assert_eq!(has_notice(&ran, IN_DOUBT), doubt, "{told}");
            assert_eq!(shop.sandbox.effects()[0].kind, "reversal", "{told}");
        }
    }
}

#[test]
fn yesterdays_payment_is_not_reversed() {
    for moment in &MOMENTS {
        for provider in ["dojo", "dojo-2022"] {
            let shop = at(moment);
            let ran = shop.json(&["reverse", "--provider", provider, "--payment", "pi_auth_2"]);
            let told = format!("{moment:?}, {provider}: {}", ran.out);
            assert_yesterdays_stays(&shop, moment, &ran, &told);
        }
    }
}

/// Refused unsent where the day is over without doubt; where it is in doubt, Dojo was asked once, and
/// it didn't happen.
fn assert_yesterdays_stays(shop: &Shop, moment: &Moment, ran: &Ran, told: &str) {
    if moment.yesterday == Reversal::Over {
        let code = ran.json()["error"]["code"].as_str().map(str::to_owned);
        assert_eq!((ran.code, code.as_deref()), (3, Some("RK1215")), "{told}");
        assert_eq!(shop.moves(), 0, "{told}");
    } else {
        assert!([4, 5].contains(&ran.code), "{told}");
        assert!(has_notice(ran, IN_DOUBT), "{told}");
        assert_eq!(shop.moves(), 1, "{told}");
    }
    assert!(shop.sandbox.effects().is_empty(), "{told}");
}

#[test]
fn reverse_or_refund_takes_the_legal_one_and_says_why() {
    for moment in &MOMENTS {
        let shop = at(moment);
        let mut legal = vec![
            ("pi_auth_1", "reversal", "taken back"),
            ("pi_paid_2", "reversal", "taken back"),
            ("pi_paid_1", "refund", "captured"),
        ];
        if moment.yesterday == Reversal::Over {
            legal.push(("pi_paid_4", "refund", "time"));
        }
        for (payment, kind, word) in legal {
            let ran = either(&shop, payment);
            let told = format!("{moment:?}, {payment}: {}", ran.out);
            assert_eq!(code_and_kind(&ran), (0, Some(kind.to_owned())), "{told}");
            assert!(has_notice(&ran, word), "{told}");
            let doubt = moment.today == Reversal::InDoubt && kind == "reversal";
            assert_eq!(has_notice(&ran, IN_DOUBT), doubt, "{told}");
        }
        let (moves, effects) = (shop.moves(), shop.sandbox.effects().len());
        let ran = either(&shop, "pi_auth_2");
        let told = format!("{moment:?}: {}", ran.out);
        if moment.yesterday == Reversal::Over {
            assert_eq!((ran.code, shop.moves()), (3, moves), "neither: {told}");
        } else {
            assert!([4, 5].contains(&ran.code), "{told}");
        }
        assert_eq!(shop.sandbox.effects().len(), effects, "{told}");
    }
}

/// What was begun as a reversal stays one: a refund in its place could be a second return.
#[test]
fn a_reversal_in_doubt_that_did_not_happen_is_followed_by_no_refund() {
    let in_doubt = |moment: &&Moment| moment.yesterday == Reversal::InDoubt;
    for moment in MOMENTS.iter().filter(in_doubt) {
        let shop = at(moment);
        let ran = either(&shop, "pi_paid_4");
        let told = format!("{moment:?}: {}", ran.out);
        assert!([4, 5].contains(&ran.code), "{told}");
        assert_eq!(ran.json()["kind"], "reversal", "{told}");
        assert_eq!(shop.moves(), 1, "{told}");
        assert!(shop.sandbox.effects().is_empty(), "{told}");
    }
}

#[test]
fn a_lost_reversal_is_found_at_any_hour() {
    for moment in &MOMENTS {
        let shop = Shop::on(Day::at(moment.at), &[FaultKind::AnswerLost]);
        let pi = ["--provider", "dojo", "--payment", "pi_auth_1", "--key", "K"];
        for _ in 0..2 {
            let ran = shop.json(&[&["reverse"][..], &pi].concat());
            let state = ran.json()["state"].as_str().map(str::to_owned);
            let found = (ran.code, state.as_deref());
            assert_eq!(found, (0, Some("succeeded")), "{moment:?}: {}", ran.out);
        }
        assert_eq!(shop.sandbox.effects().len(), 1, "{moment:?}");
    }
}

fn either(shop: &Shop, payment: &str) -> Ran {
    shop.json(&[
        "reverse-or-refund",
        "--provider",
        "dojo",
        "--payment",
        payment,
    ])
}
