//! The three adapters over a sandbox, in the test's own process.

use std::sync::Arc;

use super::day::Day;
use refundkit::{Builder, Provider, Refunds};
use refundkit_dodo::{Dodo, DodoConfig};
use refundkit_dojo::{Dojo, DojoConfig, Version};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{BaseUrl, Secret};
use refundkit_sandbox::{Addresses, Sandbox};

pub(crate) fn dojo(sandbox: &Sandbox, version: Version) -> Arc<dyn Provider> {
    let at = sandbox.addresses();
    let config = DojoConfig::new(key(at))
        .version(version)
        .base_url(base(&at.dojo));
    Arc::new(Dojo::new(config).unwrap())
}

pub(crate) fn dodo(sandbox: &Sandbox) -> Arc<dyn Provider> {
    let at = sandbox.addresses();
    let config = DodoConfig::new(key(at)).base_url(base(&at.dodo));
    Arc::new(Dodo::new(config).unwrap())
}

pub(crate) fn primer(sandbox: &Sandbox) -> Arc<dyn Provider> {
    let at = sandbox.addresses();
    let profile = Profile::builtin("primer").unwrap();
    let config = GenericConfig::new(profile, key(at)).base_url(base(&at.primer));
    Arc::new(Generic::new(config).unwrap())
}

/// An engine without journal and namespace yet, with all three, at the
/// sandbox's own time.
pub(crate) fn all(sandbox: &Sandbox) -> Builder {
    Refunds::builder()
        .clock(Arc::new(Day::of(sandbox)))
        .provider("dojo".parse().unwrap(), dojo(sandbox, Version::NEWEST))
        .provider("dodo".parse().unwrap(), dodo(sandbox))
        .provider("primer".parse().unwrap(), primer(sandbox))
}

fn key(at: &Addresses) -> Secret {
    Secret::new(at.api_key.as_str()).unwrap()
}

fn base(url: &str) -> BaseUrl {
    BaseUrl::parse(url).unwrap()
}
