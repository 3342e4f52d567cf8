//! How a request proves who sends it, where a key in a header is not enough: signatures over its
//! text, tokens that are fetched, and signers that live outside of this crate.

mod digest;
pub(crate) mod signer;
mod token;

pub(crate) use digest::{Algorithm, Encoding, sign, sign_with};
pub(crate) use signer::header::checked;
pub(crate) use signer::{Signer, Unsigned};
pub(crate) use token::{Fresh, TokenCache};
