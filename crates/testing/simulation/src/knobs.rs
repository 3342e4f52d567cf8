//! What a run is like: all of it drawn from its seed.

use std::time::Duration;

use refundkit::Capabilities;
use refundkit::core::capabilities::{
    Amounts, AnswerRule, Idempotency, Lookup, Meaning, OnRepeat, Partial, Reversal, Texts,
    USUALLY_SETTLED,
};

use crate::messages::knobs::MessageKnobs;
use crate::oddities::Oddities;

pub(crate) const SECOND: u64 = 1000;
pub(crate) const MINUTE: u64 = 60 * SECOND;
pub(crate) const HOUR: u64 = 60 * MINUTE;

/// What is promised about delays in the manual: less than the time of quiescence together with the
/// time until an attempt leaves and with clocks that differ.
const LONGEST_TRAVEL: u64 = 5 * MINUTE;
const LONGEST_LAG: u64 = 5 * MINUTE;
const LARGEST_SKEW: u64 = 30 * SECOND;

/// A clock that is turned back by so much stands before the run began until its end.
pub(crate) const LONG_AGO: u64 = 7 * 24 * HOUR;

/// A run's settings. Chances are out of a thousand.
#[derive(Clone, Debug)]
pub(crate) struct Knobs {
    pub(crate) workers: usize,
    pub(crate) payments: Vec<PaymentKnobs>,
    pub(crate) site: SiteKnobs,
    /// How long faults go on.
    pub(crate) faulty_for: u64,
    /// How far each worker's clock is off, in milliseconds.
    pub(crate) skew: Vec<i64>,
    /// A write to the journal fails: half of these are written all the same.
    pub(crate) journal_fault: u64,
    /// A worker stands still before or after a call of the journal.
    pub(crate) stall: u64,
    /// How often a worker dies.
    pub(crate) crashes: u64,
    /// How often somebody picks up what is open during the faulty_for.
    pub(crate) resumes: u64,
    /// Whether a person decides what was parked, by the provider's ledger.
    pub(crate) person: bool,
    /// The person takes what has happened for what hasn't, and has it sent again.
    pub(crate) person_errs: bool,
    /// When the only worker's clock is turned back, and by how much.
    pub(crate) turned_back: Option<(u64, u64)>,
    /// What the provider sends by itself, where it does.
    pub(crate) messages: Option<MessageKnobs>,
}

#[derive(Clone, Debug)]
pub(crate) struct PaymentKnobs {
    pub(crate) captured: i64,
    /// Not captured yet: it can be reversed, not refunded.
    pub(crate) authorized_only: bool,
    /// Captured by itself: it can be reversed as well as refunded.
    pub(crate) auto_captured: bool,
    /// What of it is disputed; all of it where the dispute states no amount.
    pub(crate) disputed: i64,
    /// Whether the provider says how much.
    pub(crate) dispute_states: bool,
    /// What others had returned before is still on its way.
    pub(crate) before_pends: bool,
    /// What others had returned before.
    pub(crate) before: i64,
    pub(crate) requests: usize,
}

/// What the provider is like.
#[derive(Clone, Debug)]
pub(crate) struct SiteKnobs {
    pub(crate) capabilities: Capabilities,
    /// How long a key is really known.
    pub(crate) lifetime: u64,
    pub(crate) travel: u64,
    pub(crate) lag: u64,
    pub(crate) read_fault: u64,
    pub(crate) send_fault: u64,
    /// A send waits for a rate and for a connection.
    pub(crate) queues: u64,
    /// A single reading of a payment shows it as it was hours ago.
    pub(crate) glitch: u64,
    /// Requests with a key arrive twice.
    pub(crate) doubled: u64,
    pub(crate) refuses: u64,
    pub(crate) fails: u64,
    /// A worker has its answer and stands still before it writes it down.
    pub(crate) sits_on_answers: u64,
    pub(crate) fails_late: u64,
    pub(crate) pending: u64,
    /// No answer says how far a refund is.
    pub(crate) unstated: bool,
    /// No answer names the refund's id.
    pub(crate) nameless: bool,
    /// So many refunds are listed without our token.
    pub(crate) tokenless: u64,
    /// Amounts come in another currency than the payment's.
    pub(crate) converts: bool,
    /// A payment that can be reversed has a list of its refunds too, an empty one.
    pub(crate) lists_all: bool,
    /// A reading takes minutes, and shows its beginning or its end.
    pub(crate) slow_readings: u64,
    pub(crate) status_reading: bool,
    /// What is left is looked at before the key is.
    pub(crate) cap_before_key: bool,
    /// A refusal is remembered under its key.
    pub(crate) remembers_refusals: bool,
    /// Somebody refunds in the provider's dashboard meanwhile.
    pub(crate) dashboard: bool,
    /// A card number in every message.
    pub(crate) leaks: bool,
    pub(crate) odd: Oddities,
}

pub(crate) struct Dice(fastrand::Rng);

impl Dice {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0.u64(..end.max(1))
    }

    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let at = self.0.usize(..choices.len());
        choices[at]
    }

    /// A little, as far as a key's age may be wrong; or to long before the run began.
    fn turned_back(&mut self, site: &SiteKnobs) -> u64 {
        let little = self.below((site.lifetime / 4).min(2 * HOUR));
        self.pick(&[little, little, LONG_AGO])
    }

    fn index(&mut self, end: usize) -> usize {
        self.0.usize(..end)
    }
}

impl Knobs {
    pub(crate) fn draw(seed: u64) -> Self {
        // Another stream than the world's.
        let mut dice = Dice(fastrand::Rng::with_seed(seed ^ 0x9E37_79B9_7F4A_7C15));
        let workers = 1 + dice.index(3);
        let mut site = SiteKnobs::draw(&mut dice);
        // A stream of its own, so that the other runs are what they were; and of those where least
        // can be read, so that no kind of reading is tried less.
        let mut hiding = Dice(fastrand::Rng::with_seed(seed ^ 0xC2B2_AE3D_27D4_EB4F));
        if site.capabilities.lookup == Lookup::No && hiding.one_in(2) {
            site.hide(&mut hiding);
        }
        let mut queue = Dice(fastrand::Rng::with_seed(seed ^ 0x2545_F491_4F6C_DD1D));
        site.queues = queue.pick(&[0, 0, 50, 300]);
        let mut strange = Dice(fastrand::Rng::with_seed(seed ^ 0x5851_F42D_4C95_7F2D));
        if strange.one_in(2) {
            site.odd = Oddities::draw(&mut strange, &mut site);
        }
        let mut post = Dice(fastrand::Rng::with_seed(seed ^ 0xA076_1D64_78BD_642F));
        let messages = post.one_in(2).then(|| MessageKnobs::draw(&mut post, &site));
        let payments = (0..=dice.index(2)).map(|_| PaymentKnobs::draw(&mut dice, &site));
        let mut payments: Vec<_> = payments.collect();
        for payment in &mut payments {
            payment.oddly(&mut strange, &site);
        }
        let skew = if dice.one_in(2) { LARGEST_SKEW } else { 0 };
        let skewed = |dice: &mut Dice| {
            let off = i64::try_from(dice.below(skew.saturating_mul(2).saturating_add(1)));
            off.unwrap_or(0)
                .saturating_sub(i64::try_from(skew).unwrap_or(0))
        };
        let faulty_for = dice.pick(&[MINUTE, 10 * MINUTE, HOUR, 3 * HOUR, 3 * HOUR]);
        Self {
            workers,
            payments,
            skew: (0..workers).map(|_| skewed(&mut dice)).collect(),
            faulty_for,
            journal_fault: dice.pick(&[0, 0, 20, 60]),
            stall: dice.pick(&[0, 0, 10, 30, 80]),
            crashes: dice.pick(&[0, 0, 1, 2, 4]),
            resumes: dice.pick(&[4, 6, 8, 8, 50]),
            person: dice.one_in(2),
            // Only where each refund can be told by its token is a person's error found out.
            person_errs: site.capabilities.lookup == Lookup::ByToken
                && site.tokenless == 0
                && dice.one_in(3),
            // Clocks of several workers that lie hours apart are ruled out.
            turned_back: (workers == 1 && dice.one_in(3))
                .then(|| (dice.below(faulty_for), dice.turned_back(&site))),
            site,
            messages,
        }
    }
}

impl PaymentKnobs {
    fn draw(dice: &mut Dice, site: &SiteKnobs) -> Self {
        let reversible = site.capabilities.reversal != Reversal::No;
        let authorized_only = reversible && dice.one_in(2);
        Self {
            captured: dice.pick(&[1000, 2000, 5000]),
            authorized_only,
            before: if authorized_only || !site.others_may_refund() {
                0
            } else {
                dice.pick(&[0, 0, 500])
            },
            requests: 1 + dice.index(4),
            auto_captured: false,
            disputed: 0,
            dispute_states: true,
            before_pends: false,
        }
    }

    fn oddly(&mut self, dice: &mut Dice, site: &SiteKnobs) {
        let both = site.capabilities.reversal == Reversal::AuthorizedOrAutoCaptured;
        self.auto_captured = both && !self.authorized_only && dice.one_in(2);
        if site.odd.disputes && !self.authorized_only {
            self.disputed = dice
                .pick(&[0, 0, 300, 700])
                .min(self.captured - self.before);
            self.dispute_states = dice.one_in(2);
            if !self.dispute_states && self.disputed > 0 {
                self.disputed = self.captured - self.before;
            }
        }
        self.before_pends = site.odd.settled_totals && dice.one_in(2);
    }

    /// What of it can be returned at all.
    pub(crate) const fn returnable(&self) -> i64 {
        self.captured - self.disputed
    }
}

impl SiteKnobs {
    /// Shows no payments. Mostly there is a key, and it is replayed.
    fn hide(&mut self, dice: &mut Dice) {
        let replayed = Idempotency::Key {
            lifetime: Some(Duration::from_millis(self.lifetime)),
            on_repeat: OnRepeat::Replay,
        };
        let can = &mut self.capabilities;
        can.shows_payments = false;
        can.refund_key = dice.pick(&[can.refund_key, replayed]);
        self.converts = false;
        self.dashboard = false;
    }

    /// Whether somebody else may refund where nothing of ours is open: what can't be read has to be
    /// stopped by the provider.
    pub(crate) fn others_may_refund(&self) -> bool {
        self.capabilities.shows_payments || self.capabilities.enforces_cap
    }

    fn draw(dice: &mut Dice) -> Self {
        let lookup = dice.pick(&[
            Lookup::ByToken,
            Lookup::ByToken,
            Lookup::Total,
            Lookup::Total,
            Lookup::No,
        ]);
        let promised = dice.pick(&[
            None,
            None,
            Some(24 * HOUR),
            Some(HOUR),
            Some(HOUR),
            Some(20 * MINUTE),
            Some(20 * SECOND),
        ]);
        let key = Idempotency::Key {
            lifetime: promised.map(Duration::from_millis),
            on_repeat: dice.pick(&[OnRepeat::Replay, OnRepeat::Conflict]),
        };
        let refund_key = dice.pick(&[Idempotency::None, key]);
        let reversal_key = dice.pick(&[Idempotency::None, Idempotency::None, key]);
        let enforces_cap = dice.one_in(2);
        let capabilities = Capabilities {
            partial: Partial::ByAmount,
            by_item: false,
            reversal: dice.pick(&[Reversal::No, Reversal::No, Reversal::Authorized]),
            refund_key,
            reversal_key,
            lookup,
            enforces_cap,
            one_open_refund: dice.one_in(2),
            shows_disputes: false,
            windows: Vec::new(),
            settles_within: USUALLY_SETTLED,
            amounts: Amounts::any(),
            largest_amount: i64::MAX,
            refund_texts: Texts {
                reason: None,
                notes: None,
                order_id: None,
                metadata: None,
            },
            shows_payments: true,
            reasons: Vec::new(),
            reason_required: false,
            extras: Vec::new(),
            reversal_reason: None,
            answers: vec![
                AnswerRule::status_code(409, "key_used", Meaning::Exists),
                AnswerRule::status(400, Meaning::Refused).without_body(),
                AnswerRule::code("declined", Meaning::Refused),
                AnswerRule::status(429, Meaning::NotProcessed).without_body(),
            ],
        };
        let keyed = [refund_key, reversal_key] != [Idempotency::None; 2];
        Self {
            // Where nothing is promised, a day is what is assumed.
            lifetime: promised.unwrap_or(24 * HOUR),
            travel: dice.pick(&[SECOND, 30 * SECOND, LONGEST_TRAVEL]),
            lag: dice.pick(&[0, 10 * SECOND, LONGEST_LAG]),
            read_fault: dice.pick(&[0, 50, 300]),
            send_fault: dice.pick(&[0, 200, 500, 800, 950]),
            glitch: dice.pick(&[0, 100, 500]),
            doubled: if keyed { dice.pick(&[0, 100]) } else { 0 },
            refuses: dice.pick(&[0, 100, 300]),
            sits_on_answers: dice.pick(&[0, 0, 0, 200]),
            fails: dice.pick(&[0, 100, 300, 700]),
            fails_late: dice.pick(&[0, 0, 100]),
            pending: dice.pick(&[0, 500, 1000]),
            unstated: dice.one_in(5),
            nameless: dice.one_in(6),
            tokenless: dice.pick(&[0, 0, 300]),
            converts: lookup == Lookup::ByToken && dice.one_in(6),
            lists_all: dice.one_in(2),
            slow_readings: dice.pick(&[0, 0, 50]),
            status_reading: dice.one_in(2),
            cap_before_key: dice.one_in(2),
            remembers_refusals: dice.one_in(2),
            // Where only a total is read, nobody else may refund while one of ours is under way.
            dashboard: enforces_cap && lookup == Lookup::ByToken && dice.one_in(2),
            leaks: dice.one_in(8),
            queues: 0,
            odd: Oddities::default(),
            capabilities,
        }
    }
}
