//! A first draft of a profile, from the few things that are asked of its author.
//!
//! A draft is written to be corrected. What nobody has said is left out where leaving it out is the
//! careful choice: no error counts as a refusal until its author has listed it.

mod profile;
mod vectors;

pub use profile::{Draft, DraftAmount, DraftAuth, DraftEncoding, draft};
pub use vectors::draft_vectors;
