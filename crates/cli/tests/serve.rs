//! `refundkit serve`: who is answered what, what is written down, what is counted, how it ends.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::process::Stdio;

use common::serving::Desk;
use common::signed::{Message, SECRET};
use common::wire::post;

const DODO: &str = "/webhooks/dodo";
const MOST: usize = 256 * 1024;

#[test]
fn messages_are_taken_in_once_and_forged_ones_change_nothing() {
    let desk = Desk::with(4);
    let serving = desk.serve();
    assert_eq!(serving.first["webhooks"], serde_json::json!([DODO]));

    let forged = Message::about(1, "succeeded");
    let by_another = forged.signed_with("whsec_c29tZWJvZHkgZWxzZSdz");
    let answer = serving.send(&post(DODO, &by_another, forged.body.as_bytes()));
    assert_eq!(answer.status, 401);
    assert!(answer.body.contains("\"RK5002\""), "{}", answer.body);
    let answer = serving.send(&post(DODO, "", forged.body.as_bytes()));
    assert_eq!(answer.status, 401);
    assert!(answer.body.contains("\"RK5001\""), "{}", answer.body);
    for path in ["/webhooks/quiet", "/webhooks/planted"] {
        let answer = serving.send(&forged.request(path));
        assert_eq!(answer.status, 404);
        assert!(!answer.body.contains("planted"), "{}", answer.body);
    }

    let told = Message::about(2, "succeeded").sent_before(10);
    let failed = Message::about(3, "failed");
    let mut connection = serving.connect();
    for (message, result) in [(&told, "told"), (&failed, "told"), (&told, "known")] {
        let name = format!("refundkit_webhooks_total{{provider=\"dodo\",result=\"{result}\"}}");
        let before = serving.metric(&name);
        let answer = connection.send(&message.request(DODO)).unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
        assert_eq!(serving.metric(&name) - before, 1.0, "{result}");
    }
    let late = Message::about(2, "failed");
    assert_eq!(serving.send(&late.request(DODO)).status, 204);
    serving.terminate();
    assert_eq!(serving.ended().code(), Some(0));
    // So soon after its success a failure ends nothing: the second one is asked about again.
    let states = [1, 2, 3, 4].map(|number| desk.state(number));
    assert_eq!(states, ["accepted", "accepted", "failed", "accepted"]);
    assert_eq!(desk.json(&["journal", "verify"]).code, 0);
}

/// The metrics, parsed: each line is a comment, or a name with labels and a number.
fn parsed(text: &str) -> BTreeMap<&str, f64> {
    let mut types = Vec::new();
    let mut found = BTreeMap::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(comment) = line.strip_prefix("# ") {
            let words: Vec<&str> = comment.splitn(3, ' ').collect();
            assert!(
                words.len() == 3 && ["HELP", "TYPE"].contains(&words[0]),
                "{line}"
            );
            types.push(words[1]);
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap();
        let family = name.split('{').next().unwrap();
        assert!(types.iter().any(|kind| family.starts_with(kind)), "{line}");
        let earlier = found.insert(name, value.parse().unwrap());
        assert!(earlier.is_none(), "{line}");
    }
    found
}

#[test]
fn metrics_say_what_happened_and_no_label_is_up_to_the_sender() {
    let desk = Desk::with(3);
    let serving = desk.serve();
    assert_eq!(serving.get("/healthz").status, 200);
    assert_eq!(serving.get("/readyz").status, 200);
    let succeeded = Message::about(1, "succeeded").sent_before(10);
    for message in [succeeded, Message::about(1, "failed")] {
        assert_eq!(serving.send(&message.request(DODO)).status, 204);
    }
    for number in 0..20 {
        let path = format!("/webhooks/planted-{number}");
        assert_eq!(serving.send(&post(&path, "", b"x")).status, 404);
        assert_eq!(serving.send(&post(DODO, "", b"x")).status, 401);
    }
    let answer = serving.get("/metrics");
    assert!(
        answer.head.contains("text/plain; version=0.0.4"),
        "{}",
        answer.head
    );
    assert!(!answer.body.contains("planted"), "{}", answer.body);
    let metrics = parsed(&answer.body);
    for (name, value) in [
        ("refundkit_journal_up", 1.0),
        (
            "refundkit_operations{provider=\"dodo\",state=\"accepted\"}",
            3.0,
        ),
        (
            "refundkit_operations{provider=\"dodo\",state=\"failed_late\"}",
            0.0,
        ),
        (
            "refundkit_operations{provider=\"quiet\",state=\"accepted\"}",
            0.0,
        ),
        (
            "refundkit_oldest_seconds{provider=\"dodo\",state=\"unknown\"}",
            0.0,
        ),
        (
            "refundkit_oldest_seconds{provider=\"dodo\",state=\"parked\"}",
            0.0,
        ),
        (
            "refundkit_transitions_total{provider=\"dodo\",state=\"succeeded\"}",
            1.0,
        ),
        ("refundkit_late_failures_total{provider=\"dodo\"}", 0.0),
        (
            "refundkit_webhooks_total{provider=\"dodo\",result=\"told\"}",
            2.0,
        ),
        (
            "refundkit_webhooks_total{provider=\"dodo\",result=\"unsigned\"}",
            20.0,
        ),
        (
            "refundkit_webhooks_total{provider=\"dodo\",result=\"journal\"}",
            0.0,
        ),
        (
            "refundkit_webhooks_total{provider=\"unknown\",result=\"nobody\"}",
            20.0,
        ),
    ] {
        assert_eq!(metrics.get(name), Some(&value), "{name}: {}", answer.body);
    }
    // They were begun in 1970.
    let oldest = "refundkit_oldest_seconds{provider=\"dodo\",state=\"accepted\"}";
    assert!(metrics[oldest] > 1e9, "{}", metrics[oldest]);
    let labels = |name: &&&str| name.starts_with("refundkit_webhooks_total");
    assert_eq!(metrics.keys().filter(labels).count(), 2 * 12);
}

#[test]
fn a_body_that_is_too_large_is_cut_off() {
    let serving = Desk::with(0).serve();
    // By its length, before a byte of it has come.
    let mut connection = serving.connect();
    let length = MOST + 1;
    let head = format!("POST {DODO} HTTP/1.1\r\nhost: shop\r\ncontent-length: {length}\r\n\r\n");
    let answer = connection.send(head.as_bytes()).unwrap();
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("\"RK5004\""), "{}", answer.body);
    assert_eq!(connection.stream.read(&mut [0; 1]).unwrap(), 0, "and ended");
    // In chunks: by the first byte too many, without the end of its body.
    let mut connection = serving.connect();
    let head = format!("POST {DODO} HTTP/1.1\r\nhost: shop\r\ntransfer-encoding: chunked\r\n\r\n");
    connection.stream.write_all(head.as_bytes()).unwrap();
    let chunk = [b"400\r\n".as_slice(), &[b'x'; 1024], b"\r\n"].concat();
    for _ in 0..256 {
        connection.stream.write_all(&chunk).unwrap();
    }
    let answer = connection.send(b"1\r\nx\r\n").unwrap();
    assert_eq!(answer.status, 413);
    // One that is just not too large is read.
    let answer = serving.send(&post(DODO, "", &vec![b'x'; MOST]));
    assert_eq!(answer.status, 401);
}

#[test]
fn what_is_under_way_is_finished_before_it_ends() {
    let desk = Desk::with(1);
    let serving = desk.serve();
    let request = Message::about(1, "succeeded").request(DODO);
    let (before, after) = request.split_at(request.len() - 40);
    let mut connection = serving.connect();
    connection.stream.write_all(before).unwrap();
    // Answered on another connection, so that this one was taken up before.
    assert_eq!(serving.get("/healthz").status, 200);
    serving.terminate();
    while common::wire::Connection::open(&serving.address).is_ok() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let answer = connection.send(after).unwrap();
    assert_eq!(answer.status, 204, "{}", answer.head);
    assert!(
        answer.head.to_lowercase().contains("connection: close"),
        "{}",
        answer.head
    );
    assert_eq!(serving.ended().code(), Some(0));
    assert_eq!(desk.state(1), "succeeded");
}

#[test]
fn what_it_can_not_serve_with_is_one_line_and_exit_2() {
    let desk = Desk::with(0);
    let run = |args: &[&str], hide: &str| {
        let mut command = desk.command();
        command.arg("serve").args(args).env_remove(hide);
        common::Ran::of(command.stdin(Stdio::null()).output().unwrap())
    };
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let held = std::net::TcpListener::bind(&taken);
    for (args, hide, expected) in [
        (["--listen", "planted"], "NOTHING", "RK4006"),
        (["--listen", "127.0.0.1:0"], "SHOP_SECRET", "RK4004"),
        (["--listen", "127.0.0.1:0"], "SHOP_KEY", "RK4004"),
        (["--listen", &taken], "NOTHING", "RK4020"),
    ] {
        let ran = run(&args, hide);
        assert_eq!((ran.code, common::code(&ran).as_str()), (2, expected));
        assert!(!ran.err.contains("planted"), "{}", ran.err);
        assert!(!ran.err.contains(SECRET), "{}", ran.err);
    }
    drop(held);
    // A refund at a shell does without the secrets of messages.
    let mut command = desk.command();
    let list = command
        .arg("list")
        .env_remove("SHOP_SECRET")
        .output()
        .unwrap();
    assert_eq!(list.status.code(), Some(0));
}
