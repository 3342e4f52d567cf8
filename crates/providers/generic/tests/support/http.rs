//! As much of HTTP/1.1 as a test needs to stand in for a provider: one request on a connection.

use std::collections::BTreeMap;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Names in small letters; a header that was there twice has a comma in its value.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// Reads one whole request.
pub(crate) async fn read(stream: &mut TcpStream) -> Asked {
    let mut bytes = Vec::new();
    let mut part = [0_u8; 4096];
    loop {
        let read = stream.read(&mut part).await.unwrap();
        bytes.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some(asked) = whole(&text) {
            return asked;
        }
        assert!(read > 0, "the request ended early: {text}");
    }
}

fn whole(text: &str) -> Option<Asked> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let mut asked = Asked {
        method: words.next()?.to_owned(),
        path: words.next()?.to_owned(),
        body: body.to_owned(),
        ..Asked::default()
    };
    for line in lines {
        let (name, value) = line.split_once(": ")?;
        let kept = asked.headers.entry(name.to_ascii_lowercase()).or_default();
        if !kept.is_empty() {
            kept.push_str(", ");
        }
        kept.push_str(value);
    }
    let length = asked.headers.get("content-length");
    let length = length.map_or(0, |length| length.parse::<usize>().unwrap());
    (body.len() >= length).then_some(asked)
}

/// Writes the answer and hangs up. The other side may have done so before.
pub(crate) async fn answer(mut stream: TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
}
