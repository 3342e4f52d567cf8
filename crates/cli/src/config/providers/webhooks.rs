//! Who reads what a provider sends by itself, from the secrets that its settings name.

use std::sync::Arc;

use refundkit::Webhooks;
use refundkit_http::Secret;

use crate::config::ProviderSettings;
use crate::failure::Failure;

/// The reader of a provider's messages; nothing where the settings name no secrets for them.
///
/// Only the server asks: a refund at a shell needs none of these secrets, and must not fail for
/// want of one.
pub(crate) fn webhooks(
    name: &str,
    settings: &ProviderSettings,
) -> Result<Option<Arc<dyn Webhooks>>, Failure> {
    let Some(sources) = &settings.webhook_secrets else {
        return Ok(None);
    };
    let what = format!("a webhook secret of provider {name}");
    let secrets: Result<Vec<Secret>, Failure> =
        sources.iter().map(|source| source.fetch(&what)).collect();
    let adapter = super::adapter(name, settings)?;
    let webhooks = (adapter.webhooks)(name, settings, secrets?)?;
    Ok(Some(webhooks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(text: &str) -> Result<Option<Arc<dyn Webhooks>>, Failure> {
        webhooks("shop", &toml::from_str(text).unwrap())
    }

    #[test]
    fn one_secret_or_several_make_a_reader() {
        for text in [
            "adapter = 'dodo'\nwebhook_secrets = [{ command = ['echo', 'whsec_cGxhbnRlZA=='] }]",
            "adapter = 'dojo'\nwebhook_secrets = [{ command = ['echo', 'planted-1'] }, { command = ['echo', 'planted-2'] }]",
            "adapter = 'generic'\nprofile = 'primer'\nwebhook_secrets = [{ command = ['echo', 'planted-1'] }]",
            "adapter = 'generic'\nprofile = 'adyen'\nwebhook_secrets = []",
        ] {
            let built = built(text).unwrap().unwrap();
            let shown = format!("{built:?}");
            for secret in ["planted", "cGxhbnRlZA"] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
        assert!(built("adapter = 'dodo'").unwrap().is_none());
    }

    #[test]
    fn what_is_no_secret_is_named_and_not_shown() {
        for (text, word) in [
            ("adapter = 'dodo'\nwebhook_secrets = []", "at least one"),
            (
                "adapter = 'generic'\nprofile = 'primer'\nwebhook_secrets = []",
                "needs the secret",
            ),
            (
                "adapter = 'generic'\nprofile = 'mollie'\nwebhook_secrets = [{ command = ['echo', 'planted-key'] }]",
                "doesn't describe",
            ),
            (
                "adapter = 'dodo'\nwebhook_secrets = [{ env = 'REFUNDKIT_NO_SUCH_VARIABLE' }]",
                "REFUNDKIT_NO_SUCH_VARIABLE",
            ),
            (
                "adapter = 'dodo'\nwebhook_secrets = [{ command = ['echo', 'planted-key!'] }]",
                "whsec_",
            ),
        ] {
            let failure = built(text).map(drop).unwrap_err();
            assert_eq!(failure.exit, 2);
            let message = &failure.message;
            assert!(
                message.contains(word) && message.contains("shop"),
                "{message}"
            );
            assert!(!message.contains("planted"), "{message}");
        }
    }
}
