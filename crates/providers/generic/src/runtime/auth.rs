//! How a request proves who sends it, where a key in a header is not enough: signatures over its
//! text, tokens that are fetched, and signers that live outside of this crate.

mod digest;
mod signer;
mod token;

pub(crate) use digest::{sign, sign_with};
pub(crate) use signer::checked;
pub use signer::{SignError, SignedHeader, Signer, Unsigned};
pub(crate) use token::{Fresh, TokenCache};
