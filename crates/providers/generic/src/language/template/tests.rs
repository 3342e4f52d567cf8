//! Placeholders in a profile's texts and paths: filled in, absent, misspelt, or where none may stand.

use super::*;
use crate::language::route::Path;

struct Sample;

impl Values for Sample {
    fn of(&self, placeholder: &Placeholder) -> Option<Cow<'_, str>> {
        let known = [
            (Placeholder::Minor, "1000"),
            (Placeholder::Token, "tok"),
            (Placeholder::Payment, "pay-1"),
        ];
        let found = known.iter().find(|(known, _)| known == placeholder);
        let name = || {
            placeholder
                .name()
                .map(|name| name.as_str().to_owned().into())
        };
        found.map(|(_, value)| (*value).into()).or_else(name)
    }
}

fn template(text: &str) -> Template {
    text.to_owned().try_into().unwrap()
}

#[test]
fn texts_are_filled_in_and_an_absent_value_takes_all_of_it_along() {
    let fill = |text: &str| template(text).fill(&Sample).map(Cow::into_owned);
    assert_eq!(fill("{amount.minor}p").as_deref(), Some("1000p"));
    assert_eq!(fill("ref-{token}").as_deref(), Some("ref-tok"));
    assert_eq!(fill("constant").as_deref(), Some("constant"));
    assert_eq!(fill("{{x}}").as_deref(), Some("{x}"));
    assert_eq!(fill("{setting.shop}").as_deref(), Some("shop"));
    assert_eq!(fill("a {reason}"), None);
    assert_eq!(template("a {reason}b").fill_or_empty(&Sample), "a b");
}

#[test]
fn mistakes_are_named() {
    let wrong = |text: &str| Template::try_from(text.to_owned()).unwrap_err();
    assert!(wrong("{amount}").contains("amount.minor"));
    assert!(
        wrong("{curency}").contains("is {currency} meant?"),
        "{}",
        wrong("{curency}")
    );
    assert!(wrong("{token").contains("close"));
    assert!(wrong("token}").contains("isn't open"));
    assert!(wrong("{secret.A b}").contains("no name"));
    for text in ["{", "}", "{}", "{{}", "{\u{0}}"] {
        assert!(Template::try_from(text.to_owned()).is_err(), "{text:?}");
    }
}

#[test]
fn a_path_is_made_of_whole_segments() {
    let path = |text: &str| Path::try_from(text.to_owned());
    let filled = path("/payments/{payment}/refund").unwrap();
    assert_eq!(filled.fill(&Sample), ["payments", "pay-1", "refund"]);
    assert_eq!(filled.to_string(), "/payments/{payment}/refund");
    let slash = path("/v1/refunds/").unwrap();
    assert!(slash.ends_with_slash() && !filled.ends_with_slash());
    assert_eq!(slash.fill(&Sample), ["v1", "refunds"]);
    let ending = path("/v1/{payment}.json").unwrap();
    assert_eq!(ending.fill(&Sample), ["v1", "pay-1.json"]);
    assert_eq!(ending.to_string(), "/v1/{payment}.json");
    for bad in [
        "/v1/{payment}{refund}",
        "/v1/{payment}?x",
        "/v1/{payment}.",
        "/v1/{setting.shop}.json",
        "payments",
        "/payments/x{payment}",
        "/payments/{token}",
        "/payments//refund",
        "/payments/../x",
        "/payments/{secret.key}",
        "/a?b=c",
        "/a#b",
        "/a%2fb",
        "/é",
        "//host/x",
        "/1/2/3/4/5/6/7/8/9/10/11/12/13",
    ] {
        assert!(path(bad).is_err(), "{bad}");
    }
}
