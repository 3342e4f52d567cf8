//! What requests have to carry: amounts in the units that the provider counts in, and the key and the
//! token that the profile says it knows. Without them a refund would be a hundred times too large, or
//! be sent again for want of a key that never went out.

use super::super::amounts::Amounts;
use super::super::call::{Reversal, Shape};
use super::super::document::Document;
use super::super::placeholder::Placeholder;
use super::super::places::{placeholders, templates};
use super::super::{Mistake, Template};

pub(super) fn check(profile: &Document, found: &mut Vec<Mistake>) {
    units(profile, found);
    keys(profile, found);
    tokens(profile, found);
}

/// Whether the request has the placeholder in its body, its headers or its query.
fn carries(shape: Shape<'_>, wanted: &Placeholder) -> bool {
    let beside = shape.headers.values().chain(shape.query.values());
    shape.body.uses(wanted)
        || beside
            .flat_map(Template::placeholders)
            .any(|placeholder| placeholder == wanted)
}

/// No provider is known that takes one kind of units and answers in the other: of two that differ,
/// one is a slip, and the profile can't tell which.
fn units(profile: &Document, found: &mut Vec<Mistake>) {
    let (said, other, hint) = match profile.amounts {
        Amounts::Minor => (
            "minor",
            [Placeholder::Major, Placeholder::MajorNumber],
            "write {amount.minor}, or {amount.minor_text} where it has to be a text",
        ),
        Amounts::Major => (
            "major",
            [Placeholder::Minor, Placeholder::MinorText],
            "write {amount.major}, or {amount.major_number} where it has to be a number",
        ),
    };
    for (key, template) in templates(profile) {
        let mut all = template.placeholders();
        if let Some(written) = all.find(|placeholder| other.contains(placeholder)) {
            let problem = format!("{{{written}}} stands beside amounts = \"{said}\"");
            found.push(Mistake::at(&key, problem).hint(hint));
        }
    }
}

/// A key is sent where the provider looks for one: a token in some other field is none.
fn keys(profile: &Document, found: &mut Vec<Mistake>) {
    let reversal = profile.reversal.as_ref();
    for (place, shape) in [
        ("refund.key", Some(profile.refund.shape(false))),
        ("reversal.key", reversal.map(Reversal::shape)),
    ] {
        if let Some(shape) = shape
            && shape.key.is_some_and(|key| key.header.is_none())
            && !carries(shape, &Placeholder::Key)
        {
            found.push(
                Mistake::at(place, "nothing carries the key")
                    .hint("write header = \"Idempotency-Key\", or {key} into the body"),
            );
        }
    }
}

fn tokens(profile: &Document, found: &mut Vec<Mistake>) {
    let own = [Placeholder::Token, Placeholder::Reference];
    let all = placeholders(profile);
    if profile.token.is_some() && !all.iter().any(|placeholder| own.contains(placeholder)) {
        found.push(
            Mistake::at("token", "no request carries a {token}")
                .hint("write {token} or {reference} into refund.body, or leave [token] out"),
        );
    }
    let refund = profile.refund.shape(false);
    let comes_back = own.into_iter().chain([Placeholder::Key]);
    if profile.refund_object.token.is_some()
        && !comes_back.into_iter().any(|own| carries(refund, &own))
    {
        found.push(
            Mistake::at(
                "refund_object.token",
                "no refund carries a token that could come back",
            )
            .hint("write {token} or {reference} into refund.body"),
        );
    }
}
