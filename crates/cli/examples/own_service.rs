//! What a service of your own does beside asking for refunds: it works on what is open until it is told to
//! stop, takes in messages by whatever web server it has, and says who wants a refund. The manual shows
//! these functions; here they compile.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use std::sync::Arc;

use refundkit::core::{Actor, ActorKind, Origin};
use refundkit::{
    Error, MemoryStore, Money, PaymentId, ProviderName, RefundRequest, Refunds, RequestKey, Text,
    Worker,
};
use tokio::sync::watch;

async fn work(
    refunds: Arc<Refunds>,
    provider: ProviderName,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Error> {
    let mut worker = Worker::new(&refunds, &provider);
    while !*stop.borrow() {
        let round = worker.round().await?;
        for operation in &round.changed {
            println!("{}: {}", operation.intent.id, operation.state());
        }
        tokio::select! {
            () = tokio::time::sleep(round.rest) => {}
            _ = stop.changed() => {}
        }
    }
    Ok(())
}

async fn message(
    refunds: &Refunds,
    provider: &ProviderName,
    headers: &[(String, Vec<u8>)],
    body: &[u8],
) -> u16 {
    let headers = headers.iter().map(|(name, value)| (name, value));
    match refunds.observe(provider, headers, body).await {
        Ok(_) => 204,                  // durable, or nothing follows from it
        Err(Error::Webhook(_)) => 401, // not the provider's, too old, too large, not understood
        Err(Error::UnknownProvider { .. } | Error::NoWebhooks(_)) => 404, // nobody listens there
        Err(_) => 503,                 // not written down: the provider sends it again
    }
}

fn asked_by_ada(
    payment: PaymentId,
    key: RequestKey,
    amount: Money,
) -> Result<RefundRequest, Box<dyn std::error::Error>> {
    let origin = Origin::default()
        .actor(Actor {
            id: "ada".parse()?,
            kind: ActorKind::Person,
        })
        .ticket(Text::new("T-1234")?);
    Ok(RefundRequest::new(payment, key)
        .amount(amount)
        .origin(origin))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let refunds = Refunds::builder()
        .namespace("acme-shop".parse()?)
        .journal(Arc::new(MemoryStore::new()))
        .build()?;
    let refunds = Arc::new(refunds);
    let request = asked_by_ada("pi_1".parse()?, "k-1".parse()?, "10.00 GBP".parse()?)?;
    println!("{:?}", request.origin);

    let shop: ProviderName = "shop".parse()?;
    println!("{}", message(&refunds, &shop, &[], b"{}").await);

    let (stop, stopped) = watch::channel(false);
    let providers: Vec<_> = refunds.providers().map(|(name, ..)| name.clone()).collect();
    let mut workers = tokio::task::JoinSet::new();
    for provider in providers {
        workers.spawn(work(Arc::clone(&refunds), provider, stopped.clone()));
    }
    // When the service is asked to end:
    stop.send_replace(true);
    while let Some(ended) = workers.join_next().await {
        ended??;
    }
    Ok(())
}
