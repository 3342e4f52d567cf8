//! The request that a profile writes, beside the one of its vector.

use std::collections::BTreeMap;

use refundkit_core::payment::Stage;
use refundkit_core::plan::{History, Plan, plan_refund, plan_reversal};
use refundkit_core::{
    Metadata, Minor, Money, OrderId, Payment, PaymentId, ProviderKey, RefundId, RefundRequest,
    RequestKey, ReversalRequest, Text, Timestamp,
};
use refundkit_generic::offline::{Live, Offline, Outgoing};
use refundkit_http::Secret;

use super::document::{Call, Request};
use super::fixed::{ACCESS_TOKEN, KEY, NONCE, NOW};
use super::sample::Sample;

/// Whether the profile writes exactly the request of the vector.
pub(super) fn run(account: &Offline, vector: &Request) -> Result<(), String> {
    let sample = sample(account, vector)?;
    same("method", &vector.method, &sample.method)?;
    same("url", &vector.url, &sample.url)?;
    let lower = |name: &String| name.to_ascii_lowercase();
    let wanted: BTreeMap<String, &String> = vector
        .headers
        .iter()
        .map(|(name, value)| (lower(name), value))
        .collect();
    let mut sent: BTreeMap<String, &String> = sample
        .headers
        .iter()
        .map(|(name, value)| (lower(name), value))
        .collect();
    if sent.len() != sample.headers.len() {
        return Err("a header is sent twice".to_owned());
    }
    if !wanted.contains_key("accept") {
        sent.remove("accept");
    }
    for (name, value) in &wanted {
        let found = sent
            .remove(name)
            .ok_or_else(|| ["the header ", name, " is not sent"].concat())?;
        same(name, value, found)?;
    }
    if let Some((name, value)) = sent.first_key_value() {
        return Err([
            "the header ",
            name,
            ": ",
            value,
            " is sent, and isn't in the vector",
        ]
        .concat());
    }
    same(
        "body",
        vector.body.as_deref().unwrap_or_default(),
        sample.body.as_deref().unwrap_or_default(),
    )
}

fn same(what: &str, wanted: &str, found: &str) -> Result<(), String> {
    if wanted == found {
        return Ok(());
    }
    Err([what, " is\n    ", found, "\n  instead of\n    ", wanted].concat())
}

/// The request as the profile writes it.
pub(super) fn sample(account: &Offline, vector: &Request) -> Result<Sample, String> {
    let payment = PaymentId::new(vector.payment.as_str()).map_err(text)?;
    let key = ProviderKey::new(KEY).map_err(text)?;
    let token = Secret::new(ACCESS_TOKEN).map_err(text)?;
    let live = Live::fixed(NOW.parse().map_err(text)?, NONCE, token);
    let refund = vector
        .refund
        .as_deref()
        .map(RefundId::new)
        .transpose()
        .map_err(text)?;
    let plan = match vector.call {
        Call::Refund | Call::Reversal => Some(plan(account, vector, &payment)?),
        Call::Payment | Call::Refunds | Call::RefundStatus => None,
    };
    let ask = match (vector.call, &plan, &refund) {
        (_, Some(Plan::Refund(plan)), _) => Outgoing::Refund(plan, &key),
        (_, Some(Plan::Reversal(plan)), _) => Outgoing::Reverse(plan, &key),
        (Call::Refunds, _, _) => Outgoing::Refunds(&payment, vector.page.as_deref()),
        (Call::RefundStatus, _, Some(refund)) => Outgoing::Status(&payment, refund),
        (Call::RefundStatus, _, None) => {
            return Err("refund_status needs refund = \"…\"".to_owned());
        }
        _ => Outgoing::Payment(&payment),
    };
    let request = account
        .request(ask, live)
        .ok_or("the profile has no such request")?;
    if let Some(why) = request.problem() {
        return Err(["it can't be sent: ", why].concat());
    }
    Ok(Sample {
        what: vector.what.clone(),
        call: vector.call.name(),
        method: request.method().as_str().to_owned(),
        url: request.url_text().to_owned(),
        headers: request.exposed_headers(),
        body: request
            .body_bytes()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned()),
    })
}

fn plan(account: &Offline, vector: &Request, payment: &PaymentId) -> Result<Plan, String> {
    let paid: Money = vector
        .paid
        .as_deref()
        .ok_or("it needs paid = \"50.00 EUR\", what was captured or authorised")?
        .parse()
        .map_err(text)?;
    let reversal = vector.call == Call::Reversal;
    let stage = if reversal {
        Stage::Authorized
    } else {
        Stage::Captured
    };
    let mut read = Payment::new(payment.clone(), paid.currency(), stage);
    read.authorized = paid.minor();
    read.disputes = Some(Vec::new());
    read.refunded = Some(Minor::ZERO);
    if !reversal {
        read.captured = paid.minor();
    }
    if let Some(refunded) = &vector.refunded {
        read.refunded = Some(refunded.parse::<Money>().map_err(text)?.minor());
    }
    let capabilities = account.capabilities();
    let key = RequestKey::new("vector").map_err(text)?;
    let reason = vector
        .reason
        .as_deref()
        .map(Text::new)
        .transpose()
        .map_err(text)?;
    if reversal {
        let mut request = ReversalRequest::new(payment.clone(), key);
        if let Some(reason) = reason {
            request = request.reason(reason);
        }
        let now: Timestamp = NOW.parse().map_err(text)?;
        let plan = plan_reversal(&read, &History::default(), &request, capabilities, now);
        return plan.map(Plan::Reversal).map_err(text);
    }
    let mut request = RefundRequest::new(payment.clone(), key);
    // Where no payment is shown, the caller's word is what a refund is planned with.
    if !capabilities.shows_payments {
        request = request.paid(paid);
    }
    if let Some(amount) = &vector.amount {
        request = request.amount(amount.parse().map_err(text)?);
    }
    if let Some(reason) = reason {
        request = request.reason(reason);
    }
    if let Some(notes) = &vector.notes {
        request = request.notes(Text::new(notes.as_str()).map_err(text)?);
    }
    if let Some(order_id) = &vector.order_id {
        request = request.order_id(OrderId::new(order_id.as_str()).map_err(text)?);
    }
    request = request.metadata(Metadata::new(&vector.metadata).map_err(text)?);
    plan_refund(&read, &History::default(), &request, capabilities)
        .map(Plan::Refund)
        .map_err(text)
}

fn text(error: impl ToString) -> String {
    error.to_string()
}
