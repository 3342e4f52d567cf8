//! What the journal does on a disk that is full, that refuses a write or a sync, or loses its power.
//!
//! Each test runs a script in a process of its own, on a disk that fails as `shim.c` is told, and then
//! opens what is left on a disk that works.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stderr,
    reason = "a test stops at the first surprise"
)]

#[path = "../common/mod.rs"]
mod common;

mod calls;
mod full;
mod model;
mod power;
mod script;
mod shim;
