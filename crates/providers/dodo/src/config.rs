//! How a Dodo business is reached: key, mode, address and deadlines. Nothing is read from files or the
//! environment.

use refundkit_http::{BaseUrl, ConfigError, HttpConfig, Mode, Secret};

/// The two hosts of the OpenAPI document's `servers`.
const TEST: &str = "https://test.dodopayments.com";
const LIVE: &str = "https://live.dodopayments.com";

/// How to reach one Dodo business. Keys belong to one mode; nothing in a key shows to which.
#[derive(Clone, Debug)]
pub struct DodoConfig {
    pub(crate) api_key: Secret,
    pub(crate) base_url: Option<BaseUrl>,
    pub(crate) mode: Mode,
    pub(crate) http: HttpConfig,
}

impl DodoConfig {
    /// A business by its key, in test mode. (Dodo's own libraries start in live mode.)
    #[must_use]
    pub fn new(api_key: Secret) -> Self {
        Self {
            api_key,
            base_url: None,
            mode: Mode::Test,
            http: HttpConfig::default(),
        }
    }

    /// Test or live, each with its own host.
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
        match (&self.base_url, self.mode) {
            (Some(base_url), _) => Ok(base_url.clone()),
            (None, Mode::Test) => BaseUrl::parse(TEST),
            (None, Mode::Live) => BaseUrl::parse(LIVE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_mode_is_the_default_and_live_is_another_host() {
        let config = DodoConfig::new(Secret::new("planted_key").unwrap());
        assert_eq!(
            config.base().unwrap().to_string(),
            "https://test.dodopayments.com/"
        );
        assert!(!format!("{config:?}").contains("planted"));
        let live = config.mode(Mode::Live);
        assert_eq!(
            live.base().unwrap().to_string(),
            "https://live.dodopayments.com/"
        );
    }
}
