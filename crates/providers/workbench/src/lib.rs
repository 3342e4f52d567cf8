//! Tools for authors of profiles. What is done with a profile is in `refundkit-generic`.
//!
#![doc = include_str!("../README.md")]

mod check;
pub mod draft;
mod explain;
mod schema;
pub mod vectors;

pub use check::{check, warnings};
pub use explain::explain;
pub use schema::schema;
