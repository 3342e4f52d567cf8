//! Where a key is found: in an environment variable, in a file, or by a command. In the configuration
//! itself none may stand, and one that stands there all the same is not repeated in the error.

mod fetch;

use std::path::{Path, PathBuf};

use refundkit_http::Secret;
use serde::Deserialize;

use crate::failure::Failure;

/// Where a key is found. Never in the configuration file itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "toml::Value")]
pub enum SecretSource {
    /// In an environment variable.
    Env(String),
    /// In a file, alone.
    File(PathBuf),
    /// On the standard output of a command, alone.
    Command(Vec<String>),
}

const FORMS: &str = "write it as { env = \"NAME\" }, { file = \"PATH\" } or { command = [\"PROGRAM\", \"ARGUMENT\"] }";

impl TryFrom<toml::Value> for SecretSource {
    type Error = String;

    /// What is wrong is said without repeating the value: it may be the key itself.
    fn try_from(value: toml::Value) -> Result<Self, Self::Error> {
        let wrong = || format!("a key must be one of the three forms; {FORMS}");
        let toml::Value::Table(table) = value else {
            return Err(format!("a key doesn't belong into this file; {FORMS}"));
        };
        let mut entries = table.into_iter();
        let (Some((name, value)), None) = (entries.next(), entries.next()) else {
            return Err(wrong());
        };
        match (name.as_str(), value) {
            ("env", toml::Value::String(name)) => Ok(Self::Env(name)),
            ("file", toml::Value::String(path)) => Ok(Self::File(path.into())),
            ("command", toml::Value::Array(words)) => {
                let words: Option<Vec<String>> = words
                    .into_iter()
                    .map(|word| word.as_str().map(str::to_owned))
                    .collect();
                words
                    .filter(|words| !words.is_empty())
                    .map(Self::Command)
                    .ok_or_else(wrong)
            }
            _ => Err(wrong()),
        }
    }
}

impl SecretSource {
    /// Makes a relative path one that starts at `folder`.
    pub(super) fn start_at(&mut self, folder: &Path) {
        match self {
            Self::File(path) => *path = folder.join(&*path),
            Self::Command(words) => {
                if let Some(program) = words.first_mut() {
                    program_start_at(program, folder);
                }
            }
            Self::Env(_) => {}
        }
    }

    /// Fetches it. `what` says which one it is, such as `the key of provider dojo`.
    ///
    /// # Errors
    /// A missing variable, file or command, or a text that can't be a key.
    pub fn fetch(&self, what: &str) -> Result<Secret, Failure> {
        let missing = |why: String| {
            let message = format!("{what} is missing: {why}");
            let help = "give it there, or change in the configuration where it is found";
            Failure::usage("RK4004", message, help)
        };
        let key = match self {
            Self::Env(name) => std::env::var(name)
                .map_err(|_| missing(format!("the environment variable {name} is not set")))?,
            Self::File(path) => fetch::file(path)
                .map_err(|problem| missing(format!("{} {problem}", path.display())))?,
            Self::Command(words) => fetch::command(words)
                .map_err(|problem| missing(format!("its command {problem}")))?,
        };
        Secret::new(key.trim()).map_err(|error| {
            let mut failure = Failure::input(&error);
            failure.message = format!("{what}: {}", failure.message);
            failure
        })
    }
}

/// The same for a program, unless it is a name that is looked for in `PATH`.
pub(super) fn program_start_at(program: &mut String, folder: &Path) {
    if Path::new(program.as_str()).components().count() > 1 {
        *program = folder.join(&*program).display().to_string();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_from_files_and_commands() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "sk_sandbox_1\n").unwrap();
        assert_eq!(
            SecretSource::File(path)
                .fetch("the key of provider dojo")
                .unwrap()
                .expose(),
            "sk_sandbox_1"
        );
        let command = |words: &[&str]| {
            SecretSource::Command(words.iter().map(|word| (*word).to_owned()).collect())
        };
        assert_eq!(
            command(&["echo", "sk_sandbox_2"])
                .fetch("the key of provider dojo")
                .unwrap()
                .expose(),
            "sk_sandbox_2"
        );
        for bad in [
            command(&["false"]),
            command(&["no-such-program-here"]),
            command(&["true"]),
            SecretSource::File("none".into()),
            SecretSource::Env("REFUNDKIT_NO_SUCH_VARIABLE".to_owned()),
        ] {
            let failure = bad.fetch("the key of provider dojo").unwrap_err();
            assert_eq!(failure.exit, 2);
            assert!(failure.message.contains("dojo"), "{}", failure.message);
        }
    }
}
