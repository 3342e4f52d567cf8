//! A profile in prose.

mod messages;
mod samples;

use std::fmt::Write as _;
use std::time::Duration;

use refundkit_core::Currency;
use refundkit_core::capabilities::{
    Capabilities, Idempotency, Lookup, OnRepeat, Partial, Reversal,
};

use refundkit_generic::Profile;
use refundkit_generic::language::{Document, Means, Rule, StageWord, StatusWord};

/// The profile in prose for people, with the exact requests for sample inputs.
///
/// Settings and secrets are made up, and secrets masked; a time, a nonce and a signature stand as
/// words in brackets.
#[must_use]
pub fn explain(profile: &Profile) -> String {
    let capabilities = profile.capabilities();
    let mut page = String::new();
    // Writing into a text doesn't fail.
    let _ = head(&mut page, profile);
    let _ = promises(&mut page, profile.document(), &capabilities);
    let _ = samples::requests(&mut page, profile, &capabilities);
    let _ = answers(&mut page, profile.document(), &capabilities);
    let _ = messages::messages(&mut page, profile.document());
    let _ = limits(&mut page, profile.document(), &capabilities);
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

fn promises(
    page: &mut String,
    document: &Document,
    capabilities: &Capabilities,
) -> std::fmt::Result {
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
                Some(lifetime) => format!("The provider knows a key for {}", span(lifetime)),
                None => "The provider doesn't say for how long it knows a key".to_owned(),
            };
            let window = span(
                key.safe_window(capabilities.guarded_by())
                    .unwrap_or_default(),
            );
            let gets = match on_repeat {
                OnRepeat::Replay => "A repeated one gets the first answer once more",
                OnRepeat::Conflict => {
                    "The answer to a repeated one doesn't tell what became of the first"
                }
            };
            writeln!(
                page,
                "  {promise}: the same one is sent again for at most {window}. {gets}."
            )?;
        }
    }
    writeln!(page, "  {}", reading(document, capabilities))?;
    if capabilities.one_open_refund {
        writeln!(page, "  Only one refund of a payment is open at a time.")?;
    }
    writeln!(
        page,
        "  {}",
        if capabilities.enforces_cap {
            "The provider itself refuses more than was captured."
        } else {
            "The provider isn't relied on to refuse more than was captured."
        }
    )?;
    if capabilities.reversal == Reversal::No {
        writeln!(
            page,
            "  There are no reversals: a payment that isn't captured can't be called off here."
        )?;
    }
    Ok(())
}

/// What a reading of the payment can prove.
fn reading(document: &Document, capabilities: &Capabilities) -> String {
    let person = match capabilities.refund_key {
        Idempotency::Key { .. } => "once the key is too old, a person decides",
        Idempotency::None => "a person decides",
    };
    if !capabilities.shows_payments {
        return format!("The provider shows no payments: callers say what was paid, and {person}.");
    }
    let refunds = document.refunds.as_ref();
    match capabilities.lookup {
        Lookup::ByToken => {
            "Each refund of a payment is listed with our token: it is found, or proved absent."
                .to_owned()
        }
        Lookup::Total => {
            "The payment states what was returned: a sum that moved by exactly the amount is proof."
                .to_owned()
        }
        Lookup::No if refunds.is_some_and(|list| list.may_miss_some) => format!(
            "The list of refunds may miss some: a refund that is in it is proof, one that isn't proves nothing: then {person}."
        ),
        Lookup::No if refunds.is_some_and(|list| !list.proves_absence()) => format!(
            "Nothing says where the list of refunds ends: a refund that is in it is proof, one that isn't proves nothing: then {person}."
        ),
        Lookup::No => format!("No reading proves what became of it: {person}."),
    }
}

fn answers(
    page: &mut String,
    document: &Document,
    capabilities: &Capabilities,
) -> std::fmt::Result {
    let object = &document.refund_object;
    writeln!(page, "\nA refund's status")?;
    for (word, means) in object.statuses.iter() {
        writeln!(page, "  {word}: {}", status(means))?;
    }
    for (code, means) in &object.http {
        writeln!(
            page,
            "  HTTP {} without a word: {}",
            code.code(),
            status(*means)
        )?;
    }
    writeln!(
        page,
        "  anything else: kept as it is, and never taken for success"
    )?;
    if let Some(payment) = &document.payment {
        writeln!(page, "\nA payment's status")?;
        for (word, means) in payment.stages.iter() {
            let held = means == StageWord::Authorized && capabilities.reversal == Reversal::No;
            let means = if held {
                "held, not captured: nothing can be refunded yet"
            } else {
                stage(means)
            };
            writeln!(page, "  {word}: {means}")?;
        }
        writeln!(page, "  anything else: nothing is refunded")?;
        match (&payment.disputes, capabilities.shows_disputes) {
            (None, _) => writeln!(
                page,
                "  its disputes aren't shown: the provider has to refuse"
            )?,
            (Some(_), false) => writeln!(page, "  what of it is disputed counts as gone")?,
            (Some(_), true) => writeln!(
                page,
                "  what of it is disputed counts as gone; one that doesn't say isn't refunded"
            )?,
        }
    }
    writeln!(page, "\nErrors, the first that fits")?;
    let seen = match capabilities.lookup {
        Lookup::No => "asked for before; unknown, the money is held until it is known",
        Lookup::ByToken | Lookup::Total => "asked for before; what became of it is looked up",
    };
    for rule in &document.errors.answers {
        writeln!(
            page,
            "  {}: {}",
            error(rule),
            match rule.means {
                Means::Refused => "refused, nothing moved",
                Means::NotProcessed => "not looked at, nothing moved; try later",
                Means::Later => "not done now, nothing moved; try later",
                Means::Exists => seen,
                Means::Unknown => "unknown; the money is held until it is known",
            }
        )?;
    }
    writeln!(
        page,
        "  anything else: unknown; the money is held until it is known"
    )
}

/// `HTTP 422, code amount_too_large`
fn error(rule: &Rule) -> String {
    let named: Vec<String> = rule.statuses().iter().map(ToString::to_string).collect();
    let mut what = match named.is_empty() {
        true => "any error".to_owned(),
        false => ["HTTP ", &named.join(" or ")].concat(),
    };
    if !rule.codes().is_empty() {
        what = [&what, ", code ", &rule.codes().join(" or ")].concat();
    }
    if let Some(message) = &rule.message {
        what = [&what, ", message ", message].concat();
    }
    if rule.without_body {
        what.push_str(", without a body too");
    }
    what
}

fn limits(page: &mut String, document: &Document, capabilities: &Capabilities) -> std::fmt::Result {
    writeln!(page, "\nWhat a refund carries")?;
    if capabilities.partial == Partial::No {
        writeln!(page, "  amount: always all of the payment")?;
    } else if capabilities.largest_amount < i64::MAX {
        let largest = capabilities.largest_amount;
        writeln!(page, "  amount: at most {largest} minor units")?;
    }
    for (currency, digits) in &document.digits {
        writeln!(
            page,
            "  amounts in {currency}: with {digits} decimal places, otherwise than ISO 4217"
        )?;
    }
    let rules = document.steps.keys().chain(document.least.keys());
    let mut rules: Vec<&String> = rules.collect();
    rules.sort();
    rules.dedup();
    for code in rules {
        let rule = Currency::new(code).ok();
        if let Some(rule) = rule.and_then(|currency| capabilities.amounts.of(currency)) {
            let (step, least) = (rule.step, rule.least);
            writeln!(
                page,
                "  amounts in {code}: in steps of {step} minor units, {least} at the least"
            )?;
        }
    }
    for window in &capabilities.windows {
        let method = window.method.as_deref().unwrap_or("any other way to pay");
        let days = |at: Option<Duration>| at.map(span);
        let from = days(window.from).map(|from| ["from ", &from, " "].concat());
        let until = days(window.until).map(|until| ["until ", &until, " "].concat());
        let when = [from, until].into_iter().flatten().collect::<String>();
        writeln!(page, "  when: {method}: {when}after the payment was made")?;
    }
    let texts = &capabilities.refund_texts;
    let needed = if capabilities.reason_required {
        " (needed)"
    } else {
        ""
    };
    match texts.reason {
        Some(_) if !capabilities.reasons.is_empty() => writeln!(
            page,
            "  reason{needed}: one of {}",
            capabilities.reasons.join(", ")
        )?,
        Some(most) => writeln!(page, "  reason{needed}: at most {most} characters")?,
        None => writeln!(page, "  reason: none")?,
    }
    for (what, most) in [("notes", texts.notes), ("order id", texts.order_id)] {
        match most {
            Some(most) => writeln!(page, "  {what}: at most {most} characters")?,
            None => writeln!(page, "  {what}: none")?,
        }
    }
    match texts.metadata {
        Some(metadata) => writeln!(
            page,
            "  metadata: at most {} pairs, keys of {} and values of {} characters",
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
        StageWord::PartiallyCaptured => "captured in part: refund that part",
        StageWord::Captured => "captured: refund it",
        StageWord::Reversed => "reversed",
        StageWord::PartiallyRefunded => "captured, and refunded in part",
        StageWord::Refunded => "refunded whole",
        StageWord::NeverPaid => "called off before it was paid",
        StageWord::Failed => "failed",
    }
}

/// `22 days and 12 hours`; what is less than a minute doesn't count.
fn span(time: Duration) -> String {
    let minutes = time.as_secs().checked_div(60).unwrap_or(0);
    let of = |unit: u64, within: u64| {
        let rest = minutes.checked_rem(within).unwrap_or(0);
        rest.checked_div(unit).unwrap_or(0)
    };
    let parts = [
        (of(1440, u64::MAX), "day"),
        (of(60, 1440), "hour"),
        (of(1, 60), "minute"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, unit)| match count {
            1 => format!("1 {unit}"),
            _ => format!("{count} {unit}s"),
        })
        .collect();
    parts.join(" and ")
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
        let wanted = include_str!("../tests/primer.explained.txt");
        assert_eq!(page, wanted, "\n{page}");
    }

    #[test]
    fn spans_are_whole() {
        let minutes = |minutes: u64| span(Duration::from_secs(minutes * 60));
        assert_eq!(minutes(30), "30 minutes");
        assert_eq!(minutes(720), "12 hours");
        assert_eq!(minutes(2880), "2 days");
        assert_eq!(minutes(60), "1 hour");
        assert_eq!(minutes(32_400), "22 days and 12 hours");
    }
}
