//! The journal in one SQLite file: durable, checked, and for one process at a time.
//!
//! ```
//! # async fn example() -> Result<(), refundkit_core::JournalError> {
//! use refundkit_core::Journal;
//! use refundkit_sqlite::SqliteJournal;
//!
//! let journal = SqliteJournal::open("refundkit.db").await?;
//! println!("{} operations", journal.info().await?.operations);
//! # Ok(())
//! # }
//! ```
//!
//! Every write is on the disk before it is answered (write-ahead log, `synchronous=FULL`). One
//! thread writes; what arrives while it waits for the disk is written together with the next
//! commit. Operations and evidence are only ever added, which triggers guard; the budget of each
//! payment is a row with a CHECK, changed in the transaction that adds the operation.
//!
//! On a full disk or a failing one, everyone whose write shared the commit is told so, and nothing of
//! it is kept; the next commit is tried anew. One case is open: where the sync itself failed and the
//! process dies before another commit, such a write may be there after all, whole. A mark that is found
//! so was not sent, and is looked up like any other of which no answer is known.
//!
//! Each row is bound to those before it by a hash. A journal of up to 30,000 rows is checked whole at
//! every opening: its pages and indexes, its rows, and what follows from them: the states, the budgets, and
//! which operation has made which of the provider's refunds. Of a
//! larger one these are the newest thousand rows, and all by [`SqliteJournal::verify`]. In any journal,
//! an operation that is read is checked against the hashes of its rows and against what was stored of
//! it elsewhere, and an operation is begun or marked only where its payment's operations, both indexes
//! that lead to it, the budget and the refunds agree. The namespace is one of the rows. How far the journal had come stands in the lock file beside
//! it, so that an older copy is noticed.
//!
//! A lock on `FILE.lock` beside the journal keeps other processes out. On a network file system
//! neither this lock nor SQLite's own can be relied upon: keep the file on a local disk.

mod account;
mod budget;
mod census;
mod chain;
mod durable;
mod error;
mod inbox;
mod journal;
mod list;
mod mark;
mod open;
mod refunds;
mod rows;
mod schema;
mod verify;
mod writer;

pub use journal::SqliteJournal;
pub use verify::Verified;
