//! What a worker can read of the simulated provider, and what can be wrong with it.

use refundkit::core::ProviderRefund;
use refundkit::core::capabilities::Lookup;
use refundkit::core::payment::{CaptureMode, Dispute, DisputeStage};
use refundkit::core::ports::ReadErrorKind;
use refundkit::core::{ListedRefunds, Stage};
use refundkit::{Kind, Minor, Payment, PaymentId, Provider, ReadError, RefundId};

use crate::check;
use crate::connection::Connection;
use crate::knobs::{HOUR, PaymentKnobs};
use crate::ledger::Effect;
use crate::oddities::Oddities;

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
            let slowest = Oddities::slowest(self.site.knobs().slow_readings);
            self.world().sleep(self.world().below(slowest)).await;
            self.life.moment().await;
        }
        let shows_end = self.world().chance(500);
        let now = if shows_end { self.world().now() } else { begun };
        Ok(now.saturating_sub(self.world().below(self.site.knobs().lag.saturating_add(1))))
    }

    /// A payment as it was at a time.
    pub(crate) fn shown(&self, id: &PaymentId, at: u64) -> Payment {
        let (known, ledger) = (self.site.payment(id), self.site.ledger());
        let mut effects = ledger.of_payment(id);
        let reversed = effects.any(|effect| effect.kind == Kind::Reversal && effect.is_alive(at));
        let stage = match (reversed, known.authorized_only) {
            (true, _) => Stage::Reversed,
            (false, true) => Stage::Authorized,
            (false, false) => Stage::Captured,
        };
        let mut payment = Payment::new(id.clone(), "GBP".parse().unwrap(), stage);
        payment.authorized = Minor::new(known.captured).unwrap();
        let knobs = self.site.knobs();
        payment.amounts_comparable = !knobs.converts;
        if known.auto_captured {
            payment.capture_mode = CaptureMode::Auto;
        }
        if self.capabilities().shows_disputes {
            payment.disputes = Some(disputes(known));
        }
        if known.authorized_only && knobs.lists_all {
            payment.refunds = Some(ListedRefunds::whole(Vec::new()));
        }
        if !known.authorized_only {
            if !reversed {
                payment.captured = payment.authorized;
            }
            let fees: i64 = ledger
                .of_payment(id)
                .filter(|effect| effect.is_alive(at))
                .map(|effect| self.fee(effect))
                .sum();
            let refunded = ledger.refunded(id, at, knobs.odd.settled_totals);
            payment.refunded = Minor::new((refunded - fees).max(0));
            if self.capabilities().lookup == Lookup::ByToken {
                let effects = ledger.of_payment(id);
                let effects = effects.filter(|effect| effect.kind == Kind::Refund);
                let seen = effects.filter_map(|effect| self.seen(effect, at));
                payment.refunds = Some(ListedRefunds::whole(seen.collect()));
            }
        }
        payment
    }

    /// What is taken off the amount that is shown of a refund whose token can't be read back.
    fn fee(&self, effect: &Effect) -> i64 {
        let plain = effect.shows_key || effect.operation.is_none();
        if plain { 0 } else { self.site.knobs().odd.fee }
    }

    fn seen(&self, effect: &Effect, at: u64) -> Option<ProviderRefund> {
        let knobs = self.site.knobs();
        let capitals = effect
            .key
            .as_ref()
            .filter(|_| !effect.shows_key && knobs.odd.recased);
        Some(ProviderRefund {
            id: RefundId::new(format!("re_{}", effect.number)).ok(),
            token: effect.key.clone().filter(|_| effect.shows_key),
            references: capitals
                .map(|key| key.as_str().to_ascii_uppercase())
                .into_iter()
                .collect(),
            amount: Minor::new(effect.amount - self.fee(effect)).filter(|_| !knobs.converts),
            created_at: Some(check::moment(effect.made_at())),
            ..ProviderRefund::with_status(effect.status(at)?.clone())
        })
    }

    /// The same with what may be odd about this reading.
    pub(crate) fn oddly(&self, mut payment: Payment) -> Payment {
        let (world, odd) = (self.world(), &self.site.knobs().odd);
        if world.misfortune(odd.totalless) {
            world.count("a reading without a total");
            payment.refunded = None;
        }
        if payment.disputes.is_some() && world.misfortune(odd.undisputed) {
            world.count("a reading without disputes");
            payment.disputes = None;
        }
        let Some(listed) = &mut payment.refunds else {
            return payment;
        };
        if world.misfortune(odd.cut) {
            world.count("a list that was cut");
            let kept = world.below(listed.refunds.len() as u64 + 1);
            listed.refunds.truncate(kept as usize);
            listed.whole = false;
        }
        if listed.whole && payment.amounts_comparable && world.misfortune(odd.lacking) {
            let mut less = listed.refunds.clone();
            less.pop();
            let amounts = less.iter().filter_map(|seen| seen.amount);
            let sum: i64 = amounts.map(Minor::get).sum();
            // Where its own total tells of it.
            if payment.refunded.is_some_and(|total| sum < total.get()) {
                world.count("a list that lacks what its total has");
                listed.refunds = less;
            }
        }
        payment
    }

    /// Whether this reading is about something else than what was asked for.
    pub(crate) fn is_mixed_up(&self) -> bool {
        let mixed_up = self.world().misfortune(self.site.knobs().odd.mixed_up);
        if mixed_up {
            self.world().count("a reading of something else");
        }
        mixed_up
    }
}

/// What a reading for something else is spared: a plan counts on lists that lag no more than they do.
impl Connection {
    /// One reading of a payment, and no second one, shows nothing of the last hours: while an
    /// operation of it is unknown, so that it is looked for.
    pub(crate) fn glitch(&self, payment: &PaymentId) -> Option<u64> {
        let world = self.world();
        if !check::is_looked_for(&self.site, payment) || !world.misfortune(self.site.knobs().glitch)
        {
            return None;
        }
        let first = self.site.ledger().glitched.insert(payment.clone());
        first.then(|| {
            world.note(format_args!("{payment} is read as it was"));
            world.count("a list of hours ago");
            world.now().saturating_sub(3 * HOUR)
        })
    }
}

fn disputes(payment: &PaymentKnobs) -> Vec<Dispute> {
    let dispute = |stage, amount| Dispute {
        id: None,
        stage,
        amount,
        created_at: None,
    };
    let mut disputes = vec![dispute(DisputeStage::Won, Minor::new(payment.captured))];
    if payment.disputed > 0 {
        let amount = Minor::new(payment.disputed).filter(|_| payment.dispute_states);
        disputes.push(dispute(DisputeStage::Open, amount));
    }
    disputes
}
