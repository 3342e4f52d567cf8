//! Many connections that are kept, each with one message under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const CONNECTIONS: usize = 128;
/// As many threads as there are cores for the client.
const THREADS: usize = 2;

/// Sends each request once; the seconds until the last answer.
#[allow(clippy::disallowed_methods, reason = "a benchmark measures")]
pub(crate) fn send(address: &str, requests: &[Vec<u8>], expected: u16) -> f64 {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .unwrap();
    let requests: Arc<Vec<Vec<u8>>> = Arc::new(requests.to_vec());
    let next = Arc::new(AtomicUsize::new(0));
    runtime.block_on(async {
        let mut streams = Vec::new();
        for _ in 0..CONNECTIONS {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            streams.push(stream);
        }
        let begun = Instant::now();
        let lanes: Vec<_> = streams
            .into_iter()
            .map(|stream| {
                let lane = lane(stream, Arc::clone(&requests), Arc::clone(&next), expected);
                tokio::spawn(lane)
            })
            .collect();
        for lane in lanes {
            lane.await.unwrap();
        }
        begun.elapsed().as_secs_f64()
    })
}

async fn lane(
    mut stream: TcpStream,
    requests: Arc<Vec<Vec<u8>>>,
    next: Arc<AtomicUsize>,
    expected: u16,
) {
    let start = format!("HTTP/1.1 {expected} ");
    let mut answer = vec![0; 16 * 1024];
    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
        stream.write_all(request).await.unwrap();
        let mut read = 0;
        while !whole(&answer[..read]) {
            let more = stream.read(&mut answer[read..]).await.unwrap();
            assert!(more > 0, "the server has ended the connection");
            read += more;
        }
        let head = String::from_utf8_lossy(&answer[..read.min(200)]);
        assert!(head.starts_with(&start), "{head}");
    }
}

/// Whether an answer is there with its body, if it has one.
fn whole(answer: &[u8]) -> bool {
    let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let text = std::str::from_utf8(&answer[..head]).unwrap();
    let length = text.lines().find_map(|line| {
        let (name, length) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length")
            .then_some(length)
    });
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    answer.len() >= head + 4 + length
}
