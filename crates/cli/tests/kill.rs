//! The real command over a real file, killed at any moment, hundreds of times: the providers'
//! ledgers and the journal must agree afterwards.
//!
//! `REFUNDKIT_KILLS=10000 cargo test -p refundkit-cli --test kill` goes on for longer.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::process::Stdio;
use std::time::Duration;

use common::ledgers::{add_payment, agree, effects};
use common::{Ran, Shop};
use refundkit_sandbox::{Fault, FaultKind};

/// Where the kills are spread over, by what a whole command takes in a debug build.
const LONGEST_LIFE_MICROS: u64 = 40_000;
const LANES: u64 = 4;

/// A small generator of its own: the moments differ from run to run, and are printed on failure.
struct Moments(u64);

impl Moments {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// Starts the command and kills it after a while; whether it was still alive then.
fn kill(shop: &Shop, args: &[&str], after: Duration) -> bool {
    let mut child = shop
        .command()
        .args(["--output", "json"])
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    let killed = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    killed
}

fn lane(seed: u64, kills: u64) -> (u64, u64) {
    let shop = Shop::open();
    let mut moments = Moments(seed);
    let (mut done, mut round, mut unknown) = (0, 0, 0);
    while done < kills {
        round += 1;
        let (provider, payment, currency) = match moments.next(3) {
            0 => ("dojo", format!("pi_kill_{round}"), "GBP"),
            1 => ("dodo", format!("pay_kill_{round}"), "USD"),
            _ => ("primer", format!("prim_kill_{round}"), "EUR"),
        };
        add_payment(&shop, provider, &payment, currency);
        let amount = format!("10.00 {currency}");
        let args = [
            "refund",
            "--provider",
            provider,
            "--payment",
            &payment,
            "--amount",
            &amount,
            "--key",
            &payment,
        ];
        let faults = (moments.next(4) == 0).then(|| Fault::always(FaultKind::AnswerLost));
        shop.sandbox.set_faults(faults);
        for _ in 0..=moments.next(2) {
            let after = Duration::from_micros(moments.next(LONGEST_LIFE_MICROS));
            done += u64::from(kill(&shop, &args, after));
        }
        shop.sandbox.set_faults([]);
        let ran = shop.json(&args);
        let state = ran.json()["state"].as_str().unwrap_or_default().to_owned();
        let found = effects(&shop).remove(&payment).unwrap_or_default();
        check(seed, round, provider, &ran, &state, &found);
        unknown += u64::from(state == "unknown");
    }
    agree(&shop);
    (done, unknown)
}

/// After the last, undisturbed run: one effect and a state that says so, or, where nothing makes
/// another send safe, no effect and a state that holds the money.
fn check(seed: u64, round: u64, provider: &str, ran: &Ran, state: &str, effects: &[i64]) {
    let right = match state {
        "succeeded" | "accepted" => effects == [1000] && ran.code == 0,
        "unknown" => provider == "dodo" && effects.is_empty() && ran.code == 5,
        _ => false,
    };
    assert!(
        right,
        "seed {seed}, round {round}, {provider}: {state}, effects {effects:?}: {}{}",
        ran.out, ran.err
    );
}

#[test]
fn killed_at_any_moment_it_never_refunds_twice_and_never_forgets() {
    let wanted = std::env::var("REFUNDKIT_KILLS")
        .ok()
        .and_then(|text| text.parse().ok());
    let kills: u64 = wanted.unwrap_or(300);
    let base = u64::from(std::process::id());
    let lanes: Vec<_> = (0..LANES)
        .map(|number| std::thread::spawn(move || lane(base + number, kills.div_ceil(LANES))))
        .collect();
    let (mut killed, mut unknown) = (0, 0);
    for lane in lanes {
        let (done, open) = lane.join().unwrap();
        killed += done;
        unknown += open;
    }
    println!("{killed} kills, {unknown} operations unknown with their money held, 0 differences");
    assert!(killed >= kills);
}
