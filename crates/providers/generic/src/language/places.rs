//! Every request of a profile, and every template in one, with the key of its place.

use super::auth::Basic;
use super::call::Shape;
use super::document::Document;
use super::placeholder::Placeholder;
use super::template::Template;

/// All requests of a profile but the login, each with the key of its table.
pub(super) fn shapes(profile: &Document) -> Vec<(&'static str, Shape<'_>)> {
    let mut all = vec![("refund", profile.refund.shape(false))];
    if profile.refund.full.is_some() {
        all.push(("refund.full", profile.refund.shape(true)));
    }
    if let Some(reversal) = &profile.reversal {
        all.push(("reversal", reversal.shape()));
    }
    if let Some(payment) = &profile.payment {
        all.push(("payment.read", payment.read.shape()));
    }
    if let Some(read) = profile.refunds.as_ref().and_then(|list| list.read.as_ref()) {
        all.push(("refunds.read", read.shape()));
    }
    if let Some(read) = &profile.refund_status {
        all.push(("refund_status", read.shape()));
    }
    all
}

/// Every template with the key of its place.
pub(super) fn templates(profile: &Document) -> Vec<(String, &Template)> {
    let mut all = Vec::new();
    for (place, shape) in shapes(profile) {
        for template in shape.path.segments() {
            all.push(([place, ".path"].concat(), template));
        }
        for (name, template) in shape.query {
            all.push(([place, ".query.", name].concat(), template));
        }
        for (name, template) in shape.headers {
            all.push(([place, ".headers.", name].concat(), template));
        }
        for template in shape.body.templates() {
            all.push(([place, ".body"].concat(), template));
        }
    }
    for (name, template) in &profile.headers {
        all.push((["headers.", name].concat(), template));
    }
    credentials(profile, &mut all);
    all
}

/// Every placeholder that any request uses.
pub(super) fn placeholders(profile: &Document) -> Vec<Placeholder> {
    let templates = templates(profile);
    let used = templates
        .iter()
        .flat_map(|(_, template)| template.placeholders());
    used.cloned().collect()
}

/// The templates of credentials.
fn credentials<'a>(profile: &'a Document, all: &mut Vec<(String, &'a Template)>) {
    let auth = &profile.auth;
    let basic = |place: &str, basic: &'a Basic, all: &mut Vec<(String, &'a Template)>| {
        all.push(([place, ".user"].concat(), &basic.user));
        all.push(([place, ".password"].concat(), &basic.password));
    };
    for (name, template) in &auth.headers {
        all.push((["auth.headers.", name].concat(), template));
    }
    if let Some(given) = &auth.basic {
        basic("auth.basic", given, all);
    }
    for (at, sign) in auth.sign.iter().enumerate() {
        all.push((
            ["auth.sign.", &at.to_string(), ".text"].concat(),
            &sign.text,
        ));
    }
    if let Some(token) = &auth.token {
        if let Some(given) = &token.basic {
            basic("auth.token.basic", given, all);
        }
        for (name, template) in &token.headers {
            all.push((["auth.token.headers.", name].concat(), template));
        }
        for template in token.path.segments() {
            all.push(("auth.token.path".to_owned(), template));
        }
        for template in token.body.templates() {
            all.push(("auth.token.body".to_owned(), template));
        }
    }
}
