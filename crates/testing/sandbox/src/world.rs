//! All state behind one lock: every request sees and leaves a whole world.

use std::collections::{BTreeMap, HashMap};

use crate::call::{Call, Reply};
use crate::config::{SandboxConfig, millis};
use crate::fault::{Fault, FaultKind, When};
use crate::in_flight::InFlight;
use crate::ledger::{Payment, Progress, Provider, Refund};
use crate::pause::Paused;
use crate::view::{Amount, Effect, PaymentView, SeenRequest};
use crate::{clock, sites};

pub(crate) type Book = BTreeMap<(Provider, String), Payment>;

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) api_key: String,
    pub(crate) book: Book,
    /// The book before the last change, for stale reads.
    before: Book,
    pub(crate) effects: Vec<Effect>,
    pub(crate) requests: Vec<SeenRequest>,
    pub(crate) faults: Vec<Fault>,
    /// Holds whose request hasn't come yet.
    pub(crate) pauses: Vec<Paused>,
    /// Answers by provider, scope and key.
    pub(crate) keys: HashMap<(Provider, String), (Vec<u8>, Reply)>,
    pub(crate) in_flight: InFlight,
    /// How long a refund takes to settle, in milliseconds.
    pub(crate) complete_after: i64,
    /// How old a payment may be for Dodo to refund it, in milliseconds.
    pub(crate) dodo_window: i64,
    /// How long an answer under the fault `slow` takes, in milliseconds.
    slow: i64,
    /// When the request at hand will have been answered, in milliseconds since 1970.
    pub(crate) answered_at: i64,
    /// Whether the request at hand is answered with a 500 although it has its effect.
    pub(crate) breaks_after_effect: bool,
    /// How far the time is ahead of the machine's, in milliseconds: what it started with, and what
    /// `POST /advance` has moved it by.
    pub(crate) advanced: i64,
    /// Where the time stood at the beginning, where the machine's clock doesn't count.
    still_at: Option<i64>,
    /// When the request at hand came: it is one moment for all that is done and told of it.
    came_at: Option<i64>,
    random: fastrand::Rng,
    moves: u64,
    reads: u64,
    last_id: u64,
    late_failure: bool,
    key_forgotten: bool,
    /// Dodo's refunds in the order of its list, until something changes.
    pub(crate) order: Option<Vec<Place>>,
}

/// Where a refund is: when it was made, its payment, and which of that payment's it is.
pub(crate) type Place = (i64, String, usize);

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Fate {
    Answer(Reply),
    /// The connection breaks without an answer.
    Drop,
    /// Half of the answer, then the connection breaks.
    Cut(Reply),
    /// The answer after a while.
    Slow(Reply),
}

impl World {
    pub(crate) fn new(config: &SandboxConfig) -> Self {
        Self {
            api_key: config.api_key.clone(),
            book: Book::new(),
            before: Book::new(),
            effects: Vec::new(),
            requests: Vec::new(),
            faults: config.faults.clone(),
            pauses: Vec::new(),
            keys: HashMap::new(),
            in_flight: InFlight::default(),
            complete_after: millis(config.complete_after),
            dodo_window: millis(config.dodo_window),
            slow: millis(config.slow),
            answered_at: 0,
            breaks_after_effect: false,
            advanced: config.ahead_ms,
            still_at: config.still_at,
            came_at: None,
            random: fastrand::Rng::with_seed(config.seed),
            moves: 0,
            reads: 0,
            last_id: 0,
            late_failure: false,
            key_forgotten: false,
            order: None,
        }
    }

    pub(crate) fn now(&self) -> i64 {
        let start = self.came_at.or(self.still_at).unwrap_or_else(clock::now);
        start.saturating_add(self.advanced)
    }

    /// Adds a payment; even a stale read knows it.
    pub(crate) fn add(&mut self, payment: Payment) {
        self.order = None;
        self.before
            .insert((payment.provider, payment.id.clone()), payment.clone());
        self.book
            .insert((payment.provider, payment.id.clone()), payment);
    }

    /// All payments, as the admin port shows them.
    pub(crate) fn views(&self) -> Vec<PaymentView> {
        let now = self.now();
        let payments = self.book.values();
        payments
            .map(|payment| PaymentView::of(payment, now))
            .collect()
    }

    /// A provider's refunds, each with its payment.
    pub(crate) fn refunds(&self, provider: Provider) -> impl Iterator<Item = (&Payment, &Refund)> {
        self.book
            .values()
            .filter(move |payment| payment.provider == provider)
            .flat_map(|payment| payment.refunds.iter().map(move |refund| (payment, refund)))
    }

    /// One refund of a provider, with its payment.
    pub(crate) fn find_refund(&self, provider: Provider, id: &str) -> Option<(&Payment, &Refund)> {
        self.refunds(provider).find(|(_, refund)| refund.id == id)
    }

    /// A number that no other id of this sandbox has.
    pub(crate) fn next_id(&mut self) -> String {
        self.last_id = self.last_id.saturating_add(1);
        let noise: String = (0..12).map(|_| self.random.alphanumeric()).collect();
        format!("{noise}{}", self.last_id)
    }

    /// A random UUID, as Polar's ids are.
    pub(crate) fn next_uuid(&mut self) -> String {
        let random = &mut self.random;
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            random.u32(..),
            random.u16(..),
            random.u16(..0x1000),
            random.u16(0x8000..0xc000),
            random.u64(..1 << 48)
        )
    }

    /// An id of digits only, as Dojo's oldest version has them.
    pub(crate) fn next_number(&mut self) -> String {
        self.last_id = self.last_id.saturating_add(1);
        format!("55{:07}", self.last_id)
    }

    pub(crate) fn random_amount(&mut self) -> i64 {
        self.random.i64(2_000..20_000)
    }

    /// Takes a request in, faults and all.
    pub(crate) fn take(&mut self, provider: Provider, call: &Call) -> Fate {
        self.came_at = self.still_at.is_none().then(clock::now);
        let faults = self.draw(call.changes());
        let has = |kind| faults.contains(&kind);
        self.see(provider, call);
        let fate = self.fate(provider, call, &has);
        let answered = match &fate {
            Fate::Answer(reply) | Fate::Slow(reply) => Some(reply.status),
            Fate::Drop | Fate::Cut(_) => None,
        };
        if let Some(request) = self.requests.last_mut() {
            request.answered = answered;
        }
        self.came_at = None;
        fate
    }

    /// Writes a request down that has arrived; it isn't answered yet.
    pub(crate) fn see(&mut self, provider: Provider, call: &Call) {
        self.requests.push(call.seen(provider, self.now()));
    }

    fn fate(&mut self, provider: Provider, call: &Call, has: &dyn Fn(FaultKind) -> bool) -> Fate {
        if has(FaultKind::RequestLost) {
            return Fate::Drop;
        }
        if has(FaultKind::Throttle) {
            let mut reply = sites::throttled(provider);
            reply.retry_after = Some(1);
            return Fate::Answer(reply);
        }
        if has(FaultKind::ErrorBeforeEffect) {
            return Fate::Answer(sites::broken(provider));
        }
        self.late_failure = has(FaultKind::LateFailure);
        self.key_forgotten = has(FaultKind::KeyForgotten);
        self.breaks_after_effect = has(FaultKind::ErrorAfterEffect);
        let takes = if has(FaultKind::Slow) { self.slow } else { 0 };
        self.answered_at = self.now().saturating_add(takes);
        let mut reply = self.apply(provider, call, has(FaultKind::StaleRead));
        if has(FaultKind::DuplicateDelivery) {
            self.apply(provider, call, false);
        }
        if has(FaultKind::WrongAmount) {
            reply.body = sites::with_wrong_amount(&reply.body);
        }
        if has(FaultKind::WrongCurrency) {
            reply.body = sites::with_wrong_currency(&reply.body);
        }
        match () {
            () if has(FaultKind::AnswerLost) => Fate::Drop,
            () if has(FaultKind::ErrorAfterEffect) => Fate::Answer(sites::broken(provider)),
            () if has(FaultKind::Html) => Fate::Answer(Reply::html(502)),
            () if has(FaultKind::Truncated) => Fate::Cut(reply),
            () if has(FaultKind::Slow) => Fate::Slow(reply),
            () => Fate::Answer(reply),
        }
    }

    fn apply(&mut self, provider: Provider, call: &Call, stale: bool) -> Reply {
        if stale || call.changes() {
            self.order = None;
        }
        if stale {
            std::mem::swap(&mut self.book, &mut self.before);
            let reply = sites::handle(self, provider, call);
            std::mem::swap(&mut self.book, &mut self.before);
            self.order = None;
            return reply;
        }
        if call.changes() {
            self.before = self.book.clone();
        }
        sites::handle(self, provider, call)
    }

    /// Which faults befall the next request. Every chance is drawn, so that a seed always means the same.
    fn draw(&mut self, changes: bool) -> Vec<FaultKind> {
        let counter = if changes {
            &mut self.moves
        } else {
            &mut self.reads
        };
        *counter = counter.saturating_add(1);
        let number = *counter;
        let random = &mut self.random;
        self.faults
            .iter()
            .filter(|fault| fault.kind.befalls_reads() != changes)
            .filter(|fault| match &fault.when {
                When::Chance(chance) => random.u32(0..1_000_000) < *chance,
                When::Requests(numbers) => numbers.contains(&number),
            })
            .map(|fault| fault.kind)
            .collect()
    }

    /// The fault at the next `count` requests.
    pub(crate) fn at_next(&self, kind: FaultKind, count: u64) -> Fault {
        let so_far = if kind.befalls_reads() {
            self.reads
        } else {
            self.moves
        };
        let first = so_far.saturating_add(1);
        Fault::at(kind, first..=so_far.saturating_add(count))
    }

    /// The answer that a key has had before.
    pub(crate) fn remembered(&self, provider: Provider, key: &str) -> Option<&(Vec<u8>, Reply)> {
        if self.key_forgotten {
            return None;
        }
        self.keys.get(&(provider, key.to_owned()))
    }

    /// Whether a request with the key is being carried out.
    pub(crate) fn is_in_flight(&self, provider: Provider, key: &str) -> bool {
        !self.key_forgotten && self.in_flight.has(provider, key, self.now())
    }

    /// Applies a refund that was found legal.
    pub(crate) fn refund(
        &mut self,
        payment: &(Provider, String),
        new: NewRefund,
    ) -> Option<Refund> {
        let now = self.now();
        let completes_at = now.saturating_add(self.complete_after);
        let hour_later = completes_at.saturating_add(3_600_000);
        self.order = None;
        let booked = self.book.get_mut(payment)?;
        let refund = Refund {
            id: new.id,
            amount: new.amount,
            currency: None,
            tax: booked.tax_on(new.amount, now),
            items: new.items,
            reason: new.reason,
            metadata: new.metadata,
            order_id: new.order_id,
            revoke_benefits: new.revoke_benefits,
            created_at: now,
            completes_at,
            fails_at: self.late_failure.then_some(hour_later),
        };
        booked.refunds.push(refund.clone());
        let status = match refund.progress(now) {
            Progress::Pending => "pending",
            Progress::Succeeded => "succeeded",
            Progress::Failed => "failed",
        };
        let effect = Effect {
            provider: booked.provider,
            payment: booked.id.clone(),
            refund: refund.id.clone(),
            kind: "refund",
            amount: Amount {
                minor: refund.amount,
                currency: booked.currency.clone(),
            },
            tax: (refund.tax > 0).then(|| Amount {
                minor: refund.tax,
                currency: booked.currency.clone(),
            }),
            key: new.key,
            status: status.to_owned(),
            received_at: clock::show(now),
        };
        self.effects.push(effect);
        Some(refund)
    }

    /// Takes a payment back whole.
    pub(crate) fn reverse(&mut self, payment: &(Provider, String), id: &str, key: Option<String>) {
        let now = self.now();
        let Some(booked) = self.book.get_mut(payment) else {
            return;
        };
        booked.stage = crate::Stage::Reversed;
        booked.captured = 0;
        let effect = Effect {
            provider: booked.provider,
            payment: booked.id.clone(),
            refund: id.to_owned(),
            kind: "reversal",
            amount: Amount {
                minor: booked.authorized,
                currency: booked.currency.clone(),
            },
            tax: None,
            key,
            status: "succeeded".to_owned(),
            received_at: clock::show(now),
        };
        self.effects.push(effect);
    }
}

/// A refund about to be applied.
#[derive(Debug, Default)]
pub(crate) struct NewRefund {
    pub(crate) id: String,
    pub(crate) amount: i64,
    pub(crate) items: Vec<(String, i64)>,
    pub(crate) reason: Option<String>,
    pub(crate) metadata: serde_json::Value,
    pub(crate) order_id: Option<String>,
    pub(crate) revoke_benefits: bool,
    pub(crate) key: Option<String>,
}
