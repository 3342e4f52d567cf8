//! The accept loop over real sockets: clients that are slow, idle, too many or too large, old
//! connections, and the end of the server.

use std::net::SocketAddr;
use std::time::Instant;

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;

const TICK: Duration = Duration::from_millis(40);
const SHORT: Duration = Duration::from_millis(200);
/// What took a short limit and no more, on a machine that is busy too.
const SOON: Duration = Duration::from_secs(3);
const PATIENT: Duration = Duration::from_secs(10);
const LONG: Duration = Duration::from_secs(20);

/// A server with pages that answer at once, after a while, and never.
struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn start(limits: Limits) -> Running {
    start_with(limits, pages()).await
}

fn pages() -> Router {
    Router::new()
        .route("/now", get(async || "now"))
        .route(
            "/later",
            get(async || {
                tokio::time::sleep(SHORT).await;
                "later"
            }),
        )
        .route("/never", get(std::future::pending::<&str>))
}

async fn start_with(limits: Limits, router: Router) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let until = async {
        let _ = stopped.await;
    };
    let ended = tokio::spawn(serve(listener, router, limits, until));
    Running {
        address,
        stop,
        ended,
    }
}

fn limits() -> Limits {
    Limits {
        connections: 8,
        head: LONG,
        head_bytes: 8 * 1024,
        life: LONG,
        grace: LONG,
    }
}

impl Running {
    async fn connect(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }
}

fn ask(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: shop\r\n\r\n")
}

/// What comes until the other side ends the connection, and after how long.
async fn rest(mut stream: TcpStream) -> (String, Duration) {
    let started = started();
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes);
    let _ = tokio::time::timeout(PATIENT, read).await.unwrap();
    (String::from_utf8(bytes).unwrap(), started.elapsed())
}

async fn some(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 4096];
    let read = tokio::time::timeout(PATIENT, stream.read(&mut bytes));
    let read = read.await.unwrap().unwrap();
    String::from_utf8(bytes[..read].to_vec()).unwrap()
}

#[allow(clippy::disallowed_methods, reason = "how long a test has waited")]
fn started() -> Instant {
    Instant::now()
}

#[tokio::test]
async fn a_head_that_comes_slowly_is_cut_off() {
    let server = start(Limits {
        head: SHORT,
        ..limits()
    })
    .await;
    let mut stream = server.connect("GET /now HTTP/1.1\r\n").await;
    let begun = started();
    // A header now and then, and never the end: as slow as it takes to keep a careless server.
    let mut sent = 0;
    while stream.write_all(b"x: y\r\n").await.is_ok() && begun.elapsed() < PATIENT {
        sent += 1;
        tokio::time::sleep(TICK).await;
    }
    assert!(begun.elapsed() < SOON, "after {sent} headers");
    // The same for one that sends nothing at all.
    let (text, after) = rest(server.connect("").await).await;
    assert!(text.is_empty() && after < SOON, "{text}, {after:?}");
}

/// The addresses of messages, at one provider, with little time for a body.
fn messages() -> Router {
    let key = |text| refundkit_http::Secret::new(text).unwrap();
    let config = refundkit_dodo::DodoConfig::new(key("sk_test_1"));
    let secrets = vec![key("whsec_cGxhbnRlZA==")];
    let name: refundkit::ProviderName = "dodo".parse().unwrap();
    let dodo = refundkit_dodo::Dodo::new(config).unwrap();
    let webhooks = refundkit_dodo::DodoWebhooks::new(secrets).unwrap();
    let refunds = refundkit::Refunds::builder()
        .namespace("shop".parse().unwrap())
        .provider(name.clone(), Arc::new(dodo))
        .webhooks(name, Arc::new(webhooks))
        .journal(Arc::new(refundkit::MemoryStore::new()))
        .build();
    refundkit_axum::Intake::new(Arc::new(refunds.unwrap()))
        .body_within(SHORT)
        .router()
}

#[tokio::test]
async fn a_body_that_comes_slowly_is_cut_off() {
    let server = start_with(limits(), messages()).await;
    let head = "POST /webhooks/dodo HTTP/1.1\r\nhost: shop\r\ncontent-length: 9000\r\n\r\n";
    let begun = started();
    let mut stream = server.connect(head).await;
    let (mut read, mut write) = stream.split();
    let trickle = async {
        while write.write_all(b"x").await.is_ok() {
            tokio::time::sleep(TICK).await;
        }
    };
    let mut answer = [0; 12];
    tokio::select! {
        () = trickle => panic!("ended without an answer"),
        read = read.read_exact(&mut answer) => drop(read.unwrap()),
    }
    assert_eq!(&answer, b"HTTP/1.1 408");
    assert!((SHORT..SOON).contains(&begun.elapsed()));
    // It is ended, whatever else is sent.
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(PATIENT, read.read_to_end(&mut rest));
    assert!(ended.await.is_ok());
}

#[tokio::test]
async fn an_idle_connection_is_ended() {
    let server = start(Limits {
        head: SHORT,
        ..limits()
    })
    .await;
    let (text, after) = rest(server.connect(&ask("/now")).await).await;
    assert!(text.ends_with("now"), "{text}");
    assert!((TICK..SOON).contains(&after), "{after:?}");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let server = start(limits()).await;
    let large = "a".repeat(64 * 1024);
    let head = format!("GET /now HTTP/1.1\r\nhost: shop\r\nlarge: {large}\r\n\r\n");
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let _ = stream.write_all(head.as_bytes()).await;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    assert!(!String::from_utf8_lossy(&bytes).contains("200 OK"));
}

#[tokio::test]
async fn more_connections_than_there_are_places_wait() {
    let server = start(Limits {
        connections: 1,
        ..limits()
    })
    .await;
    let mut first = server.connect(&ask("/now")).await;
    assert!(some(&mut first).await.ends_with("now"));
    let mut second = server.connect(&ask("/now")).await;
    let early = tokio::time::timeout(SHORT, some(&mut second)).await;
    assert!(early.is_err(), "{early:?}");
    drop(first);
    assert!(some(&mut second).await.ends_with("now"));
}

/// Those that are served must not take the file descriptors with which providers are asked: systemd
/// and shells give 1,024 of them.
#[test]
fn connections_leave_room_for_other_files() {
    assert!(Limits::default().connections <= 1024 / 2);
}

#[tokio::test]
async fn an_old_connection_is_asked_to_end_and_one_that_does_not_is_ended() {
    let server = start(Limits {
        life: SHORT,
        grace: SHORT,
        ..limits()
    })
    .await;
    let (text, after) = rest(server.connect(&ask("/now")).await).await;
    assert!(text.ends_with("now"), "{text}");
    assert!((TICK..SOON).contains(&after), "{after:?}");
    let (text, after) = rest(server.connect(&ask("/never")).await).await;
    assert_eq!(text, "");
    assert!((SHORT..SOON).contains(&after), "{after:?}");
}

#[tokio::test]
async fn what_is_under_way_is_finished_and_nothing_new_is_begun() {
    let server = start(limits()).await;
    let mut idle = server.connect(&ask("/now")).await;
    assert!(some(&mut idle).await.ends_with("now"));
    let under_way = server.connect(&ask("/later")).await;
    tokio::time::sleep(TICK).await;
    let begun = started();
    server.stop.send(()).unwrap();
    let (text, _) = rest(under_way).await;
    assert!(text.contains("200 OK") && text.ends_with("later"), "{text}");
    assert_eq!(rest(idle).await.0, "", "and ended");
    server.ended.await.unwrap();
    assert!(begun.elapsed() < PATIENT, "without waiting for its grace");
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn what_never_ends_is_waited_for_no_longer_than_its_grace() {
    let server = start(Limits {
        grace: SHORT,
        ..limits()
    })
    .await;
    let hanging = server.connect(&ask("/never")).await;
    tokio::time::sleep(TICK).await;
    let begun = started();
    server.stop.send(()).unwrap();
    tokio::time::timeout(LONG, server.ended)
        .await
        .unwrap()
        .unwrap();
    assert!((SHORT..SOON).contains(&begun.elapsed()));
    assert_eq!(rest(hanging).await.0, "");
}
