//! What is said of the profile as a whole: its lines for people, its addresses, and what nothing uses.

use super::super::document::Document;
use super::super::placeholder::Placeholder;
use super::super::places::placeholders;
use super::super::{Fit, Mistake};

pub(super) fn check(profile: &Document, found: &mut Vec<Mistake>) {
    if profile.verified_against.is_empty() {
        found.push(
            Mistake::at(
                "verified_against",
                "it names nothing that its facts were read from",
            )
            .hint("name the provider's page with its date or version"),
        );
    }
    let secrets = profile.secrets.iter().map(|line| ("secrets.", line));
    let settings = profile.settings.iter().map(|line| ("settings.", line));
    for (table, (name, about)) in secrets.chain(settings) {
        if !is_line(about, 300) {
            let key = [table, name.as_str()].concat();
            found.push(Mistake::at(&key, "it needs one line on where to find it"));
        }
    }
    if profile
        .title
        .as_ref()
        .is_some_and(|title| !is_line(title, 100))
    {
        found.push(Mistake::at(
            "title",
            "it needs one line of 1 to 100 characters",
        ));
    }
    for (key, facts) in [
        ("verified_against", &profile.verified_against),
        ("unverified", &profile.unverified),
    ] {
        if facts.len() > 100 || !facts.iter().all(|fact| is_line(fact, 300)) {
            let problem = "it needs at most 100 lines of 1 to 300 characters";
            found.push(Mistake::at(key, problem));
        }
    }
    if let Some((name, _)) = profile
        .settings
        .iter()
        .find(|(name, _)| profile.secrets.contains_key(name))
    {
        let key = ["settings.", name.as_str()].concat();
        found.push(Mistake::at(&key, "a secret has the same name"));
    }
    if profile.secrets.len() > 8 || profile.settings.len() > 16 || profile.extras.len() > 16 {
        found.push(Mistake::whole(
            "an account has at most 8 secrets and 16 settings, a refund at most 16 extras",
        ));
    }
    for (key, fit) in [
        ("token", profile.token.as_ref()),
        (
            "refund.key.fit",
            profile.refund.key.as_ref().and_then(|key| key.fit.as_ref()),
        ),
    ] {
        if let Some(Err(problem)) = fit.map(Fit::check) {
            found.push(Mistake::at(key, problem));
        }
    }
    api(profile, found);
    unused(profile, found);
}

/// What people are shown of a profile: one line of visible text, which can't pass for another.
fn is_line(text: &str, longest: usize) -> bool {
    let plain = refundkit_core::redact::message(text) == text;
    plain && !text.is_empty() && text.chars().count() <= longest
}

fn api(profile: &Document, found: &mut Vec<Mistake>) {
    let api = &profile.api;
    if api.test.is_none() && api.live.is_none() && api.hosts.is_empty() {
        found.push(
            Mistake::at("api", "it names no address")
                .hint("write test = \"https://…\" and live = \"https://…\", or hosts for accounts with an address of their own"),
        );
    }
    let login = profile
        .auth
        .token
        .as_ref()
        .and_then(|token| token.api.as_ref());
    for (key, address) in [
        ("api.test", api.test.as_deref()),
        ("api.live", api.live.as_deref()),
        (
            "auth.token.api.test",
            login.map(|login| login.test.as_str()),
        ),
        (
            "auth.token.api.live",
            login.map(|login| login.live.as_str()),
        ),
    ] {
        let Some(address) = address else { continue };
        match refundkit_http::BaseUrl::parse(address) {
            Err(error) => found.push(
                Mistake::at(key, error.to_string())
                    .hint("write https:// and a host, without user, query or fragment"),
            ),
            Ok(base) if base.is_loopback() => {
                found.push(Mistake::at(key, "it is an address of this machine").hint(
                    "a sandbox on this machine is named as base_url in an account's settings",
                ))
            }
            Ok(base) if !base.is_public() => found.push(
                Mistake::at(key, "it is an address inside of a private network")
                    .hint("write the provider's public address"),
            ),
            Ok(base) => {
                if let Some(problem) = misread(address, base.host()) {
                    found.push(
                        Mistake::at(key, problem).hint(
                            "write https://, a name in small ASCII letters, and a plain path",
                        ),
                    );
                }
            }
        }
    }
    if api.hosts.len() > 100 {
        found.push(Mistake::at("api.hosts", "at most 100 hosts"));
    }
    for (at, host) in api.hosts.iter().enumerate() {
        let name = host.strip_prefix("*.").unwrap_or(host);
        let label = |label: &str| {
            !label.is_empty()
                && label
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        let is_name =
            name.split('.').count() >= 2 && name.split('.').all(label) && name.len() <= 200;
        let is_address = name.split('.').all(|label| label.parse::<u32>().is_ok());
        let is_own = name.ends_with(".localhost");
        if !is_name || is_address || is_own {
            let key = ["api.hosts.", &at.to_string()].concat();
            found.push(
                Mistake::at(&key, "it is no host's name")
                    .hint("write a name such as api.example.com, or *.example.com"),
            );
        }
    }
}

/// Why an address may not be what a reader of the profile takes it for: a URL parser drops, turns
/// or encodes whatever is named here.
fn misread(address: &str, host: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]".contains(c);
    if !address.chars().all(plain) {
        return Some("it holds characters that have no place in an address");
    }
    let Some((_, rest)) = address
        .split_once("://")
        .filter(|(_, rest)| !rest.starts_with('/'))
    else {
        return Some("it has to begin with https:// and a host");
    };
    if host.ends_with('.') {
        return Some("its host ends with a dot");
    }
    let mut segments = rest.trim_end_matches('/').split('/').skip(1);
    segments
        .any(|segment| segment.chars().all(|c| c == '.'))
        .then_some("its path has an empty segment or one of dots")
}

/// A secret or a setting that nothing uses is a slip somewhere.
fn unused(profile: &Document, found: &mut Vec<Mistake>) {
    let used = placeholders(profile);
    let signs = || {
        profile
            .auth
            .sign
            .iter()
            .filter_map(|sign| sign.key.as_ref())
    };
    for name in profile.secrets.keys() {
        let is_used =
            used.contains(&Placeholder::Secret(name.clone())) || signs().any(|key| key == name);
        // The signer of an account may keep its secrets itself.
        if !is_used && !profile.auth.signer {
            let key = ["secrets.", name.as_str()].concat();
            let hint = [
                "use {secret.",
                name.as_str(),
                "} in [auth], or name the secrets that are used under [secrets]",
            ];
            found.push(Mistake::at(&key, "the secret is not used").hint(hint.concat()));
        }
    }
    for name in profile.settings.keys() {
        if !used.contains(&Placeholder::Setting(name.clone())) {
            let key = ["settings.", name.as_str()].concat();
            found.push(Mistake::at(&key, "the setting is not used"));
        }
    }
    for name in profile.extras.keys() {
        if !used.contains(&Placeholder::Extra(name.clone())) {
            let key = ["extras.", name.as_str()].concat();
            found.push(Mistake::at(&key, "the value is not used"));
        }
    }
}
