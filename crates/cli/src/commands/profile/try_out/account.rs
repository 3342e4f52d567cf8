//! The account that a profile is tried on: in test mode, at the address that was given, with secrets
//! that are named by their place. A sandbox on this machine has a key of its own.

use std::sync::Arc;

use refundkit::Provider;
use refundkit_generic::{Generic, GenericConfig};
use refundkit_http::{BaseUrl, ConfigError, Secret};
use refundkit_sandbox::SandboxConfig;

use crate::args::TestArgs;
use crate::clock::CommandClock;
use crate::config::{SecretSource, load_profile};
use crate::failure::Failure;

/// An account in test mode at the address that was given.
pub(super) fn open(args: &TestArgs) -> Result<Arc<dyn Provider>, Failure> {
    let wrong = |error: ConfigError| Failure::input(&error);
    let profile = load_profile(&args.profile)?;
    let base = BaseUrl::parse(&args.against).map_err(wrong)?;
    let mut secrets = Vec::new();
    for text in &args.secret {
        let (name, source) = secret(text)?;
        secrets.push((name, source.fetch(&format!("the secret {name}"))?));
    }
    if base.is_loopback() {
        let given: Vec<&str> = secrets.iter().map(|(name, _)| *name).collect();
        let key = Secret::new(SandboxConfig::default().api_key).map_err(wrong)?;
        let missing = profile.secrets().map(|(name, _)| name);
        let missing = missing.filter(|name| !given.contains(name));
        secrets.extend(missing.map(|name| (name, key.clone())));
    }
    let mut config = GenericConfig::with_secrets(profile.clone(), secrets)
        .base_url(base)
        .clock(Arc::new(CommandClock));
    for text in &args.setting {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            let help = "write it as --setting name=value";
            Failure::usage("RK4006", "--setting is no pair", help)
        })?;
        config = config.setting(name, value);
    }
    Ok(Arc::new(Generic::new(config).map_err(wrong)?))
}

/// `NAME=env:VAR` or `NAME=file:PATH`. What is neither isn't repeated: it may be the secret itself.
fn secret(text: &str) -> Result<(&str, SecretSource), Failure> {
    let found = text.split_once('=').and_then(|(name, source)| {
        let source = match source.split_once(':')? {
            ("env", variable) => SecretSource::Env(variable.to_owned()),
            ("file", path) => SecretSource::File(path.into()),
            _ => return None,
        };
        Some((name, source))
    });
    found.ok_or_else(|| {
        let help = "write it as --secret api_key=env:NAME or --secret api_key=file:PATH";
        Failure::usage("RK4006", "--secret doesn't say where it is found", help)
    })
}
