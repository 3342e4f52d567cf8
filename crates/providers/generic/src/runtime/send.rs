//! Plans and readings as the requests that a profile describes.

mod account;
mod ask;
mod live;
mod login;
mod request;
mod values;
mod write;

pub(crate) use account::Account;
pub use ask::Ask;
pub use live::Live;
