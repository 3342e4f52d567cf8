//! Accounts at Dodo Payments.

use std::sync::Arc;

use refundkit_dodo::{Dodo, DodoConfig, DodoWebhooks};

use super::adapters::Adapter;
use super::{Built, Common, api_key, named};
use crate::config::ProviderSettings;
use crate::failure::Failure;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "dodo",
    settings: &[],
    account,
    webhooks: |name, _, secrets| {
        let webhooks = DodoWebhooks::new(secrets).map_err(|error| named(name, &error))?;
        Ok(Arc::new(webhooks))
    },
};

fn account(name: &str, settings: &ProviderSettings, common: Common) -> Result<Built, Failure> {
    let mut config = DodoConfig::new(api_key(name, settings)?)
        .mode(common.mode)
        .http(common.http);
    if let Some(base) = common.base {
        config = config.base_url(base);
    }
    let dodo = Dodo::new(config).map_err(|error| named(name, &error))?;
    Ok(Built::certain(dodo))
}
