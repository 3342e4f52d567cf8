//! Simulated providers while they run: their ports, what a test sees and changes of them, and answers
//! that are slow, cut off or paused. What a request does to a provider's ledger isn't decided here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::body::{Body, response};
use crate::call::Call;
use crate::config::{Addresses, SandboxConfig, millis};
use crate::fault::{Fault, FaultKind};
use crate::ledger::{Payment, Provider};
use crate::pause::{self, Pause, PauseAt, Paused, WhenWritten};
use crate::stream::Stream;
use crate::view::{Effect, PaymentView, SeenRequest};
use crate::world::{Fate, World};
use crate::{admin, seed};

/// The longest request body that is read.
const BODY_LIMIT: usize = 1024 * 1024;

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
        let mut world = World::new(&config);
        seed::fill(&mut world, config.payments, config.more_providers);
        let world = Arc::new(Mutex::new(world));
        let mut ports = vec![
            Port::Provider(Provider::Dojo),
            Port::Provider(Provider::Dodo),
            Port::Provider(Provider::Primer),
            Port::Admin,
        ];
        if config.more_providers {
            // Behind the others, whose numbers stay the same.
            ports.push(Port::Provider(Provider::Stripe));
            ports.push(Port::Provider(Provider::Mollie));
            ports.push(Port::Provider(Provider::Polar));
        }
        let addresses = Addresses {
            api_key: config.api_key,
            ..Addresses::default()
        };
        // Whole from here on: where a port can't be had, its end ends the servers before it.
        let mut sandbox = Self::of(world, addresses);
        for (offset, port) in (0_u16..).zip(ports) {
            let number = match config.port {
                0 => 0,
                first => first.saturating_add(offset),
            };
            let bound = TcpListener::bind(("127.0.0.1", number)).await;
            // Of several ports, the one that can't be had has to be named.
            let listener = bound.map_err(|error| {
                let what = format!("port {number}: {error}");
                std::io::Error::new(error.kind(), what)
            })?;
            let url = ["http://", &listener.local_addr()?.to_string()].concat();
            let addresses = &mut sandbox.addresses;
            match port {
                Port::Provider(Provider::Dojo) => addresses.dojo = url,
                Port::Provider(Provider::Dodo) => addresses.dodo = url,
                Port::Provider(Provider::Primer) => addresses.primer = url,
                Port::Provider(Provider::Stripe) => addresses.stripe = Some(url),
                Port::Provider(Provider::Mollie) => addresses.mollie = Some(url),
                Port::Provider(Provider::Polar) => addresses.polar = Some(url),
                Port::Admin => addresses.admin = url,
            }
            let world = Arc::clone(&sandbox.world);
            let server = tokio::spawn(serve(listener, port, world, config.slow));
            sandbox.servers.push(server);
        }
        Ok(sandbox)
    }

    /// One that listens nowhere yet.
    pub(crate) const fn of(world: Arc<Mutex<World>>, addresses: Addresses) -> Self {
        Self {
            world,
            addresses,
            servers: Vec::new(),
        }
    }

    /// Stops the providers, and returns once their ports are free.
    pub async fn stop(mut self) {
        let servers = std::mem::take(&mut self.servers);
        end(&servers);
        for server in servers {
            // It ends by being cancelled, which is the only error there is.
            let _ = server.await;
        }
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
        self.world().views()
    }

    /// One payment as it stands.
    #[must_use]
    pub fn payment(&self, provider: Provider, id: &str) -> Option<PaymentView> {
        let world = self.world();
        let payment = world.book.get(&(provider, id.to_owned()))?;
        Some(PaymentView::of(payment, world.now()))
    }

    /// Adds a payment, or replaces the one with its id.
    pub fn add_payment(&self, payment: Payment) {
        self.world().add(payment);
    }

    /// From now on only these faults happen.
    pub fn set_faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.world().faults = faults.into_iter().collect();
    }

    /// A fault beside those that there are.
    pub fn inject(&self, fault: Fault) {
        self.world().faults.push(fault);
    }

    /// A fault beside those that there are, at the next `count` requests that move money (for
    /// `stale-read`: that read).
    pub fn inject_next(&self, kind: FaultKind, count: u64) {
        let mut world = self.world();
        let fault = world.at_next(kind, count);
        world.faults.push(fault);
    }

    /// Pauses one request, the next of its kind that no other pause waits for, and tells when it is
    /// paused. Among [`requests`](Self::requests) it stands once it goes on, or is broken off.
    #[must_use]
    pub fn pause(&self, at: PauseAt) -> Pause {
        let (pause, paused) = pause::pair(at);
        self.world().pauses.push(paused);
        pause
    }

    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        let mut world = self.world();
        world.advanced = world.advanced.saturating_add(millis(by));
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

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        end(&self.servers);
    }
}

fn end(servers: &[JoinHandle<()>]) {
    for server in servers {
        server.abort();
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
    let written = WhenWritten::default();
    let service = service_fn(|request| answer(request, port, &world, slow, &written));
    // A connection that breaks is part of the simulation.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(Stream::new(stream, written.clone()), service)
        .await;
}

/// The connection breaks without an answer.
#[derive(Debug, thiserror::Error)]
#[error("no answer")]
pub(crate) struct NoAnswer;

async fn answer(
    request: hyper::Request<Incoming>,
    port: Port,
    world: &Arc<Mutex<World>>,
    slow: Duration,
    written: &WhenWritten,
) -> Result<hyper::Response<Body>, NoAnswer> {
    let call = take_apart(request).await?;
    let provider = match port {
        Port::Provider(provider) => provider,
        Port::Admin => return response(admin::handle(&mut lock(world), &call), false),
    };
    let paused = Paused::first(&mut lock(world).pauses, call.changes());
    let Some(paused) = paused else {
        let fate = lock(world).take(provider, &call);
        return respond(fate, slow).await;
    };
    // In a task of its own: whoever sent the request may be dead before it goes on, and a real
    // provider carries it out all the same.
    let going_on = tokio::spawn(hold_up(paused, provider, call, Arc::clone(world)));
    let (fate, paused) = going_on.await.map_err(|_| NoAnswer)?;
    let response = respond(fate, slow).await?;
    Ok(match paused {
        Some(paused) => response.map(|body| body.held(paused, written.clone())),
        None => response,
    })
}

/// Takes a request in that is to be paused, and what is left of its pause for the answer.
async fn hold_up(
    mut paused: Paused,
    provider: Provider,
    call: Call,
    world: Arc<Mutex<World>>,
) -> (Fate, Option<Paused>) {
    match paused.at {
        PauseAt::Read | PauseAt::BeforeEffect => {
            let key = in_flight(&mut lock(&world), provider, &call);
            let goes_on = paused.wait().await;
            let mut world = lock(&world);
            if let Some(key) = key {
                world.in_flight.end(provider, &key);
            }
            if !goes_on {
                world.see(provider, &call);
                return (Fate::Drop, None);
            }
            (world.take(provider, &call), None)
        }
        PauseAt::AfterEffect => {
            let (fate, key) = {
                let mut world = lock(&world);
                let fate = world.take(provider, &call);
                (fate, in_flight(&mut world, provider, &call))
            };
            let goes_on = paused.wait().await;
            if let Some(key) = key {
                lock(&world).in_flight.end(provider, &key);
            }
            (if goes_on { fate } else { Fate::Drop }, None)
        }
        PauseAt::HalfAnswer | PauseAt::Answered => {
            (lock(&world).take(provider, &call), Some(paused))
        }
    }
}

/// The key of a request that is paused, which no other request held has.
fn in_flight(world: &mut World, provider: Provider, call: &Call) -> Option<String> {
    let key = call.header("idempotency-key")?;
    if world.in_flight.has(provider, key, world.now()) {
        return None;
    }
    world.in_flight.begin(provider, key, i64::MAX);
    Some(key.to_owned())
}

fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn respond(fate: Fate, slow: Duration) -> Result<hyper::Response<Body>, NoAnswer> {
    match fate {
        Fate::Answer(reply) => response(reply, false),
        Fate::Slow(reply) => {
            tokio::time::sleep(slow).await;
            response(reply, false)
        }
        Fate::Cut(reply) => response(reply, true),
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
