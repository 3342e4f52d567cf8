use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::SecretSource;
use crate::failure::Failure;

const DEFAULT_FILE: &str = "refundkit.toml";

/// The configuration file. A key that it doesn't know is an error.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where operations are written down; `sqlite:refundkit.db` without it.
    pub journal: Option<String>,
    /// Part of every key sent to a provider; `default` without it.
    pub namespace: Option<String>,
    /// The providers by name.
    #[serde(default)]
    pub providers: BTreeMap<String, ProviderSettings>,
}

/// One provider's account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// `dojo`, `dodo` or `generic`.
    pub adapter: String,
    /// Where its key is found.
    pub api_key: SecretSource,
    /// Dojo: the API's version.
    pub version: Option<String>,
    /// `test` or `live`.
    pub mode: Option<String>,
    /// Another address.
    pub base_url: Option<String>,
    /// Generic: a built-in profile's name, or a file.
    pub profile: Option<String>,
}

impl Config {
    /// Reads `path`, or `./refundkit.toml` where none is given.
    ///
    /// # Errors
    /// A file that isn't there or can't be understood.
    pub fn read(path: Option<&Path>) -> Result<Self, Failure> {
        let path = path.map_or_else(|| PathBuf::from(DEFAULT_FILE), Path::to_owned);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let message = format!(
                "the configuration {} can't be read: {error}",
                path.display()
            );
            Failure::usage(
                "RK4002",
                message,
                "write one with `refundkit init`, or name another with --config",
            )
        })?;
        Self::parse(&text, &path)
    }

    /// The same where commands can do without: a file that isn't there is an empty configuration,
    /// unless it was named.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_if_any(path: Option<&Path>) -> Result<Self, Failure> {
        if path.is_none() && !Path::new(DEFAULT_FILE).exists() {
            return Ok(Self::default());
        }
        Self::read(path)
    }

    /// The text is not quoted in errors: a key may have been pasted into it.
    fn parse(text: &str, path: &Path) -> Result<Self, Failure> {
        toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count().saturating_add(1));
            let problem = error.message().replace('\n', " ");
            let message = format!(
                "the configuration {}, line {line}: {problem}",
                path.display()
            );
            Failure::usage(
                "RK4003",
                message,
                "compare it with what `refundkit init` writes",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, Failure> {
        Config::parse(text, Path::new("refundkit.toml"))
    }

    #[test]
    fn the_documented_file_is_read() {
        let config = parse(crate::commands::INIT_FILE).unwrap();
        assert_eq!(config.providers.len(), 3);
        assert_eq!(config.providers["dodo"].mode.as_deref(), Some("test"));
    }

    #[test]
    fn mistakes_are_named_with_their_line_and_never_quoted() {
        for (text, line, word) in [
            ("journal = ", "line 1", ""),
            ("\n\njuornal = \"memory:\"", "line 3", "juornal"),
            (
                "[providers.x]\nadapter = \"dojo\"\napi_key = \"planted-key\"",
                "line",
                "env",
            ),
            (
                "[providers.x]\nadapter = \"dojo\"\napi_key = { env = \"A\", file = \"b\" }",
                "line",
                "one of",
            ),
            ("[providers.x]\nadapter = \"dojo\"", "line", "api_key"),
            (
                "[providers.x]\nadapter = \"dojo\"\napi_key = { env = \"A\" }\nsecret = \"planted-key\"",
                "line 4",
                "secret",
            ),
        ] {
            let failure = parse(text).unwrap_err();
            assert_eq!((failure.exit, failure.code.as_str()), (2, "RK4003"));
            assert!(failure.message.contains(line), "{}", failure.message);
            assert!(failure.message.contains(word), "{}", failure.message);
            assert!(!failure.message.contains("planted"), "{}", failure.message);
            assert!(!failure.message.contains('\n'), "{}", failure.message);
        }
    }
}
