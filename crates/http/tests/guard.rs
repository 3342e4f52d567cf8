//! Hosts that are written as addresses, through the real client.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::time::Duration;

use refundkit_http::{BaseUrl, HttpClient, HttpConfig, Request, SendError, Transport};
use tokio::net::TcpListener;

async fn send(config: HttpConfig, base: &str) -> SendError {
    let config = config.with_connect(Duration::from_millis(300));
    let base = BaseUrl::parse(base).unwrap();
    HttpClient::new(&config)
        .unwrap()
        .send(Request::post(&base, &["refunds"]))
        .await
        .unwrap_err()
}

#[tokio::test]
async fn addresses_inside_are_refused_unsent() {
    for (base, host) in [
        ("https://10.0.0.1", "10.0.0.1"),
        ("https://169.254.169.254", "169.254.169.254"),
        ("https://[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
        ("https://[64:ff9b::a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]"),
        ("https://[fe80::1]", "[fe80::1]"),
        ("https://[::]", "[::]"),
        ("https://0.0.0.0", "0.0.0.0"),
        // The URL standard reads all of these as addresses.
        ("https://192.168.257", "192.168.1.1"),
        ("https://2852039166", "169.254.169.254"),
        ("https://0xa9.0376.43518", "169.254.169.254"),
        ("https://10.0.0.1.", "10.0.0.1"),
        ("https://１０.0.0.1", "10.0.0.1"),
    ] {
        let error = send(HttpConfig::default(), base).await;
        let why = [
            "the host ",
            host,
            " is a private or reserved address; allow it by name if that is meant",
        ]
        .concat();
        assert_eq!(error, SendError::NotSent { why }, "{base}");
    }
}

#[tokio::test]
async fn loopback_as_written_and_an_allowed_address_are_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    // Accepts and closes at once.
    let server = tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    let mapped = "[::ffff:127.0.0.1]";
    let plain = HttpConfig::default;
    for (config, host, scheme) in [
        (plain(), "127.0.0.1", "http://"),
        (plain(), "localhost", "http://"),
        (plain(), "127.0.0.1", "https://"),
        (plain().allow_private(mapped), mapped, "https://"),
    ] {
        let error = send(config, &[scheme, host, ":", &port].concat()).await;
        assert!(!error.to_string().contains("private"), "{host}: {error}");
        // Plain HTTP had a connection to speak over; TLS found nobody to shake hands with.
        let sent = matches!(error, SendError::MaybeSent { .. });
        assert_eq!(sent, scheme == "http://", "{host}: {error}");
    }
    server.abort();
}
