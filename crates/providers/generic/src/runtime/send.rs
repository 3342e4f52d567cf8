//! Plans and readings as the requests that a profile describes.

mod account;
mod live;
mod login;
mod outgoing;
mod request;
mod values;
mod write;

pub(crate) use account::Account;
pub use live::Live;
pub use outgoing::Outgoing;
