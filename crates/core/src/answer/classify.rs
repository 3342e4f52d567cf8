use super::{Answer, Outcome, RefundFact, RefundStatus};
use crate::capabilities::{AnswerRule, Meaning};
use crate::plan::Plan;
use crate::redact;

/// Judges one attempt's answer by the provider's table of error answers and by the plan it was sent for.
///
/// A success is checked against the plan: another payment, amount or currency is a
/// [`Outcome::Contradiction`]. Messages are redacted on the way into the outcome.
#[must_use]
pub fn classify(rules: &[AnswerRule], plan: &Plan, answer: Answer) -> Outcome {
    match answer {
        Answer::NotSent { why } => Outcome::NotSent {
            why: redact::message(&why),
        },
        Answer::Lost { why } => Outcome::Unknown {
            why: redact::message(&why),
        },
        Answer::Unreadable { status, why } => Outcome::Unknown {
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
        Answer::Refund(fact) => success(plan, fact),
    }
}

fn problem(
    rules: &[AnswerRule],
    status: u16,
    code: Option<String>,
    message: Option<String>,
) -> Outcome {
    let rule = rules
        .iter()
        .find(|rule| rule.matches(status, code.as_deref(), message.as_deref()));
    let code = code.map(|code| redact::message(&code));
    let message = message.map(|message| redact::message(&message));
    match rule.map(|rule| rule.means) {
        Some(Meaning::Refused) => Outcome::Refused {
            status,
            code,
            message,
        },
        Some(Meaning::NotProcessed) => Outcome::NotSent {
            why: said(status, code, message),
        },
        Some(Meaning::Exists) => Outcome::Exists,
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

fn success(plan: &Plan, mut fact: RefundFact) -> Outcome {
    fact.status = fact.status.redacted();
    if let Some(what) = contradiction(plan, &fact) {
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

/// What of `fact` can't be the refund that `plan` describes; `None` where it can.
pub(crate) fn contradiction(plan: &Plan, fact: &RefundFact) -> Option<String> {
    if let Some(payment) = fact
        .payment
        .as_ref()
        .filter(|payment| *payment != plan.payment())
    {
        return Some(format!(
            "it names payment {payment} instead of {}",
            plan.payment()
        ));
    }
    if !plan.amount_is_exact() {
        return None;
    }
    let wanted = plan.amount();
    if let Some(currency) = fact
        .currency
        .filter(|currency| *currency != wanted.currency())
    {
        return Some(format!(
            "it is in {currency} instead of {}",
            wanted.currency()
        ));
    }
    fact.amount
        .filter(|amount| *amount != wanted.minor())
        .map(|amount| {
            format!(
                "it is for {amount} minor units instead of {}",
                wanted.minor()
            )
        })
}
