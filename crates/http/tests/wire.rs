//! What really goes over the wire, against a raw TCP server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use refundkit_http::{
    BaseUrl, HttpClient, HttpConfig, LeaveBy, Method, Request, Secret, SendError, Transport,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with the n-th request that it reads, counted over all connections.
#[derive(Clone, Copy)]
enum Act {
    Answer(&'static str),
    Close,
    Silence,
    Long,
    HalfAnAnswer,
}

struct Server {
    base: BaseUrl,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(script: &'static [Act]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, script, Arc::clone(&seen)));
            }
        });
        let base = BaseUrl::parse(&format!("http://{address}")).unwrap();
        Self { base, requests }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, script: &'static [Act], seen: Arc<Mutex<Vec<String>>>) {
    while let Some(request) = read_request(&mut stream).await {
        let at = {
            let mut seen = seen.lock().unwrap();
            seen.push(request);
            seen.len() - 1
        };
        match script[at] {
            Act::Answer(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
            Act::Close => return,
            Act::Silence => tokio::time::sleep(Duration::from_secs(60)).await,
            Act::HalfAnAnswer => {
                let half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":";
                stream.write_all(half).await.unwrap();
                return;
            }
            Act::Long => {
                let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                let _ = stream.write_all(head).await;
                let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
                for _ in 0..17 {
                    if stream.write_all(&chunk).await.is_err() {
                        return;
                    }
                }
                let _ = stream.write_all(b"0\r\n\r\n").await;
            }
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0_u8; 4096];
        let read = stream.read(&mut buffer).await.ok()?;
        if read == 0 {
            return None;
        }
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| {
                line.to_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            })
            .unwrap_or(0);
        if body.len() >= length {
            return Some(text);
        }
    }
}

fn client(deadline: Duration) -> HttpClient {
    HttpClient::new(&HttpConfig::default().with_deadline(deadline)).unwrap()
}

fn refund(base: &BaseUrl) -> Request {
    Request::post(base, &["refunds"])
        .secret_header(
            "Authorization",
            "Bearer ",
            &Secret::new("sk_test_1").unwrap(),
        )
        .json(&serde_json::json!({"payment_id": "pay_1"}))
}

const OK: Act = Act::Answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");

#[tokio::test]
async fn a_request_arrives_as_it_was_built() {
    let server = Server::start(&[OK]).await;
    let answer = client(Duration::from_secs(5))
        .send(refund(&server.base))
        .await
        .unwrap();
    assert_eq!(
        (answer.status(), answer.body().as_ref()),
        (200, b"{}".as_slice())
    );
    let requests = server.requests();
    let request = requests[0].to_lowercase();
    assert!(
        request.starts_with("post /refunds http/1.1\r\n"),
        "{request}"
    );
    for line in [
        "authorization: bearer sk_test_1",
        "content-type: application/json",
        "user-agent: refundkit/",
    ] {
        assert!(request.contains(line), "{line} in {request}");
    }
    assert!(requests[0].ends_with(r#"{"payment_id":"pay_1"}"#));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    const MOVED: Act =
        Act::Answer("HTTP/1.1 307 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    let server = Server::start(&[MOVED, OK]).await;
    let answer = client(Duration::from_secs(5))
        .send(refund(&server.base))
        .await
        .unwrap();
    assert_eq!(answer.status(), 307);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_closed_connection_may_have_been_sent_and_is_never_tried_again() {
    // The second request goes over the kept connection, which the server closes without a word.
    let server = Server::start(&[OK, Act::Close, OK]).await;
    let client = client(Duration::from_secs(5));
    client.send(refund(&server.base)).await.unwrap();
    let error = client.send(refund(&server.base)).await.unwrap_err();
    assert!(matches!(error, SendError::MaybeSent { .. }), "{error}");
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn silence_ends_at_the_deadline_and_may_have_been_sent() {
    let server = Server::start(&[Act::Silence]).await;
    let client = client(Duration::from_millis(200));
    let error = client.send(refund(&server.base)).await.unwrap_err();
    assert!(
        matches!(&error, SendError::MaybeSent { why } if why.contains("deadline")),
        "{error}"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_broken_answer_may_have_been_sent() {
    let server = Server::start(&[Act::HalfAnAnswer]).await;
    let error = client(Duration::from_secs(5))
        .send(refund(&server.base))
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::MaybeSent { .. }), "{error}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_not_read() {
    let server = Server::start(&[Act::Long]).await;
    let error = client(Duration::from_secs(5))
        .send(refund(&server.base))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, SendError::MaybeSent { why } if why.contains("1 MiB")),
        "{error}"
    );
}

#[tokio::test]
async fn nobody_listening_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let base = BaseUrl::parse(&format!("http://{address}")).unwrap();
    let error = client(Duration::from_secs(5))
        .send(refund(&base))
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::NotSent { .. }), "{error}");
    assert!(!error.to_string().contains("127.0.0.1"), "{error}");
}

#[tokio::test]
async fn a_request_that_cannot_be_built_is_not_sent() {
    let server = Server::start(&[OK]).await;
    let client = client(Duration::from_secs(5));
    for segment in ["..", "a/b", "%2e%2e", "a\r\nb", ""] {
        let request = Request::post(&server.base, &["payment-intents", segment, "refunds"]);
        let error = client.send(request).await.unwrap_err();
        assert!(
            matches!(error, SendError::NotSent { .. }),
            "{segment:?}: {error}"
        );
    }
    let split = Request::get(&server.base, &["payments"]).header("version", "1\r\nx: y");
    assert!(matches!(
        client.send(split).await,
        Err(SendError::NotSent { .. })
    ));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn retry_after_and_other_headers_reach_the_adapter() {
    const THROTTLED: Act = Act::Answer(
        "HTTP/1.1 429 Slow Down\r\nRetry-After: 7\r\nX-Refund-Id: r_1\r\nX-Odd: \u{e9}\r\nContent-Length: 0\r\n\r\n",
    );
    let server = Server::start(&[THROTTLED]).await;
    let answer = client(Duration::from_secs(5))
        .send(refund(&server.base))
        .await
        .unwrap();
    assert_eq!(answer.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(answer.header("x-refund-id"), Some("r_1"));
    assert_eq!(answer.header("x-odd"), None);
    assert_eq!(
        server.requests().len(),
        1,
        "resending is never this crate's decision"
    );
}

#[tokio::test]
async fn every_method_and_a_written_body_arrive_as_they_are() {
    let server = Server::start(&[OK; 5]).await;
    let client = client(Duration::from_secs(5));
    let methods = [
        Method::Get,
        Method::Post,
        Method::Put,
        Method::Patch,
        Method::Delete,
    ];
    for method in methods {
        let request = Request::to(method, &server.base, &["refunds", "r_1"])
            .query("a", "b c")
            .secret_header_text("authorization", "Basic dTpw")
            .body("text/xml", b"<refund/>".to_vec())
            .shown_as("[secret]".to_owned());
        client.send(request).await.unwrap();
    }
    for (method, request) in methods.iter().zip(server.requests()) {
        let first = [method.as_str(), " /refunds/r_1?a=b+c HTTP/1.1\r\n"].concat();
        assert!(request.starts_with(&first), "{request}");
        assert!(request.contains("authorization: Basic dTpw\r\n"));
        assert!(request.contains("content-type: text/xml\r\n"));
        assert!(request.ends_with("\r\n\r\n<refund/>"), "{request}");
    }
}

#[tokio::test]
async fn an_unsendable_request_is_not_sent() {
    let server = Server::start(&[OK]).await;
    let request = refund(&server.base).unsendable("the signature can't be made");
    let error = client(Duration::from_secs(5))
        .send(request)
        .await
        .unwrap_err();
    let why = "the signature can't be made".to_owned();
    assert_eq!(error, SendError::NotSent { why });
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn what_has_to_leave_by_a_time_leaves_whole_or_not_at_all() {
    let server =
        Server::start(&[Act::Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]).await;
    let client = HttpClient::new(&HttpConfig::default()).unwrap();
    let request = |within| {
        let request = Request::post(&server.base, &["refunds"]).json(&"all");
        request.leaving(LeaveBy::within(within))
    };
    let late = request(Duration::ZERO);
    tokio::time::sleep(Duration::from_millis(5)).await;
    let sent = client.send(late).await;
    assert!(matches!(sent, Err(SendError::NotSent { .. })), "{sent:?}");
    assert!(server.requests().is_empty());
    // Without a body nobody looks again once there is a connection, which may take ten seconds.
    let bare =
        Request::post(&server.base, &["reversal"]).leaving(LeaveBy::within(Duration::from_secs(9)));
    let sent = client.send(bare).await;
    assert!(matches!(sent, Err(SendError::NotSent { .. })), "{sent:?}");
    assert!(server.requests().is_empty());
    client.send(request(Duration::from_secs(60))).await.unwrap();
    let request = server.requests().remove(0);
    assert!(
        request.to_lowercase().contains("content-length: 5\r\n"),
        "{request}"
    );
    assert!(request.ends_with("\"all\""), "{request}");
}

#[tokio::test]
async fn a_reading_asks_for_no_stored_answer_and_takes_none() {
    const OLD: Act = Act::Answer("HTTP/1.1 200 OK\r\nAge: 61\r\nContent-Length: 2\r\n\r\n{}");
    const NOON: Act = Act::Answer(
        "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 12:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}",
    );
    const BEFORE: Act = Act::Answer(
        "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 11:54:59 GMT\r\nContent-Length: 2\r\n\r\n{}",
    );
    let server = Server::start(&[OLD, NOON, BEFORE, BEFORE, OLD, OLD]).await;
    let client = client(Duration::from_secs(5));
    let read = || client.send(Request::get(&server.base, &["payments", "p_1"]));
    let stored = |sent: Result<_, SendError>, by: &str| match sent {
        Err(SendError::MaybeSent { why }) => {
            assert!(why.starts_with("the answer is a stored one"), "{why}");
            assert!(why.contains(by) && !why.contains('\n'), "{why}");
        }
        other => panic!("{other:?}"),
    };
    stored(read().await, "Age");
    // Whatever our own clock says.
    assert_eq!(read().await.unwrap().status(), 200);
    stored(read().await, "Date");
    // What is sent is never answered for by a cache: its answer counts.
    for _ in 0..2 {
        assert_eq!(
            client.send(refund(&server.base)).await.unwrap().status(),
            200
        );
    }
    // A query that is sent as a POST is a reading.
    stored(client.send(refund(&server.base).reading()).await, "Age");
    let requests = server.requests();
    let asks = |request: &String| {
        let request = request.to_lowercase();
        request.contains("\r\ncache-control: no-cache\r\n")
    };
    let asked: Vec<bool> = requests.iter().map(asks).collect();
    assert_eq!(asked, [true, true, true, false, false, true]);
}
