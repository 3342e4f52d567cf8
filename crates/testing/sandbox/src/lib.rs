//! Simulated providers with ledgers and faults, written from the documents of the real ones.
//!
#![doc = include_str!("../README.md")]

mod admin;
mod body;
mod call;
mod clock;
mod config;
mod direct;
mod dispute;
mod fault;
mod in_flight;
mod ledger;
mod major;
mod pause;
mod plant;
mod seed;
mod server;
mod sites;
mod stream;
mod view;
mod world;

pub use config::{Addresses, SandboxConfig};
pub use direct::{Arrived, Told};
pub use dispute::{DisputeError, DisputeStage, DisputeStatus};
pub use fault::{Fault, FaultError, FaultKind};
pub use ledger::{Item, Payment, Provider, Stage};
pub use pause::{Pause, PauseAt};
pub use plant::Plant;
pub use server::Sandbox;
pub use view::{Amount, DisputeView, Effect, PaymentView, SeenRequest};
