//! Each account: whether it can be opened, what says that its money is real or not, and whether its
//! provider is reached and takes the key, by a reading of a payment that nobody has.

use refundkit::core::ports::ReadErrorKind;
use refundkit::{Error, PaymentId, ProviderName};

use super::finding::Finding;
use crate::config::{Config, ProviderSettings};
use crate::engine::Engine;
use crate::failure::Failure;

/// No provider's payment has this id.
const NOBODYS_PAYMENT: &str = "refundkit-doctor-0";

pub(super) async fn look(config: &Config, findings: &mut Vec<Finding>) {
    for (name, settings) in &config.providers {
        findings.push(mode(name, settings));
    }
    let engine = match Engine::without_journal(config).await {
        Ok(engine) => engine,
        Err(failure) => {
            findings.push(Finding::bad("configuration", "", &failure));
            return;
        }
    };
    for (name, failure) in engine.unusable() {
        findings.push(Finding::bad("key", name.as_str(), failure));
    }
    let names = engine.refunds.providers().map(|(name, ..)| name.clone());
    let names: Vec<ProviderName> = names.collect();
    for name in &names {
        findings.push(ask(&engine, name).await);
        for fact in engine.unverified(name) {
            let text = format!("its profile rests on this, and nobody has confirmed it: {fact}");
            findings.push(Finding::note("configuration", name.as_str(), &text));
        }
    }
    if !names.is_empty() {
        let text = "not compared with the providers': their answers' Date isn't handed on";
        findings.push(Finding::note("clock", "", text));
    }
}

/// What the account's mode rests on: a line, or that there is none; and where requests go.
fn mode(name: &str, settings: &ProviderSettings) -> Finding {
    let said = match settings.mode.as_deref() {
        Some("live") => "live: real money moves, by the line mode = \"live\"",
        Some("test") => "test, by the line mode = \"test\"",
        Some(_) => "no mode that there is",
        None => "test, as no line says otherwise",
    };
    let key = if settings.adapter == "dojo" {
        "; a key whose prefix is the other mode's is refused"
    } else {
        "; the key itself doesn't say for which mode it is"
    };
    let place = match &settings.base_url {
        Some(_) => "; requests go to its base_url",
        None => "; requests go to the provider's address for it",
    };
    let text = [said, key, place].concat();
    if settings.mode.as_deref() == Some("live") && settings.base_url.is_some() {
        let help = "leave base_url out unless it is meant";
        return Finding::warning("mode", name, &text, help);
    }
    Finding::note("mode", name, &text)
}

/// A reading of nobody's payment: a provider that looks for it has taken the key.
async fn ask(engine: &Engine, name: &ProviderName) -> Finding {
    let subject = name.as_str();
    if !engine.shows_payments(name) {
        let text = "not tried: the provider shows no payments, and there is no other harmless call";
        return Finding::note("key", subject, text);
    }
    let payment = match PaymentId::new(NOBODYS_PAYMENT) {
        Ok(payment) => payment,
        Err(error) => return Finding::bad("key", subject, &Failure::input(&error)),
    };
    let error = match engine.refunds.payment(name, &payment).await {
        Ok(_) => return Finding::good("key", subject, "the provider is reached and takes it"),
        Err(error) => error,
    };
    let Error::Read(read) = &error else {
        return Finding::bad("key", subject, &error.into());
    };
    match read.kind {
        ReadErrorKind::NotFound | ReadErrorKind::AboutAnother => {
            Finding::good("key", subject, "the provider is reached and takes it")
        }
        ReadErrorKind::Unreadable | ReadErrorKind::Unsupported => {
            let text =
                format!("the provider is reached; whether it takes the key can't be told: {read}");
            let help = "compare base_url and version with the provider's pages";
            Finding::warning("key", subject, &text, help)
        }
        ReadErrorKind::Configuration | ReadErrorKind::Unavailable | _ => {
            Finding::bad("key", subject, &error.into())
        }
    }
}
