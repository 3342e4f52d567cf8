//! What is odd about some providers, in half of the seeds: readings that lack something or are about
//! something else, answers that belong to somebody else, errors that no list has, refunds that never
//! end. None of it is beyond what the rules have to cope with; chances are out of a thousand.

use std::time::Duration;

use refundkit::core::capabilities::{Idempotency, Lookup, Reversal};

use crate::knobs::{Dice, HOUR, MINUTE, SECOND, SiteKnobs};

/// A key of which nothing is promised is known for so long at least: for longer than it is trusted
/// where no reading tells what it no longer guards against.
const FORGOTTEN_AFTER: u64 = 75 * MINUTE;
/// How long a refund takes at most, by the word of a provider some of whose refunds never end.
const SETTLES: u64 = 2 * HOUR;

#[derive(Clone, Debug, Default)]
pub(crate) struct Oddities {
    /// A reading states no total.
    pub(crate) totalless: u64,
    /// A reading's list breaks off, and has no end that is stated.
    pub(crate) cut: u64,
    /// A reading's list lacks a refund that its own total has.
    pub(crate) lacking: u64,
    /// A reading or an answer about a refund is about another one.
    pub(crate) mixed_up: u64,
    /// A reading shows no disputes where there are some.
    pub(crate) undisputed: u64,
    /// Refunds whose token can't be read back show it in capitals.
    pub(crate) recased: bool,
    /// What is taken off the amounts of those.
    pub(crate) fee: i64,
    /// Totals count what has arrived, and not what is on its way.
    pub(crate) settled_totals: bool,
    /// Some refunds are on their way for ever.
    pub(crate) stuck: u64,
    /// An answer is another request's.
    pub(crate) misrouted: u64,
    /// An error is one that no list has.
    pub(crate) unlisted: u64,
    /// How long it asks to wait where it turns a request away.
    pub(crate) asks_to_wait: Option<Duration>,
    /// It reverses without a look at what was refunded, and the other way round.
    pub(crate) blind: bool,
    /// Some payments are disputed.
    pub(crate) disputes: bool,
    /// Somebody decides about whatever is there, however young it is and whatever they know.
    pub(crate) hasty: u64,
    /// A worker is started with another namespace.
    pub(crate) stranger: bool,
}

impl Oddities {
    /// Draws them, and what follows from them for the provider.
    pub(crate) fn draw(dice: &mut Dice, site: &mut SiteKnobs) -> Self {
        let can = &mut site.capabilities;
        let (by_token, shows) = (can.lookup == Lookup::ByToken, can.shows_payments);
        let mut odd = Self {
            stranger: dice.one_in(4),
            misrouted: dice.pick(&[0, 0, 100]),
            unlisted: dice.pick(&[0, 0, 100, 300]),
            asks_to_wait: dice
                .pick(&[None, Some(30), Some(10 * 60), Some(2 * 3600), Some(86_400)])
                .map(Duration::from_secs),
            ..Self::default()
        };
        if dice.one_in(4) && !site.unstated {
            odd.stuck = 300;
            can.settles_within = Duration::from_millis(SETTLES);
        }
        if can.reversal == Reversal::Authorized && dice.one_in(2) {
            can.reversal = Reversal::AuthorizedOrAutoCaptured;
            odd.blind = !can.enforces_cap;
        }
        let unpromised = |key| matches!(key, Idempotency::Key { lifetime: None, .. });
        let any_unpromised = unpromised(can.refund_key) || unpromised(can.reversal_key);
        if !shows {
            return odd;
        }
        can.shows_disputes = dice.one_in(3);
        odd.disputes = can.shows_disputes;
        // A single reading of hours ago and a key that is forgotten early are two lies at once.
        if any_unpromised && dice.one_in(2) {
            site.lifetime = FORGOTTEN_AFTER;
            site.glitch = 0;
        }
        if dice.one_in(3) {
            site.slow_readings = dice.pick(&[300, 600]);
        }
        // What a person says of what can be read at any time is found out.
        if by_token && site.tokenless == 0 && site.glitch == 0 && dice.one_in(3) {
            odd.hasty = 1 + dice.below(4);
            return odd;
        }
        // Where nothing is promised to be read, somebody else has to keep the sum within what was
        // captured.
        if can.lookup != Lookup::No || can.enforces_cap {
            odd.totalless = dice.pick(&[0, 100, 500]);
        }
        odd.mixed_up = dice.pick(&[0, 100, 300]);
        odd.undisputed = dice.pick(&[0, 300]);
        if by_token {
            odd.cut = dice.pick(&[0, 100, 500]);
            odd.lacking = dice.pick(&[0, 100, 500]);
            odd.settled_totals = dice.one_in(3);
            odd.recased = dice.one_in(2);
            odd.fee = if site.converts {
                0
            } else {
                dice.pick(&[0, 25])
            };
        }
        odd
    }

    /// How long a slow reading takes at most.
    pub(crate) const fn slowest(slow_readings: u64) -> u64 {
        if slow_readings > 100 {
            20 * MINUTE
        } else {
            5 * MINUTE
        }
    }

    /// Whether a refund that is on its way for so long waits for a person.
    pub(crate) fn is_overdue(&self, on_its_way: u64) -> bool {
        self.stuck > 0 && on_its_way > SETTLES + 60 * SECOND
    }
}
