//! Whoever keeps ledgers, and keeps no rule, passes the suite.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    dead_code,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{Flaw, Harness};

async fn make() -> Harness {
    Harness::with(Flaw::None)
}

refundkit_conformance::store_suite!(make);
