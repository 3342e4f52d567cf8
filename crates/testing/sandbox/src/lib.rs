//! Simulated payment providers on loopback, for tests, trials and `refundkit demo`.
//!
//! Dojo, Dodo Payments and Primer, each on a port of its own with the paths and bodies of the real
//! API, and an admin port that tells what really happened. Each keeps a ledger and applies what it
//! is told: refunds add up, items have balances, keys are remembered, statuses settle later. It
//! can lose answers and do other harm on purpose ([`Fault`]); undisturbed, it answers what the
//! provider documents, whole. Payments can be disputed ([`Sandbox::dispute`]). Stripe, Mollie and Polar join
//! where [`SandboxConfig::more_providers`] asks for them.
//!
//! This crate imports no adapter, so that a mistake in one can't hide behind the same mistake here.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use refundkit_sandbox::{Sandbox, SandboxConfig};
//!
//! let sandbox = Sandbox::start(SandboxConfig::default()).await?;
//! println!("{}", sandbox.addresses().dojo);
//! assert!(sandbox.effects().is_empty());
//! # Ok(())
//! # }
//! ```

mod admin;
mod body;
mod call;
mod clock;
mod config;
mod direct;
mod dispute;
mod fault;
mod hold;
mod in_flight;
mod ledger;
mod major;
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
pub use hold::{Hold, HoldAt};
pub use ledger::{Item, Payment, Provider, Stage};
pub use plant::Plant;
pub use server::Sandbox;
pub use view::{Amount, DisputeView, Effect, PaymentView, SeenRequest};
