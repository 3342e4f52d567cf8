use refundkit_http::{BaseUrl, ConfigError, HttpConfig, Mode, Secret};

use crate::Profile;

/// How to reach one account of a provider that a profile describes.
#[derive(Clone, Debug)]
pub struct GenericConfig {
    pub(crate) profile: Profile,
    pub(crate) api_key: Secret,
    pub(crate) base_url: Option<BaseUrl>,
    pub(crate) mode: Mode,
    pub(crate) http: HttpConfig,
}

impl GenericConfig {
    /// An account by its key, in test mode.
    #[must_use]
    pub fn new(profile: Profile, api_key: Secret) -> Self {
        Self {
            profile,
            api_key,
            base_url: None,
            mode: Mode::Test,
            http: HttpConfig::default(),
        }
    }

    /// Test or live: which of the profile's two addresses, and which keys fit.
    #[must_use]
    pub const fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Another address, such as a sandbox on this machine.
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

    pub(crate) fn base(&self) -> Result<BaseUrl, ConfigError> {
        let api = &self.profile.document().api;
        let prefixes = |prefix: &Option<String>| prefix.clone().into_iter().collect::<Vec<_>>();
        let (test, live) = (
            prefixes(&api.test_key_prefix),
            prefixes(&api.live_key_prefix),
        );
        let test: Vec<&str> = test.iter().map(String::as_str).collect();
        let live: Vec<&str> = live.iter().map(String::as_str).collect();
        self.mode.check_key(&self.api_key, &test, &live)?;
        match (&self.base_url, self.mode) {
            (Some(base_url), _) => Ok(base_url.clone()),
            (None, Mode::Test) => BaseUrl::parse(&api.test),
            (None, Mode::Live) => BaseUrl::parse(&api.live),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_has_an_address_for_each_mode() {
        let config = GenericConfig::new(
            Profile::builtin("primer").unwrap(),
            Secret::new("planted").unwrap(),
        );
        assert_eq!(
            config.base().unwrap().to_string(),
            "https://api.sandbox.primer.io/"
        );
        assert!(!format!("{config:?}").contains("planted"));
        let live = config.mode(Mode::Live).base().unwrap();
        assert_eq!(live.to_string(), "https://api.primer.io/");
    }

    #[test]
    fn a_live_key_in_test_mode_is_refused() {
        let config = GenericConfig::new(
            Profile::builtin("stripe").unwrap(),
            Secret::new("sk_live_x").unwrap(),
        );
        assert!(config.base().is_err());
        assert!(config.mode(Mode::Live).base().is_ok());
    }
}
