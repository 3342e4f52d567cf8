use std::path::Path;
use std::sync::Arc;

use refundkit::Provider;
use refundkit_dodo::{Dodo, DodoConfig};
use refundkit_dojo::{Dojo, DojoConfig, Version};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{BaseUrl, ConfigError, Mode, Secret};

use super::ProviderSettings;
use crate::failure::Failure;

/// The adapter that a provider's settings describe.
pub(crate) fn build(name: &str, settings: &ProviderSettings) -> Result<Arc<dyn Provider>, Failure> {
    let mode = mode(name, settings)?;
    only_for(name, settings)?;
    let named = |error: ConfigError| {
        let mut failure = Failure::input(&error);
        failure.message = format!("provider {name}: {}", failure.message);
        failure
    };
    let base = settings
        .base_url
        .as_deref()
        .map(BaseUrl::parse)
        .transpose()
        .map_err(named)?;
    match settings.adapter.as_str() {
        "dojo" => {
            let version = match &settings.version {
                Some(version) => version.parse().map_err(named)?,
                None => Version::NEWEST,
            };
            dojo(settings.api_key.fetch(name)?, mode, base, version).map_err(named)
        }
        "dodo" => dodo(settings.api_key.fetch(name)?, mode, base).map_err(named),
        "generic" => {
            let profile = profile(name, settings)?;
            generic(profile, settings.api_key.fetch(name)?, mode, base).map_err(named)
        }
        _ => Err(setting(
            name,
            "adapter",
            "there is no such adapter",
            "there are dojo, dodo and generic",
        )),
    }
}

fn dojo(
    key: Secret,
    mode: Mode,
    base: Option<BaseUrl>,
    version: Version,
) -> Result<Arc<dyn Provider>, ConfigError> {
    let mut config = DojoConfig::new(key).mode(mode).version(version);
    if let Some(base) = base {
        config = config.base_url(base);
    }
    Ok(Arc::new(Dojo::new(config)?))
}

fn dodo(key: Secret, mode: Mode, base: Option<BaseUrl>) -> Result<Arc<dyn Provider>, ConfigError> {
    let mut config = DodoConfig::new(key).mode(mode);
    if let Some(base) = base {
        config = config.base_url(base);
    }
    Ok(Arc::new(Dodo::new(config)?))
}

fn generic(
    profile: Profile,
    key: Secret,
    mode: Mode,
    base: Option<BaseUrl>,
) -> Result<Arc<dyn Provider>, ConfigError> {
    let mut config = GenericConfig::new(profile, key).mode(mode);
    if let Some(base) = base {
        config = config.base_url(base);
    }
    Ok(Arc::new(Generic::new(config)?))
}

/// A built-in profile by name, or a file by its path, which ends in `.toml`.
fn profile(name: &str, settings: &ProviderSettings) -> Result<Profile, Failure> {
    let Some(wanted) = &settings.profile else {
        return Err(setting(
            name,
            "profile",
            "the generic adapter needs one",
            "name primer, stripe, mollie or a .toml file",
        ));
    };
    let found = if wanted.ends_with(".toml") {
        let text = std::fs::read_to_string(Path::new(wanted)).map_err(|error| {
            Failure::io(
                &format!("provider {name}: the profile {wanted} can't be read"),
                &error,
            )
        })?;
        Profile::parse(&text)
    } else {
        Profile::builtin(wanted)
    };
    found.map_err(|error| {
        let mut failure = Failure::input(&error);
        failure.message = format!("provider {name}: {}", failure.message);
        failure
    })
}

fn mode(name: &str, settings: &ProviderSettings) -> Result<Mode, Failure> {
    match settings.mode.as_deref() {
        None | Some("test") => Ok(Mode::Test),
        Some("live") => Ok(Mode::Live),
        Some(_) => Err(setting(
            name,
            "mode",
            "there is no such mode",
            "write \"test\" or \"live\"",
        )),
    }
}

/// A setting of another adapter would be ignored: say so instead.
fn only_for(name: &str, settings: &ProviderSettings) -> Result<(), Failure> {
    for (what, given, adapter) in [
        ("version", settings.version.is_some(), "dojo"),
        ("profile", settings.profile.is_some(), "generic"),
    ] {
        if given && settings.adapter != adapter {
            let problem = format!("it belongs to the {adapter} adapter");
            return Err(setting(name, what, &problem, "leave it out"));
        }
    }
    Ok(())
}

fn setting(provider: &str, what: &str, problem: &str, help: &str) -> Failure {
    Failure::usage(
        "RK4003",
        format!("provider {provider}, {what}: {problem}"),
        help,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> ProviderSettings {
        toml::from_str(&format!(
            "api_key = {{ command = [\"echo\", \"sk_sandbox_planted\"] }}\n{text}"
        ))
        .unwrap()
    }

    fn failure(text: &str) -> Failure {
        build("shop", &settings(text)).map(|_| ()).unwrap_err()
    }

    #[test]
    fn each_adapter_is_built_from_its_settings() {
        for text in [
            "adapter = 'dojo'",
            "adapter = 'dojo'\nversion = '2022-01-03'\nbase_url = 'http://127.0.0.1:1'",
            "adapter = 'dodo'\nmode = 'test'",
            "adapter = 'generic'\nprofile = 'primer'",
        ] {
            let provider = build("shop", &settings(text)).unwrap();
            assert!(!format!("{provider:?}").contains("planted"));
        }
    }

    #[test]
    fn settings_that_do_not_fit_are_refused_by_name() {
        for (text, word) in [
            ("adapter = 'paypal'", "adapter"),
            ("adapter = 'dojo'\nversion = '2021-01-01'", "version"),
            ("adapter = 'dojo'\nmode = 'live'", "test one"),
            ("adapter = 'dojo'\nmode = 'sk_live_planted'", "mode"),
            (
                "adapter = 'dojo'\nbase_url = 'http://api.dojo.tech'",
                "plain http",
            ),
            ("adapter = 'dodo'\nversion = '2022-01-03'", "version"),
            ("adapter = 'dojo'\nprofile = 'primer'", "profile"),
            ("adapter = 'generic'", "profile"),
            ("adapter = 'generic'\nprofile = 'paypal'", "built-in"),
            (
                "adapter = 'generic'\nprofile = 'no/such.toml'",
                "no/such.toml",
            ),
        ] {
            let failure = failure(text);
            assert_eq!(failure.exit, 2);
            assert!(
                failure.message.contains(word) && failure.message.contains("shop"),
                "{}",
                failure.message
            );
            assert!(!failure.message.contains("planted"));
        }
    }
}
