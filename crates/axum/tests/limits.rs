//! How much of a body is read, and for how long.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use common::{Pieces, Shop, Told};
use refundkit_axum::Outcome;

const KIB: usize = 1024;
const MOST: usize = 256 * KIB;

async fn send(shop: &Shop, pieces: Pieces) -> (Told, usize) {
    let taken = Arc::clone(&pieces.taken);
    let told = shop
        .send("/webhooks/dodo", Some("right"), Body::new(pieces))
        .await;
    (told, taken.load(Ordering::Relaxed))
}

#[tokio::test]
async fn a_body_of_256_kib_is_read_and_one_more_byte_is_not() {
    let shop = Shop::open().await;
    let (told, _) = send(&shop, Pieces::of([MOST])).await;
    assert_eq!(told.status, 422, "read, and no message: {told:?}");
    let (told, _) = send(&shop, Pieces::of([MOST + 1])).await;
    assert_eq!(told.status, 413);
    assert!(told.body.contains("RK5004"), "{}", told.body);
    assert_eq!(told.headers["connection"], "close");
    let counted = (Some("dodo".to_owned()), Outcome::TooLarge);
    assert_eq!(told.counted, Some(counted));
}

#[tokio::test]
async fn nothing_is_read_once_it_is_known_to_be_too_much() {
    let shop = Shop::open().await;
    let mut announced = Pieces::of([KIB; 300]);
    announced.announced = Some(300 * 1024);
    let (told, taken) = send(&shop, announced).await;
    assert_eq!((told.status.as_u16(), taken), (413, 0), "by its length");
    let (told, taken) = send(&shop, Pieces::of([KIB; 300])).await;
    assert_eq!((told.status.as_u16(), taken), (413, 257), "by its bytes");
    let endless = Pieces {
        ends: false,
        ..Pieces::of([MOST, 1])
    };
    let (told, taken) = send(&shop, endless).await;
    assert_eq!((told.status.as_u16(), taken), (413, 2), "without its end");
}

#[tokio::test]
async fn nothing_is_read_for_an_address_where_nobody_listens() {
    let shop = Shop::open().await;
    let pieces = Pieces::of([KIB; 2]);
    let taken = Arc::clone(&pieces.taken);
    let body = Body::new(pieces);
    let told = shop.send("/webhooks/quiet", Some("right"), body).await;
    assert_eq!(
        (told.status.as_u16(), taken.load(Ordering::Relaxed)),
        (404, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn a_body_that_takes_too_long_is_cut_off() {
    let shop = Shop::open().await;
    let started = tokio::time::Instant::now();
    let hanging = Pieces {
        ends: false,
        ..Pieces::of([KIB])
    };
    let (told, taken) = send(&shop, hanging).await;
    assert_eq!((told.status.as_u16(), taken), (408, 1));
    assert!(told.body.contains("RK5006"), "{}", told.body);
    assert_eq!(told.headers["connection"], "close");
    let counted = (Some("dodo".to_owned()), Outcome::Incomplete);
    assert_eq!(told.counted, Some(counted));
    let waited = started.elapsed();
    assert!((10..11).contains(&waited.as_secs()), "{waited:?}");

    let mut shop = shop;
    shop.intake = shop.intake.body_within(Duration::from_secs(1));
    let started = tokio::time::Instant::now();
    let hanging = Pieces {
        ends: false,
        ..Pieces::of([])
    };
    assert_eq!(send(&shop, hanging).await.0.status, 408);
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_taken_for_a_whole_one() {
    #[derive(Debug)]
    struct Broken(bool);
    impl axum::body::HttpBody for Broken {
        type Data = axum::body::Bytes;
        type Error = io::Error;
        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, io::Error>>> {
            let first = !std::mem::replace(&mut self.0, true);
            std::task::Poll::Ready(Some(if first {
                Ok(http_body::Frame::data("msg_1 done".into()))
            } else {
                Err(io::ErrorKind::ConnectionReset.into())
            }))
        }
    }
    let shop = Shop::open().await;
    let body = Body::new(Broken(false));
    let told = shop.send("/webhooks/dodo", Some("right"), body).await;
    assert_eq!(told.status, 400, "{told:?}");
    assert!(told.body.contains("RK5006"), "{}", told.body);
    let told = shop
        .send("/webhooks/dodo", Some("right"), "msg_1 done")
        .await;
    assert_eq!(told.counted.unwrap().1, Outcome::Told, "it was not known");
}
