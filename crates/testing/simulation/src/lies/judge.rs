//! What became of a case, by the sandbox's ledger of effects.

use refundkit::{Kind, Operation, State};
use refundkit_sandbox::Effect;

use super::case::{CAPTURED, FIRST, PAYMENT, Told, earlier, end};
use super::lie::{Tale, Twist};
use super::wire::Story;

/// How the operation that is watched was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// The money is back.
    Succeeded,
    /// The provider said no, or it failed.
    No,
    /// The provider has it.
    Accepted,
    /// Held, and sent later.
    Ready,
    /// Held, and asked about later.
    Unknown,
    /// Left to a person.
    Person,
    /// Nothing was written down, and nothing sent.
    NotBegun,
}

impl End {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 7] = [
        Self::Succeeded,
        Self::No,
        Self::Accepted,
        Self::Ready,
        Self::Unknown,
        Self::Person,
        Self::NotBegun,
    ];

    pub(super) const fn of(state: State) -> Self {
        match state {
            State::Succeeded => Self::Succeeded,
            State::Failed
            | State::FailedLate
            | State::Rejected
            | State::Refused
            | State::Cancelled => Self::No,
            State::Accepted => Self::Accepted,
            State::Ready => Self::Ready,
            State::Attempting | State::Unknown => Self::Unknown,
            State::Parked => Self::Person,
        }
    }
}

/// What a case shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The promises hold.
    Kept(End),
    /// No answer was changed: nothing was tried.
    Vacuous,
    /// A promise does not hold, and what was told could not be told from the truth of another day.
    Beyond(&'static str),
    /// A promise does not hold.
    Broken(String),
}

/// Why such a case is left out.
pub(super) const PAST: &str = "a reading that is, word for word, the true one from before the send";
pub(super) const NO: &str =
    "the provider's documented word that nothing was done, about what it did";

pub(super) const WORD: &str =
    "the word that a payment was reversed, which fits all that is told beside it";

pub(super) const CUT: &str =
    "a list that is cut alike before and after the send, of a provider that states no end of it";

pub(super) fn judge(told: &Told) -> Verdict {
    let Told {
        story, operations, ..
    } = told;
    if let Some(trouble) = told.trouble.first() {
        return Verdict::Broken(format!("the engine is in trouble: {trouble}"));
    }
    if story.lie.is_some() && !story.seen.lied {
        return Verdict::Vacuous;
    }
    let seen = story.seen;
    match broken(story, operations) {
        None => Verdict::Kept(end(operations)),
        Some(Broken::Denied(_)) if seen.no => Verdict::Beyond(NO),
        Some(Broken::Twice(_)) if seen.blind => Verdict::Beyond(PAST),
        Some(Broken::Twice(_)) if seen.fooled && is_cut(story) => Verdict::Beyond(CUT),
        Some(Broken::Claimed(_)) if is_said_to_be_reversed(story) => Verdict::Beyond(WORD),
        Some(
            Broken::Twice(what)
            | Broken::Denied(what)
            | Broken::Claimed(what)
            | Broken::Other(what),
        ) => Verdict::Broken(what),
    }
}

/// Whether a list is told without some of its entries, and the provider states no end of it that could
/// be missed.
fn is_cut(story: &Story) -> bool {
    let lie = story.lie.as_ref().map(|(lie, _)| &lie.told);
    let cut = matches!(lie, Some(Tale::At(_, Twist::Cut(_) | Twist::From(_))));
    cut && !story.site.states_ends
}

/// Whether the payment's status is told to be that of another one, which was reversed.
fn is_said_to_be_reversed(story: &Story) -> bool {
    let lie = story.lie.as_ref().map(|(lie, _)| &lie.told);
    let word =
        matches!(lie, Some(Tale::At(place, Twist::Anothers)) if place.to_string() == "status");
    word && story.scenario.reversal
}

/// A promise that does not hold.
enum Broken {
    /// More than one effect of an operation.
    Twice(String),
    /// A no about something that happened.
    Denied(String),
    /// A yes about something that didn't.
    Claimed(String),
    Other(String),
}

fn broken(story: &Story, operations: &[Operation]) -> Option<Broken> {
    let effects = story.sandbox.effects();
    let other = |what: String| Some(Broken::Other(what));
    let is_first = |effect: &&Effect| effect.amount.minor == FIRST;
    let (first, watched): (Vec<&Effect>, Vec<&Effect>) = effects.iter().partition(is_first);
    let begun = |key: &str| {
        operations
            .iter()
            .any(|one| one.intent.request_key.as_str() == key)
    };
    if effects.iter().any(|effect| effect.payment != PAYMENT)
        || (!first.is_empty() && !begun("first"))
        || (!watched.is_empty() && !begun("watched"))
    {
        return other("there is an effect that no operation has asked for".to_owned());
    }
    for operation in operations {
        let key = operation.intent.request_key.as_str();
        let own = if key == "first" { &first } else { &watched };
        let (plan, state) = (&operation.intent.plan, operation.state());
        if own.len() > 1 {
            let count = own.len();
            return Some(Broken::Twice(format!(
                "{key} has {count} effects and is {state}"
            )));
        }
        // A reversal is of the whole payment, whatever its amount was said to be.
        let as_planned = own.first().is_some_and(|effect| match plan.kind() {
            Kind::Refund => {
                effect.kind == "refund"
                    && effect.amount.minor == plan.amount().minor().get()
                    && effect.amount.currency == plan.amount().currency().code()
            }
            Kind::Reversal => effect.kind == "reversal",
        });
        match End::of(state) {
            End::Succeeded if own.is_empty() => {
                return Some(Broken::Claimed(format!("{key} succeeded without effect")));
            }
            End::Succeeded if !as_planned => {
                return other(format!(
                    "{key} succeeded with another effect than was planned"
                ));
            }
            End::No if !own.is_empty() => {
                return Some(Broken::Denied(format!(
                    "{key} is {state} and has its effect"
                )));
            }
            _ => {}
        }
    }
    let earlier = earlier(&story.scenario);
    let gone: i64 = effects.iter().map(|effect| effect.amount.minor).sum();
    if earlier + gone > CAPTURED {
        return other(format!("{} of {CAPTURED} have gone back", earlier + gone));
    }
    None
}
