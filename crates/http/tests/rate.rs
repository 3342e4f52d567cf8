//! A rate, seen from the server's side.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use refundkit_http::{BaseUrl, HttpClient, HttpConfig, Method, Request, SendError, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

type Arrivals = Arc<Mutex<Vec<Instant>>>;

/// Answers everything with 204, and notes when it came.
async fn server() -> (BaseUrl, Arrivals) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let arrivals = Arrivals::default();
    let seen = Arc::clone(&arrivals);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream, Arc::clone(&seen)));
        }
    });
    let base = BaseUrl::parse(&format!("http://{address}")).unwrap();
    (base, arrivals)
}

async fn serve(mut stream: TcpStream, seen: Arrivals) {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0_u8; 1024];
        match stream.read(&mut buffer).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&buffer[..read]),
            _ => return,
        }
        if bytes.ends_with(b"\r\n\r\n") {
            seen.lock().unwrap().push(Instant::now());
            bytes.clear();
            let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
            stream.write_all(answer).await.unwrap();
        }
    }
}

fn client(rate: &str) -> HttpClient {
    let config = HttpConfig::default().with_rate(rate.parse().unwrap());
    HttpClient::new(&config).unwrap()
}

/// The most requests that came within any second.
fn most_in_a_second(arrivals: &[Instant]) -> usize {
    let within = |first: &Instant| {
        let later = arrivals.iter().filter(|at| *at >= first);
        later
            .take_while(|at| at.duration_since(*first) < Duration::from_secs(1))
            .count()
    };
    arrivals.iter().map(within).max().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_second_has_more_requests_than_the_rate_however_many_are_waiting() {
    let (base, arrivals) = server().await;
    let client = client("40/s");
    let mut tasks = JoinSet::new();
    for number in 0..120 {
        let method = if number % 4 == 0 {
            Method::Post
        } else {
            Method::Get
        };
        let request = Request::to(method, &base, &["refunds"]);
        // Clones share the rate.
        let client = client.clone();
        tasks.spawn(async move { client.send(request).await.unwrap().status() });
    }
    assert!(tasks.join_all().await.iter().all(|status| *status == 204));
    let mut arrivals = arrivals.lock().unwrap().clone();
    arrivals.sort();
    assert_eq!(arrivals.len(), 120);
    let most = most_in_a_second(&arrivals);
    assert!((30..=40).contains(&most), "{most}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_moves_money_and_can_not_leave_in_time_is_not_sent() {
    let (base, arrivals) = server().await;
    let client = client("15/min");
    let mut tasks = JoinSet::new();
    for _ in 0..5 {
        let request = Request::to(Method::Post, &base, &["refunds"]);
        let client = client.clone();
        tasks.spawn(async move { client.send(request).await });
    }
    let sent = tasks.join_all().await;
    let why = "the configured rate left no room for it within 10 s".to_owned();
    let late = SendError::NotSent { why };
    assert_eq!(
        sent.iter()
            .filter(|sent| sent.as_ref().err() == Some(&late))
            .count(),
        2,
        "{sent:?}"
    );
    assert_eq!(
        arrivals.lock().unwrap().len(),
        3,
        "not one byte of the others"
    );
}
