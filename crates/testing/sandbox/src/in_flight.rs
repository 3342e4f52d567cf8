//! Keys whose first request is being carried out.

use std::collections::HashMap;

use crate::ledger::Provider;

/// Each key with the time, in milliseconds since 1970, at which its request will have been answered.
#[derive(Debug, Default)]
pub(crate) struct InFlight(HashMap<(Provider, String), i64>);

impl InFlight {
    pub(crate) fn has(&self, provider: Provider, key: &str, now: i64) -> bool {
        let until = self.0.get(&(provider, key.to_owned()));
        until.is_some_and(|until| now < *until)
    }

    pub(crate) fn begin(&mut self, provider: Provider, key: &str, until: i64) {
        self.0.insert((provider, key.to_owned()), until);
    }

    pub(crate) fn end(&mut self, provider: Provider, key: &str) {
        self.0.remove(&(provider, key.to_owned()));
    }
}
