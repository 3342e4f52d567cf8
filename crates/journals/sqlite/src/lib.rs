//! The journal in one SQLite file: durable, checked, and for all processes of a machine.
//!
//! ```
//! # async fn example() -> Result<(), refundkit_core::JournalError> {
//! use refundkit_core::Store;
//! use refundkit_sqlite::SqliteStore;
//!
//! let store = SqliteStore::open("refundkit.db").await?;
//! println!("{} operations", store.info().await?.operations);
//! # Ok(())
//! # }
//! ```
//!
//! Every write is on the disk before it is answered (write-ahead log, `synchronous=FULL`). In each process
//! one thread writes; what arrives while it waits for the disk is written together with the next
//! commit. Another one reads, without ever waiting for who writes, and a third one copies the log into the
//! file. Entries are only ever added; the sums of each payment stand in a row with a CHECK, changed in the
//! transaction that adds the entries.
//!
//! On a full disk or a failing one, everyone whose write shared the commit is told so, and nothing of
//! it is kept; the next commit is tried anew. One case is open, and has an error of its own
//! ([`Uncertain`](refundkit_core::JournalError::Uncertain)): where the sync itself failed and all processes die
//! before another commit, such a write may be there after all, whole.
//!
//! Opening costs the same at any size. What is read in order to act is always checked: the journal's own
//! row by a checksum, a payment's ledger by the hash over its entries, which is core's. That a whole payment
//! is missing is noticed by [`SqliteStore::verify`], that the newest entries are, by the numbers that each
//! writer keeps, and that an older copy was put back, by the file `FILE-high` beside the journal, which
//! says how far it had come. Keep the two together.
//!
//! A process that writes holds the lock on one of the files `FILE-w0`, `FILE-w1` and so on, by which
//! others see that it lives. On a network file system neither these locks nor SQLite's own can be relied
//! upon; where one is recognised, it is refused.

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
mod turn;
mod verify;
mod writer;

pub use store::SqliteStore;
pub use verify::{Progress, Verified};
