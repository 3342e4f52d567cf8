//! A profile in prose.

mod samples;

use std::fmt::Write as _;
use std::time::Duration;

use refundkit_core::capabilities::{Capabilities, Idempotency, Lookup, OnRepeat, Reversal};

use crate::profile::{Document, Means, StageWord, StatusWord};
use crate::{Profile, capabilities};

/// The profile in prose for people, with the exact requests for sample inputs.
///
/// Settings and secrets are made up, and secrets masked; a time, a nonce and a signature stand as
/// words in brackets.
#[must_use]
pub fn explain(profile: &Profile) -> String {
    let capabilities = capabilities::of(profile);
    let mut page = String::new();
    // Writing into a text doesn't fail.
    let _ = head(&mut page, profile);
    let _ = promises(&mut page, &capabilities);
    let _ = samples::requests(&mut page, profile, &capabilities);
    let _ = answers(&mut page, profile.document());
    let _ = limits(&mut page, &capabilities);
    let _ = doubts(&mut page, profile);
    page
}

fn head(page: &mut String, profile: &Profile) -> std::fmt::Result {
    let document = profile.document();
    writeln!(page, "{} ({})", profile.title(), profile.name())?;
    for (mode, address) in [("test", &document.api.test), ("live", &document.api.live)] {
        match address {
            Some(address) => writeln!(page, "  {mode}: {address}")?,
            None => writeln!(
                page,
                "  {mode}: the account's own address, given as base_url"
            )?,
        }
    }
    if !document.api.hosts.is_empty() {
        writeln!(
            page,
            "  an account's own address may be at {}",
            document.api.hosts.join(", ")
        )?;
    }
    writeln!(page, "\nAn account needs")?;
    for (name, about) in profile.secrets() {
        writeln!(page, "  secret {name}: {about}")?;
    }
    for (name, about) in profile.settings() {
        writeln!(page, "  setting {name}: {about}")?;
    }
    if document.auth.signer {
        writeln!(page, "  auth_command: a program that signs each request")?;
    }
    if let Some(token) = &document.auth.token {
        writeln!(
            page,
            "An access token is got at {} first, and kept while it is fresh.",
            token.path
        )?;
    }
    Ok(())
}

fn promises(page: &mut String, capabilities: &Capabilities) -> std::fmt::Result {
    writeln!(page, "\nAfter a lost answer")?;
    let key = capabilities.refund_key;
    match key {
        Idempotency::None => {
            writeln!(
                page,
                "  No key protects a repeated request: it is never repeated on trust."
            )?;
        }
        Idempotency::Key {
            lifetime,
            on_repeat,
        } => {
            let promise = match lifetime {
                Some(lifetime) => format!("promised for {}", span(lifetime)),
                None => "promised for no time".to_owned(),
            };
            let window = span(key.safe_window().unwrap_or_default());
            let gets = match on_repeat {
                OnRepeat::Replay => "Used again, it gets the first answer once more",
                OnRepeat::Conflict => "Used again, it gets an error, and the refund is looked up",
            };
            writeln!(
                page,
                "  The key is {promise}: it is sent again for {window} at most. {gets}."
            )?;
        }
    }
    writeln!(
        page,
        "  {}",
        match (capabilities.lookup, capabilities.shows_payments) {
            (Lookup::ByToken, _) =>
                "Each refund of a payment is listed with our token: it is found, or proved absent.",
            (Lookup::Total, _) =>
                "The payment states what was returned: a sum that moved by exactly the amount is proof.",
            (Lookup::No, true) =>
                "No reading proves what became of it; beyond the key, a person decides.",
            (Lookup::No, false) =>
                "The provider shows no payments: callers say what was paid, and beyond the key a person decides.",
        }
    )?;
    if capabilities.one_open_refund {
        writeln!(page, "  One refund of a payment is open at a time.")?;
    }
    writeln!(
        page,
        "  {}",
        if capabilities.enforces_cap {
            "The provider refuses more than was captured."
        } else {
            "That the provider refuses more than was captured is not counted on."
        }
    )?;
    if capabilities.reversal == Reversal::No {
        writeln!(page, "  Nothing is reversed here.")?;
    }
    Ok(())
}

fn answers(page: &mut String, document: &Document) -> std::fmt::Result {
    let object = &document.refund_object;
    writeln!(page, "\nA refund's status")?;
    for (word, means) in object.statuses.iter() {
        writeln!(page, "  {word}: {}", status(means))?;
    }
    for (code, means) in &object.http {
        writeln!(page, "  HTTP {} without a word: {}", code.0, status(*means))?;
    }
    writeln!(
        page,
        "  anything else: kept as it is, and never taken for success"
    )?;
    if let Some(payment) = &document.payment {
        writeln!(page, "\nA payment's status")?;
        for (word, means) in payment.stages.iter() {
            writeln!(page, "  {word}: {}", stage(means))?;
        }
        writeln!(page, "  anything else: nothing is refunded")?;
    }
    writeln!(page, "\nErrors, the first that fits")?;
    for rule in &document.errors.answers {
        let mut what = match rule.status {
            Some(status) => format!("HTTP {status}"),
            None => "any error".to_owned(),
        };
        if let Some(code) = &rule.code {
            write!(what, " {code}")?;
        }
        if let Some(message) = &rule.message {
            write!(what, " \"{message}\"")?;
        }
        writeln!(
            page,
            "  {what}: {}",
            match rule.means {
                Means::Refused => "refused, nothing moved",
                Means::NotProcessed => "not looked at, nothing moved; try later",
                Means::Exists => "the key was used; what became of it is looked up",
                Means::Unknown => "unknown; the money is held until it is known",
            }
        )?;
    }
    writeln!(
        page,
        "  anything else: unknown; the money is held until it is known"
    )
}

fn limits(page: &mut String, capabilities: &Capabilities) -> std::fmt::Result {
    writeln!(page, "\nWhat a refund carries")?;
    let texts = &capabilities.refund_texts;
    for (what, most) in [
        ("reason", texts.reason),
        ("notes", texts.notes),
        ("order id", texts.order_id),
    ] {
        match most {
            Some(most) => writeln!(page, "  {what}: at most {most} characters")?,
            None => writeln!(page, "  {what}: none")?,
        }
    }
    if !capabilities.reasons.is_empty() {
        writeln!(
            page,
            "  words for a reason: {}",
            capabilities.reasons.join(", ")
        )?;
    }
    match texts.metadata {
        Some(metadata) => writeln!(
            page,
            "  metadata: {} pairs, keys of {}, values of {} characters at most",
            metadata.pairs, metadata.key, metadata.value
        )?,
        None => writeln!(page, "  metadata: none")?,
    }
    for extra in &capabilities.extras {
        let needed = if extra.required {
            "needed"
        } else {
            "if wanted"
        };
        writeln!(page, "  metadata {} ({needed}): {}", extra.name, extra.kind)?;
    }
    Ok(())
}

fn doubts(page: &mut String, profile: &Profile) -> std::fmt::Result {
    writeln!(page, "\nWhat this was read from")?;
    for source in profile.verified_against() {
        writeln!(page, "  {source}")?;
    }
    if profile.unverified().is_empty() {
        return Ok(());
    }
    writeln!(page, "\nWhat nobody has confirmed")?;
    for doubt in profile.unverified() {
        writeln!(page, "  {doubt}")?;
    }
    Ok(())
}

const fn status(word: StatusWord) -> &'static str {
    match word {
        StatusWord::Pending => "on its way",
        StatusWord::Review => "held by the provider for a person",
        StatusWord::Failed => "failed; the money can be refunded again",
        StatusWord::Succeeded => "done",
    }
}

const fn stage(word: StageWord) -> &'static str {
    match word {
        StageWord::Created => "not paid yet",
        StageWord::Authorized => "held: reverse it, don't refund it",
        StageWord::PartiallyCaptured => "captured in part",
        StageWord::Captured => "captured: refund it",
        StageWord::Reversed => "reversed",
        StageWord::Refunded => "refunded whole",
        StageWord::Canceled => "called off",
        StageWord::Failed => "failed",
    }
}

/// A time in the largest unit that it is a whole number of.
fn span(time: Duration) -> String {
    let minutes = time.as_secs().checked_div(60).unwrap_or(0);
    let of = |unit: u64| minutes.checked_rem(unit) == Some(0) && minutes >= unit;
    let count = |unit: u64| minutes.checked_div(unit).unwrap_or(0);
    match () {
        () if of(1440) => format!("{} days", count(1440)),
        () if of(60) => format!("{} hours", count(60)),
        () => format!("{minutes} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_can_be_explained() {
        for name in Profile::builtins() {
            let page = explain(&Profile::builtin(name).unwrap());
            assert!(page.contains("POST https://"), "{name}:\n{page}");
            assert!(!page.contains("can't be shown"), "{name}:\n{page}");
            assert!(!page.contains("made-up"), "{name}: no secret\n{page}");
        }
    }

    #[test]
    fn primer_is_explained_word_for_word() {
        let page = explain(&Profile::builtin("primer").unwrap());
        let wanted = include_str!("../../tests/primer.explained.txt");
        assert_eq!(page, wanted, "\n{page}");
    }

    #[test]
    fn spans_are_whole() {
        let minutes = |minutes: u64| span(Duration::from_secs(minutes * 60));
        assert_eq!(minutes(30), "30 minutes");
        assert_eq!(minutes(720), "12 hours");
        assert_eq!(minutes(2880), "2 days");
    }
}
