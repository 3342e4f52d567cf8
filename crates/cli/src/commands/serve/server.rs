//! An accept loop of our own: the framework's gives a head no time limit and connections no number.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

/// How long nothing is accepted where the machine can't, such as for want of file descriptors.
const REST: Duration = Duration::from_millis(100);

/// What those who ask may take up.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; more wait until one ends.
    pub connections: usize,
    /// What a request's head may take, and how long a connection may be idle.
    pub head: Duration,
    /// The bytes of a request's head; at least 8 KiB.
    pub head_bytes: usize,
    /// How old a connection gets before it is asked to end: also what ends one whose other side
    /// takes no answer.
    pub life: Duration,
    /// What is under way has so long to end, when its connection is old, or all is stopped.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A process usually gets 1,024 file descriptors: the rest is for the providers' answers.
            connections: 512,
            head: Duration::from_secs(10),
            head_bytes: 16 * 1024,
            life: Duration::from_secs(5 * 60),
            grace: Duration::from_secs(10),
        }
    }
}

/// Serves until `until`: then accepts nothing more, and returns when what is under way has ended,
/// or its grace has.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    until: impl Future<Output = ()> + Send,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let (stop, stopping) = watch::channel(());
    let mut connections = JoinSet::new();
    tokio::pin!(until);
    loop {
        tokio::select! {
            biased;
            () = &mut until => break,
            Some(_) = connections.join_next() => {}
            (place, stream) = accept(&listener, &places) => {
                let router = router.clone();
                connections.spawn(connection(stream, router, limits, stopping.clone(), place));
            }
        }
    }
    drop(listener);
    drop(stop);
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.grace, ended).await.is_err() {
        connections.shutdown().await;
    }
}

/// The next connection, once there is a place for it; until then it waits with the system.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (Option<OwnedSemaphorePermit>, TcpStream) {
    // Nobody closes the semaphore, so that there always is a place one day.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (place, stream),
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
}

async fn connection(
    stream: TcpStream,
    router: Router,
    limits: Limits,
    mut stopping: watch::Receiver<()>,
    place: Option<OwnedSemaphorePermit>,
) {
    // Answers are small: none waits for another to share a packet with.
    let _ = stream.set_nodelay(true);
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_bytes)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::pin!(served);
    tokio::select! {
        _ = &mut served => return,
        // Nothing is ever sent there: it ends when the server does.
        _ = stopping.changed() => {}
        () = tokio::time::sleep(limits.life) => {}
    }
    served.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(limits.grace, served).await;
    drop(place);
}

#[cfg(test)]
mod tests;
