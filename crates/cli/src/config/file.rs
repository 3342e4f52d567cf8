//! The keys of `refundkit.toml`, and errors that name the line and quote no value. Most values are
//! checked where they are used.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use refundkit::Namespace;
use serde::Deserialize;

use super::{JournalUrl, SecretSource};
use crate::failure::Failure;

/// Its name in the working directory, and in the user's folder.
pub(crate) const DEFAULT_FILE: &str = "refundkit.toml";

/// The configuration file. A key that it doesn't know is an error.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where operations are written down; `sqlite:refundkit.db` without it.
    pub journal: Option<String>,
    /// Part of every key sent to a provider; `default` without the line, and `None` without a file.
    pub namespace: Option<String>,
    /// The providers by name.
    #[serde(default)]
    pub providers: BTreeMap<String, ProviderSettings>,
    /// Where the file is: every relative path in it starts there. The working directory without a file.
    #[serde(skip)]
    folder: PathBuf,
}

/// One provider's account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// `dojo`, `dodo` or `generic`.
    pub adapter: String,
    /// Where its key is found, for accounts with one secret of that name.
    pub api_key: Option<SecretSource>,
    /// Generic: where the secrets are found that the profile names, instead of `api_key`.
    pub secrets: Option<BTreeMap<String, SecretSource>>,
    /// Generic: the further settings that the profile names.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Where the secrets are found that sign its messages; several may be valid at once.
    pub webhook_secrets: Option<Vec<SecretSource>>,
    /// Generic: the program that signs requests, for profiles that need a signer.
    pub auth_command: Option<Vec<String>>,
    /// Hosts that may be at addresses inside of a private network.
    #[serde(default)]
    pub allow_private: Vec<String>,
    /// Dojo: the API's version.
    pub version: Option<String>,
    /// `test` or `live`.
    pub mode: Option<String>,
    /// At most so many requests, such as `10/s` or `240/min`.
    pub rate: Option<String>,
    /// Another address.
    pub base_url: Option<String>,
    /// Generic: a built-in profile's name, or a file; a relative path starts at the configuration's folder.
    pub profile: Option<String>,
}

impl ProviderSettings {
    /// For people: its mode, and its address where it isn't the usual one.
    pub(crate) fn about(&self) -> String {
        let mode = self.mode.as_deref().unwrap_or("test");
        let at = self.base_url.as_deref().map(|at| [" at ", at].concat());
        [mode, at.as_deref().unwrap_or_default()].concat()
    }
}

impl Config {
    /// Where nobody names one.
    pub(crate) const NAMESPACE: &str = "default";

    /// The namespace, where there is a configuration.
    ///
    /// # Errors
    /// A text that is none.
    pub(crate) fn namespace(&self) -> Result<Option<Namespace>, Failure> {
        let namespace = self.namespace.as_deref().map(Namespace::new);
        namespace
            .transpose()
            .map_err(|error| Failure::input(&error))
    }

    /// Where relative paths start.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Reads `path`; where none is given `./refundkit.toml`, or else the one in the user's folder.
    ///
    /// # Errors
    /// A file that isn't there or can't be understood.
    pub fn read(path: Option<&Path>) -> Result<Self, Failure> {
        let found = || found(|name| std::env::var_os(name));
        let path = path.map(Path::to_owned).or_else(found);
        let path = path.unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
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
        if path.is_none() && found(|name| std::env::var_os(name)).is_none() {
            return Ok(Self::default());
        }
        Self::read(path)
    }

    /// The text is not quoted in errors: a key may have been pasted into it.
    fn parse(text: &str, path: &Path) -> Result<Self, Failure> {
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count().saturating_add(1));
            let problem = without_value(error.message()).replace('\n', " ");
            let message = format!(
                "the configuration {}, line {line}: {problem}",
                path.display()
            );
            Failure::usage(
                "RK4003",
                message,
                "compare it with what `refundkit init` writes",
            )
        })?;
        let namespace = || Self::NAMESPACE.to_owned();
        config.namespace.get_or_insert_with(namespace);
        config.start_at(path.parent().unwrap_or(Path::new("")));
        Ok(config)
    }

    /// Makes every relative path in it one that starts at `folder`.
    fn start_at(&mut self, folder: &Path) {
        folder.clone_into(&mut self.folder);
        if let Some(path) = self.journal.as_deref().and_then(JournalUrl::file) {
            self.journal = Some(["sqlite:", &beside(folder, path)].concat());
        }
        for settings in self.providers.values_mut() {
            if let Some(profile) = &mut settings.profile
                && let Some(file) = profile_file(profile)
            {
                *profile = beside(folder, file);
            }
            let secrets = settings.secrets.iter_mut().flat_map(BTreeMap::values_mut);
            let messages = settings.webhook_secrets.iter_mut().flatten();
            for source in settings.api_key.iter_mut().chain(secrets).chain(messages) {
                source.start_at(folder);
            }
            if let Some(program) = settings.auth_command.iter_mut().flatten().next() {
                super::secret::program_start_at(program, folder);
            }
        }
    }
}

fn beside(folder: &Path, path: &Path) -> String {
    folder.join(path).display().to_string()
}

/// The configuration where none is named: the working directory's, or else the user's.
fn found(var: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let here = PathBuf::from(DEFAULT_FILE);
    let there = user_folder(var).map(|folder| folder.join("refundkit").join(DEFAULT_FILE));
    std::iter::once(here)
        .chain(there)
        .find(|path| path.exists())
}

/// The folder for a user's configuration: what the platform says. A relative one isn't taken, as the XDG
/// Base Directory Specification demands.
fn user_folder(var: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| {
        var(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    if cfg!(windows) {
        folder("APPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")))
    }
}

/// Serde repeats a value of the wrong type, which may be a secret in the wrong place.
fn without_value(problem: &str) -> String {
    let kinds = ["invalid type: ", "invalid value: "];
    let kind = kinds.iter().find(|kind| problem.starts_with(**kind));
    let parts = kind.and_then(|kind| {
        let (given, expected) = problem.strip_prefix(kind)?.rsplit_once(", expected ")?;
        let given = given.split([' ', '`', '"']).next().unwrap_or_default();
        Some([kind, given, ", expected ", expected].concat())
    });
    parts.unwrap_or_else(|| problem.to_owned())
}

/// The file that a profile's name stands for; nothing where it is a built-in one's name.
pub(crate) fn profile_file(profile: &str) -> Option<&Path> {
    profile.ends_with(".toml").then(|| Path::new(profile))
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
    fn the_example_with_two_secrets_is_read_too() {
        let file = crate::commands::INIT_FILE;
        let (before, example) = file.split_once("# [providers.paypal]").unwrap();
        let example = ["[providers.paypal]", &example.replace("\n# ", "\n")].concat();
        let config = parse(&[before, &example].concat()).unwrap();
        let secrets = config.providers["paypal"].secrets.as_ref().unwrap();
        assert_eq!(
            secrets["client_secret"],
            SecretSource::File("paypal.secret".into())
        );
        assert!(secrets.contains_key("client_id"));
    }

    #[test]
    fn a_relative_profile_is_beside_the_configuration() {
        let read = |profile: &str| {
            let text = format!("[providers.x]\nadapter = \"generic\"\nprofile = \"{profile}\"");
            let config = Config::parse(&text, Path::new("/etc/shop/refundkit.toml")).unwrap();
            config.providers["x"].profile.clone().unwrap()
        };
        assert_eq!(read("profiles/own.toml"), "/etc/shop/profiles/own.toml");
        assert_eq!(read("/srv/own.toml"), "/srv/own.toml");
        assert_eq!(read("primer"), "primer");
    }

    #[test]
    fn every_relative_path_starts_at_the_file() {
        let text = "journal = 'sqlite:books/refunds.db'\n[providers.x]\nadapter = 'dojo'\n\
                    api_key = { file = 'x.key' }\nwebhook_secrets = [{ command = ['./give', 'a/b'] }]";
        let config = Config::parse(text, Path::new("/etc/shop/refundkit.toml")).unwrap();
        let journal = config.journal.as_deref();
        assert_eq!(journal, Some("sqlite:/etc/shop/books/refunds.db"));
        let x = &config.providers["x"];
        let key = SecretSource::File("/etc/shop/x.key".into());
        assert_eq!(x.api_key, Some(key));
        let words = vec!["/etc/shop/./give".to_owned(), "a/b".to_owned()];
        let secrets = x.webhook_secrets.clone();
        assert_eq!(secrets, Some(vec![SecretSource::Command(words)]));
        let absolute = Config::parse("journal = 'sqlite:/srv/j.db'", Path::new("/etc/r.toml"));
        assert_eq!(
            absolute.unwrap().journal.as_deref(),
            Some("sqlite:/srv/j.db")
        );
        let kept = Config::parse("journal = 'memory:'", Path::new("/etc/r.toml"));
        assert_eq!(kept.unwrap().journal.as_deref(), Some("memory:"));
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn the_users_folder_is_the_platforms() {
        let folder = |given: &[(&str, &str)]| {
            user_folder(|name| {
                let mut given = given.iter();
                given
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| (*value).into())
            })
        };
        assert_eq!(folder(&[("HOME", "/h")]), Some("/h/.config".into()));
        let both = [("HOME", "/h"), ("XDG_CONFIG_HOME", "/c")];
        assert_eq!(folder(&both), Some("/c".into()));
        let relative = [("HOME", "/h"), ("XDG_CONFIG_HOME", "c")];
        assert_eq!(folder(&relative), Some("/h/.config".into()));
        assert_eq!(folder(&[]), None);
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
            (
                "[providers.x]\nadapter = \"generic\"\nsecrets = { a = { env = \"A\" }, b = \"planted-key\" }",
                "line 3",
                "env",
            ),
            (
                "[providers.x]\nadapter = \"generic\"\nsettings = { shop = 4111 }",
                "line 3",
                "string",
            ),
            (
                "[providers.x]\nadapter = \"generic\"\nauth_command = \"planted-key, expected\"",
                "line 3",
                "",
            ),
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
            assert!(!failure.message.contains("4111"), "{}", failure.message);
            assert!(!failure.message.contains('\n'), "{}", failure.message);
        }
    }
}
