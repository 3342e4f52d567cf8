//! The language of profiles: its tables as types, and what is checked of them. Pure data: what is
//! done with it stands in the runtime, of which nothing here knows.

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
mod signed;
mod status;
mod template;
mod webhook;
mod window;
mod words;

pub(crate) use amounts::{Amounts, NegativeAmounts};
pub(crate) use auth::{Basic, Sign, Token};
#[cfg(feature = "tools")]
pub(crate) use body::DEEPEST;
pub(crate) use body::{Body, Encoding, Filling};
pub(crate) use call::{AnswerKind, Read, Reversal, ReversalAnswer, Shape, Verb};
pub(crate) use digest::{Algorithm, Encoding as DigestEncoding};
pub(crate) use digits::Digits;
pub(crate) use dispute::{DisputeWord, Disputes};
pub(crate) use document::{Document, PaymentFields, RefundFields};
pub(crate) use errors::{Means, Rule};
pub(crate) use fit::{Fit, OWN};
#[cfg(feature = "tools")]
pub(crate) use http_status::HttpStatus;
pub(crate) use list::{Count, End, RefundList};
pub use mistake::Mistake;
pub(crate) use name::Name;
#[cfg(feature = "tools")]
pub(crate) use near::nearest;
pub(crate) use path::{OneOrMore, Paths, Place, Step};
pub(crate) use placeholder::Placeholder;
#[cfg(feature = "tools")]
pub(crate) use profile::{LARGEST, doubts_of, mistakes_of};
pub use profile::{Profile, ProfileError};
pub(crate) use reserved::RESERVED;
pub(crate) use route::{Path, is_segment};
pub(crate) use signed::Signed;
pub(crate) use status::{StageWord, StatusWord};
pub(crate) use template::{Template, Values};
pub(crate) use webhook::{KeyForm, Webhook};
pub(crate) use words::Words;
