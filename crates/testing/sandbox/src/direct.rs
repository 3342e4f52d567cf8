//! The providers without ports: a request is handed in, and answered at once. With a time that stands
//! still a whole story runs in one thread, and is the same each time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::call::Call;
use crate::config::{Addresses, SandboxConfig};
use crate::ledger::Provider;
use crate::server::Sandbox;
use crate::world::{Fate, World};

/// A request to a provider.
#[derive(Clone, Debug)]
pub struct Arrived<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The path, and `?` and the query where there is one, encoded.
    pub target: &'a str,
    /// The headers, their names in any case.
    pub headers: Vec<(String, String)>,
    /// The body; empty where there is none.
    pub body: &'a [u8],
}

/// What a provider answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Sandbox {
    /// A sandbox that listens nowhere, with no payments in it but those that are
    /// [added](Self::add_payment): requests come by [`tell`](Self::tell).
    #[must_use]
    pub fn without_ports(config: &SandboxConfig) -> Self {
        let addresses = Addresses {
            api_key: config.api_key.clone(),
            ..Addresses::default()
        };
        Self::of(Arc::new(Mutex::new(World::new(config))), addresses)
    }

    /// Takes a request in as the provider's port would, faults and all, but for those that only take
    /// time. `None` where no whole answer comes back.
    #[must_use]
    pub fn tell(&self, provider: Provider, request: &Arrived<'_>) -> Option<Told> {
        let (path, query) = request
            .target
            .split_once('?')
            .unwrap_or((request.target, ""));
        let headers = request.headers.iter();
        let call = Call {
            method: request.method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
                .collect::<BTreeMap<_, _>>(),
            body: request.body.to_vec(),
        };
        match self.world().take(provider, &call) {
            Fate::Answer(reply) | Fate::Slow(reply) => Some(Told {
                status: reply.status,
                body: reply.body,
            }),
            Fate::Drop | Fate::Cut(_) => None,
        }
    }

    /// From now on no provider remembers a key that it has seen.
    pub fn forget_keys(&self) {
        self.world().keys.clear();
    }
}
