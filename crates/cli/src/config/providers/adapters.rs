//! The adapters that this command is built with: the one place where all of them are named.

use std::sync::Arc;

use refundkit::Webhooks;
use refundkit_http::Secret;

use super::{Built, Common, dodo, dojo, generic};
use crate::config::ProviderSettings;
use crate::failure::Failure;

type MakeAccount = fn(&str, &ProviderSettings, Common) -> Result<Built, Failure>;
type MakeWebhooks = fn(&str, &ProviderSettings, Vec<Secret>) -> Result<Arc<dyn Webhooks>, Failure>;

/// What the command knows of an adapter.
pub(super) struct Adapter {
    /// Its name in a configuration.
    pub(super) name: &'static str,
    /// The settings that belong to it and not to every adapter.
    pub(super) settings: &'static [&'static str],
    /// Makes an account of the provider's settings.
    pub(super) account: MakeAccount,
    /// Makes what reads the provider's messages, with the secrets that they are signed with.
    pub(super) webhooks: MakeWebhooks,
}

const ADAPTERS: &[Adapter] = &[dojo::ADAPTER, dodo::ADAPTER, generic::ADAPTER];

impl Adapter {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        ADAPTERS.iter().find(|adapter| adapter.name == name)
    }

    /// The names of all of them, for people.
    pub(super) fn names() -> String {
        listed(ADAPTERS.iter())
    }

    /// The names of those that a setting belongs to, for people.
    pub(super) fn with(setting: &str) -> String {
        listed(
            ADAPTERS
                .iter()
                .filter(|adapter| adapter.settings.contains(&setting)),
        )
    }
}

fn listed<'a>(adapters: impl Iterator<Item = &'a Adapter>) -> String {
    let names: Vec<&str> = adapters.map(|adapter| adapter.name).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => [&others.join(", "), " and ", last].concat(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_adapters_have_a_name_and_all_are_listed() {
        assert_eq!(Adapter::names(), "dojo, dodo and generic");
        assert_eq!(Adapter::with("profile"), "generic");
        for adapter in ADAPTERS {
            let found = Adapter::named(adapter.name).unwrap();
            assert!(std::ptr::eq(found, adapter) || found.name == adapter.name);
        }
        let mut names: Vec<&str> = ADAPTERS.iter().map(|adapter| adapter.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ADAPTERS.len());
    }
}
