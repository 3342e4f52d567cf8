//! Accounts at Dojo.

use std::sync::Arc;

use refundkit_dojo::{Dojo, DojoConfig, DojoWebhooks, Version};
use refundkit_http::ConfigError;

use super::adapters::Adapter;
use super::{Built, Common, api_key, named};
use crate::config::ProviderSettings;
use crate::failure::Failure;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "dojo",
    settings: &["version"],
    account,
    webhooks: |name, _, secrets| {
        let webhooks = DojoWebhooks::new(secrets).map_err(|error| named(name, &error))?;
        Ok(Arc::new(webhooks))
    },
};

fn account(name: &str, settings: &ProviderSettings, common: Common) -> Result<Built, Failure> {
    let named = |error: ConfigError| named(name, &error);
    let version = match &settings.version {
        Some(version) => version.parse().map_err(named)?,
        None => Version::NEWEST,
    };
    let mut config = DojoConfig::new(api_key(name, settings)?)
        .mode(common.mode)
        .version(version)
        .http(common.http);
    if let Some(base) = common.base {
        config = config.base_url(base);
    }
    Ok(Built::certain(Dojo::new(config).map_err(named)?))
}
