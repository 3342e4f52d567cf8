//! What is said about messages: whether a signature proves all that is taken from them.

use super::super::document::Document;
use super::super::signed::Piece;
use super::super::webhook::Webhook;
use super::super::{Mistake, OneOrMore, Paths};
use super::requests::is_header;

/// The most headers with signatures, and the most events.
const MOST_HEADERS: usize = 4;
const MOST_EVENTS: usize = 100;

pub(super) fn check(profile: &Document, found: &mut Vec<Mistake>) {
    let Some(webhook) = &profile.webhook else {
        return;
    };
    if !webhook.is_signed_whole_or_not_at_all() {
        found.push(
            Mistake::at("webhook", "it says a part of how messages are signed")
                .hint("write signature, algorithm, encoding and signed, or none of them"),
        );
    } else if webhook.signature.is_none() {
        unsigned(webhook, found);
    } else {
        signature(webhook, found);
        time(webhook, found);
        id(webhook, found);
    }
    if webhook.events.len() > MOST_EVENTS {
        found.push(Mistake::at("webhook.events", "at most 100 events"));
    }
    if webhook.event.is_some() == webhook.events.is_empty() {
        let problem = "event says where the names are that events lists: both of them, or neither";
        found.push(Mistake::at("webhook", problem));
    }
    for (key, paths) in [
        ("webhook.event", webhook.event.as_ref()),
        ("webhook.payment", webhook.payment.as_ref()),
    ] {
        if !paths.is_none_or(Paths::is_in_the_body) {
            found.push(Mistake::at(
                key,
                "it has to be a path in the message's body",
            ));
        }
    }
    if !webhook.at.as_ref().is_none_or(Paths::is_plain) {
        let problem = "it has to be a path in the message's body";
        found.push(Mistake::at("webhook.at", problem));
    }
}

/// An unsigned message makes refundkit read, and nothing else is taken from it.
fn unsigned(webhook: &Webhook, found: &mut Vec<Mistake>) {
    for (key, there) in [
        ("webhook.separator", webhook.separator.is_some()),
        ("webhook.prefix", webhook.prefix.is_some()),
        (
            "webhook.timestamp_prefix",
            webhook.timestamp_prefix.is_some(),
        ),
        ("webhook.key", webhook.key.is_some()),
        ("webhook.timestamp", webhook.timestamp.is_some()),
        ("webhook.event_id", webhook.event_id.is_some()),
        ("webhook.at", webhook.at.is_some()),
    ] {
        if there {
            let problem = "it means nothing in a message that nobody has signed";
            found.push(Mistake::at(key, problem));
        }
    }
}

fn signature(webhook: &Webhook, found: &mut Vec<Mistake>) {
    let headers = webhook.signature.as_ref().map_or(&[][..], OneOrMore::texts);
    let names = !headers.is_empty() && headers.len() <= MOST_HEADERS;
    if !names || !headers.iter().all(|name| is_header(name)) {
        let problem = "it names one to four headers: letters, digits and dashes";
        found.push(Mistake::at("webhook.signature", problem));
    }
    if webhook
        .algorithm
        .is_some_and(|algorithm| !algorithm.key_needed())
    {
        found.push(
            Mistake::at("webhook.algorithm", "anybody can make a hash without a key")
                .hint("write hmac-sha256 or hmac-sha512"),
        );
    }
    let separator = webhook.separator.as_deref();
    if separator.is_some_and(|text| !matches!(text, "," | ";" | " ")) {
        let problem = "it is a comma, a semicolon or a space";
        found.push(Mistake::at("webhook.separator", problem));
    }
    let (own, time) = (
        webhook.prefix.as_deref(),
        webhook.timestamp_prefix.as_deref(),
    );
    for (key, prefix) in [("webhook.prefix", own), ("webhook.timestamp_prefix", time)] {
        let visible = |text: &str| text.chars().all(|c| c.is_ascii_graphic());
        let parted = |text: &str| separator.is_some_and(|separator| text.contains(separator));
        if prefix.is_some_and(|text| {
            text.is_empty() || text.len() > 20 || !visible(text) || parted(text)
        }) {
            let problem = "it has 1 to 20 visible ASCII characters, and not the separator";
            found.push(Mistake::at(key, problem));
        }
    }
    if separator.is_some() && own.is_none() {
        let problem = "it doesn't say which parts of the header are signatures";
        found.push(
            Mistake::at("webhook.prefix", problem).hint("write prefix = \"v1=\" or the like"),
        );
    }
    if time.is_some() && separator.is_none() {
        let problem = "it needs the separator between the time and the signature";
        found.push(Mistake::at("webhook.timestamp_prefix", problem));
    }
    if let (Some(own), Some(time)) = (own, time)
        && (own.starts_with(time) || time.starts_with(own))
    {
        let problem = "the time and the signature begin alike";
        found.push(Mistake::at("webhook.timestamp_prefix", problem));
    }
}

/// A time that isn't signed could be written anew each time that an old message is sent again.
fn time(webhook: &Webhook, found: &mut Vec<Mistake>) {
    let key = "webhook.timestamp";
    let in_header = webhook.timestamp_prefix.is_some() || webhook.time_header().is_some();
    let is_signed = webhook
        .signed
        .as_ref()
        .is_some_and(|signed| signed.has(&Piece::Timestamp));
    if webhook.timestamp.is_some() && webhook.timestamp_prefix.is_some() {
        found.push(Mistake::at(
            key,
            "the time is in the signature's header already",
        ));
    } else if is_signed && !in_header {
        let problem = "{timestamp} is signed, and no header is named that has it";
        found.push(
            Mistake::at("webhook.signed", problem)
                .hint("write timestamp_prefix, or timestamp = \"header:NAME\""),
        );
    } else if in_header && !is_signed {
        found.push(
            Mistake::at("webhook.signed", "the header with the time isn't signed")
                .hint("write {timestamp} where the provider does, or leave the time out"),
        );
    }
    let in_body = webhook.timestamp.as_ref().is_none_or(Paths::is_plain);
    if !in_body && webhook.time_header().is_none() {
        found.push(Mistake::at(key, "it is one header, or paths in the body"));
    }
}

/// An id that isn't signed could be another message's, which would then be taken for known.
fn id(webhook: &Webhook, found: &mut Vec<Mistake>) {
    let in_header = webhook.id_header().is_some();
    let is_signed = webhook
        .signed
        .as_ref()
        .is_some_and(|signed| signed.has(&Piece::Id));
    if is_signed && !in_header {
        let problem = "{id} is signed, and event_id names no header that has it";
        found.push(Mistake::at("webhook.signed", problem));
    } else if in_header && !is_signed {
        let problem = "an id in a header that isn't signed could be another message's";
        found.push(
            Mistake::at("webhook.event_id", problem)
                .hint("leave it out: the hash of the body tells messages apart"),
        );
    }
    let in_body = webhook.event_id.as_ref().is_none_or(Paths::is_plain);
    if !in_body && !in_header {
        found.push(Mistake::at(
            "webhook.event_id",
            "it is one header, or paths in the body",
        ));
    }
}
