//! The same over a real connection, for what no script can say.

use std::sync::Arc;
use std::time::Duration;

use refundkit_generic::Generic;
use refundkit_http::{BaseUrl, HttpClient, HttpConfig};
use tokio::net::TcpListener;

use super::{MIB, TOKEN, assert_clean, config, http, kind, refund};

/// Answers a login, and whatever comes then with these bytes.
async fn serve(listener: TcpListener, answer: Vec<u8>) {
    let login = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{TOKEN}",
        TOKEN.len()
    );
    for bytes in [login.into_bytes(), answer] {
        let (mut stream, _) = listener.accept().await.unwrap();
        http::read(&mut stream).await;
        http::answer(stream, &bytes).await;
    }
}

async fn ends(what: &str, answer: Vec<u8>, expected: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(serve(listener, answer));
    let settings = HttpConfig::default().with_deadline(Duration::from_secs(10));
    let client = HttpClient::new(&settings).unwrap();
    let config = config(&[]).base_url(BaseUrl::parse(&base).unwrap());
    let generic = Generic::with_transport(config, Arc::new(client)).unwrap();
    let outcome = refund(&generic).await;
    assert_eq!(kind(&outcome), expected, "{what}: {outcome:?}");
    assert_clean(what, &outcome);
    server.await.unwrap();
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text_are_no_refund() {
    let made = br#"{"id": "re_1", "status": "done", "amount": 1000, "currency": "EUR", "payment": "pay_1"}"#;
    let broken = [b"{\"x\": \"\xff\xfe\", ".as_slice(), &made[1..]].concat();
    let utf16: Vec<u8> = made.iter().flat_map(|byte| [*byte, 0]).collect();
    let long = [made.as_slice(), b" ".repeat(MIB).as_slice()].concat();
    ends("whole", answer("200 OK", made), "executed").await;
    ends(
        "half a message",
        answer("200 OK\r\nContent-Length: 500", made),
        "unknown",
    )
    .await;
    ends("no UTF-8", answer("200 OK", &broken), "unknown").await;
    ends("UTF-16", answer("200 OK", &utf16), "unknown").await;
    ends("more than 1 MiB", answer("200 OK", &long), "unknown").await;
    ends(
        "compressed, it says",
        answer("200 OK\r\nContent-Encoding: gzip", b"\x1f\x8b\x08"),
        "unknown",
    )
    .await;
    ends("no HTTP", b"refunded\r\n\r\n".to_vec(), "unknown").await;
    ends("nothing", Vec::new(), "unknown").await;
    ends(
        "a redirect",
        answer(
            "307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/",
            made,
        ),
        "unknown",
    )
    .await;
}
