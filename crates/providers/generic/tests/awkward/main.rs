//! A provider that isn't built in, added by a file alone, over real HTTP and with the real engine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

#[path = "../support/http.rs"]
mod http;
mod pages;
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use refundkit::core::RefundStatus;
use refundkit::{
    Clock, Error, MemoryStore, Operation, OperationId, ProviderName, RefundRequest, Refunds, State,
    Timestamp,
};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{BaseUrl, Secret};

use server::PayQuirk;

const PROFILE: &str = include_str!("payquirk.toml");

#[derive(Debug)]
struct Hands(AtomicI64);

impl Hands {
    fn advance_minutes(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

struct Shop {
    provider: PayQuirk,
    clock: Arc<Hands>,
    refunds: Refunds,
}

fn name() -> ProviderName {
    "payquirk".parse().unwrap()
}

impl Shop {
    async fn open() -> Self {
        let provider = PayQuirk::start().await;
        let clock = Arc::new(Hands(AtomicI64::new(1_800_000_000_000)));
        let secret = |text: &str| Secret::new(text).unwrap();
        let secrets = [
            ("client_id", secret("client-7")),
            ("client_secret", secret("planted_s3cret")),
        ];
        let config = GenericConfig::with_secrets(Profile::parse(PROFILE).unwrap(), secrets)
            .base_url(BaseUrl::parse(&provider.url).unwrap())
            .clock(clock.clone());
        let refunds = Refunds::builder()
            .namespace("shop".parse().unwrap())
            .provider(name(), Arc::new(Generic::new(config).unwrap()))
            .journal(Arc::new(MemoryStore::new()))
            .clock(clock.clone())
            .build()
            .unwrap();
        Self {
            provider,
            clock,
            refunds,
        }
    }

    async fn refund(&self, key: &str, amount: &str) -> Result<Operation, Error> {
        let request = RefundRequest::new("q_1".parse().unwrap(), key.parse().unwrap())
            .amount(amount.parse().unwrap())
            .paid("50.00 EUR".parse().unwrap());
        self.refunds.refund(&name(), &request).await
    }

    /// Asks until the provider is done, and returns the statuses on the way.
    async fn follow(&self, id: &OperationId) -> Vec<RefundStatus> {
        let mut seen = Vec::new();
        for _ in 0..5 {
            self.clock.advance_minutes(10);
            let operation = self.refunds.refresh(id).await.unwrap();
            seen.extend(operation.summary().provider_status());
            if operation.state().is_final() {
                break;
            }
        }
        seen
    }

    fn ledger(&self) -> Vec<String> {
        let book = self.provider.book();
        let orders = book.orders.iter();
        orders
            .map(|order| format!("{} {}", order.payment, order.value))
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_go_back_and_are_followed_to_the_end() {
    let shop = Shop::open().await;
    let first = shop.refund("first", "20.00 EUR").await.unwrap();
    assert_eq!(first.state(), State::Accepted);
    let id = &first.intent.id;
    assert_eq!(first.summary().refund().unwrap().as_str(), "ro_1");
    let seen = shop.follow(id).await;
    assert_eq!(
        seen,
        [
            RefundStatus::Pending,
            RefundStatus::Pending,
            RefundStatus::Succeeded
        ]
    );
    assert_eq!(
        shop.refunds.status(id).await.unwrap().state(),
        State::Succeeded
    );
    assert_eq!(
        shop.refund("first", "20.00 EUR").await.unwrap().intent.id,
        *id,
        "no second one"
    );
    shop.refund("second", "29.99 EUR").await.unwrap();
    let over = shop.refund("third", "0.02 EUR").await;
    assert!(matches!(over, Err(Error::Refused(_))), "{over:?}");
    assert_eq!(shop.ledger(), ["q_1 20.00", "q_1 29.99"]);
    let book = shop.provider.book();
    assert_eq!((book.sends, book.logins), (2, 1));
    assert_eq!(book.complaints, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_answers_are_cleared_up_without_a_second_refund() {
    for lost in 1..=5 {
        let shop = Shop::open().await;
        shop.provider.book().lose = lost;
        let mut operation = shop.refund("first", "12.34 EUR").await.unwrap();
        let id = operation.intent.id.clone();
        for _ in 0..6 {
            if operation.state() != State::Unknown {
                break;
            }
            shop.clock.advance_minutes(30);
            let resumed = shop.refunds.resume().await.unwrap();
            assert!(resumed.iter().any(|resumed| resumed.intent.id == id));
            operation = shop.refunds.status(&id).await.unwrap();
        }
        assert_eq!(operation.state(), State::Accepted, "{lost} lost");
        assert_eq!(
            shop.follow(&id).await.last(),
            Some(&RefundStatus::Succeeded)
        );
        assert_eq!(shop.ledger(), ["q_1 12.34"], "{lost} lost");
        let book = shop.provider.book();
        assert_eq!(
            (book.sends, book.keys.len()),
            (lost + 1, 1),
            "one key, sent again and again"
        );
        assert_eq!(book.complaints, [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stays_unknown_beyond_the_keys_life_waits_for_a_person() {
    let shop = Shop::open().await;
    shop.provider.book().lose = 100;
    let operation = shop.refund("first", "30.00 EUR").await.unwrap();
    let id = &operation.intent.id;
    // Half of the 72 hours for which the provider knows a key.
    shop.clock.advance_minutes(36 * 60);
    let sends = shop.provider.book().sends;
    for _ in 0..3 {
        shop.clock.advance_minutes(60);
        shop.refunds.resume().await.unwrap();
    }
    assert_eq!(
        shop.refunds.status(id).await.unwrap().state(),
        State::Parked
    );
    assert_eq!(shop.provider.book().sends, sends, "nothing was sent again");
    assert_eq!(shop.ledger(), ["q_1 30.00"]);
    let more = shop.refund("second", "20.01 EUR").await;
    assert!(
        matches!(more, Err(Error::Refused(_))),
        "its money is held: {more:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_turned_away_costs_no_refund() {
    let shop = Shop::open().await;
    shop.refund("first", "1.00 EUR").await.unwrap();
    shop.provider.book().forget_tokens();
    let mut operation = shop.refund("second", "2.00 EUR").await.unwrap();
    for _ in 0..3 {
        shop.clock.advance_minutes(1);
        operation = shop.refunds.resume_one(&operation.intent.id).await.unwrap();
    }
    assert_eq!(operation.state(), State::Accepted);
    assert_eq!(shop.ledger(), ["q_1 1.00", "q_1 2.00"]);
    assert_eq!(shop.provider.book().logins, 2);
}
