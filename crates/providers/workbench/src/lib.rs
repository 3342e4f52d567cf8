//! For people who write profiles of [`refundkit-generic`](refundkit_generic): all mistakes of a text at
//! once, what it means in prose, a schema for editors, a first draft, and vectors that prove it without
//! a network.
//!
//! An application that refunds needs none of this.
//!
//! ```
//! let text = "name = \"shop\"\namounts = \"pence\"\n";
//! let mistakes = refundkit_workbench::check(text);
//! assert!(mistakes.iter().any(|mistake| mistake.line == Some(2)));
//! ```

mod check;
pub mod draft;
mod explain;
mod schema;
pub mod vectors;

pub use check::{check, warnings};
pub use explain::explain;
pub use schema::schema;
