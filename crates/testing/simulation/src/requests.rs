//! What callers ask for, and what they may be told.

use refundkit::core::fingerprint::{Fingerprint, operation_id};
use refundkit::{
    Currency, Error, Kind, Money, Namespace, OperationId, RefundRequest, Refunds, RequestKey,
    ReversalRequest,
};

use crate::check;
use crate::knobs::{Knobs, PaymentKnobs};
use crate::site::{Site, payment_id, provider_name, short};
use crate::world::World;

/// One request that somebody puts, once or several times.
#[derive(Clone, Debug)]
pub(crate) struct CallerRequest {
    id: OperationId,
    what: What,
    /// In minor units, where the caller names it.
    amount: Option<i64>,
}

#[derive(Clone, Debug)]
enum What {
    Refund(RefundRequest),
    Reverse(ReversalRequest),
    Either(RefundRequest),
}

/// Draws the requests of a run. Some share a key with another and want something else.
pub(crate) fn draw(world: &World, knobs: &Knobs) -> Vec<CallerRequest> {
    let currency: Currency = "GBP".parse().unwrap();
    let namespace: Namespace = "simulation".parse().unwrap();
    let mut requests = Vec::new();
    for (number, settings) in knobs.payments.iter().enumerate() {
        let payment = payment_id(number);
        for request in 0..settings.requests {
            let twin = request > 0 && world.chance(100);
            let name = if twin { request - 1 } else { request };
            let key = RequestKey::new(format!("key-{number}-{name}")).unwrap();
            let amounts = [300, 500, 700, settings.captured];
            let amount = amounts[world.below(4) as usize];
            let partial = world.chance(800) && !settings.authorized_only;
            let mut refund = RefundRequest::new(payment.clone(), key.clone());
            if !knobs.site.capabilities.shows_payments {
                let minor = refundkit::Minor::new(stated(world, knobs, settings)).unwrap();
                refund = refund.paid(Money::new(minor, currency).unwrap());
            }
            if partial {
                let minor = refundkit::Minor::new(amount).unwrap();
                refund = refund.amount(Money::new(minor, currency).unwrap());
            }
            let what = match world.below(10) {
                0 => What::Either(refund),
                1..=5
                    if settings.authorized_only
                        || (settings.auto_captured && world.chance(400)) =>
                {
                    What::Reverse(ReversalRequest::new(payment.clone(), key.clone()))
                }
                _ if settings.authorized_only => What::Either(refund),
                _ => What::Refund(refund),
            };
            let named = partial && !matches!(what, What::Reverse(_));
            requests.push(CallerRequest {
                id: operation_id(&namespace, &key).unwrap(),
                what,
                amount: named.then_some(amount),
            });
        }
    }
    requests
}

/// What a caller's books say that was paid. One that says too much counts on the provider's watch.
fn stated(world: &World, knobs: &Knobs, payment: &PaymentKnobs) -> i64 {
    let captured = payment.captured;
    match world.below(5) {
        0 => captured / 2,
        1 if knobs.site.capabilities.enforces_cap => captured * 2,
        _ => captured,
    }
}

/// What it says that was paid, with what the journal knows the request by.
fn note_stated(site: &Site, what: &What) {
    let (kind, request) = match what {
        What::Refund(request) => ("refund", request),
        What::Either(request) => ("reverse-or-refund", request),
        What::Reverse(_) => return,
    };
    if let Some(paid) = request.paid {
        let fingerprint = Fingerprint::of(&provider_name(), kind, request);
        let paid = paid.minor().get();
        site.ledger().stated.insert(fingerprint, paid);
    }
}

/// Puts a request, and checks what comes of it: I6 and I7.
pub(crate) async fn put(site: &Site, refunds: &Refunds, requests: &[CallerRequest], number: usize) {
    let (world, name) = (site.world(), provider_name());
    let Some(ask) = requests.get(number) else {
        return;
    };
    note_stated(site, &ask.what);
    let known_before = check::in_journal(site, &ask.id).is_some();
    let done = match &ask.what {
        What::Refund(request) => refunds.refund(&name, request).await,
        What::Reverse(request) => refunds.reverse(&name, request).await,
        What::Either(request) => refunds.reverse_or_refund(&name, request).await,
    };
    match done {
        Ok(operation) => {
            let plan = &operation.intent.plan;
            world.note(format_args!(
                "asked for {}: {}",
                short(&ask.id),
                operation.state()
            ));
            let other_amount = ask
                .amount
                .is_some_and(|amount| amount != plan.amount().minor().get());
            let other_kind = match ask.what {
                What::Refund(_) => plan.kind() != Kind::Refund,
                What::Reverse(_) => plan.kind() != Kind::Reversal,
                What::Either(_) => false,
            };
            if operation.intent.id != ask.id || other_amount || other_kind {
                world.violate("I7", format_args!("{} is told as another", short(&ask.id)));
            }
            site.ledger().acknowledged.insert(ask.id.clone());
        }
        Err(error) => {
            world.note(format_args!("asked for {}: {error}", short(&ask.id)));
            told(site, ask, known_before, &error);
        }
    }
}

/// An engine with another namespace puts the requests: they would be other operations.
pub(crate) async fn put_by_a_stranger(site: &Site, refunds: &Refunds, requests: &[CallerRequest]) {
    for ask in requests {
        let name = provider_name();
        let done = match &ask.what {
            What::Refund(request) => refunds.refund(&name, request).await,
            What::Reverse(request) => refunds.reverse(&name, request).await,
            What::Either(request) => refunds.reverse_or_refund(&name, request).await,
        };
        site.world().count("another namespace was tried");
        if let Ok(operation) = done {
            let id = short(&operation.intent.id);
            let what = format_args!("{id} is begun under another namespace");
            site.world().violate("I7", what);
        }
    }
}

fn told(site: &Site, ask: &CallerRequest, known_before: bool, error: &Error) {
    let world = site.world();
    match error {
        Error::KeyReused { .. } => {
            world.count("a key was used for something else");
            if check::in_journal(site, &ask.id).is_none() {
                world.violate(
                    "I7",
                    format_args!("no operation has the key of {}", short(&ask.id)),
                );
            }
        }
        // A rule refuses what is new, never what is there, and nothing because of itself.
        Error::Refused(_) if known_before || error.to_string().contains(ask.id.as_str()) => {
            world.violate(
                "I7",
                format_args!("{} is refused and there", short(&ask.id)),
            );
        }
        _ => world.count("told of trouble"),
    }
}
