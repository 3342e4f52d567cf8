//! The same message again: at once, many times, from a recorder, and after it has grown old.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::adapters;
use common::by_hand::ByHand;
use common::signed::{Message, SECRET, fill};
use refundkit::{Clock, Coded, Error, Received, Refunds, State, SystemClock};
use refundkit_dodo::DodoWebhooks;
use refundkit_http::Secret;
use refundkit_sandbox::{Sandbox, SandboxConfig};
use refundkit_sqlite::SqliteStore;
use tokio::task::JoinSet;

struct Desk {
    refunds: Arc<Refunds>,
    clock: Arc<ByHand>,
    _folder: tempfile::TempDir,
    _sandbox: Sandbox,
}

async fn desk(operations: u32) -> Desk {
    let sandbox = Sandbox::start(SandboxConfig::default()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("refundkit.db");
    let journal = Arc::new(SqliteStore::open(path).await.unwrap());
    fill(journal.clone(), operations).await;
    let clock = Arc::new(ByHand::at(&sandbox));
    clock.set(SystemClock.now());
    let webhooks = DodoWebhooks::new(vec![Secret::new(SECRET).unwrap()]).unwrap();
    let refunds = adapters::all(&sandbox)
        .webhooks("dodo".parse().unwrap(), Arc::new(webhooks))
        .namespace("test-shop".parse().unwrap())
        .journal(journal)
        .clock(clock.clone())
        .build()
        .unwrap();
    Desk {
        refunds: Arc::new(refunds),
        clock,
        _folder: folder,
        _sandbox: sandbox,
    }
}

async fn send(refunds: &Refunds, message: &Message) -> Result<Received, Error> {
    let text = message.signed_with(SECRET);
    let headers = text.lines().map(|line| line.split_once(": ").unwrap());
    let dodo = "dodo".parse().unwrap();
    refunds
        .observe(&dodo, headers, message.body.as_bytes())
        .await
}

#[tokio::test]
async fn what_is_299_seconds_old_counts_once_and_what_is_301_seconds_old_is_refused() {
    let desk = desk(2).await;
    let (first, second) = (
        Message::about(1, "succeeded"),
        Message::about(2, "succeeded"),
    );
    let sent = desk.clock.now();
    desk.clock
        .set(sent.saturating_add(Duration::from_secs(299)));
    let taken = send(&desk.refunds, &first).await.unwrap();
    assert!(matches!(taken, Received::Recorded { .. }), "{taken:?}");
    assert_eq!(send(&desk.refunds, &first).await.unwrap(), Received::Known);
    desk.clock
        .set(sent.saturating_add(Duration::from_secs(301)));
    for message in [&first, &second] {
        let refused = send(&desk.refunds, message).await.unwrap_err();
        assert_eq!(refused.code().as_str(), "RK5003");
    }
    for (operation, state) in [("op_1", State::Succeeded), ("op_2", State::Accepted)] {
        let found = desk.refunds.status(&operation.parse().unwrap()).await;
        assert_eq!(found.unwrap().state(), state);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_copies_of_a_message_have_one_effect() {
    let desk = desk(1).await;
    let before = desk.refunds.status(&"op_1".parse().unwrap()).await.unwrap();
    let message = Arc::new(Message::about(1, "succeeded"));
    let (mut told, mut known) = (0, 0);
    let mut sending = JoinSet::new();
    for _ in 0..20 {
        let (refunds, message) = (Arc::clone(&desk.refunds), Arc::clone(&message));
        sending.spawn(async move {
            let mut taken = Vec::with_capacity(500);
            for _ in 0..500 {
                taken.push(send(&refunds, &message).await.unwrap());
            }
            taken
        });
    }
    while let Some(sent) = sending.join_next().await {
        for taken in sent.unwrap() {
            match taken {
                Received::Recorded { .. } => told += 1,
                Received::Known => known += 1,
                Received::Nothing | Received::RefreshDue => panic!("{taken:?}"),
            }
        }
    }
    assert_eq!((told, known), (1, 9_999));
    let after = desk.refunds.status(&"op_1".parse().unwrap()).await.unwrap();
    assert_eq!(after.state(), State::Succeeded);
    assert_eq!(after.evidence.len(), before.evidence.len() + 1);
}
