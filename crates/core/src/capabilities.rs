//! What a provider can do, as data. Core refuses early by it, suites are chosen by it, and the
//! command prints it. There is no default: a new field has to be thought about in every adapter.

mod extra;

pub use extra::{Extra, ExtraKind};

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;

use crate::operation::QUIESCENCE;
use crate::payment::{CaptureMode, Stage};

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
    /// The largest amount that the provider's field holds, in minor units.
    pub largest_amount: i64,
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

impl Idempotency {
    /// How long after the first attempt the same key may be sent again.
    ///
    /// Half of what the provider promises, and so much less than all of it that what is sent at the
    /// window's end arrives while the key is known ([`QUIESCENCE`]): a key that is promised for less
    /// than that is never sent again. Where nothing is promised, a lifetime of 24 h is assumed.
    #[must_use]
    pub fn safe_window(self) -> Option<Duration> {
        const ASSUMED: Duration = Duration::from_secs(24 * 60 * 60);
        match self {
            Self::None => None,
            Self::Key { lifetime, .. } => {
                let lifetime = lifetime.unwrap_or(ASSUMED);
                let half = lifetime.checked_div(2)?;
                Some(half.min(lifetime.saturating_sub(QUIESCENCE)))
            }
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

/// What one kind of error answer means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerRule {
    /// The HTTP status; `None` for any from 400 up.
    pub status: Option<u16>,
    /// The provider's error code, letter case and underscores aside; `None` for any or none.
    pub code: Option<Cow<'static, str>>,
    /// The provider's message, exactly; `None` for any or none.
    pub message: Option<Cow<'static, str>>,
    /// What it means.
    pub means: Meaning,
}

/// What an error answer means for the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// Looked at and turned down: no money moved, and none will.
    Refused,
    /// Turned away before it was looked at (too many requests, say): nothing happened, try later.
    NotProcessed,
    /// The key has been used before: the refund exists, or existed. Look it up.
    Exists,
}

impl AnswerRule {
    /// A rule for `code` under any status.
    #[must_use]
    pub const fn code(code: &'static str, means: Meaning) -> Self {
        Self {
            status: None,
            code: Some(Cow::Borrowed(code)),
            message: None,
            means,
        }
    }

    /// A rule for a status with any code.
    #[must_use]
    pub const fn status(status: u16, means: Meaning) -> Self {
        Self {
            status: Some(status),
            code: None,
            message: None,
            means,
        }
    }

    /// A rule for a status together with a code.
    #[must_use]
    pub const fn status_code(status: u16, code: &'static str, means: Meaning) -> Self {
        Self {
            status: Some(status),
            code: Some(Cow::Borrowed(code)),
            message: None,
            means,
        }
    }

    /// A rule for a status together with an exact message.
    #[must_use]
    pub const fn status_message(status: u16, message: &'static str, means: Meaning) -> Self {
        Self {
            status: Some(status),
            code: None,
            message: Some(Cow::Borrowed(message)),
            means,
        }
    }

    /// Whether an error answer falls under this rule.
    #[must_use]
    pub fn matches(&self, status: u16, code: Option<&str>, message: Option<&str>) -> bool {
        let same_code = |wanted: &Cow<'_, str>| code.is_some_and(|code| same_word(wanted, code));
        let same_message =
            |wanted: &Cow<'_, str>| message.is_some_and(|message| message == *wanted);
        self.status.map_or(status >= 400, |wanted| wanted == status)
            && self.code.as_ref().is_none_or(same_code)
            && self.message.as_ref().is_none_or(same_message)
    }
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

/// `NOTHING_TO_REFUND` and `NothingToRefund` are one word.
fn same_word(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> Vec<u8> {
        text.bytes()
            .filter(|byte| *byte != b'_')
            .map(|byte| byte.to_ascii_lowercase())
            .collect()
    };
    letters(one) == letters(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_match_in_either_spelling_and_messages_only_exactly() {
        let rule = AnswerRule::code("NOTHING_TO_REFUND", Meaning::Refused);
        assert!(rule.matches(400, Some("NothingToRefund"), None));
        assert!(!rule.matches(400, Some("NOTHING"), None));
        assert!(!rule.matches(400, None, None));
        assert!(
            !rule.matches(200, Some("NOTHING_TO_REFUND"), None),
            "a success is no error"
        );
        let rule = AnswerRule::status_message(400, "No.", Meaning::Refused);
        assert!(rule.matches(400, None, Some("No.")));
        assert!(!rule.matches(400, None, Some("No. Maybe.")));
        assert!(!rule.matches(500, None, Some("No.")));
    }

    #[test]
    fn a_key_without_a_promise_is_trusted_for_half_a_day() {
        let key = |lifetime| Idempotency::Key {
            lifetime,
            on_repeat: OnRepeat::Replay,
        };
        assert_eq!(
            key(None).safe_window(),
            Some(Duration::from_secs(12 * 3600))
        );
        assert_eq!(
            key(Some(Duration::from_secs(3600))).safe_window(),
            Some(Duration::from_secs(1800))
        );
        assert_eq!(Idempotency::None.safe_window(), None);
        for (lifetime, window) in [(20, 5), (15, 0), (1, 0)] {
            let minutes = |minutes: u64| Some(Duration::from_secs(minutes * 60));
            assert_eq!(key(minutes(lifetime)).safe_window(), minutes(window));
        }
    }
}
