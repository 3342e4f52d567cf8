//! HTTP for adapters, with one promise above all: every failure says whether the request can have
//! arrived.
//!
//! An adapter builds a [`Request`] and gives it to a [`Transport`]. What comes back is a
//! [`Response`] (the provider answered, whatever it said) or a [`SendError`]: `NotSent` where no
//! byte of the request left this machine, `MaybeSent` in every other case. Nothing here is ever
//! sent twice; whether to send again is decided by the rules in `refundkit-core`.
//!
//! [`HttpClient`] is the real transport. Redirects and protocol retries are off, proxies of the
//! environment are ignored, plain `http` is for loopback only, and a body of more than 1 MiB is
//! not read. A reading asks for no stored answer, and takes none: an answer whose `Age` or `Date` says
//! that it was made before it was asked for is an error. A host that is, or resolves to, a private or reserved address is refused before
//! anything is sent, unless it is loopback by its own spelling or
//! [allowed by name](HttpConfig::allow_private). Where a [`Rate`] is set, no request leaves sooner
//! after another than it says.
//!
//! A request knows the secrets that it carries, and its answer knows them too: by [`Masks`] every text
//! for people and for evidence is masked, whatever a provider repeats. What a provider sends by itself is
//! checked with [`SigningKeys`].

mod base_url;
mod client;
mod config;
mod fresh;
mod guard;
mod leave;
mod masks;
mod method;
mod pace;
mod rate;
mod request;
mod response;
mod secret;
mod signature;
#[cfg(feature = "testing")]
mod testing;
mod translate;
mod transport;

pub use base_url::BaseUrl;
pub use client::HttpClient;
pub use config::{ConfigError, HttpConfig, Mode};
pub use leave::LeaveBy;
pub use masks::{Masks, Told};
pub use method::Method;
pub use rate::{Rate, RateError};
pub use request::Request;
pub use response::{NotJson, Response};
pub use secret::Secret;
pub use signature::{SigningKeys, hmac_sha256, hmac_sha512};
#[cfg(feature = "testing")]
pub use testing::{Reply, ScriptedTransport};
pub use transport::{SendError, Transport};
