//! Refunds under way at Dodo, and the messages that Dodo sends about them. The benchmark has them
//! from here too.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use refundkit::{Clock, Money, Store, SystemClock};
use refundkit_core::ProviderRefund;
use refundkit_core::{Evidence, Fact, Outcome, RefundStatus};
use sha2::Sha256;
use tokio::task::JoinSet;

pub(crate) const SECRET: &str = "whsec_cGxhbnRlZCBzZWNyZXQgb2YgdGhpcyB0ZXN0";

/// As many are written down together.
const BATCH: u32 = 512;

/// Writes down so many refunds of 10.00 that Dodo has taken on, each of a payment of its own.
pub(crate) async fn fill(journal: Arc<dyn Store>, operations: u32) {
    let numbers: Vec<u32> = (1..=operations).collect();
    for batch in numbers.chunks(usize::try_from(BATCH).unwrap()) {
        let mut begun = JoinSet::new();
        for number in batch {
            begun.spawn(accepted(Arc::clone(&journal), *number));
        }
        while let Some(done) = begun.join_next().await {
            done.unwrap();
        }
    }
}

async fn accepted(journal: Arc<dyn Store>, number: u32) {
    let payment = format!("pay_{number}");
    let intent = refundkit_conformance::intent(number, "dodo", &payment, 1000);
    refundkit_conformance::begin(&*journal, &intent)
        .await
        .unwrap();
    let at = SystemClock.now();
    let mark = refundkit_conformance::mark(&*journal, &intent, at);
    let _ = mark.await.unwrap();
    let money: Money = "10.00 GBP".parse().unwrap();
    let outcome = Outcome::Accepted(ProviderRefund {
        id: Some(format!("ref_{number}").parse().unwrap()),
        amount: Some(money.minor()),
        currency: Some(money.currency()),
        payment: Some(payment.parse().unwrap()),
        ..ProviderRefund::with_status(RefundStatus::Pending)
    });
    let fact = Fact::answered(1, outcome, None);
    let evidence = Evidence { at, fact };
    let added = refundkit_conformance::add(&*journal, &intent, &evidence);
    added.await.unwrap();
}

/// A message about one of these refunds, as it goes over the wire.
pub(crate) struct Message {
    pub(crate) id: String,
    time: i64,
    pub(crate) body: String,
}

impl Message {
    pub(crate) fn about(number: u32, status: &str) -> Self {
        let body = format!(
            r#"{{"business_id":"bus_1","type":"refund.{status}","timestamp":"2026-11-20T09:30:02Z","data":{{"payload_type":"Refund","refund_id":"ref_{number}","payment_id":"pay_{number}","business_id":"bus_1","status":"{status}","created_at":"2026-11-20T09:30:00Z","is_partial":true,"amount":1000,"currency":"GBP","reason":null,"metadata":{{}},"customer":{{"customer_id":"cus_1"}},"brand_id":"brn_1"}}}}"#
        );
        Self {
            id: format!("msg_{number}_{status}"),
            time: SystemClock.now().unix_millis() / 1000,
            body,
        }
    }

    /// The same, sent so many seconds before. Of two words of one second none is the later one.
    pub(crate) fn sent_before(mut self, seconds: i64) -> Self {
        self.time -= seconds;
        self
    }

    fn signature(&self, secret: &str) -> String {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap());
        let mut mac = Hmac::<Sha256>::new_from_slice(&key.unwrap()).unwrap();
        mac.update(format!("{}.{}.{}", self.id, self.time, self.body).as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }

    /// The headers that sign it.
    pub(crate) fn signed_with(&self, secret: &str) -> String {
        let signature = self.signature(secret);
        format!(
            "webhook-id: {}\r\nwebhook-timestamp: {}\r\nwebhook-signature: v1,{signature}\r\n",
            self.id, self.time
        )
    }

    /// The whole request, signed by Dodo.
    pub(crate) fn request(&self, path: &str) -> Vec<u8> {
        super::wire::post(path, &self.signed_with(SECRET), self.body.as_bytes())
    }
}
