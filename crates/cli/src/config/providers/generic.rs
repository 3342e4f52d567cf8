//! Accounts of providers that a profile describes: the profile, its secrets, and the program that signs
//! where one has to.

use std::path::Path;
use std::sync::Arc;

use refundkit_generic::{Generic, GenericConfig, GenericWebhooks, Profile};
use refundkit_http::Secret;

use super::adapters::Adapter;
use super::{Built, Common, Doubts, named, setting};
use crate::clock::CommandClock;
use crate::config::ProviderSettings;
use crate::config::file::profile_file;
use crate::config::signer::CommandSigner;
use crate::failure::Failure;

pub(super) const ADAPTER: Adapter = Adapter {
    name: "generic",
    settings: &["profile", "secrets", "settings", "auth_command"],
    account,
    // None of them, where its profile describes no signature: its messages are hints then.
    webhooks: |name, settings, secrets| {
        let (_, profile) = profile(name, settings)?;
        let webhooks = GenericWebhooks::new(profile, secrets);
        Ok(Arc::new(webhooks.map_err(|error| named(name, &error))?))
    },
};

fn account(name: &str, settings: &ProviderSettings, common: Common) -> Result<Built, Failure> {
    let (wanted, profile) = profile(name, settings)?;
    let signer = signer(name, settings)?;
    let secrets = secrets(name, settings)?;
    let doubts = (!profile.unverified().is_empty()).then(|| Doubts {
        profile: wanted.to_owned(),
        facts: profile.unverified().to_vec(),
    });
    let mut config = GenericConfig::with_secrets(profile, secrets)
        .mode(common.mode)
        .http(common.http)
        .clock(Arc::new(CommandClock));
    for (name, value) in &settings.settings {
        config = config.setting(name, value);
    }
    if let Some(base) = common.base {
        config = config.base_url(base);
    }
    if let Some(signer) = signer {
        config = config.signer(Arc::new(signer));
    }
    let provider = Generic::new(config).map_err(|error| named(name, &error))?;
    Ok(Built {
        provider: Arc::new(provider),
        doubts,
    })
}

/// A built-in profile by name, or a file by its path, which ends in `.toml`.
fn profile<'s>(name: &str, settings: &'s ProviderSettings) -> Result<(&'s str, Profile), Failure> {
    let Some(wanted) = settings.profile.as_deref() else {
        let help = "name a built-in one (`refundkit profile list` shows them) or a .toml file";
        return Err(setting(
            name,
            "profile",
            "the generic adapter needs one",
            help,
        ));
    };
    let found = load(wanted).map_err(|mut failure| {
        failure.message = format!("provider {name}: {}", failure.message);
        failure
    })?;
    Ok((wanted, found))
}

/// A built-in profile by name, or a file by its path, which ends in `.toml`.
pub(crate) fn load(wanted: &str) -> Result<Profile, Failure> {
    let found = match profile_file(wanted) {
        Some(path) => Profile::parse(&read(path)?),
        None => Profile::builtin(wanted),
    };
    found.map_err(|error| Failure::input(&error))
}

/// The text of a profile's file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::io(&format!("{} can't be read", path.display()), &error))
}

/// The secrets in one of their two forms. The profile says which ones have to be there.
fn secrets<'s>(
    name: &str,
    settings: &'s ProviderSettings,
) -> Result<Vec<(&'s str, Secret)>, Failure> {
    match (&settings.api_key, &settings.secrets) {
        (Some(_), Some(_)) => Err(setting(
            name,
            "secrets",
            "api_key is there too",
            "write api_key = … alone, or name all of them in secrets = { … }",
        )),
        (Some(key), None) => {
            let key = key.fetch(&format!("the key of provider {name}"))?;
            Ok(vec![("api_key", key)])
        }
        (None, Some(secrets)) => secrets
            .iter()
            .map(|(secret, source)| {
                let found = source.fetch(&format!("the secret {secret} of provider {name}"))?;
                Ok((secret.as_str(), found))
            })
            .collect(),
        (None, None) => Ok(Vec::new()),
    }
}

fn signer(name: &str, settings: &ProviderSettings) -> Result<Option<CommandSigner>, Failure> {
    let Some(words) = &settings.auth_command else {
        return Ok(None);
    };
    match CommandSigner::new(words) {
        Some(signer) => Ok(Some(signer)),
        None => Err(setting(
            name,
            "auth_command",
            "it names no program",
            "write auth_command = [\"PROGRAM\", \"ARGUMENT\"]",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::build;
    use super::*;

    const TWO_SECRETS: &str = r#"
        name = "shop-pay"
        verified_against = ["a page"]
        amounts = "minor"
        [api]
        hosts = ["*.shop.example"]
        [secrets]
        client_id = "who we are"
        client_secret = "what proves it"
        [settings]
        merchant = "which shop"
        [auth]
        basic = { user = "{secret.client_id}", password = "{secret.client_secret}" }
        [refund]
        path = "/{setting.merchant}/{payment}/refunds"
        encoding = "json"
        answer = "refund"
        body = { amount = "{amount.minor}", reference = "{token}" }
        [refund_object]
        status = "status"
        statuses = { done = "succeeded" }
        [errors]
        answers = []
    "#;

    fn settings(more: &str) -> (tempfile::TempDir, ProviderSettings) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.toml");
        std::fs::write(&path, TWO_SECRETS).unwrap();
        let text = format!(
            "adapter = 'generic'\nprofile = '{}'\nbase_url = 'https://a.shop.example'\n{more}",
            path.display()
        );
        (folder, toml::from_str(&text).unwrap())
    }

    const BOTH: &str = "secrets = { client_id = { command = ['echo', 'planted-1'] }, client_secret = { command = ['echo', 'planted-2'] } }\n";

    #[test]
    fn accounts_have_the_secrets_and_settings_that_the_profile_names() {
        let (_folder, settings) = settings(&[BOTH, "settings = { merchant = 'one' }"].concat());
        let built = build("shop", &settings).unwrap();
        assert!(!format!("{:?}", built.provider).contains("planted"));
        assert!(built.doubts.is_none());
    }

    #[test]
    fn what_is_missing_or_too_much_is_named() {
        let merchant = "settings = { merchant = 'one' }\n";
        for (more, code, word) in [
            (merchant.to_owned(), "RK1303", "client_id is missing"),
            (BOTH.to_owned(), "RK1303", "merchant is missing"),
            (
                [merchant, "api_key = { command = ['echo', 'planted-key'] }"].concat(),
                "RK1303",
                "no secret of that name",
            ),
            (
                [
                    merchant,
                    BOTH,
                    "api_key = { command = ['echo', 'planted-key'] }",
                ]
                .concat(),
                "RK4003",
                "api_key is there too",
            ),
            (
                [
                    merchant,
                    "secrets = { client_id = { env = 'REFUNDKIT_NONE' } }",
                ]
                .concat(),
                "RK4004",
                "the secret client_id of provider shop is missing",
            ),
            (
                [BOTH, "settings = { merchant = 'one', mode = 'x' }"].concat(),
                "RK1303",
                "no setting of that name",
            ),
            (
                [merchant, BOTH, "auth_command = []"].concat(),
                "RK4003",
                "auth_command",
            ),
        ] {
            let (_folder, settings) = settings(&more);
            let failure = build("shop", &settings).map(|_| ()).unwrap_err();
            assert_eq!(
                (failure.exit, failure.code.as_str()),
                (2, code),
                "{}",
                failure.message
            );
            assert!(failure.message.contains(word), "{}", failure.message);
            assert!(failure.message.contains("shop"), "{}", failure.message);
            assert!(!failure.message.contains("planted"), "{}", failure.message);
            assert!(!failure.message.contains('\n'), "{}", failure.message);
        }
    }

    #[test]
    fn a_profile_that_needs_a_signer_gets_the_command() {
        let signed = TWO_SECRETS.replace("[auth]", "[auth]\nsigner = true");
        let (folder, settings) = settings(&[BOTH, "settings = { merchant = 'one' }\n"].concat());
        std::fs::write(folder.path().join("own.toml"), signed).unwrap();
        let failure = build("shop", &settings).map(|_| ()).unwrap_err();
        assert!(
            failure.message.contains("auth_command"),
            "{}",
            failure.message
        );
        let settings = ProviderSettings {
            auth_command: Some(vec!["sign".to_owned()]),
            ..settings
        };
        assert!(build("shop", &settings).is_ok());
    }
}
