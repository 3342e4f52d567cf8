//! What a provider can do, as data. Core refuses early by it, suites are chosen by it, and the
//! command prints it. There is no default: a new field has to be thought about in every adapter.

mod amounts;
mod answers;
mod extra;
mod window;

pub use amounts::{Amounts, Countable};
pub use answers::{AnswerRule, Meaning};
pub use extra::{Extra, ExtraKind};
pub use window::{Window, Within, within};

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;

use crate::payment::{CaptureMode, Stage};
use crate::timing::{QUIESCENCE, SHORTEST_KEY};

/// How long a refund is on its way at most where a provider's document says nothing: a month, more
/// than card schemes and banks take.
pub const USUALLY_SETTLED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// All that refundkit needs to know about a provider before it sends anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// How less than everything can be returned.
    pub partial: Partial,
    /// Whether single items can be named.
    pub by_item: bool,
    /// Whether and when a payment can be reversed.
    pub reversal: Reversal,
    /// What protects a repeated refund from being a second one.
    pub refund_key: Idempotency,
    /// What protects a repeated reversal.
    pub reversal_key: Idempotency,
    /// What can be read back after an answer was lost.
    pub lookup: Lookup,
    /// Whether a payment can be read. Where not (Adyen's API has no such call), the caller says what
    /// was paid, and the journal alone knows what of it is gone.
    pub shows_payments: bool,
    /// Whether the provider itself refuses to return more than was captured.
    pub enforces_cap: bool,
    /// Whether only one refund of a payment may be open at a time.
    pub one_open_refund: bool,
    /// Whether a payment's reading shows its disputes. Where it does and has none of them, what is
    /// left of the payment can't be told.
    pub shows_disputes: bool,
    /// From when and until when payments can be refunded; always, or by the provider's answer, where
    /// nothing is said.
    pub windows: Vec<Window>,
    /// The longest that a refund is on its way. After that a person is asked, and the money stays held.
    pub settles_within: Duration,
    /// The largest amount that the provider's field holds, in minor units.
    pub largest_amount: i64,
    /// Which amounts the provider can count.
    pub amounts: Amounts,
    /// The texts that a refund carries, and how long they may be.
    pub refund_texts: Texts,
    /// The words that the provider takes as a refund's reason, ASCII letter case aside; any text
    /// where empty. A plan carries the word as it is spelt here.
    pub reasons: Vec<Cow<'static, str>>,
    /// Whether no refund goes without a reason.
    pub reason_required: bool,
    /// Values that a refund takes beyond the usual ones.
    pub extras: Vec<Extra>,
    /// The most characters of a reversal's reason; `None` where a reversal takes none.
    pub reversal_reason: Option<usize>,
    /// What the provider's error answers mean, first match wins. All others leave the outcome unknown.
    pub answers: Vec<AnswerRule>,
}

/// How part of a payment is returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Partial {
    /// Not at all.
    No,
    /// By an amount.
    ByAmount,
    /// By items only: an amount is spread over the items in proportion to what is left of each (Dodo).
    SpreadOverItems,
}

/// When a payment can be reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reversal {
    /// Never.
    No,
    /// While the money is authorised and not captured.
    Authorized,
    /// While authorised, and also after an automatic capture.
    AuthorizedOrAutoCaptured,
}

impl Reversal {
    /// Whether a payment at `stage` may be reversed, its time window aside.
    #[must_use]
    pub fn allows(self, stage: &Stage, mode: CaptureMode) -> bool {
        match self {
            Self::No => false,
            Self::Authorized => matches!(stage, Stage::Authorized),
            Self::AuthorizedOrAutoCaptured => {
                matches!(stage, Stage::Authorized)
                    || (matches!(stage, Stage::Captured) && mode == CaptureMode::Auto)
            }
        }
    }
}

/// What the provider does with the same request twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Idempotency {
    /// It does it twice.
    None,
    /// It recognises the key.
    Key {
        /// For how long it promises to; `None` where it promises nothing, and the careful
        /// assumption of [`Idempotency::safe_window`] holds.
        lifetime: Option<Duration>,
        /// What a repeated key gets.
        on_repeat: OnRepeat,
    },
}

/// What a repeated key gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnRepeat {
    /// The first answer once more.
    Replay,
    /// An error that says that the key was used; the refund must be looked up.
    Conflict,
}

impl Capabilities {
    /// What guards a refund that is sent again, at best: whether a reading would show it.
    #[must_use]
    pub fn guarded_by(&self) -> GuardedBy {
        match self.lookup {
            Lookup::ByToken | Lookup::Total if self.shows_payments => GuardedBy::KeyAndReading,
            Lookup::ByToken | Lookup::Total | Lookup::No => GuardedBy::KeyAlone,
        }
    }

    /// How long after the first attempt a refund's key may be sent again, at best; `None` where never.
    #[must_use]
    pub fn longest_window(&self) -> Option<Duration> {
        self.refund_key.safe_window(self.guarded_by())
    }
}

/// What keeps a request that is sent again from being carried out twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardedBy {
    /// The key, and a reading just now that would have shown the refund.
    KeyAndReading,
    /// The key alone.
    KeyAlone,
}

impl Idempotency {
    /// How long after the first attempt the same key may be sent again.
    ///
    /// Half of what the provider promises, and so much less than all of it that what is sent at the
    /// window's end arrives while the key is known ([`QUIESCENCE`]): a key that is promised for less
    /// than that is never sent again. Where nothing is promised, 12 hours beside a reading, and an hour
    /// by the key alone.
    #[must_use]
    pub fn safe_window(self, guard: GuardedBy) -> Option<Duration> {
        const ASSUMED: Duration = Duration::from_secs(12 * 60 * 60);
        const UNSEEN: Duration = SHORTEST_KEY;
        match self {
            Self::None => None,
            Self::Key {
                lifetime: Some(lifetime),
                ..
            } => {
                let half = lifetime.checked_div(2)?;
                Some(half.min(lifetime.saturating_sub(QUIESCENCE)))
            }
            Self::Key { lifetime: None, .. } => Some(match guard {
                GuardedBy::KeyAndReading => ASSUMED,
                GuardedBy::KeyAlone => UNSEEN,
            }),
        }
    }
}

/// What can be read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lookup {
    /// Every refund of a payment, each with our token in it.
    ByToken,
    /// Only the sum of what was returned.
    Total,
    /// Nothing.
    No,
}

/// The texts that a refund carries. `None`: the provider has no field for it, and a request with
/// it is refused rather than cut. Limits count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Texts {
    /// The reason.
    pub reason: Option<usize>,
    /// The note.
    pub notes: Option<usize>,
    /// The refund's own order id.
    pub order_id: Option<usize>,
    /// Metadata.
    pub metadata: Option<MetadataLimits>,
}

/// How much metadata a refund carries, the provider's own limit less what refundkit adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MetadataLimits {
    /// The most pairs.
    pub pairs: usize,
    /// The longest key in characters.
    pub key: usize,
    /// The longest value in characters.
    pub value: usize,
}

/// Words for a sentence, the first 20 of them.
pub(crate) fn listed(words: &[Cow<'_, str>]) -> String {
    const MOST: usize = 20;
    let shown: Vec<&str> = words.iter().take(MOST).map(AsRef::as_ref).collect();
    let shown = shown.join(", ");
    match words.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_without_a_promise_is_trusted_for_half_a_day_where_something_can_be_seen() {
        let key = |lifetime| Idempotency::Key {
            lifetime,
            on_repeat: OnRepeat::Replay,
        };
        let hours = |hours: u64| Some(Duration::from_secs(hours * 3600));
        assert_eq!(key(None).safe_window(GuardedBy::KeyAndReading), hours(12));
        assert_eq!(key(None).safe_window(GuardedBy::KeyAlone), hours(1));
        assert_eq!(key(hours(4)).safe_window(GuardedBy::KeyAlone), hours(2));
        assert_eq!(
            Idempotency::None.safe_window(GuardedBy::KeyAndReading),
            None
        );
        for (lifetime, window) in [(20, 5), (15, 0), (1, 0)] {
            let minutes = |minutes: u64| Some(Duration::from_secs(minutes * 60));
            assert_eq!(
                key(minutes(lifetime)).safe_window(GuardedBy::KeyAndReading),
                minutes(window)
            );
        }
    }
}
