use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::call::{Call, Reply};
use crate::fault::Fault;
use crate::ledger::{Payment, Provider};
use crate::view::{Effect, PaymentView, SeenRequest};
use crate::world::{Fate, World};
use crate::{admin, seed};

/// The longest request body that is read.
const BODY_LIMIT: usize = 1024 * 1024;

/// What a sandbox starts with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SandboxConfig {
    /// The first of four ports (Dojo, Dodo, Primer, admin); 0 for any that are free.
    pub port: u16,
    /// How many ordinary payments each provider holds beside the named ones.
    pub payments: usize,
    /// From which chances and ids are drawn.
    pub seed: u64,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// How long a refund takes to settle. With zero it has settled when it is next looked at.
    pub settle_after: Duration,
    /// How long an answer under the fault `slow` takes.
    pub slow: Duration,
    /// The key that all providers take.
    pub api_key: String,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            port: 0,
            payments: 20,
            seed: 1,
            faults: Vec::new(),
            settle_after: Duration::ZERO,
            slow: Duration::from_secs(2),
            api_key: "sk_sandbox_refundkit".to_owned(),
        }
    }
}

/// Where a sandbox listens, and the key that it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// Dojo's base URL.
    pub dojo: String,
    /// Dodo's base URL.
    pub dodo: String,
    /// Primer's base URL.
    pub primer: String,
    /// The admin port's base URL.
    pub admin: String,
    /// The key that all of them take. It is no secret: nothing but the sandbox takes it.
    pub api_key: String,
}

/// Running simulated providers. They stop when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    world: Arc<Mutex<World>>,
    addresses: Addresses,
    servers: Vec<JoinHandle<()>>,
}

#[derive(Clone, Copy, Debug)]
enum Port {
    Provider(Provider),
    Admin,
}

impl Sandbox {
    /// Starts the providers on 127.0.0.1.
    ///
    /// # Errors
    /// An I/O error where a port can't be bound.
    pub async fn start(config: SandboxConfig) -> std::io::Result<Self> {
        let settle_after = i64::try_from(config.settle_after.as_millis()).unwrap_or(i64::MAX);
        let mut world = World::new(config.api_key.clone(), config.seed, settle_after);
        seed::fill(&mut world, config.payments);
        world.faults = config.faults;
        let world = Arc::new(Mutex::new(world));
        let ports = [
            Port::Provider(Provider::Dojo),
            Port::Provider(Provider::Dodo),
            Port::Provider(Provider::Primer),
            Port::Admin,
        ];
        let (mut servers, mut urls) = (Vec::new(), Vec::new());
        for (offset, port) in (0_u16..).zip(ports) {
            let number = match config.port {
                0 => 0,
                first => first.saturating_add(offset),
            };
            let listener = TcpListener::bind(("127.0.0.1", number)).await?;
            urls.push(["http://", &listener.local_addr()?.to_string()].concat());
            servers.push(tokio::spawn(serve(
                listener,
                port,
                Arc::clone(&world),
                config.slow,
            )));
        }
        let mut urls = urls.into_iter();
        let mut next = || urls.next().unwrap_or_default();
        let addresses = Addresses {
            dojo: next(),
            dodo: next(),
            primer: next(),
            admin: next(),
            api_key: config.api_key,
        };
        Ok(Self {
            world,
            addresses,
            servers,
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// What really happened, oldest first.
    #[must_use]
    pub fn effects(&self) -> Vec<Effect> {
        self.world().effects.clone()
    }

    /// Every request that a provider's port has seen, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.world().requests.clone()
    }

    /// All payments as they stand.
    #[must_use]
    pub fn payments(&self) -> Vec<PaymentView> {
        let world = self.world();
        let now = world.now();
        world
            .book
            .values()
            .map(|payment| PaymentView::of(payment, now))
            .collect()
    }

    /// Adds a payment, or replaces the one with its id.
    pub fn add_payment(&self, payment: Payment) {
        self.world().add(payment);
    }

    /// From now on only these faults happen.
    pub fn set_faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.world().faults = faults.into_iter().collect();
    }

    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        let mut world = self.world();
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        world.advanced = world.advanced.saturating_add(millis);
    }

    /// For tests of whoever compares ledgers: money goes back that nobody asked for.
    pub fn tamper(&self, provider: Provider, payment: &str, minor: i64) {
        let mut world = self.world();
        let id = ["tampered_", &world.next_id()].concat();
        let new = crate::world::NewRefund {
            id,
            amount: minor,
            ..Default::default()
        };
        world.refund(&(provider, payment.to_owned()), new);
    }

    /// The sandbox's time in milliseconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.world().now()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

async fn serve(listener: TcpListener, port: Port, world: Arc<Mutex<World>>, slow: Duration) {
    // Connections end with the server: a dropped set aborts its tasks.
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, port, Arc::clone(&world), slow));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, port: Port, world: Arc<Mutex<World>>, slow: Duration) {
    let service = service_fn(|request| answer(request, port, &world, slow));
    // A connection that breaks is part of the simulation.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// The connection breaks without an answer.
#[derive(Debug, thiserror::Error)]
#[error("no answer")]
struct NoAnswer;

async fn answer(
    request: hyper::Request<Incoming>,
    port: Port,
    world: &Mutex<World>,
    slow: Duration,
) -> Result<hyper::Response<Body>, NoAnswer> {
    let call = take_apart(request).await?;
    let fate = {
        let mut world = world.lock().unwrap_or_else(PoisonError::into_inner);
        match port {
            Port::Provider(provider) => world.take(provider, &call),
            Port::Admin => Fate::Answer(admin::handle(&mut world, &call)),
        }
    };
    match fate {
        Fate::Answer(reply) => respond(reply, false),
        Fate::Slow(reply) => {
            tokio::time::sleep(slow).await;
            respond(reply, false)
        }
        Fate::Cut(reply) => respond(reply, true),
        Fate::Drop => Err(NoAnswer),
    }
}

async fn take_apart(request: hyper::Request<Incoming>) -> Result<Call, NoAnswer> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, BODY_LIMIT)
        .collect()
        .await
        .map_err(|_| NoAnswer)?;
    let header = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    };
    Ok(Call {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers.iter().map(header).collect(),
        body: body.to_bytes().to_vec(),
    })
}

fn respond(reply: Reply, cut: bool) -> Result<hyper::Response<Body>, NoAnswer> {
    let mut response = hyper::Response::builder()
        .status(reply.status)
        .header("content-type", reply.content_type);
    if let Some(seconds) = reply.retry_after {
        response = response.header("retry-after", seconds);
    }
    response
        .body(Body::new(reply.body, cut))
        .map_err(|_| NoAnswer)
}

/// A body that may end too early.
struct Body {
    data: Option<Bytes>,
    cut: bool,
}

impl Body {
    fn new(text: String, cut: bool) -> Self {
        let mut data = Bytes::from(text);
        if cut {
            data.truncate(data.len() / 2);
        }
        Self {
            data: Some(data),
            cut,
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = NoAnswer;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, NoAnswer>>> {
        Poll::Ready(match self.data.take() {
            Some(data) => Some(Ok(Frame::data(data))),
            None if std::mem::take(&mut self.cut) => Some(Err(NoAnswer)),
            None => None,
        })
    }
}
