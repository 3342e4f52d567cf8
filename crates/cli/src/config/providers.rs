//! From a provider's settings to its adapter. A setting of another adapter is refused, and so is a
//! value that it can't have.

mod adapters;
mod dodo;
mod dojo;
mod generic;
mod webhooks;

pub(crate) use generic::{load as load_profile, read as read_profile};
pub(crate) use webhooks::webhooks;

use std::fmt;
use std::sync::Arc;

use refundkit::{Coded, Provider};
use refundkit_http::{BaseUrl, HttpConfig, Mode, RateError, Secret};

use adapters::Adapter;

use super::ProviderSettings;
use crate::failure::Failure;

/// A provider that is ready for use.
pub(crate) struct Built {
    pub(crate) provider: Arc<dyn Provider>,
    /// What its profile rests on and nobody has confirmed.
    pub(crate) doubts: Option<Doubts>,
}

impl Built {
    /// Nothing of it is in doubt.
    fn certain(provider: impl Provider + 'static) -> Self {
        Self {
            provider: Arc::new(provider),
            doubts: None,
        }
    }
}

/// The facts of a profile that nobody has confirmed.
#[derive(Clone, Debug)]
pub(crate) struct Doubts {
    /// The profile as the configuration names it.
    pub(crate) profile: String,
    pub(crate) facts: Vec<String>,
}

impl fmt::Display for Doubts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = match self.facts.len() {
            1 => "1 fact".to_owned(),
            many => format!("{many} facts"),
        };
        let profile = &self.profile;
        write!(
            f,
            "profile {profile} rests on {facts} that nobody has confirmed; see `refundkit profile explain {profile}`"
        )
    }
}

/// What every adapter can be told.
struct Common {
    mode: Mode,
    base: Option<BaseUrl>,
    http: HttpConfig,
}

/// The account that a provider's settings describe.
pub(crate) fn build(name: &str, settings: &ProviderSettings) -> Result<Built, Failure> {
    let mode = mode(name, settings)?;
    let adapter = adapter(name, settings)?;
    only_for(name, settings, adapter)?;
    let base = settings.base_url.as_deref().map(BaseUrl::parse);
    let common = Common {
        mode,
        base: base.transpose().map_err(|error| named(name, &error))?,
        http: http(name, settings)?,
    };
    (adapter.account)(name, settings, common)
}

/// The adapter that they name.
fn adapter(name: &str, settings: &ProviderSettings) -> Result<&'static Adapter, Failure> {
    Adapter::named(&settings.adapter).ok_or_else(|| {
        let help = format!("there are {}", Adapter::names());
        setting(name, "adapter", "there is no such adapter", &help)
    })
}

fn api_key(name: &str, settings: &ProviderSettings) -> Result<Secret, Failure> {
    let Some(source) = &settings.api_key else {
        let help = "write api_key = { env = \"NAME\" }";
        return Err(setting(name, "api_key", "it is missing", help));
    };
    source.fetch(&format!("the key of provider {name}"))
}

fn http(name: &str, settings: &ProviderSettings) -> Result<HttpConfig, Failure> {
    let mut http = HttpConfig::default();
    for host in &settings.allow_private {
        let with = http.clone().allow_private(host);
        if with == http && settings.allow_private.iter().filter(|h| *h == host).count() == 1 {
            let help = "write a name or an address alone, such as payments.internal or 10.0.0.7";
            return Err(setting(
                name,
                "allow_private",
                "there is no such host",
                help,
            ));
        }
        http = with;
    }
    if let Some(rate) = &settings.rate {
        let rate = rate.parse().map_err(|_: RateError| {
            let help = "write such as \"10/s\" or \"240/min\", from 15/min to 1000/s";
            setting(name, "rate", "there is no such rate", help)
        })?;
        http = http.with_rate(rate);
    }
    Ok(http)
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
fn only_for(name: &str, settings: &ProviderSettings, adapter: &Adapter) -> Result<(), Failure> {
    for (what, is_given) in [
        ("version", settings.version.is_some()),
        ("profile", settings.profile.is_some()),
        ("secrets", settings.secrets.is_some()),
        ("settings", !settings.settings.is_empty()),
        ("auth_command", settings.auth_command.is_some()),
    ] {
        if is_given && !adapter.settings.contains(&what) {
            let problem = format!("it belongs to the {} adapter", Adapter::with(what));
            return Err(setting(name, what, &problem, "leave it out"));
        }
    }
    Ok(())
}

fn named(provider: &str, error: &impl Coded) -> Failure {
    let mut failure = Failure::input(error);
    failure.message = format!("provider {provider}: {}", failure.message);
    failure
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
            "adapter = 'dodo'\nmode = 'test'\nallow_private = ['payments.internal', '10.0.0.7']",
            "adapter = 'generic'\nprofile = 'primer'",
            "adapter = 'dojo'\nrate = '10/s'",
        ] {
            let built = build("shop", &settings(text)).unwrap();
            assert!(!format!("{:?}", built.provider).contains("planted"));
            assert_eq!(built.doubts.is_some(), text.contains("primer"), "{text}");
        }
    }

    #[test]
    fn a_key_is_needed_where_the_adapter_knows_no_other_secret() {
        for adapter in ["dojo", "dodo"] {
            let text = format!("adapter = '{adapter}'");
            let settings = toml::from_str(&text).unwrap();
            let failure = build("shop", &settings).map(|_| ()).unwrap_err();
            assert_eq!((failure.exit, failure.code.as_str()), (2, "RK4003"));
            assert!(failure.message.contains("api_key"), "{}", failure.message);
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
            ("adapter = 'dodo'\nrate = '10 a second'", "rate"),
            ("adapter = 'dodo'\nversion = '2022-01-03'", "version"),
            (
                "adapter = 'dodo'\nsecrets = { a = { env = 'A' } }",
                "secrets",
            ),
            ("adapter = 'dodo'\nsettings = { a = 'b' }", "settings"),
            ("adapter = 'dodo'\nauth_command = ['sign']", "auth_command"),
            (
                "adapter = 'dodo'\nallow_private = ['http://10.0.0.7/']",
                "allow_private",
            ),
            ("adapter = 'dojo'\nprofile = 'primer'", "profile"),
            ("adapter = 'generic'", "profile"),
            ("adapter = 'generic'\nprofile = 'nobody'", "built-in"),
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
