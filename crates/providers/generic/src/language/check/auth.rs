//! What is said of how requests show who sends them.

use super::super::document::Document;
use super::super::placeholder::Placeholder;
use super::super::{Mistake, Template};

pub(super) fn check(profile: &Document, found: &mut Vec<Mistake>) {
    let auth = &profile.auth;
    let in_body = profile
        .refund
        .body
        .templates()
        .iter()
        .any(|template| template.is_secret());
    let in_headers = auth.headers.values().any(Template::is_secret);
    let in_basic = auth
        .basic
        .as_ref()
        .is_some_and(|basic| basic.user.is_secret() || basic.password.is_secret());
    if !in_headers && !in_basic && !auth.signer && !in_body {
        found.push(
            Mistake::at("auth", "requests carry no credential")
                .hint("write headers = { Authorization = \"Bearer {secret.api_key}\" }, or basic = { user = …, password = … }"),
        );
    }
    let basic_header = auth
        .headers
        .keys()
        .any(|name| name.eq_ignore_ascii_case("authorization"));
    if auth.basic.is_some() && basic_header {
        found.push(Mistake::at(
            "auth.basic",
            "auth.headers sets Authorization too: leave one of them out",
        ));
    }
    for (at, sign) in auth.sign.iter().enumerate() {
        let key = ["auth.sign.", &at.to_string()].concat();
        match (&sign.key, sign.algorithm.key_needed()) {
            (None, true) => found.push(
                Mistake::at(&key, "the algorithm needs a key")
                    .hint("write key = and the name of a secret"),
            ),
            (Some(_), false) => found.push(
                Mistake::at(&key, "sha256 takes no key")
                    .hint("write the secret into the text: {secret.NAME}"),
            ),
            (None, false) if !sign.text.is_secret() => found.push(
                Mistake::at(
                    &key,
                    "a plain hash without a secret in its text proves nothing",
                )
                .hint("write {secret.NAME} into the text, or use hmac-sha256"),
            ),
            (Some(name), true) if !profile.secrets.contains_key(name) => {
                found.push(Mistake::at(
                    &key,
                    format!("there is no secret \"{}\"", name.as_str()),
                ));
            }
            _ => {}
        }
        if auth
            .sign
            .iter()
            .take(at)
            .any(|earlier| earlier.name == sign.name)
        {
            found.push(Mistake::at(&key, "another signature has the same name"));
        }
    }
    if let Some(token) = &auth.token {
        if !token.access_token.reads_the_body() {
            found.push(Mistake::at(
                "auth.token.access_token",
                "it has to be a path in the answer's body",
            ));
        }
        let mut carried = auth.headers.values().flat_map(Template::placeholders);
        if !carried.any(|placeholder| *placeholder == Placeholder::AccessToken) {
            found.push(
                Mistake::at("auth.token", "no header carries the access token")
                    .hint("write auth.headers = { Authorization = \"Bearer {access_token}\" }"),
            );
        }
    }
}
