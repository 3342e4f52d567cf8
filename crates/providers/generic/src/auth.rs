//! How a request proves who sends it, where a key in a header is not enough: signatures over its
//! text, tokens that are fetched, and signers that live outside of this crate.

#[cfg_attr(
    not(test),
    expect(dead_code, reason = "used by the adapter's next change")
)]
pub(crate) mod digest;
pub(crate) mod signer;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "used by the adapter's next change")
)]
pub(crate) mod token;
