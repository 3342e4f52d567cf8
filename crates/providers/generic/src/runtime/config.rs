//! How to reach an account, and whether what is given fits together.

use std::collections::BTreeMap;
use std::sync::Arc;

use refundkit_core::Clock;
use refundkit_http::{BaseUrl, ConfigError, HttpConfig, Mode, Secret};

use super::auth::{Signer, TokenCache};
use super::read::Readers;
use super::send::Account;
use crate::language::{Name, Profile, is_segment};

/// How to reach one account of a provider that a profile describes.
#[derive(Clone, Debug)]
pub struct GenericConfig {
    profile: Profile,
    secrets: BTreeMap<String, Secret>,
    settings: BTreeMap<String, String>,
    base_url: Option<BaseUrl>,
    mode: Mode,
    pub(crate) http: HttpConfig,
    clock: Option<Arc<dyn Clock>>,
    signer: Option<Arc<dyn Signer>>,
    is_offline: bool,
}

/// The longest setting of an account.
const LONGEST: usize = 500;

impl GenericConfig {
    /// An account in test mode, by its API key. For a profile with other secrets, see
    /// [`with_secrets`](Self::with_secrets).
    #[must_use]
    pub fn new(profile: Profile, api_key: Secret) -> Self {
        Self::with_secrets(profile, [("api_key", api_key)])
    }

    /// An account in test mode, by the secrets that the profile [names](Profile::secrets).
    #[must_use]
    pub fn with_secrets<'n>(
        profile: Profile,
        secrets: impl IntoIterator<Item = (&'n str, Secret)>,
    ) -> Self {
        let secrets = secrets.into_iter();
        Self {
            profile,
            secrets: secrets
                .map(|(name, secret)| (name.to_owned(), secret))
                .collect(),
            settings: BTreeMap::new(),
            base_url: None,
            mode: Mode::Test,
            http: HttpConfig::default(),
            clock: None,
            signer: None,
            is_offline: false,
        }
    }

    /// One of the settings that the profile [names](Profile::settings).
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Test or live: which of the profile's two addresses, and which keys fit.
    #[must_use]
    pub const fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Another address: a sandbox on this machine, or one of the hosts that the profile allows.
    #[must_use]
    pub fn base_url(mut self, base_url: BaseUrl) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// Other deadlines.
    #[must_use]
    pub fn http(mut self, http: HttpConfig) -> Self {
        self.http = http;
        self
    }

    /// Where the time comes from, for profiles that sign it or get access tokens.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// What adds the headers that the profile can't say.
    #[must_use]
    pub fn signer(mut self, signer: Arc<dyn Signer>) -> Self {
        self.signer = Some(signer);
        self
    }

    /// The same for an account that only writes requests and reads answers: it needs neither a clock
    /// nor a signer.
    pub(crate) const fn offline(mut self) -> Self {
        self.is_offline = true;
        self
    }

    /// The account, if everything fits together.
    pub(crate) fn account(self) -> Result<Account, ConfigError> {
        let (base, login) = self.addresses()?;
        let document = self.profile.document();
        let known = |what: &str, given: &str, names: &mut dyn Iterator<Item = &Name>| {
            let known: Vec<&str> = names.map(Name::as_str).collect();
            if known.contains(&given) {
                return Ok(());
            }
            Err(wrong(&format!(
                "the profile {} has no {what} of that name; it has: {}",
                self.profile.name(),
                if known.is_empty() {
                    "none".to_owned()
                } else {
                    known.join(", ")
                }
            )))
        };
        for name in self.secrets.keys() {
            known("secret", name, &mut document.secrets.keys())?;
        }
        for (name, value) in &self.settings {
            known("setting", name, &mut document.settings.keys())?;
            let visible = value.chars().all(|c| c.is_ascii_graphic() || c == ' ');
            if value.trim().is_empty() || value.len() > LONGEST || !visible {
                return Err(wrong(&format!(
                    "the setting {name} must be visible ASCII characters, at most {LONGEST}"
                )));
            }
        }
        for name in self.profile.settings_in_paths() {
            let value = self.settings.get(name).map(String::as_str);
            if value.is_some_and(|value| !is_segment(value)) {
                return Err(wrong(&format!(
                    "the setting {name} stands in a path: letters, digits, '-', '_', '.', ':' and '~' only, and not dots alone"
                )));
            }
        }
        for (name, about) in self.profile.secrets().filter(|_| !document.auth.signer) {
            if !self.secrets.contains_key(name) {
                return Err(wrong(&format!("the secret {name} is missing: {about}")));
            }
        }
        for (name, about) in self.profile.settings() {
            if !self.settings.contains_key(name) {
                return Err(wrong(&format!("the setting {name} is missing: {about}")));
            }
        }
        if self.profile.needs_a_clock() && self.clock.is_none() && !self.is_offline {
            return Err(wrong(
                "the profile signs the time or gets access tokens: give GenericConfig::clock",
            ));
        }
        if document.auth.signer && self.signer.is_none() && !self.is_offline {
            return Err(wrong(
                "the profile needs a signer: give GenericConfig::signer, or auth_command in the configuration file",
            ));
        }
        if let Some(key) = self.secrets.get("api_key") {
            self.check_key(key)?;
        }
        Ok(Account {
            base,
            login,
            secrets: self.secrets,
            settings: self.settings,
            readers: Readers::new(&self.profile),
            profile: self.profile,
            clock: self.clock,
            signer: self.signer,
            tokens: TokenCache::new(),
        })
    }

    fn check_key(&self, key: &Secret) -> Result<(), ConfigError> {
        let api = &self.profile.document().api;
        let prefixes = |prefix: &Option<String>| prefix.clone().into_iter().collect::<Vec<_>>();
        let (test, live) = (
            prefixes(&api.test_key_prefix),
            prefixes(&api.live_key_prefix),
        );
        let test: Vec<&str> = test.iter().map(String::as_str).collect();
        let live: Vec<&str> = live.iter().map(String::as_str).collect();
        self.mode.check_key(key, &test, &live)
    }

    /// Where requests go, and where logins go if that is elsewhere. An account's own address can be
    /// on this machine or at a host that the profile names: nowhere else are its secrets sent.
    fn addresses(&self) -> Result<(BaseUrl, Option<BaseUrl>), ConfigError> {
        let document = self.profile.document();
        let api = &document.api;
        let login = document
            .auth
            .token
            .as_ref()
            .and_then(|token| token.api.as_ref());
        let (own, login) = match self.mode {
            Mode::Test => (&api.test, login.map(|login| &login.test)),
            Mode::Live => (&api.live, login.map(|login| &login.live)),
        };
        let login = login.map(|url| BaseUrl::parse(url)).transpose()?;
        match (&self.base_url, own) {
            // A sandbox stands for all of the provider.
            (Some(base), _) if base.is_loopback() => Ok((base.clone(), None)),
            (Some(base), own) => {
                let same = own.as_ref().and_then(|own| BaseUrl::parse(own).ok());
                let same = same.is_some_and(|own| own.host() == base.host());
                let listed = api.hosts.iter().any(|host| is_at(base.host(), host));
                if same || listed {
                    return Ok((base.clone(), login));
                }
                Err(wrong(
                    "the base URL is at a host that the profile doesn't name: add it to the profile's api.hosts if secrets may be sent there",
                ))
            }
            (None, Some(own)) => Ok((BaseUrl::parse(own)?, login)),
            (None, None) => Err(wrong(
                "the profile has no address for this mode: give the account's own as base_url",
            )),
        }
    }
}

/// Whether `host` is the one, or lies below the domain, that `listed` names.
fn is_at(host: &str, listed: &str) -> bool {
    match listed.strip_prefix('*') {
        Some(domain) => host.len() > domain.len() && host.ends_with(domain),
        None => host == listed,
    }
}

fn wrong(problem: &str) -> ConfigError {
    ConfigError::Setting {
        problem: problem.to_owned(),
    }
}

#[cfg(test)]
mod tests;
