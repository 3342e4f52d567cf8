//! A simulated provider: what arrives has its effect, whatever becomes of the answer.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use refundkit::core::capabilities::{Idempotency, OnRepeat};
use refundkit::core::{ProviderKey, RefundStatus};
use refundkit::{Kind, MemoryStore, OperationId, PaymentId, ProviderName};

use crate::check;
use crate::knobs::{HOUR, Knobs, MINUTE, PaymentKnobs, SiteKnobs};
use crate::ledger::{Effect, KnownKey, Ledger};
use crate::messages::knobs::MessageKnobs;
use crate::messages::{self, DeliveredCopy};
use crate::world::World;

/// The provider's own side, shared by the workers' connections to it.
#[derive(Clone, Debug)]
pub(crate) struct Site(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    knobs: SiteKnobs,
    payments: Vec<PaymentKnobs>,
    world: World,
    journal: Arc<MemoryStore>,
    ledger: Mutex<Ledger>,
    messages: Option<MessageKnobs>,
    clock_is_turned: bool,
    door: Door,
}

/// Who opens at the account's address.
#[derive(Default)]
struct Door(OnceLock<Box<dyn Fn(DeliveredCopy) + Send + Sync>>);

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door")
    }
}

/// A request as it arrives.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) operation: OperationId,
    pub(crate) key: ProviderKey,
    pub(crate) payment: PaymentId,
    pub(crate) kind: Kind,
    pub(crate) amount: i64,
}

/// What the provider makes of it.
#[derive(Clone, Debug)]
pub(crate) enum Made {
    /// The effect, with its status now.
    Effect(usize, RefundStatus),
    Refused,
    KeyUsed,
}

impl Site {
    pub(crate) fn new(world: &World, knobs: &Knobs, journal: &Arc<MemoryStore>) -> Self {
        let site = Self(Arc::new(Inside {
            knobs: knobs.site.clone(),
            payments: knobs.payments.clone(),
            world: world.clone(),
            journal: Arc::clone(journal),
            ledger: Mutex::default(),
            messages: knobs.messages.clone(),
            clock_is_turned: knobs.turned_back.is_some(),
            door: Door::default(),
        }));
        for (number, payment) in knobs.payments.iter().enumerate() {
            if payment.before > 0 {
                let pends = payment.before_pends.then_some(HOUR);
                site.others_refund(&payment_id(number), payment.before, pends);
            }
        }
        site
    }

    pub(crate) fn knobs(&self) -> &SiteKnobs {
        &self.0.knobs
    }

    /// What the provider sends by itself, where it does.
    pub(crate) fn messages(&self) -> Option<&MessageKnobs> {
        self.0.messages.as_ref()
    }

    /// Whether the only worker's clock is turned back some time.
    pub(crate) fn clock_is_turned(&self) -> bool {
        self.0.clock_is_turned
    }

    /// Has everything that is sent to the account's address handed to this.
    pub(crate) fn opens(&self, door: impl Fn(DeliveredCopy) + Send + Sync + 'static) {
        let _ = self.0.door.0.set(Box::new(door));
    }

    /// Something stands at the door. Nobody opens once everybody is gone.
    pub(crate) fn knock(&self, parcel: DeliveredCopy) {
        if let Some(open) = self.0.door.0.get() {
            open(parcel);
        }
    }

    pub(crate) fn world(&self) -> &World {
        &self.0.world
    }

    pub(crate) fn journal(&self) -> &MemoryStore {
        &self.0.journal
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What protects a repeated request.
    pub(crate) fn rule(&self, kind: Kind) -> Idempotency {
        match kind {
            Kind::Refund => self.0.knobs.capabilities.refund_key,
            Kind::Reversal => self.0.knobs.capabilities.reversal_key,
        }
    }

    /// What a payment is like; the first for an id that was never given out.
    pub(crate) fn payment(&self, id: &PaymentId) -> &PaymentKnobs {
        let number = id.as_str().trim_start_matches("pay_").parse::<usize>();
        let payment = number.ok().and_then(|number| self.0.payments.get(number));
        payment.unwrap_or(&self.0.payments[0])
    }

    /// A refund that somebody else makes, as far as there is room for it; for so long it is on its
    /// way.
    pub(crate) fn others_refund(&self, payment: &PaymentId, amount: i64, pends: Option<u64>) {
        let now = self.0.world.now();
        let mut ledger = self.ledger();
        let room = self.payment(payment).returnable() - ledger.returned(payment, now);
        if amount > room || self.payment(payment).authorized_only {
            return;
        }
        let number = ledger.effects.len();
        self.0
            .world
            .note(format_args!("others refund {amount} of {payment}"));
        let mut history = vec![(now + pends.unwrap_or(0), RefundStatus::Succeeded)];
        if pends.is_some() {
            history.insert(0, (now, RefundStatus::Pending));
        }
        ledger.effects.push(Effect {
            number,
            operation: None,
            key: None,
            shows_key: false,
            payment: payment.clone(),
            kind: Kind::Refund,
            amount,
            history: history.clone(),
        });
        messages::announce(self, number, &history);
    }

    /// Whether a key was known, and isn't any more.
    pub(crate) fn has_forgotten(&self, key: &ProviderKey) -> bool {
        let now = self.0.world.now();
        let ledger = self.ledger();
        let known = ledger.keys.get(key);
        known.is_some_and(|known| now.saturating_sub(known.since) >= self.0.knobs.lifetime)
    }

    /// A request arrives.
    pub(crate) fn take(&self, request: &Request) -> Made {
        let now = self.0.world.now();
        let made = self.decide(request, now);
        self.0.world.note(format_args!(
            "{} arrives: {made:?}",
            short(&request.operation)
        ));
        made
    }

    fn decide(&self, request: &Request, now: u64) -> Made {
        let knobs = &self.0.knobs;
        let mut ledger = self.ledger();
        let payment = self.payment(&request.payment);
        let room = payment.returnable() - ledger.returned(&request.payment, now);
        let too_much = request.amount > room;
        if knobs.cap_before_key && knobs.capabilities.enforces_cap && too_much {
            return Made::Refused;
        }
        if let Idempotency::Key { on_repeat, .. } = self.rule(request.kind) {
            let lifetime = knobs.lifetime;
            let known = ledger.keys.get(&request.key).cloned();
            if let Some(known) = known.filter(|known| now.saturating_sub(known.since) < lifetime) {
                return match (on_repeat, known.effect) {
                    (OnRepeat::Conflict, _) => Made::KeyUsed,
                    (OnRepeat::Replay, Some(number)) => status_of(&ledger, number, now),
                    (OnRepeat::Replay, None) => Made::Refused,
                };
            }
        }
        let truth = ledger.truth.entry(request.operation.clone()).or_default();
        let refused = *truth
            .refused
            .get_or_insert_with(|| self.0.world.chance(knobs.refuses));
        let is_reversal = request.kind == Kind::Reversal;
        let wrong_stage = if is_reversal {
            !payment.authorized_only && !payment.auto_captured
        } else {
            payment.authorized_only
        };
        let touched = ledger
            .of_payment(&request.payment)
            .any(|effect| effect.is_alive(now) && (is_reversal || effect.kind == Kind::Reversal));
        let reversed_before = touched && !knobs.odd.blind;
        let over = too_much && (knobs.capabilities.enforces_cap || reversed_before);
        if refused || over || wrong_stage || reversed_before {
            if knobs.remembers_refusals {
                self.remember(&mut ledger, request, now, None);
            }
            return Made::Refused;
        }
        let number = ledger.effects.len();
        let shows_key = !self.0.world.chance(knobs.tokenless);
        let history = self.course(now);
        self.remember(&mut ledger, request, now, Some(number));
        ledger.effects.push(Effect {
            number,
            operation: Some(request.operation.clone()),
            key: Some(request.key.clone()),
            shows_key,
            payment: request.payment.clone(),
            kind: request.kind,
            amount: request.amount,
            history: history.clone(),
        });
        messages::announce(self, number, &history);
        check::effect(self, &ledger, request);
        status_of(&ledger, number, now)
    }

    fn remember(&self, ledger: &mut Ledger, request: &Request, since: u64, effect: Option<usize>) {
        let known = KnownKey { since, effect };
        ledger.keys.insert(request.key.clone(), known);
    }

    /// How a refund made now goes on.
    fn course(&self, now: u64) -> Vec<(u64, RefundStatus)> {
        let (world, knobs) = (&self.0.world, &self.0.knobs);
        let mut history = Vec::new();
        let mut at = now;
        if knobs.odd.stuck > 0 && world.chance(knobs.odd.stuck) {
            return vec![(now, RefundStatus::Pending)];
        }
        if world.chance(knobs.pending) {
            let odd = RefundStatus::Other("odd".to_owned());
            let first = [RefundStatus::Pending, RefundStatus::Review, odd];
            history.push((at, first[world.below(3) as usize].clone()));
            at = at.saturating_add(world.below(2 * HOUR)).saturating_add(1);
        }
        if world.chance(knobs.fails) {
            history.push((at, RefundStatus::Failed));
            return history;
        }
        history.push((at, RefundStatus::Succeeded));
        if world.chance(knobs.fails_late) {
            let late = at.saturating_add(MINUTE).saturating_add(world.below(HOUR));
            history.push((late, RefundStatus::Failed));
        }
        history
    }
}

fn status_of(ledger: &Ledger, number: usize, now: u64) -> Made {
    let status = ledger.effects[number].status(now).cloned();
    Made::Effect(number, status.unwrap_or(RefundStatus::Pending))
}

/// The name under which every engine has the provider.
pub(crate) fn provider_name() -> ProviderName {
    "simulated".parse().unwrap()
}

pub(crate) fn payment_id(number: usize) -> PaymentId {
    PaymentId::new(format!("pay_{number}")).unwrap()
}

/// Enough of an operation's id to tell it from others.
pub(crate) fn short(operation: &OperationId) -> &str {
    operation.as_str().get(..8).unwrap_or_default()
}
