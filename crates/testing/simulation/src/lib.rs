//! The real engine and the real step functions over simulated providers, clocks and workers, and a store
//! that all of them share: in one thread, in simulated time, the same for the same seed.
//!
//! A run draws its provider (what its keys, lists and caps are like, and how long anything may
//! take), its workers (how many, how their clocks differ, when they stand still or die), its
//! payments and requests from a seed. For a while everything goes wrong that may; then nothing does,
//! and time passes. These have to hold, and the first that doesn't ends the run:
//!
//! | | |
//! | --- | --- |
//! | I1 | an operation has at most one effect at the provider |
//! | I2 | what is returned of a payment, by us and others, is no more than was captured and isn't disputed; by us, no more than any caller said was paid where that is all there is |
//! | I3 | succeeded means exactly one effect, of the same amount and payment |
//! | I4 | rejected, cancelled and failed mean that no money is gone, and that none can go |
//! | I5 | a mark is known to be written down before its request leaves, which is soon after it or never |
//! | I6 | what a caller was told of stays in the journal, and ends final or parked; what is on its way for longer than its provider takes waits for a person |
//! | I7 | a key names one operation; other content under it is an error, and so is another namespace |
//! | I8 | a change is written down on the version that it was made on, and changes something; a mark counts from before its ledger was loaded; an attempt is given up only where nobody can be at it; a person decides about what they saw |
//! | I9 | evidence folds to the same state in any order, and repeated |
//! | I10 | the provider sees one key for all attempts of an operation |
//! | I11 | one attempt of a payment at a time |
//! | I12 | what is held of a payment fits into what was captured |
//! | I14 | no card's number is written down |
//! | I15 | without a key, nothing is sent again before it is quiet, nor more than once; nothing at all without a look at a payment that is shown, nor after two errors that nobody knows |
//! | I16 | a message counts only as the provider has signed it, and while it is new |
//! | I17 | what was answered with a success is in the journal, and what is to be read is read |
//! | I18 | a message is about the operation whose refund it tells of |
//! | I19 | nothing is sent before the provider wants it, unless its key would run out |
//! | I20 | what a lost journal has made happen twice is told by a comparison, or that there is nothing to compare with |
//!
//! I13, what a store keeps beside the entries, is each store's own, and is tried there.
//!
//! No worker holds anything: several work on one payment at once, with clocks apart, stop for hours
//! between any two calls of the store, wake up and go on, or die. What one has decided while another has
//! changed the ledger meets a conflict, and what is seen of that is counted.
//!
//! In half of the seeds the provider sends messages about its refunds, signed by code of the
//! simulation's own and read by the adapters' own.
//!
//! In half of them something about the provider is odd: readings without a total, an end or disputes,
//! or about something else; answers of other requests; errors that no list has; totals that count
//! only what has arrived; refunds that never end; reversals beside refunds; people who decide in
//! haste. A tenth of the seeds drives the real adapters over the sandbox, with lies in what goes over
//! the wire, and in a quarter of those the journal is lost or set back to an older copy.
//!
//! Beside the sampling, [`enumerate()`] goes through every effect boundary, with every class of
//! answer, with one and two crashes, and [`lies`] through what a provider's answers may say instead
//! of the truth.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    clippy::missing_panics_doc,
    reason = "it is a test: it stops at the first surprise"
)]

mod adapters;
mod check;
mod clock;
mod connection;
mod enumerate;
mod finish;
mod knobs;
mod ledger;
pub mod lies;
mod life;
mod messages;
mod misrouted;
mod oddities;
mod people;
mod reading;
mod real;
mod requests;
mod run;
mod site;
mod store;
mod trace;
mod waits;
mod workers;
mod world;
mod written;

pub use enumerate::{Enumerated, cases_without_a_crash, enumerate, enumerate_kind, kinds};
pub use run::run;
pub use trace::{Trace, Violation};
