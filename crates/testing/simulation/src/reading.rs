//! What a worker can read of the simulated provider, and what can be wrong with it.

use refundkit::core::capabilities::Lookup;
use refundkit::core::ports::ReadErrorKind;
use refundkit::core::{Listed, References, SeenRefund, Stage};
use refundkit::{Minor, Payment, PaymentId, Provider, ReadError, RefundId};

use crate::check;
use crate::connection::Connection;
use crate::knobs::MINUTE;

impl Connection {
    /// The moment that a reading shows: a while ago, where lists lag behind.
    pub(crate) async fn reading(&self) -> Result<u64, ReadError> {
        self.life.moment().await;
        self.world().sleep(10 + self.world().below(500)).await;
        self.life.moment().await;
        if self.world().misfortune(self.site.knobs().read_fault) {
            let kind = ReadErrorKind::Unavailable;
            return Err(ReadError::new(kind, "try again later"));
        }
        let begun = self.world().now();
        if self.world().misfortune(self.site.knobs().slow_readings) {
            self.world().count("a reading took minutes");
            self.world().sleep(self.world().below(5 * MINUTE)).await;
            self.life.moment().await;
        }
        let shows_end = self.world().chance(500);
        let now = if shows_end { self.world().now() } else { begun };
        Ok(now.saturating_sub(self.world().below(self.site.knobs().lag.saturating_add(1))))
    }

    /// A payment as it was at a time.
    pub(crate) fn shown(&self, id: &PaymentId, at: u64) -> Payment {
        let (known, ledger) = (self.site.payment(id), self.site.ledger());
        let returned = ledger.returned(id, at);
        let stage = match (known.authorized_only, returned) {
            (true, 0) => Stage::Authorized,
            (true, _) => Stage::Reversed,
            (false, _) => Stage::Captured,
        };
        let mut payment = Payment::new(id.clone(), "GBP".parse().unwrap(), stage);
        payment.authorized = Minor::new(known.captured).unwrap();
        let converts = self.site.knobs().converts;
        payment.amounts_comparable = !converts;
        if known.authorized_only && self.site.knobs().lists_all {
            payment.refunds = Some(Listed::whole(Vec::new()));
        }
        if !known.authorized_only {
            payment.captured = payment.authorized;
            payment.refunded = Minor::new(returned);
            if self.capabilities().lookup == Lookup::ByToken {
                let effects = ledger.of_payment(id);
                let seen = effects.filter_map(|effect| {
                    Some(SeenRefund {
                        id: RefundId::new(format!("re_{}", effect.number)).ok(),
                        token: effect.key.clone().filter(|_| effect.shows_key),
                        references: References::none(),
                        status: effect.status(at)?.clone(),
                        amount: Minor::new(effect.amount).filter(|_| !converts),
                        created_at: Some(check::moment(effect.made_at())),
                    })
                });
                payment.refunds = Some(Listed::whole(seen.collect()));
            }
        }
        payment
    }
}
