//! What has to reach the provider whole: methods that say what a request does, headers that are
//! there once, and tokens that can't go missing.

use super::super::call::{Shape, Verb};
use super::super::document::Document;
use super::super::name::Name;
use super::super::placeholder::Placeholder;
use super::super::places::{shapes, templates};
use super::super::{Mistake, Template};

/// The most headers, and the most pairs of a query, of one table.
const MOST: usize = 32;

pub(super) fn check(profile: &Document, found: &mut Vec<Mistake>) {
    for (place, shape) in shapes(profile) {
        let reads = !place.starts_with("refund.") && place != "refund" && place != "reversal";
        method(place, reads, shape.method, found);
        query(place, shape, found);
        once(place, headers_of(profile, shape), found);
        if let Some(name) = shape.body.beside_callers() {
            let problem = format!(
                "\"{name}\" stands beside \"*\", where a caller's own pair could take its place"
            );
            found
                .push(Mistake::at(&[place, ".body"].concat(), problem).hint(
                    "callers can't use names that begin with refundkit: give it such a name",
                ));
        }
    }
    if let Some(token) = &profile.auth.token {
        let basic = token.basic.as_ref().map(|_| "authorization");
        let own = token.headers.keys().map(String::as_str);
        once("auth.token", own.chain(basic).collect(), found);
    }
    for (key, template) in templates(profile) {
        whole(profile, &key, template, found);
    }
    full(profile, found);
}

fn method(place: &str, reads: bool, verb: Verb, found: &mut Vec<Mistake>) {
    let problem = match (reads, verb) {
        (false, Verb::Get) => "a GET is taken to change nothing, and may be sent again on the way",
        (true, Verb::Put | Verb::Patch | Verb::Delete) => {
            "what reads is a GET or a POST: PUT, PATCH and DELETE change something"
        }
        _ => return,
    };
    found.push(Mistake::at(&[place, ".method"].concat(), problem));
}

fn query(place: &str, shape: Shape<'_>, found: &mut Vec<Mistake>) {
    let key = [place, ".query"].concat();
    if shape.query.len() > MOST {
        found.push(Mistake::at(&key, "at most 32 pairs"));
    }
    let plain = |text: &str, longest: usize| {
        text.len() <= longest && text.chars().all(|c| c.is_ascii_graphic() || c == ' ')
    };
    for (name, template) in shape.query {
        let value = template.constant().unwrap_or_default();
        if name.is_empty() || !plain(name, 100) || !plain(value, 1000) {
            let problem =
                "a query's names and values are visible ASCII, at most 100 and 1000 characters";
            found.push(Mistake::at(&key, problem));
        }
    }
}

/// The names of all headers that the profile sets in a request.
fn headers_of<'a>(profile: &'a Document, shape: Shape<'a>) -> Vec<&'a str> {
    let auth = &profile.auth;
    let tables = [&auth.headers, &profile.headers, shape.headers];
    let written = tables.into_iter().flat_map(|table| table.keys());
    let key = shape.key.and_then(|key| key.header.as_deref());
    let basic = auth.basic.as_ref().map(|_| "authorization");
    written
        .map(String::as_str)
        .chain(key)
        .chain(basic)
        .collect()
}

/// Of two headers with one name nobody knows which one counts.
fn once(place: &str, names: Vec<&str>, found: &mut Vec<Mistake>) {
    let key = [place, ".headers"].concat();
    if names.len() > MOST {
        found.push(Mistake::at(&key, "at most 32 headers in a request"));
        return;
    }
    let mut seen: Vec<String> = Vec::new();
    for name in names {
        let name = name.to_ascii_lowercase();
        if seen.contains(&name) {
            let problem = format!("the header {name} is set twice in one request");
            found.push(Mistake::at(&key, problem));
        } else {
            seen.push(name);
        }
    }
}

/// A field with an absent value is left out: what must not be is alone with what is never absent.
fn whole(profile: &Document, key: &str, template: &Template, found: &mut Vec<Mistake>) {
    let needed = template.placeholders().find(|placeholder| {
        matches!(
            placeholder,
            Placeholder::Token
                | Placeholder::Reference
                | Placeholder::Key
                | Placeholder::Minor
                | Placeholder::MinorText
                | Placeholder::Major
                | Placeholder::MajorNumber
        )
    });
    let optional = |name: &Name| {
        profile
            .extras
            .get(name)
            .is_some_and(|extra| !extra.required)
    };
    let reason = profile.reason.as_ref();
    let has_reason = reason.is_some_and(|reason| {
        reason.default.is_some() || (reason.required && key.starts_with("refund."))
    });
    let mut all = template.placeholders();
    let absent = all.find(|placeholder| {
        matches!(placeholder, Placeholder::Notes | Placeholder::OrderId)
            || (**placeholder == Placeholder::Reason && !has_reason)
            || matches!(placeholder, Placeholder::Extra(name) if optional(name))
    });
    // In the text of a signature an absent value is an empty one.
    if let (Some(needed), Some(absent)) = (needed, absent)
        && !key.starts_with("auth.sign.")
    {
        let problem =
            format!("where {{{absent}}} is absent, {{{needed}}} would be left out with it");
        found.push(Mistake::at(key, problem).hint("give each a field of its own"));
    }
}

/// A full refund that isn't found by its token would be taken for one that never happened.
fn full(profile: &Document, found: &mut Vec<Mistake>) {
    let Some(full) = &profile.refund.full else {
        return;
    };
    for carried in [Placeholder::Token, Placeholder::Reference, Placeholder::Key] {
        if profile.refund.body.uses(&carried) && !full.body.uses(&carried) {
            let problem =
                format!("it doesn't carry {{{carried}}}, by which a refund is found again");
            found.push(Mistake::at("refund.full.body", problem));
        }
    }
}
