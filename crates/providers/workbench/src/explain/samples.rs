//! The requests of a profile for a payment of 50.00 EUR.

use std::fmt::Write as _;

use refundkit_core::capabilities::{Capabilities, ExtraKind, Reversal};
use refundkit_core::payment::Stage;
use refundkit_core::plan::{History, plan_refund, plan_reversal};
use refundkit_core::{
    Metadata, Minor, Money, OrderId, Payment, PaymentId, ProviderKey, RefundId, RefundRequest,
    RequestKey, ReversalRequest, Text, Timestamp,
};
use refundkit_generic::language::RefundList;
use refundkit_generic::offline::{Live, Offline, Outgoing};
use refundkit_generic::{GenericConfig, Profile};
use refundkit_http::{BaseUrl, Request, Secret};

use crate::vectors::KEY;

pub(super) fn requests(
    page: &mut String,
    profile: &Profile,
    capabilities: &Capabilities,
) -> std::fmt::Result {
    writeln!(
        page,
        "\nRequests, for a payment of 50.00 EUR with the id PAYMENT"
    )?;
    let in_payment = profile.document().refunds.as_ref();
    let in_payment = in_payment.is_some_and(RefundList::is_in_the_payment);
    match samples(profile, capabilities) {
        Ok(samples) => {
            for (what, request) in samples {
                show(page, what, &request)?;
                if what == PAYMENT && in_payment {
                    writeln!(page, "\n    Its refunds are in the answer.")?;
                }
            }
            Ok(())
        }
        Err(why) => writeln!(page, "  they can't be shown: {why}"),
    }
}

fn show(page: &mut String, what: &str, request: &Request) -> std::fmt::Result {
    let preview = request.preview();
    writeln!(page, "\n  {what}")?;
    if let Some(why) = request.problem() {
        return writeln!(page, "    can't be shown: {why}");
    }
    writeln!(page, "    {} {}", preview.method, preview.url)?;
    for (name, value) in preview.headers {
        writeln!(page, "    {name}: {value}")?;
    }
    match preview.body {
        Some(body) => writeln!(page, "\n    {body}"),
        None => Ok(()),
    }
}

const PAYMENT: &str = "the payment";

type Samples = Vec<(&'static str, Request)>;

fn samples(profile: &Profile, capabilities: &Capabilities) -> Result<Samples, String> {
    let account = account(profile)?;
    let id = PaymentId::new("PAYMENT").map_err(text)?;
    let key = ProviderKey::new(KEY).map_err(text)?;
    let refund = RefundId::new("REFUND").map_err(text)?;
    let mut found = Samples::new();
    let write = |outgoing: Outgoing<'_>| account.request(outgoing, Live::shown());
    let paid: Money = "50.00 EUR".parse().map_err(text)?;
    let part = capabilities.partial != refundkit_core::capabilities::Partial::No;
    for (what, amount) in [
        ("a refund of 10.00 EUR", Some("10.00 EUR")),
        ("a refund of everything", None),
    ] {
        if amount.is_some() && !part {
            continue;
        }
        let request = asked(capabilities, &id, paid, amount)?;
        let read = payment(&id, paid, Stage::Captured);
        let plan = plan_refund(&read, &History::default(), &request, capabilities).map_err(text)?;
        found.extend(write(Outgoing::Refund(&plan, &key)).map(|request| (what, request)));
    }
    if capabilities.reversal != Reversal::No {
        let request = ReversalRequest::new(id.clone(), RequestKey::new("sample").map_err(text)?);
        let read = payment(&id, paid, Stage::Authorized);
        let now = Timestamp::epoch();
        let plan =
            plan_reversal(&read, &History::default(), &request, capabilities, now).map_err(text)?;
        found.extend(write(Outgoing::Reverse(&plan, &key)).map(|request| ("a reversal", request)));
    }
    found.extend(write(Outgoing::Payment(&id)).map(|request| (PAYMENT, request)));
    found.extend(write(Outgoing::Refunds(&id, None)).map(|request| ("its refunds", request)));
    found.extend(write(Outgoing::Status(&id, &refund)).map(|request| ("one refund", request)));
    Ok(found)
}

fn payment(id: &PaymentId, paid: Money, stage: Stage) -> Payment {
    let captured = stage == Stage::Captured;
    let mut payment = Payment::new(id.clone(), paid.currency(), stage);
    payment.refunded = Some(Minor::ZERO);
    payment.authorized = paid.minor();
    payment.disputes = Some(Vec::new());
    if captured {
        payment.captured = paid.minor();
    }
    payment
}

/// A refund with every text that the provider takes.
fn asked(
    capabilities: &Capabilities,
    id: &PaymentId,
    paid: Money,
    amount: Option<&str>,
) -> Result<RefundRequest, String> {
    let key = RequestKey::new("sample").map_err(text)?;
    let mut request = RefundRequest::new(id.clone(), key);
    if let Some(amount) = amount {
        request = request.amount(amount.parse().map_err(text)?);
    }
    if !capabilities.shows_payments {
        request = request.paid(paid);
    }
    let texts = &capabilities.refund_texts;
    if texts.reason.is_some() {
        let reason = capabilities
            .reasons
            .first()
            .map_or("arrived broken", |word| word);
        request = request.reason(Text::new(reason).map_err(text)?);
    }
    if texts.notes.is_some() {
        request = request.notes(Text::new("a note").map_err(text)?);
    }
    if texts.order_id.is_some() {
        request = request.order_id(OrderId::new("return-5").map_err(text)?);
    }
    let mut pairs: Vec<(String, String)> = Vec::new();
    if texts.metadata.is_some() {
        pairs.push(("ticket".to_owned(), "42".to_owned()));
    }
    for extra in capabilities.extras.iter().filter(|extra| extra.required) {
        let value = match &extra.kind {
            ExtraKind::Digits { min, .. } => "1".repeat((*min).max(1)),
            ExtraKind::Text { .. } => "x".to_owned(),
            ExtraKind::Choice(words) => words.first().map(ToString::to_string).unwrap_or_default(),
        };
        pairs.push((extra.name.to_string(), value));
    }
    Ok(request.metadata(Metadata::new(pairs).map_err(text)?))
}

/// An account with made-up secrets and settings. It never sends anything.
fn account(profile: &Profile) -> Result<Offline, String> {
    let secret = || Secret::new("made-up-secret").map_err(text);
    let secrets = profile
        .secrets()
        .map(|(name, _)| Ok((name, secret()?)))
        .collect::<Result<Vec<_>, String>>()?;
    let mut config = GenericConfig::with_secrets(profile.clone(), secrets);
    for (name, _) in profile.settings() {
        config = config.setting(name, &name.to_ascii_uppercase());
    }
    let api = &profile.document().api;
    if let (None, Some(host)) = (&api.test, api.hosts.first()) {
        let host = host.replacen('*', "your-account", 1);
        let base = BaseUrl::parse(&["https://", &host].concat()).map_err(text)?;
        config = config.base_url(base);
    }
    Offline::new(config).map_err(text)
}

fn text(error: impl ToString) -> String {
    error.to_string()
}
