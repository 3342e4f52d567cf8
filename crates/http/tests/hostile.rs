//! Answers that are made to do harm: endless, giant, slow, or leading elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use std::time::{Duration, Instant};

use refundkit_http::{
    BaseUrl, HttpClient, HttpConfig, Request, Response, SendError, Transport as _,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const MIB: usize = 1024 * 1024;

/// What a server writes: `head`, then `again` for as long as it is listened to.
#[derive(Default)]
struct Answer {
    head: Vec<u8>,
    again: Vec<u8>,
    pause: Duration,
}

impl Answer {
    fn whole(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            head: bytes.into(),
            ..Self::default()
        }
    }

    fn endless(head: &str, again: impl Into<Vec<u8>>) -> Self {
        Self {
            again: again.into(),
            ..Self::whole(head)
        }
    }

    fn dripping(head: &str, again: impl Into<Vec<u8>>) -> Self {
        Self {
            pause: Duration::from_millis(20),
            ..Self::endless(head, again)
        }
    }
}

struct Told {
    outcome: Result<Response, SendError>,
    written_bytes: usize,
}

/// Sends a refund to a server that answers so.
async fn ask(answer: Answer, deadline: Duration) -> Told {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = BaseUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut seen = Vec::new();
        while !seen.ends_with(b"\r\n\r\n{}") {
            seen.push(stream.read_u8().await.unwrap());
        }
        let mut written = 0;
        let mut next = answer.head.as_slice();
        while stream.write_all(next).await.is_ok() && !answer.again.is_empty() {
            written += next.len();
            next = answer.again.as_slice();
            // A sleep of nothing lasts a millisecond.
            if answer.pause.is_zero() {
                tokio::task::yield_now().await;
            } else {
                tokio::time::sleep(answer.pause).await;
            }
        }
        written
    });
    let config = HttpConfig::default().with_deadline(deadline);
    let client = HttpClient::new(&config).unwrap();
    let request = Request::post(&base, &["refunds"]).json(&serde_json::json!({}));
    let outcome = tokio::time::timeout(Duration::from_secs(20), client.send(request))
        .await
        .expect("the client waits for ever");
    drop(client);
    let written_bytes = tokio::time::timeout(Duration::from_secs(5), server)
        .await
        .expect("the client still listens")
        .unwrap();
    Told {
        outcome,
        written_bytes,
    }
}

fn lost(told: &Told) -> &str {
    match &told.outcome {
        Err(SendError::MaybeSent { why }) => why,
        other => panic!("{other:?}"),
    }
}

const LONG: Duration = Duration::from_secs(15);

/// Beside what the client reads, the sockets' buffers take some megabytes.
const MOST_WRITTEN_BYTES: usize = 16 * MIB;

#[tokio::test]
async fn endless_headers_are_cut_off() {
    let told = ask(
        Answer::endless("HTTP/1.1 200 OK\r\n", b"x: y\r\n".repeat(500)),
        LONG,
    )
    .await;
    assert!(lost(&told).contains("too large"), "{}", lost(&told));
    assert!(told.written_bytes < MOST_WRITTEN_BYTES);
}

#[tokio::test]
async fn a_head_of_more_than_a_hundred_headers_is_no_answer() {
    let answer = |headers: usize| {
        let headers = "x: y\r\n".repeat(headers);
        Answer::whole(format!("HTTP/1.1 204 No Content\r\n{headers}\r\n"))
    };
    assert!(ask(answer(100), LONG).await.outcome.is_ok());
    let told = ask(answer(101), LONG).await;
    assert!(lost(&told).contains("too large"), "{}", lost(&told));
}

#[tokio::test]
async fn a_header_without_end_is_cut_off() {
    let told = ask(
        Answer::endless("HTTP/1.1 200 OK\r\nx: ", [b'y'; 4096]),
        LONG,
    )
    .await;
    assert!(lost(&told).contains("too large"), "{}", lost(&told));
    assert!(told.written_bytes < MOST_WRITTEN_BYTES);
}

#[tokio::test]
async fn a_status_line_without_end_is_cut_off() {
    let told = ask(Answer::endless("HTTP/1.1 200 ", [b'y'; 4096]), LONG).await;
    lost(&told);
    assert!(told.written_bytes < MOST_WRITTEN_BYTES);
}

#[tokio::test]
async fn a_long_header_is_dropped_and_the_answer_kept() {
    let long = "y".repeat(4097);
    let answer =
        format!("HTTP/1.1 200 OK\r\nx-long: {long}\r\nx-id: r_1\r\nContent-Length: 2\r\n\r\n{{}}");
    let answer = ask(Answer::whole(answer), LONG).await.outcome.unwrap();
    assert_eq!(answer.header("x-long"), None);
    assert_eq!(answer.header("x-id"), Some("r_1"));
}

#[tokio::test]
async fn an_endless_body_is_cut_off() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let told = ask(Answer::endless(head, b"5\r\n12345\r\n".repeat(500)), LONG).await;
    assert!(lost(&told).contains("1 MiB"), "{}", lost(&told));
    assert!(told.written_bytes < MOST_WRITTEN_BYTES);
}

#[tokio::test]
async fn a_chunk_without_end_of_its_extension_is_cut_off() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;";
    let told = ask(Answer::endless(head, [b'y'; 4096]), LONG).await;
    lost(&told);
    assert!(told.written_bytes < MOST_WRITTEN_BYTES);
}

#[tokio::test]
async fn endless_trailers_are_cut_off() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n";
    let told = ask(Answer::endless(head, b"x: y\r\n".repeat(500)), LONG).await;
    lost(&told);
    assert!(told.written_bytes < MOST_WRITTEN_BYTES);
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not() {
    let answer = |length: usize| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        Answer::whole([head.into_bytes(), vec![b'x'; length]].concat())
    };
    let most = ask(answer(MIB), LONG).await.outcome.unwrap();
    assert_eq!(most.body().len(), MIB);
    let more = ask(answer(MIB + 1), LONG).await;
    assert!(lost(&more).contains("1 MiB"), "{}", lost(&more));
}

#[tokio::test]
async fn drips_end_at_the_deadline() {
    let deadline = Duration::from_millis(300);
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for answer in [
        Answer::dripping("HTTP/1.1 200 OK\r\nx: ", b"y"),
        Answer::dripping(chunked, b"1\r\nx\r\n"),
        Answer::dripping("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
        // Answers before the answer, as fast as they come.
        Answer::endless("", b"HTTP/1.1 102 Processing\r\n\r\n"),
    ] {
        let started = now();
        let told = ask(answer, deadline).await;
        assert!(lost(&told).contains("deadline"), "{}", lost(&told));
        let took = started.elapsed();
        assert!((deadline..deadline * 10).contains(&took), "{took:?}");
    }
}

#[tokio::test]
async fn a_redirect_into_the_network_is_an_answer_and_not_followed() {
    let inside = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = format!("http://{}/latest", inside.local_addr().unwrap());
    for (status, location) in [
        (307, near.as_str()),
        (308, near.as_str()),
        (302, near.as_str()),
        (307, "http://169.254.169.254/latest/meta-data"),
    ] {
        let answer =
            format!("HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let answer = ask(Answer::whole(answer), Duration::from_secs(2)).await;
        let answer = answer.outcome.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.header("location"), Some(location));
    }
    let followed = tokio::time::timeout(Duration::from_millis(50), inside.accept()).await;
    assert!(followed.is_err(), "nobody came");
}

#[expect(
    clippy::disallowed_methods,
    reason = "a deadline is measured by the real clock"
)]
fn now() -> Instant {
    Instant::now()
}
