//! `refundkit serve`: messages in, the worker, health and metrics, in one process. Others may work with
//! the same journal beside it.

mod meters;
mod pages;
mod server;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use refundkit::Refunds;
use refundkit_axum::Intake;
use tokio::net::TcpListener;

pub use meters::Meters;
pub use server::{Limits, serve};

use super::stopping;
use super::work;
use crate::args::Cli;
use crate::engine::Engine;
use crate::failure::{Failure, exit};
use crate::output::Printer;
use crate::signals::Signals;

/// Serves and works until interrupted, or until the worker can't go on. The first line is JSON in
/// every output: scripts wait for it.
pub(super) async fn run(
    cli: &Cli,
    printer: Printer,
    listen: &str,
    grace: Duration,
) -> Result<u8, Failure> {
    let address: SocketAddr = listen.parse().map_err(|_| {
        let help = "write an address and a port, such as 127.0.0.1:8080 or [::1]:8080";
        Failure::usage("RK4006", "--listen: it is no address", help)
    })?;
    let meters = Meters::install()?;
    let engine = Engine::serving(cli, Meters::transition).await?;
    for (provider, ..) in engine.refunds.providers() {
        engine.warn(printer, provider);
    }
    let refused = |error| {
        let what = format!("{address} can't be listened on");
        Failure::address(&what, &error)
    };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let signals = Signals::listen()?;
    let app = app(Arc::clone(&engine.refunds), meters.clone());
    announce(&engine, address, printer)?;
    let refunds = Arc::clone(&engine.refunds);
    let until = async move { refunds.stopping().await };
    let mut limits = Limits::default();
    limits.grace = limits.grace.min(grace);
    let server = tokio::spawn(serve(listener, app, limits, until));
    let served = async {
        let ended = done(server.await);
        // Alone, neither of the two goes on.
        engine.refunds.stop();
        ended
    };
    let work = async {
        tokio::select! {
            (worked, served) = futures_util::future::join(work::forever(&engine, printer), served) => {
                worked.and(served)
            }
            never = meters.upkeep() => match never {},
        }
    };
    stopping::worked(&engine.refunds, printer, signals, grace, work).await
}

/// Everything there is to ask for.
pub fn app(refunds: Arc<Refunds>, meters: Meters) -> Router {
    meters.begin(&refunds);
    Intake::new(Arc::clone(&refunds))
        .on_message(Meters::message)
        .router()
        .merge(pages::router(refunds, meters))
}

fn announce(engine: &Engine, address: SocketAddr, printer: Printer) -> Result<(), Failure> {
    let listening = engine
        .refunds
        .providers()
        .filter(|(name, ..)| engine.refunds.takes_in(name).is_ok());
    let webhooks: Vec<String> = listening
        .map(|(name, ..)| ["/webhooks/", name.as_str()].concat())
        .collect();
    if webhooks.is_empty() {
        printer.note("no provider has webhook_secrets: none of their messages is taken in");
    }
    let address = ["http://", &address.to_string()].concat();
    printer.json(&serde_json::json!({ "address": address, "webhooks": webhooks }))
}

fn done(ended: Result<(), tokio::task::JoinError>) -> Result<u8, Failure> {
    let broken = |error: tokio::task::JoinError| Failure::io("the server broke off", &error.into());
    ended.map(|()| exit::DONE).map_err(broken)
}
