//! How a Dojo location account is reached: key, mode, address, deadlines, and the version of the API.
//! Nothing is read from files or the environment.

use std::fmt;
use std::str::FromStr;

use refundkit_http::{BaseUrl, ConfigError, HttpConfig, Mode, Secret};

/// Where sandbox and production both live; the key tells which is meant (Dojo's OpenAPI documents, `servers`).
const API: &str = "https://api.dojo.tech";

/// How to reach one Dojo location account. Each has its own keys.
#[derive(Clone, Debug)]
pub struct DojoConfig {
    pub(crate) api_key: Secret,
    pub(crate) version: Version,
    pub(crate) base_url: Option<BaseUrl>,
    pub(crate) mode: Mode,
    pub(crate) http: HttpConfig,
}

impl DojoConfig {
    /// An account by its key, in test mode and the newest version that this adapter knows.
    #[must_use]
    pub fn new(api_key: Secret) -> Self {
        Self {
            api_key,
            version: Version::NEWEST,
            base_url: None,
            mode: Mode::Test,
            http: HttpConfig::default(),
        }
    }

    /// Another version of the API.
    #[must_use]
    pub const fn version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// Another address, such as a sandbox on this machine.
    #[must_use]
    pub fn base_url(mut self, base_url: BaseUrl) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// Test or live. A key whose prefix (`sk_sandbox_`, `sk_test_`, `sk_prod_`) says otherwise is refused.
    #[must_use]
    pub const fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Other deadlines.
    #[must_use]
    pub fn http(mut self, http: HttpConfig) -> Self {
        self.http = http;
        self
    }

    pub(crate) fn check(&self) -> Result<BaseUrl, ConfigError> {
        self.mode
            .check_key(&self.api_key, &["sk_sandbox_", "sk_test_"], &["sk_prod_"])?;
        match &self.base_url {
            Some(base_url) => Ok(base_url.clone()),
            None => BaseUrl::parse(API),
        }
    }
}

/// A published version of Dojo's API, as its `version` header names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Version {
    /// Refunds and reversals answer with a status; a reversal is possible before capture only.
    V2022_01_03,
    /// No status in answers any more; same-day reversals of automatic captures.
    V2022_04_07,
    /// The payment intent lists its captures, and can be read after it was cancelled.
    V2024_02_05,
    /// The same for refunds and reversals as 2024-02-05.
    V2025_09_10,
    /// The same for refunds and reversals as 2024-02-05.
    V2026_02_27,
}

impl Version {
    /// All, oldest first.
    pub const ALL: [Self; 5] = [
        Self::V2022_01_03,
        Self::V2022_04_07,
        Self::V2024_02_05,
        Self::V2025_09_10,
        Self::V2026_02_27,
    ];
    /// The newest.
    pub const NEWEST: Self = Self::V2026_02_27;

    /// The header's value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2022_01_03 => "2022-01-03",
            Self::V2022_04_07 => "2022-04-07",
            Self::V2024_02_05 => "2024-02-05",
            Self::V2025_09_10 => "2025-09-10",
            Self::V2026_02_27 => "2026-02-27",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Version {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|version| version.as_str() == text)
            .ok_or_else(|| ConfigError::Setting {
                problem: "no such version of Dojo's API; there are 2022-01-03, 2022-04-07, 2024-02-05, 2025-09-10 and 2026-02-27".to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(key: &str) -> DojoConfig {
        DojoConfig::new(Secret::new(key).unwrap())
    }

    #[test]
    fn keys_and_modes_must_agree() {
        assert!(config("sk_sandbox_x").check().is_ok());
        assert!(config("sk_test_x").check().is_ok());
        assert!(config("sk_prod_x").check().is_err());
        assert!(config("sk_prod_x").mode(Mode::Live).check().is_ok());
        assert!(config("sk_sandbox_x").mode(Mode::Live).check().is_err());
    }

    #[test]
    fn the_key_is_not_shown() {
        let shown = format!("{:?}", config("sk_sandbox_planted"));
        assert!(!shown.contains("planted"), "{shown}");
    }

    #[test]
    fn versions_are_written_with_ascii_hyphens() {
        for version in Version::ALL {
            assert_eq!(version.to_string().parse::<Version>(), Ok(version));
        }
        assert!("2022\u{2013}01\u{2013}03".parse::<Version>().is_err());
        assert!("2023-12-15".parse::<Version>().is_err());
    }
}
