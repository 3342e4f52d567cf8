//! The server killed in a storm of messages: what was answered with a success is in the journal.
#![cfg(unix)]
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

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use common::serving::Desk;
use common::signed::Message;
use common::wire::Connection;

const DODO: &str = "/webhooks/dodo";
const OPERATIONS: u32 = 1_000;
const LANES: u32 = 16;
/// So many answers come before the kill: at the start, in the middle, and again.
const KILLS: [u32; 3] = [1, 150, 400];

/// Sends messages about refunds that no other lane has, until nobody answers. Which were answered
/// with a success, and with how many it was not clear.
fn lane(address: &str, next: &AtomicU32, answered: &AtomicU32) -> (Vec<u32>, u32) {
    let mut taken = Vec::new();
    let Ok(mut connection) = Connection::open(address) else {
        return (taken, 0);
    };
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number > OPERATIONS {
            return (taken, 0);
        }
        match connection.send(&Message::about(number, "succeeded").request(DODO)) {
            Ok(answer) => {
                assert_eq!(answer.status, 204, "{}", answer.body);
                taken.push(number);
                answered.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => return (taken, 1),
        }
    }
}

#[test]
fn whatever_was_answered_with_a_success_outlives_a_kill() {
    let desk = Desk::with(OPERATIONS);
    let next = AtomicU32::new(1);
    let mut all = Vec::new();
    let mut unclear = 0;
    for answers in KILLS {
        let mut serving = desk.serve();
        let answered = AtomicU32::new(0);
        let address = serving.address.clone();
        let told: Vec<(Vec<u32>, u32)> = std::thread::scope(|scope| {
            let lanes: Vec<_> = (0..LANES)
                .map(|_| scope.spawn(|| lane(&address, &next, &answered)))
                .collect();
            while answered.load(Ordering::Relaxed) < answers {
                std::thread::sleep(Duration::from_micros(200));
            }
            serving.kill();
            lanes.into_iter().map(|lane| lane.join().unwrap()).collect()
        });
        for (taken, open) in told {
            all.extend(taken);
            unclear += open;
        }
    }
    assert!(unclear > 0, "no kill came while something was under way");
    assert!(
        next.load(Ordering::Relaxed) <= OPERATIONS,
        "the storm was over"
    );

    let serving = desk.serve();
    let mut connection = serving.connect();
    for number in &all {
        let message = Message::about(*number, "succeeded");
        assert_eq!(connection.send(&message.request(DODO)).unwrap().status, 204);
    }
    let known = serving.metric("refundkit_webhooks_total{provider=\"dodo\",result=\"known\"}");
    println!("{} answered, {known} known, {unclear} unclear", all.len());
    assert_eq!(known, f64::from(u32::try_from(all.len()).unwrap()));
    let succeeded = "refundkit_operations{provider=\"dodo\",state=\"succeeded\"}";
    assert!(serving.metric(succeeded) >= known);
    serving.terminate();
    assert_eq!(serving.ended().code(), Some(0));
    assert_eq!(desk.json(&["journal", "verify"]).code, 0);
}
