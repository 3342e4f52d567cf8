//! The one place where an attempt's answer is judged, and where a refund that a provider tells of is
//! compared with what was asked for. Pure: it goes by the provider's table and the intent.

use super::{Answer, Outcome, RefundStatus};
use crate::capabilities::{AnswerRule, Meaning};
use crate::ids::PaymentId;
use crate::money::Currency;
use crate::operation::Intent;
use crate::plan::Plan;
use crate::provider_refund::ProviderRefund;
use crate::redact;

/// Judges one attempt's answer by the provider's table of error answers and by the intent it was sent for.
///
/// A success is checked against the intent: another payment, amount, currency or token, or a refund
/// that had been there before, is a [`Outcome::Contradiction`]. What comes with an HTTP status of 500
/// or more is never a no, nor what a gateway could have said. Messages are redacted on the way into the outcome.
#[must_use]
pub fn classify(rules: &[AnswerRule], intent: &Intent, answer: Answer) -> Outcome {
    match answer {
        Answer::NotSent { why } => Outcome::NotSent {
            why: redact::message(&why),
        },
        Answer::Lost { why } => Outcome::Unknown {
            why: redact::message(&why),
        },
        Answer::Unreadable { status, why, .. } => Outcome::Unknown {
            why: redact::message(&format!(
                "the answer (HTTP {status}) could not be read: {why}"
            )),
        },
        Answer::Problem {
            status,
            code,
            message,
            ..
        } => problem(rules, status, code, message),
        Answer::Refund(fact) => success(intent, fact),
    }
}

fn problem(
    rules: &[AnswerRule],
    status: u16,
    code: Option<String>,
    message: Option<String>,
) -> Outcome {
    let says_something = code.is_some() || message.is_some();
    let rule = rules.iter().find(|rule| {
        rule.matches(status, code.as_deref(), message.as_deref())
            && rule.is_word(status, says_something)
    });
    let code = code.map(|code| redact::message(&code));
    let message = message.map(|message| redact::message(&message));
    match rule.map(|rule| rule.means) {
        Some(Meaning::Exists) => Outcome::Exists,
        _ if status >= 500 => Outcome::Unknown {
            why: said(status, code, message),
        },
        Some(Meaning::Refused) => Outcome::Refused {
            status,
            code,
            message,
        },
        Some(Meaning::NotProcessed | Meaning::Later) => Outcome::Deferred {
            status,
            code,
            message,
        },
        // Those that speak of time (408, 425, 429) say nothing of the refund.
        None if status >= 400 && !matches!(status, 408 | 425 | 429) => Outcome::Unlisted {
            status,
            code,
            message,
        },
        None => Outcome::Unknown {
            why: said(status, code, message),
        },
    }
}

fn said(status: u16, code: Option<String>, message: Option<String>) -> String {
    let mut said = format!("the provider answered HTTP {status}");
    for part in [code, message].into_iter().flatten() {
        said.push_str(": ");
        said.push_str(&part);
    }
    said
}

fn success(intent: &Intent, mut fact: ProviderRefund) -> Outcome {
    fact.status = fact.status.redacted();
    let (contradiction, fact) = checked(intent, fact, true);
    if let Some(what) = contradiction {
        return Outcome::Contradiction { what, fact };
    }
    match fact.status {
        RefundStatus::Succeeded => Outcome::Executed(fact),
        RefundStatus::Unstated
        | RefundStatus::Other(_)
        | RefundStatus::Pending
        | RefundStatus::Review
        | RefundStatus::Failed => Outcome::Accepted(fact),
    }
}

/// The fact, without an id that is another refund's, and what of it can't be the refund that is
/// intended. `was_sent` is whether an attempt was made.
pub(crate) fn checked(
    intent: &Intent,
    fact: ProviderRefund,
    was_sent: bool,
) -> (Option<String>, ProviderRefund) {
    let refund = fact.id.clone();
    let own = refund.filter(|_| is_another(intent, &fact, was_sent).is_none());
    let what = contradiction(intent, &fact, was_sent);
    let refund = own;
    (what, ProviderRefund { id: refund, ..fact })
}

/// What of `fact` can't be the refund that is intended; `None` where it can.
pub(crate) fn contradiction(
    intent: &Intent,
    fact: &ProviderRefund,
    was_sent: bool,
) -> Option<String> {
    let plan = &intent.plan;
    let foreign = |payment: &&PaymentId| *payment != plan.payment();
    if let Some(payment) = fact.payment.as_ref().filter(foreign) {
        let wanted = plan.payment();
        return Some(format!("it names payment {payment} instead of {wanted}"));
    }
    is_another(intent, fact, was_sent).or_else(|| differs(plan, fact))
}

/// Whether it is another refund than ours: by the token that it carries, or since it was there before
/// ours was sent. A token makes it ours all the same where nothing was sent: a journal that was lost
/// makes it again.
fn is_another(intent: &Intent, fact: &ProviderRefund, was_sent: bool) -> Option<String> {
    match &fact.token {
        Some(token) if *token != intent.key => {
            return Some("it carries the token of another refund".to_owned());
        }
        Some(_) if !was_sent => return None,
        Some(_) | None => {}
    }
    let refund = fact.id.as_ref()?;
    let was_there = intent.plan.before().refunds.contains(refund);
    was_there.then(|| format!("it names refund {refund}, which was there before it was sent"))
}

fn differs(plan: &Plan, fact: &ProviderRefund) -> Option<String> {
    if !plan.amount_is_exact() {
        return None;
    }
    let wanted = plan.amount();
    let abroad = |currency: &Currency| *currency != wanted.currency();
    if let Some(currency) = fact.currency.filter(abroad) {
        let wanted = wanted.currency();
        return Some(format!("it is in {currency} instead of {wanted}"));
    }
    let (amount, wanted) = (fact.amount?, wanted.minor());
    let other = amount != wanted;
    other.then(|| format!("it is for {amount} minor units instead of {wanted}"))
}
