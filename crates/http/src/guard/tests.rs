//! Names through the real client, with a resolver of the test's own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::*;
use crate::{BaseUrl, HttpClient, HttpConfig, Request, SendError, Transport};

/// Names and what they resolve to, and how often it was asked.
#[derive(Default)]
struct Names {
    known: BTreeMap<&'static str, Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Names {
    fn of(name: &'static str, addresses: &[&str]) -> Arc<Self> {
        let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self {
            known: BTreeMap::from([(name, addresses)]),
            asked: AtomicUsize::new(0),
        })
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let found: Vec<SocketAddr> = self.known[name.as_str()]
            .iter()
            .map(|address| SocketAddr::new(*address, 0))
            .collect();
        let addresses: Addrs = Box::new(found.into_iter());
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

/// Sends a refund to `host` at a port of this machine. What came of it, and whether anyone connected.
async fn send(names: Arc<Names>, config: &HttpConfig, host: &str) -> (SendError, bool) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let connected = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        // The start of a TLS handshake comes; it is hung up on.
        stream.read_u8().await.is_ok()
    });
    let base = BaseUrl::parse(&format!("https://{host}:{port}")).unwrap();
    let config = config.clone().with_connect(Duration::from_secs(2));
    let client = HttpClient::with_names(&config, names).unwrap();
    let error = client
        .send(Request::post(&base, &["refunds"]))
        .await
        .unwrap_err();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let reached = connected.is_finished();
    connected.abort();
    (error, reached)
}

fn refused(host: &str) -> SendError {
    let host = super::host(host).unwrap();
    let why = Refused::Name(host).to_string();
    SendError::NotSent { why }
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_before_a_connection() {
    for addresses in [
        &["127.0.0.1"][..],
        &["::ffff:127.0.0.1"],
        &["0.0.0.0"],
        &["169.254.169.254"],
        &["fd00:ec2::254"],
        // One of two is enough, wherever it stands.
        &["127.0.0.1", "8.8.8.8"],
        &["8.8.8.8", "127.0.0.1"],
    ] {
        let names = Names::of("api.example.com", addresses);
        let (error, reached) = send(names, &HttpConfig::default(), "api.example.com").await;
        assert_eq!(error, refused("api.example.com"), "{addresses:?}");
        assert!(!reached, "{addresses:?}");
    }
}

#[tokio::test]
async fn the_refusal_names_the_host_and_not_its_address() {
    let names = Names::of("api.example.com", &["10.1.2.3"]);
    let (error, _) = send(names, &HttpConfig::default(), "api.example.com").await;
    assert_eq!(
        error.to_string(),
        "not sent: the host api.example.com resolves to a private or reserved address; allow it by name if that is meant"
    );
}

#[tokio::test]
async fn an_allowed_name_is_connected_to_at_the_address_that_was_looked_up_once() {
    for allowed in ["pay.internal", "PAY.internal."] {
        let names = Names::of("pay.internal", &["127.0.0.1"]);
        let config = HttpConfig::default().allow_private(allowed);
        let (error, reached) = send(Arc::clone(&names), &config, "pay.internal").await;
        assert!(
            matches!(&error, SendError::NotSent { why } if why.starts_with("could not connect")),
            "the test speaks no TLS: {error}"
        );
        assert!(reached);
        assert_eq!(names.asked.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn one_allowed_name_allows_no_other() {
    let config = HttpConfig::default()
        .allow_private("internal")
        .allow_private("127.0.0.1")
        .allow_private("https://pay.internal");
    let names = Names::of("pay.internal", &["127.0.0.1"]);
    let (error, reached) = send(names, &config, "pay.internal").await;
    assert_eq!((error, reached), (refused("pay.internal"), false));
}

#[tokio::test]
async fn localhost_is_this_machine_or_nothing() {
    let names = Names::of("localhost", &["127.0.0.1"]);
    let (_, reached) = send(names, &HttpConfig::default(), "localhost").await;
    assert!(reached);
    let allowed = HttpConfig::default().allow_private("localhost");
    for elsewhere in ["10.0.0.1", "8.8.8.8"] {
        let names = Names::of("localhost", &["127.0.0.1", elsewhere]);
        let (error, reached) = send(names, &allowed, "localhost").await;
        let why = Refused::Localhost.to_string();
        assert_eq!((error, reached), (SendError::NotSent { why }, false));
    }
}

#[tokio::test]
async fn a_name_below_localhost_is_a_name_like_others() {
    let names = Names::of("api.localhost", &["127.0.0.1"]);
    let (error, reached) = send(names, &HttpConfig::default(), "api.localhost").await;
    assert_eq!((error, reached), (refused("api.localhost"), false));
}

#[test]
fn public_names_pass() {
    let guard = Guard::new(BTreeSet::new());
    let addresses = ["8.8.8.8:0", "[2606:4700:4700::1111]:0"].map(|text| text.parse().unwrap());
    assert_eq!(guard.check_name("api.example.com", &addresses), Ok(()));
}

#[test]
fn an_allowed_address_is_recognised_however_it_is_written() {
    for (allowed, base) in [
        ("10.0.0.7", "https://10.7/"),
        ("10.0.0.7", "https://0x0a000007/"),
        ("fd00::7", "https://[fd00:0::7]/"),
        ("[fd00::7]", "https://[fd00::7]/"),
    ] {
        let url = Url::parse(base).unwrap();
        let guard = |hosts: Option<Host>| Guard::new(hosts.into_iter().collect());
        assert_eq!(guard(host(allowed)).check_url(&url), Ok(()), "{base}");
        assert!(guard(None).check_url(&url).is_err(), "{base}");
    }
}
