//! What goes wrong on the way besides the lie.

use std::time::Duration;

use refundkit_sandbox::Provider as Place;

use super::site::{Keys, Site};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// What befalls the requests that move money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Harm {
    None,
    /// The first one has its effect, and its answer doesn't come back.
    AnswerLost,
    /// They have their effects, and none of their answers comes back.
    AnswersLost,
    /// The first one never arrives.
    RequestLost,
    /// Something in between answers the first one with what it has heard before, and keeps it.
    Stored,
}

/// What others have refunded of the payment before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    Nothing,
    One,
    /// So many that a list of them has more than one page.
    Many,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) harm: Harm,
    /// All that is left of the payment instead of a part of it.
    pub(super) whole: bool,
    pub(super) before: Before,
    /// Another refund of ours went through before.
    pub(super) second: bool,
    pub(super) reversal: bool,
    /// With a reason that leaves no room for a token beside it.
    pub(super) long_reason: bool,
    /// How long a refund takes to settle.
    pub(super) completes_after: Duration,
    /// When the provider has forgotten all keys, and answers come back again.
    pub(super) forgets_after: Option<Duration>,
}

const fn plain(name: &'static str, harm: Harm) -> Scenario {
    Scenario {
        name,
        harm,
        whole: false,
        before: Before::Nothing,
        second: false,
        reversal: false,
        long_reason: false,
        completes_after: Duration::ZERO,
        forgets_after: None,
    }
}

impl Scenario {
    /// The same where nothing goes wrong: what another payment's answers look like.
    pub(super) const fn in_peace(self) -> Self {
        Self {
            harm: Harm::None,
            second: false,
            before: Before::Nothing,
            completes_after: Duration::ZERO,
            forgets_after: None,
            ..self
        }
    }
}

/// Those that the provider can come into.
pub(super) fn of(site: &Site) -> Vec<Scenario> {
    let mut all = vec![
        plain("fine", Harm::None),
        plain("answer-lost", Harm::AnswerLost),
        plain("answers-lost", Harm::AnswersLost),
        plain("request-lost", Harm::RequestLost),
    ];
    for (name, harm) in [
        ("whole", Harm::None),
        ("whole-answer-lost", Harm::AnswerLost),
    ] {
        all.push(Scenario {
            whole: true,
            ..plain(name, harm)
        });
    }
    for (name, harm) in [
        ("earlier-answer-lost", Harm::AnswerLost),
        ("earlier-request-lost", Harm::RequestLost),
    ] {
        all.push(Scenario {
            before: Before::One,
            ..plain(name, harm)
        });
    }
    for (name, harm) in [
        ("second-answer-lost", Harm::AnswerLost),
        ("second-request-lost", Harm::RequestLost),
        ("second-stored", Harm::Stored),
    ] {
        all.push(Scenario {
            second: true,
            ..plain(name, harm)
        });
    }
    if site.at != Place::Dojo {
        all.push(Scenario {
            before: Before::Many,
            ..plain("many-answer-lost", Harm::AnswerLost)
        });
    }
    if site.at == Place::Dodo {
        all.push(Scenario {
            long_reason: true,
            ..plain("long-reason-answer-lost", Harm::AnswerLost)
        });
    }
    // Settled between the second and the third time that the worker looks.
    for (name, harm) in [("slow", Harm::None), ("slow-answer-lost", Harm::AnswerLost)] {
        all.push(Scenario {
            completes_after: MINUTE.saturating_mul(17),
            ..plain(name, harm)
        });
    }
    let forgotten = |name, after| Scenario {
        forgets_after: Some(after),
        ..plain(name, Harm::AnswersLost)
    };
    match site.keys {
        Keys::None => {}
        Keys::Unpromised => all.push(forgotten("forgotten-early", HOUR.saturating_mul(2))),
        Keys::For(lifetime) => all.push(forgotten("forgotten-in-time", lifetime)),
    }
    if site.reverses {
        for (name, harm) in [
            ("reversal", Harm::None),
            ("reversal-answer-lost", Harm::AnswerLost),
            ("reversal-request-lost", Harm::RequestLost),
        ] {
            all.push(Scenario {
                reversal: true,
                ..plain(name, harm)
            });
        }
    }
    all
}
