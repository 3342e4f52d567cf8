//! Single checks of the suite against a store of one's own, here the one that the suite is tested with; and
//! against the same store with a flaw, which its check finds. `store_suite!` makes a test of each.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    dead_code,
    reason = "an example says what it did, with a store that is part of the tests"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use common::{Flaw, Harness};
use refundkit_conformance::StoreHarness as _;
use refundkit_conformance::store::{atomic, conflicts, crowds};

/// What a check has found: a promise that is broken stops it.
async fn tried(name: &str, check: impl Future<Output = ()> + Send + 'static) {
    let found = match tokio::spawn(check).await {
        Ok(()) => "kept",
        Err(_) => "broken",
    };
    println!("{name}: {found}");
}

#[tokio::main]
async fn main() {
    // A broken promise is expected here, and its panic needs no text.
    std::panic::set_hook(Box::new(|_| {}));
    for flaw in [Flaw::None, Flaw::IgnoresVersions, Flaw::WritesHalf] {
        println!("a store whose flaw is {flaw:?}");
        let make = || Harness::with(flaw);
        let whole = atomic::a_change_is_written_whole(make().store());
        tried("a change is written whole", whole).await;
        let stale = conflicts::a_stale_change_is_a_conflict(make().store());
        tried("a stale change is a conflict", stale).await;
        let crowd = crowds::of_many_at_once_one_wins(make());
        tried("of many at once one wins", crowd).await;
    }
}
