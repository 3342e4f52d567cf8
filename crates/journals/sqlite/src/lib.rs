//! Core's `Store` in one file. No rule of money is here.
//!
#![doc = include_str!("../README.md")]

mod append;
mod body;
mod checkpoint;
mod connect;
mod durable;
mod error;
mod header;
mod high;
mod ids;
mod inbox;
mod layout;
mod list;
mod load;
mod mounts;
mod open;
mod own;
mod pauses;
mod place;
mod port;
mod prepared;
mod reader;
mod slot;
mod states;
mod store;
mod transaction;
mod verify;
mod writer;

pub use store::SqliteStore;
pub use verify::{Progress, Verified};
