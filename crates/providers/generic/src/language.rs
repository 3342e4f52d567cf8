//! The language of profiles: its tables as types, and what is checked of them. Pure data, and no way
//! to send anything: how requests are written by it, and answers read, the types here don't know.
//!
//! [`Profile`] is a text of it that was read and checked, and [`Document`] all that it says. What is
//! public of the tables is what explains a profile to people. Their words are enumerations without
//! room for others on purpose: a new word is a new thing to explain.

mod amounts;
mod auth;
mod body;
mod builtin;
mod call;
mod capabilities;
mod check;
mod digest;
mod digits;
mod dispute;
mod document;
mod errors;
mod fit;
mod http_status;
mod list;
mod meanings;
mod mistake;
mod name;
mod near;
mod path;
mod placeholder;
mod places;
mod profile;
mod reserved;
mod route;
pub(crate) mod rules;
mod schema;
mod signed;
mod status;
mod template;
mod webhook;
mod window;

pub(crate) use amounts::{Amounts, NegativeAmounts};
pub use auth::{Auth, Token};
pub(crate) use auth::{Basic, Sign};
pub use body::DEEPEST_BODY;
pub(crate) use body::{Body, Encoding, Filling};
pub use call::Read;
pub(crate) use call::{AnswerKind, Reversal, ReversalAnswer, Shape, Verb};
pub use digest::{Algorithm, Encoding as DigestEncoding};
pub(crate) use digits::Digits;
pub(crate) use dispute::DisputeWord;
pub use dispute::Disputes;
pub use document::{Api, Document, PaymentFields, RefundFields};
pub use errors::{Errors, Means, Rule};
pub(crate) use fit::{Fit, OWN};
pub use http_status::HttpStatus;
pub use list::RefundList;
pub(crate) use list::{Count, End};
pub use meanings::Meanings;
pub use mistake::Mistake;
pub use name::Name;
pub use near::nearest;
pub use path::{OneOrMore, Paths};
pub(crate) use path::{Place, Step};
pub(crate) use placeholder::Placeholder;
pub use profile::{MOST_PROFILE_BYTES, Profile, ProfileError};
pub(crate) use reserved::RESERVED;
pub use route::Path;
pub(crate) use route::is_segment;
pub use signed::Signed;
pub use status::{StageWord, StatusWord};
pub use template::Template;
pub(crate) use template::Values;
pub use webhook::{KeyForm, Webhook};
