//! What simulated providers start with, and where they listen then. By default nothing goes wrong, and
//! a refund has settled when it is next looked at.

use std::time::Duration;

use serde::Serialize;

use crate::fault::Fault;

/// What a sandbox starts with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SandboxConfig {
    /// The first of four ports (Dojo, Dodo, Primer, admin; then those of
    /// [`more_providers`](Self::more_providers)); 0 for any that are free.
    pub port: u16,
    /// How many ordinary payments each provider holds beside the named ones.
    pub payments: usize,
    /// From which chances and ids are drawn.
    pub seed: u64,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// How long a refund takes to settle. With zero it has settled when it is next looked at.
    pub complete_after: Duration,
    /// How long an answer under the fault `slow` takes.
    pub slow: Duration,
    /// The key that all providers take, and no other.
    pub api_key: String,
    /// Whether the providers that are there to try profiles on are simulated too: Stripe,
    /// Mollie and Polar. A sandbox has them only where it is asked to.
    pub more_providers: bool,
    /// How old a payment may be for Dodo to refund it. Dodo's refund page says 30 days.
    pub dodo_window: Duration,
    /// How far the sandbox's clock is ahead of the machine's when it starts, in milliseconds; behind
    /// it where negative. So a test stands at the same hour whenever it is run.
    pub ahead_ms: i64,
    /// Where its time stands, in milliseconds since 1970, until [`advance`](crate::Sandbox::advance)
    /// or [`rewind`](crate::Sandbox::rewind) moves it. `None` where it goes by the machine's clock.
    pub still_at: Option<i64>,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            port: 0,
            payments: 20,
            seed: 1,
            faults: Vec::new(),
            complete_after: Duration::ZERO,
            slow: Duration::from_secs(2),
            api_key: "sk_sandbox_refundkit".to_owned(),
            more_providers: false,
            dodo_window: Duration::from_secs(30 * 24 * 3600),
            ahead_ms: 0,
            still_at: None,
        }
    }
}

/// Where a sandbox listens, and the key that it takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// Dojo's base URL.
    pub dojo: String,
    /// Dodo's base URL.
    pub dodo: String,
    /// Primer's base URL.
    pub primer: String,
    /// The admin port's base URL.
    pub admin: String,
    /// Stripe's base URL, where it is simulated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stripe: Option<String>,
    /// Mollie's base URL, where it is simulated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mollie: Option<String>,
    /// Polar's base URL, where it is simulated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub polar: Option<String>,
    /// The key that all of them take. It is no secret: nothing but the sandbox takes it.
    pub api_key: String,
}

/// Milliseconds, as the sandbox counts time.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
