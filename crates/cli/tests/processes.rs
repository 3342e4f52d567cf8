//! A crowd of processes over one journal, all refunding one payment: it never pays out more than
//! it holds, and whoever came too late is told so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and shows what it counted"
)]

mod common;

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::time::Duration;

use common::ledgers::agree;
use common::{Ran, Shop};
use refundkit_sandbox::Fault;

/// So many processes at once, each asking for so many refunds of 10.00.
const PROCESSES: usize = 4;
const REFUNDS: usize = 4;
/// How often a process may find another one's attempt for the payment under way.
const PATIENCE: usize = 2_000;

/// How many answers of each kind: a state, or a refusal's code.
type Told = BTreeMap<String, usize>;

/// One request by a process of its own, again for as long as another one's attempt goes first; in good
/// weather also for as long as another refund of the payment is open, since it soon won't be.
fn ask(shop: &Shop, args: &[&str], is_good: bool) -> Ran {
    for _ in 0..PATIENCE {
        let ran = shop.json(args);
        let waits = match ran.code {
            8 => ["RK3007"].as_slice(),
            3 if is_good => &["RK1213"],
            _ => return ran,
        };
        let answer = ran.json();
        let code = answer["error"]["code"].as_str().unwrap();
        if !waits.contains(&code) {
            assert_eq!(ran.code, 3, "{}", ran.out);
            return ran;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it never was its turn");
}

/// A process after the other, each with a key of its own.
fn lane(
    shop: &Shop,
    lane: usize,
    (provider, payment, amount): (&str, &str, &str),
    is_good: bool,
) -> Told {
    let mut told = Told::new();
    for number in 0..REFUNDS {
        let key = format!("key-{lane}-{number}");
        let args = [
            "refund",
            "--provider",
            provider,
            "--payment",
            payment,
            "--amount",
            amount,
            "--key",
            &key,
        ];
        let ran = ask(shop, &args, is_good);
        let answer = ran.json();
        let state = answer["state"].as_str().unwrap();
        let word = match (ran.code, state) {
            (0, "accepted" | "succeeded") => "made",
            (5, "unknown") => "unknown",
            (3, "refused") => answer["error"]["code"].as_str().unwrap(),
            _ => panic!("{key}: {}{}", ran.out, ran.err),
        };
        *told.entry(word.to_owned()).or_default() += 1;
    }
    told
}

/// A payment of 50.00, asked for 160.00 by four processes at once. What each was told in the end,
/// after the sandbox has healed and the worker has been through.
fn crowd(weather: &[&str], site: (&str, &str, &str)) -> (Shop, BTreeMap<String, usize>) {
    let shop = Shop::open();
    let faults = weather.iter().map(|fault| fault.parse::<Fault>().unwrap());
    shop.sandbox.set_faults(faults);
    let start = Barrier::new(PROCESSES);
    let told: Vec<Told> = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..PROCESSES)
            .map(|number| {
                let (shop, start) = (&shop, &start);
                scope.spawn(move || {
                    start.wait();
                    lane(shop, number, site, weather.is_empty())
                })
            })
            .collect();
        lanes.into_iter().map(|lane| lane.join().unwrap()).collect()
    });
    let mut answers: BTreeMap<String, usize> = BTreeMap::new();
    for (word, count) in told.into_iter().flatten() {
        *answers.entry(word).or_default() += count;
    }
    let (provider, ..) = site;
    println!("{provider} {weather:?}: {answers:?}");
    shop.sandbox.set_faults([]);
    assert_eq!(shop.run(&["work", "--once"]).code, 0, "all is clear now");
    let kept = answers.remove("made").unwrap_or(0) + answers.remove("unknown").unwrap_or(0);
    assert_eq!(agree(&shop), kept, "what was refused is nowhere");
    let verified = shop.run(&["journal", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.err);
    let refused: usize = answers.values().sum();
    assert_eq!(kept + refused, PROCESSES * REFUNDS);
    assert_eq!(shop.sandbox.effects().len(), kept);
    (shop, answers)
}

/// Everything is paid out, and the rest was refused for lack of money without being sent.
fn all_is_paid_out(site: (&str, &str, &str)) {
    let (shop, refused) = crowd(&[], site);
    assert_eq!(shop.refunded(site.1), 5_000);
    assert_eq!((shop.sandbox.effects().len(), shop.moves()), (5, 5));
    let lack = |code: &String| ["RK1203", "RK1204"].contains(&code.as_str());
    assert!(refused.keys().all(lack), "{refused:?}");
}

/// Answers are lost on the way: more than there is isn't paid out even so.
fn not_more_than_there_is(site: (&str, &str, &str)) {
    let (shop, refused) = crowd(&["answer-lost=0.4", "error-after-effect=0.2"], site);
    assert!(shop.refunded(site.1) <= 5_000);
    // While one is unknown, others of its payment may have to wait for it.
    let known = |code: &String| ["RK1203", "RK1204", "RK1213"].contains(&code.as_str());
    assert!(refused.keys().all(known), "{refused:?}");
}

const DOJO: (&str, &str, &str) = ("dojo", "pi_paid_1", "10.00 GBP");
const DODO: (&str, &str, &str) = ("dodo", "pay_paid_1", "10.00 USD");

#[test]
fn four_processes_refund_a_dojo_payment_and_no_more_of_it_than_there_is() {
    all_is_paid_out(DOJO);
}

#[test]
fn four_processes_refund_a_dodo_payment_and_no_more_of_it_than_there_is() {
    all_is_paid_out(DODO);
}

#[test]
fn four_processes_in_bad_weather_refund_no_more_of_a_dojo_payment_than_there_is() {
    not_more_than_there_is(DOJO);
}

#[test]
fn four_processes_in_bad_weather_refund_no_more_of_a_dodo_payment_than_there_is() {
    not_more_than_there_is(DODO);
}
