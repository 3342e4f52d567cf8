//! What the built-in profiles send and read, and what the sandbox answers, judged by providers' OpenAPI documents.
//!
//! The documents are theirs and no part of this repository: the variable `REFUNDKIT_SPECS` names
//! the folder that has them, and `cargo xtask contract --specs DIR` sets it. Without it the tests
//! that need a document say so and do nothing; those of the machinery always run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    missing_docs,
    reason = "a test stops at the first surprise, and says what it left out"
)]

mod documents;
mod examples;
mod profiles;
mod sandbox;
mod spec;
