//! What a person is told about an operation that isn't well: a code, a line, and what to look for. It
//! follows from the operation alone.

use refundkit_core::{Code, Operation, Outcome, State};

/// What is wrong with an operation that is in the journal: a code, a line, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The stable code.
    pub code: Code,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Problem {
    /// What is wrong with `operation`; `None` where it is on its way, done, or called off.
    #[must_use]
    pub fn of(operation: &Operation) -> Option<Self> {
        let why = || operation.last_outcome().map(said).unwrap_or_default();
        let decided = operation.summary().decision().is_some();
        let (code, message, help) = match operation.state() {
            State::Accepted | State::Succeeded | State::Cancelled | State::Refused => return None,
            State::Ready if operation.evidence.is_empty() => return None,
            State::Ready if decided => (
                "RK2101",
                "it is to be sent again: a person decided that it had not happened".to_owned(),
                "ask again with the same request key, or resume",
            ),
            State::Rejected if decided => (
                "RK2104",
                "a person decided that it had not happened".to_owned(),
                "use a new request key for another try",
            ),
            State::Ready if is_deferred(operation) => (
                "RK2109",
                format!("the provider said not now: {}", why()),
                "nothing moved, and its money is held; ask again later with the same request key, or leave it to `refundkit work`",
            ),
            State::Ready => (
                "RK2101",
                format!("it was not sent: {}", why()),
                "ask again with the same request key",
            ),
            State::Attempting => (
                "RK2102",
                "an attempt is under way, or its process has died".to_owned(),
                "ask again with the same request key, or resume",
            ),
            State::Unknown => (
                "RK2103",
                format!("it may or may not have happened: {}", why()),
                "its money is held; ask again with the same request key, or look with `status --ask`",
            ),
            State::Rejected => (
                "RK2104",
                format!("the provider refused it: {}", why()),
                "nothing moved; use a new request key for another try",
            ),
            State::Failed => (
                "RK2105",
                "the provider could not return the money".to_owned(),
                "nothing moved; use a new request key for another try",
            ),
            State::FailedLate => (
                "RK2106",
                "the provider reported a failure after it had reported success".to_owned(),
                "the money came back; use a new request key for another try",
            ),
            State::Parked => {
                let (code, message, help) = parked(operation);
                let code = Code::new(code);
                return Some(Self {
                    code,
                    message,
                    help,
                });
            }
        };
        Some(Self {
            code: Code::new(code),
            message,
            help: help.to_owned(),
        })
    }

    /// Whether the provider's answer contradicts the request.
    #[must_use]
    pub fn is_contradiction(&self) -> bool {
        self.code == Code::new(CONTRADICTION)
    }
}

const CONTRADICTION: &str = "RK2107";

/// Why it waits, and what a person has to look for: nothing here has to be guessed.
fn parked(operation: &Operation) -> (&'static str, String, String) {
    let intent = &operation.intent;
    let (plan, summary) = (&intent.plan, operation.summary());
    let sent = match (operation.first_mark(), operation.last_mark()) {
        (Some(first), Some(last)) if first != last => format!("sent between {first} and {last}"),
        (Some(at), _) => format!("sent at {at}"),
        (None, _) => "never sent".to_owned(),
    };
    let help = format!(
        "look in the provider's dashboard for a {} of {} of payment {}, {sent}, with the key or token {}; then decide with `refundkit resolve {}`. Its money is held until then",
        plan.kind(),
        plan.amount(),
        plan.payment(),
        intent.key,
        intent.id
    );
    match summary.contradiction() {
        Some(what) => (
            CONTRADICTION,
            format!("the provider's answer contradicts the request: {what}"),
            help,
        ),
        None => {
            let why = summary.parked_because().unwrap_or("a person has to decide");
            ("RK2108", why.to_owned(), help)
        }
    }
}

fn is_deferred(operation: &Operation) -> bool {
    matches!(operation.last_outcome(), Some(Outcome::Deferred { .. }))
}

/// An outcome in a few words.
pub(crate) fn said(outcome: &Outcome) -> String {
    match outcome {
        Outcome::NotSent { why } | Outcome::Unknown { why } => why.clone(),
        Outcome::Refused {
            status,
            code,
            message,
        }
        | Outcome::Deferred {
            status,
            code,
            message,
        }
        | Outcome::Unlisted {
            status,
            code,
            message,
        } => {
            let words: Vec<&str> = [code, message]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect();
            format!("HTTP {status} {}", words.join(": "))
                .trim_end()
                .to_owned()
        }
        Outcome::Exists => "the provider has seen its key before".to_owned(),
        Outcome::Accepted(fact) | Outcome::Executed(fact) => fact.status.to_string(),
        Outcome::Contradiction { what, .. } => what.clone(),
    }
}
