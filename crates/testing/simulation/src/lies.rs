//! The matrix of lies: the real adapters and the real engine, where the way back from the provider
//! lies.
//!
//! A request goes from the adapter into the sandbox's own reading of the provider's API, in memory
//! and in simulated time. What comes back is changed: each field of each answer is removed, null,
//! emptied, of another type, another payment's or refund's, or there twice; lists are cut, reordered
//! and padded; whole bodies are others, and statuses too. That is crossed with what may befall the
//! request meanwhile (`Scenario`). Then a worker looks for a day, and the
//! sandbox's ledger judges: at most one effect of an operation, never more than was captured, and no
//! final state that the ledger contradicts.
//!
//! Some kinds of cases are left out where they break something, because nobody could tell: a reading
//! that is word for word the true one from before the send; the provider's documented word that
//! nothing was done, about what it did; the word "reversed" about a payment that isn't; a list that is
//! cut alike before and after, where no end of it is stated. They are found by comparing what was told
//! with what the sandbox has said, never by what the adapter makes of it, and counted apart.

mod case;
mod expected;
mod json;
mod judge;
mod lie;
mod matrix;
mod report;
mod scenario;
mod site;
mod wire;

pub use expected::Expected;
pub use judge::End;
pub use matrix::{Matrix, Run};
pub use report::{Counts, Report};

#[cfg(test)]
mod tests;
