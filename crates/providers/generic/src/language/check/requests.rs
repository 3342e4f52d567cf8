//! What is said of requests: their bodies, headers, queries and keys.

use super::super::body::Encoding;
use super::super::call::Shape;
use super::super::document::Document;
use super::super::name::Name;
use super::super::placeholder::Placeholder;
use super::super::places::{shapes, templates};
use super::super::reserved::RESERVED;
use super::super::{AnswerKind, Mistake, Template};

pub(super) fn check(profile: &Document, found: &mut Vec<Mistake>) {
    for (place, shape) in shapes(profile) {
        if shape.encoding == Encoding::None && !shape.body.is_empty() {
            let key = [place, ".encoding"].concat();
            found.push(
                Mistake::at(&key, "there is a body, but no encoding")
                    .hint("write encoding = \"json\" or \"form\""),
            );
        }
        if shape.encoding == Encoding::Form && shape.content_type.is_some() {
            let key = [place, ".content_type"].concat();
            found.push(Mistake::at(
                &key,
                "a form has its own content type: leave it out",
            ));
        }
        if shape.content_type.is_some_and(|text| !is_value(text)) {
            let key = [place, ".content_type"].concat();
            found.push(Mistake::at(&key, "it is no content type"));
        }
    }
    for (key, template) in templates(profile) {
        for placeholder in template.placeholders() {
            if let Some(problem) = misplaced(profile, &key, placeholder) {
                found.push(Mistake::at(&key, format!("{{{placeholder}}} {problem}")));
            }
        }
        if let Some((_, name)) = key.split_once("headers.") {
            header(&key, name, template, found);
        }
        if key.contains(".query.") && template.is_secret() {
            found.push(
                Mistake::at(&key, "a secret in a URL ends up in logs")
                    .hint("send it in a header or in the body"),
            );
        }
    }
    refund(profile, found);
    keys(profile, found);
}

/// What is wrong with a placeholder at a place; `None` where nothing is.
fn misplaced(profile: &Document, key: &str, placeholder: &Placeholder) -> Option<String> {
    let declared = |table: &str, name: &Name, there: bool| {
        (!there).then(|| {
            format!(
                "names nothing: there is no {} under [{table}]",
                name.as_str()
            )
        })
    };
    let is_sign = key.starts_with("auth.sign.");
    let is_login = key.starts_with("auth.token.");
    let moves_money = key.starts_with("refund.") || key.starts_with("reversal.") || is_sign;
    let only = |fits: bool, place: &str| (!fits).then(|| format!("has a value in {place} only"));
    if is_login
        && !matches!(
            placeholder,
            Placeholder::Secret(_) | Placeholder::Setting(_)
        )
    {
        return Some("has no value while an access token is got".to_owned());
    }
    match placeholder {
        Placeholder::Secret(name) => declared("secrets", name, profile.secrets.contains_key(name)),
        Placeholder::Setting(name) => {
            declared("settings", name, profile.settings.contains_key(name))
        }
        Placeholder::Extra(name) => declared("extras", name, profile.extras.contains_key(name))
            .or_else(|| only(key.starts_with("refund.") || is_sign, "a refund")),
        Placeholder::Signed(name) => signed(profile, key, name),
        Placeholder::AccessToken => {
            let there = profile.auth.token.is_some();
            (!there).then(|| "needs an [auth.token] that gets one".to_owned())
        }
        Placeholder::Refund => only(
            key.starts_with("refund_status.") || is_sign,
            "[refund_status]",
        ),
        Placeholder::Key => {
            let refund = key.starts_with("refund.") && profile.refund.key.is_some();
            let reversal = profile
                .reversal
                .as_ref()
                .is_some_and(|call| call.key.is_some());
            let fits = refund || is_sign || (key.starts_with("reversal.") && reversal);
            (!fits)
                .then(|| "has a value only in a request with a key: add one under `key`".to_owned())
        }
        Placeholder::Method
        | Placeholder::MethodLower
        | Placeholder::RequestPath
        | Placeholder::RequestBody => only(is_sign, "the text of a signature"),
        Placeholder::Minor
        | Placeholder::MinorText
        | Placeholder::Major
        | Placeholder::MajorNumber
        | Placeholder::Currency
        | Placeholder::CurrencyLower
        | Placeholder::Token
        | Placeholder::Reason => only(moves_money, "a refund or a reversal"),
        Placeholder::Reference | Placeholder::OrderId | Placeholder::Notes => {
            only(key.starts_with("refund.") || is_sign, "a refund")
        }
        Placeholder::Payment
        | Placeholder::NowSeconds
        | Placeholder::NowMillis
        | Placeholder::NowCompact
        | Placeholder::NowIso
        | Placeholder::Nonce
        | Placeholder::NonceShort => None,
    }
}

fn signed(profile: &Document, key: &str, name: &Name) -> Option<String> {
    let Some(sign) = profile.auth.sign.iter().find(|sign| sign.name == *name) else {
        return Some(format!(
            "names nothing: there is no {} under [[auth.sign]]",
            name.as_str()
        ));
    };
    let in_headers = key.contains("headers.");
    (!in_headers && (sign.is_over_the_request() || !key.ends_with(".body"))).then(|| {
        "can be in a header only, or in the body where its text isn't over the request itself"
            .to_owned()
    })
}

/// Headers that the connection or refundkit itself is in charge of.
fn is_taken(name: &str) -> bool {
    RESERVED
        .iter()
        .any(|taken| taken.eq_ignore_ascii_case(name))
}

fn header(key: &str, name: &str, template: &Template, found: &mut Vec<Mistake>) {
    if !is_header(name) {
        found
            .push(Mistake::at(key, "it is no name of a header").hint("letters, digits and dashes"));
    } else if is_taken(name) {
        found.push(
            Mistake::at(key, format!("the header {name} isn't the profile's to set"))
                .hint("for another content type, write content_type beside encoding"),
        );
    }
    let is_empty = template
        .constant()
        .is_some_and(|text| text.trim().is_empty());
    if is_empty || !template.texts().all(is_text) {
        found.push(Mistake::at(
            key,
            "a header's value has visible ASCII characters and single spaces",
        ));
    }
}

pub(super) fn is_header(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !name.is_empty() && name.len() <= 100 && name.chars().all(fits)
}

fn is_value(text: &str) -> bool {
    !text.trim().is_empty() && is_text(text)
}

fn is_text(text: &str) -> bool {
    text.len() <= 1000 && text.chars().all(|c| c.is_ascii_graphic() || c == ' ')
}

fn refund(profile: &Document, found: &mut Vec<Mistake>) {
    let refund = &profile.refund;
    let amount = [
        Placeholder::Minor,
        Placeholder::MinorText,
        Placeholder::Major,
        Placeholder::MajorNumber,
    ]
    .iter()
    .any(|placeholder| refund.body.uses(placeholder));
    if !amount && !refund.full_only {
        found.push(
            Mistake::at("refund.body", "it sends no amount, and refundkit never leaves it to the provider what \"all\" means")
                .hint("write amount = \"{amount.minor}\", or full_only = true where the provider takes none"),
        );
    }
    if refund.full_only && refund.full.is_some() {
        found.push(Mistake::at(
            "refund.full",
            "with full_only, [refund] itself is the full refund",
        ));
    }
    let carries = |shape: Shape<'_>, wanted: &Placeholder| {
        let mut headers = shape.headers.values().flat_map(Template::placeholders);
        shape.body.uses(wanted) || headers.any(|found| found == wanted)
    };
    let token = carries(refund.shape(false), &Placeholder::Token)
        || carries(refund.shape(false), &Placeholder::Reference);
    if refund.key.is_none() && !token && profile.payment.is_none() {
        found.push(
            Mistake::at("refund", "it carries neither a key nor a token, and no payment can be read: a lost answer could never be cleared up"),
        );
    }
    let fits = profile
        .token
        .as_ref()
        .is_none_or(super::super::Fit::is_identity);
    if matches!(refund.answer, AnswerKind::Payment | AnswerKind::List) {
        if !token || !fits || profile.refund_object.token.is_none() {
            found.push(
                Mistake::at("refund.answer", "nothing tells which refund of the answer is ours")
                    .hint("send {token} or {reference} in the body, and say in refund_object.token where it comes back"),
            );
        }
        let in_payment = profile
            .refunds
            .as_ref()
            .is_some_and(|list| list.read.is_none());
        if refund.answer == AnswerKind::Payment && (profile.payment.is_none() || !in_payment) {
            found.push(Mistake::at(
                "refund.answer",
                "a payment as answer needs [payment], and [refunds] in the payment itself",
            ));
        }
    }
    let reason = refund.body.uses(&Placeholder::Reason);
    if profile.reason.is_some() && !reason {
        found.push(Mistake::at("reason", "no request carries a {reason}"));
    }
    let both =
        |reason: &super::super::document::Reason| reason.required && reason.default.is_some();
    if profile.reason.as_ref().is_some_and(both) {
        let problem = "with a default, callers need not give one: leave one of the two out";
        found.push(Mistake::at("reason.required", problem));
    }
}

fn keys(profile: &Document, found: &mut Vec<Mistake>) {
    let reversal = profile.reversal.as_ref();
    for (place, shape) in [
        ("refund.key", Some(profile.refund.shape(false))),
        ("reversal.key", reversal.map(super::super::Reversal::shape)),
    ] {
        let Some(key) = shape.and_then(|shape| shape.key) else {
            continue;
        };
        if let Some(name) = &key.header
            && (!is_header(name) || is_taken(name))
        {
            found.push(Mistake::at(
                place,
                "it is no name of a header that a key can travel in",
            ));
        }
        if key
            .lifetime_hours
            .is_some_and(|hours| hours == 0 || hours > 24 * 400)
        {
            found.push(
                Mistake::at(place, "a key lives for 1 to 9600 hours")
                    .hint("leave lifetime_hours out where the provider promises nothing"),
            );
        }
        if let Some(Err(problem)) = key.fit.as_ref().map(super::super::Fit::check) {
            found.push(Mistake::at(&[place, ".fit"].concat(), problem));
        }
    }
}
