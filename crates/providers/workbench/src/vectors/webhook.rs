//! What a profile makes of a message, beside what its vector says.

use refundkit_core::ProviderRefund;
use refundkit_core::ports::Webhooks as _;
use refundkit_core::webhook::{WebhookError, WebhookProblem};
use refundkit_core::{Delivery, EventContent, Timestamp, WebhookEvent};
use refundkit_generic::{GenericWebhooks, Profile};
use refundkit_http::Secret;

use super::answer::{same, show, text};
use super::document::Webhook;
use super::fixed::{KEY, NOW};

/// Whether the profile makes of the message what the vector says.
pub(super) fn run(profile: &Profile, vector: &Webhook) -> Result<(), String> {
    let secrets = vector.secrets.iter();
    let secrets = secrets.map(|secret| Secret::new(secret.as_str()).map_err(text));
    let secrets = secrets.collect::<Result<Vec<_>, String>>()?;
    let webhooks = GenericWebhooks::new(profile.clone(), secrets).map_err(text)?;
    let headers = vector.headers.iter();
    let headers: Vec<(&str, &[u8])> = headers
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let delivery = Delivery::new(&headers, vector.body.as_bytes());
    let now: Timestamp = vector.now.as_deref().unwrap_or(NOW).parse().map_err(text)?;
    let read = webhooks.read(&delivery, now);
    let found = read.as_ref().map_or_else(refused, outcome);
    if vector.outcome != found {
        let why = read.as_ref().err().map(ToString::to_string);
        return Err([
            found,
            " instead of ",
            &vector.outcome,
            ": ",
            &why.unwrap_or_default(),
        ]
        .concat());
    }
    read.map_or(Ok(()), |event| compare(vector, &event))
}

const fn outcome(event: &WebhookEvent) -> &'static str {
    match event.content {
        EventContent::Refund(_) => "refund",
        EventContent::Changed(_) => "look",
        EventContent::Other => "other",
    }
}

const fn refused(error: &WebhookError) -> &'static str {
    match error.problem {
        WebhookProblem::Unsigned => "unsigned",
        WebhookProblem::Forged => "forged",
        WebhookProblem::Untimely => "untimely",
        WebhookProblem::TooLarge => "too_large",
        WebhookProblem::Unreadable => "unreadable",
        _ => "refused",
    }
}

fn compare(vector: &Webhook, event: &WebhookEvent) -> Result<(), String> {
    let at = event.at.map(|at| at.to_string()).unwrap_or_default();
    let payment = event.content.payment().map(ToString::to_string);
    let refund = match &event.content {
        EventContent::Refund(refund) => line(refund),
        EventContent::Changed(_) | EventContent::Other => String::new(),
    };
    same("id", vector.id.as_ref(), event.id.as_str())?;
    same("at", vector.at.as_ref(), &at)?;
    same(
        "payment",
        vector.payment.as_ref(),
        &payment.unwrap_or_default(),
    )?;
    same("refund", vector.refund.as_ref(), &refund)
}

/// `re_1 succeeded 10.00 EUR ours`
fn line(refund: &ProviderRefund) -> String {
    let id = refund.id.as_ref().map_or("-", |id| id.as_str());
    let amount = match (refund.amount, refund.currency) {
        (Some(amount), Some(currency)) => show(amount, currency),
        (Some(amount), None) => amount.get().to_string(),
        (None, _) => "-".to_owned(),
    };
    let ours = refund
        .token
        .as_ref()
        .is_some_and(|token| token.as_str() == KEY);
    [
        id,
        " ",
        &refund.status.to_string(),
        " ",
        &amount,
        if ours { " ours" } else { "" },
    ]
    .concat()
}
