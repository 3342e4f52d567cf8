//! An account's settings beside its profile: the mode, the hosts that secrets may go to, what is
//! missing or unknown.

use super::*;

fn config(name: &str, key: &str) -> GenericConfig {
    GenericConfig::new(Profile::builtin(name).unwrap(), Secret::new(key).unwrap())
}

fn problem(config: GenericConfig) -> String {
    config.account().map(|_| ()).unwrap_err().to_string()
}

fn base(text: &str) -> BaseUrl {
    BaseUrl::parse(text).unwrap()
}

#[test]
fn the_profile_has_an_address_for_each_mode() {
    let primer = config("primer", "planted_key");
    assert!(!format!("{primer:?}").contains("planted"));
    let address = |config: GenericConfig| config.account().unwrap().base.to_string();
    assert_eq!(address(primer.clone()), "https://api.sandbox.primer.io/");
    assert_eq!(address(primer.mode(Mode::Live)), "https://api.primer.io/");
}

#[test]
fn a_live_key_in_test_mode_is_refused() {
    assert!(problem(config("stripe", "sk_live_x")).contains("live one"));
    assert!(
        config("stripe", "sk_live_x")
            .mode(Mode::Live)
            .account()
            .is_ok()
    );
}

#[test]
fn secrets_go_to_the_profiles_hosts_and_to_this_machine_only() {
    let at = |url: &str| {
        config("primer", "planted_key")
            .base_url(base(url))
            .account()
    };
    assert!(at("http://127.0.0.1:4010").is_ok());
    assert!(at("https://api.sandbox.primer.io/proxy").is_ok());
    for elsewhere in [
        "https://evil.example",
        "https://api.sandbox.primer.io.evil.example",
        "https://10.0.0.1",
    ] {
        let problem = at(elsewhere).map(|_| ()).unwrap_err().to_string();
        assert!(problem.contains("api.hosts"), "{problem}");
    }
    assert!(is_at("a.example.com", "*.example.com"));
    assert!(!is_at("example.com", "*.example.com"));
    assert!(!is_at("evilexample.com", "*.example.com"));
    assert!(is_at("a.example.com", "a.example.com"));
}

#[test]
fn what_is_missing_or_unknown_is_named() {
    let profile = || Profile::builtin("primer").unwrap();
    let none: [(&str, Secret); 0] = [];
    assert!(problem(GenericConfig::with_secrets(profile(), none)).contains("api_key"));
    let key = Secret::new("planted_key").unwrap();
    let other = GenericConfig::with_secrets(profile(), [("api_key", key.clone()), ("apikey", key)]);
    let said = problem(other);
    assert!(
        said.contains("no secret of that name") && !said.contains("planted"),
        "{said}"
    );
    let said = problem(config("primer", "planted_key").setting("shop", "x"));
    assert!(
        said.contains("no setting of that name; it has: none"),
        "{said}"
    );
}
