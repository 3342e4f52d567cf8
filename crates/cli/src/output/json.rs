//! Operations, amounts and failures as JSON, whose names are a contract, and an operation's rows for
//! people.

use refundkit::{Money, Operation, OperationId, Problem, ProviderName};
use serde::Serialize;

use super::DecisionJson;
use crate::failure::Failure;

/// An operation as programs read it. The names are a contract.
#[derive(Debug, Serialize)]
pub struct OperationJson {
    /// refundkit's id.
    pub operation: String,
    /// The configured provider.
    pub provider: String,
    /// The provider's id of the payment.
    pub payment: String,
    /// `refund` or `reversal`.
    pub kind: String,
    /// `full` or `partial`; nothing where it was refused before that was known.
    pub scope: Option<&'static str>,
    /// How much.
    pub amount: Option<AmountJson>,
    /// The state.
    pub state: String,
    /// The provider's word for it.
    pub provider_status: Option<String>,
    /// The provider's id of the refund.
    pub provider_refund_id: Option<String>,
    /// The caller's key.
    pub request_key: String,
    /// How many attempts were marked.
    pub attempts: u32,
    /// When it was written down.
    pub created_at: Option<String>,
    /// What a person should know about the plan.
    pub notices: Vec<String>,
    /// For whom it was begun, by the person's own word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Who was logged in then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The ticket that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// What a person has decided about it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<DecisionJson>,
    /// What is wrong with it.
    pub error: Option<ErrorJson>,
    /// What `resolve --seen` takes, where one operation was asked for; after `resolve`, what was decided on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}

/// An amount in both units.
#[derive(Clone, Debug, Serialize)]
pub struct AmountJson {
    /// Minor units.
    pub minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// Major units as text; nothing where the currency's decimal places aren't known.
    pub major: Option<String>,
}

/// A failure as programs read it.
#[derive(Debug, Serialize)]
pub struct ErrorJson {
    /// The stable code.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl ErrorJson {
    /// The JSON of a failure.
    #[must_use]
    pub fn of(failure: &Failure) -> Self {
        Self {
            code: failure.code.to_string(),
            message: failure.message.clone(),
            help: failure.help.clone(),
        }
    }
}

impl From<Money> for AmountJson {
    fn from(money: Money) -> Self {
        Self {
            minor: money.minor().get(),
            currency: money.currency().code().to_owned(),
            major: money.to_major().ok().map(|major| major.to_string()),
        }
    }
}

impl OperationJson {
    /// The JSON of an operation in the journal.
    #[must_use]
    pub fn of(operation: &Operation) -> Self {
        let intent = &operation.intent;
        let origin = &intent.origin;
        let summary = operation.summary();
        Self {
            operation: intent.id.to_string(),
            provider: intent.provider.to_string(),
            payment: intent.plan.payment().to_string(),
            kind: intent.plan.kind().to_string(),
            scope: Some(if intent.plan.is_full() {
                "full"
            } else {
                "partial"
            }),
            amount: Some(intent.plan.amount().into()),
            state: summary.state().to_string(),
            provider_status: summary.provider_status().map(|status| status.to_string()),
            provider_refund_id: summary.refund().map(ToString::to_string),
            request_key: intent.request_key.to_string(),
            attempts: summary.attempts(),
            created_at: Some(intent.created_at.to_string()),
            notices: intent
                .plan
                .notices()
                .iter()
                .map(ToString::to_string)
                .collect(),
            by: origin.on_behalf_of.as_ref().map(ToString::to_string),
            actor: origin.actor.as_ref().map(|actor| actor.id.to_string()),
            ticket: origin.ticket.as_ref().map(ToString::to_string),
            decided: DecisionJson::last(operation),
            error: Problem::of(operation).map(|problem| ErrorJson::of(&problem.into())),
            seen: None,
        }
    }

    /// The JSON of a request that a rule refused: nothing was written down.
    #[must_use]
    pub fn refused(
        operation: &OperationId,
        provider: &ProviderName,
        ask: &refundkit::RefundCommand,
        failure: &Failure,
    ) -> Self {
        let (kind, amount) = match ask {
            refundkit::RefundCommand::Refund(request)
            | refundkit::RefundCommand::ReverseOrRefund(request) => {
                let amount = match &request.scope {
                    refundkit::Scope::Amount(amount) => Some((*amount).into()),
                    refundkit::Scope::Remaining | refundkit::Scope::Items(_) => None,
                };
                ("refund", amount)
            }
            refundkit::RefundCommand::Reverse(_) => ("reversal", None),
        };
        Self {
            operation: operation.to_string(),
            provider: provider.to_string(),
            payment: ask.payment().to_string(),
            kind: kind.to_owned(),
            scope: None,
            amount,
            state: refundkit::State::Refused.to_string(),
            provider_status: None,
            provider_refund_id: None,
            request_key: ask.key().to_string(),
            attempts: 0,
            created_at: None,
            notices: Vec::new(),
            by: None,
            actor: None,
            ticket: None,
            decided: None,
            error: Some(ErrorJson::of(failure)),
            seen: None,
        }
    }

    /// The same for people: names and values.
    #[must_use]
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let amount = self.amount.as_ref().map(|amount| match &amount.major {
            Some(major) => format!("{major} {}", amount.currency),
            None => format!("{} minor units of {}", amount.minor, amount.currency),
        });
        let scope = self
            .scope
            .map_or_else(String::new, |scope| format!(" ({scope})"));
        let mut rows = vec![
            ("operation", self.operation.clone()),
            ("payment", format!("{} at {}", self.payment, self.provider)),
            (
                if self.kind == "reversal" {
                    "reversal of"
                } else {
                    "refund of"
                },
                amount.unwrap_or_default() + &scope,
            ),
            ("state", self.state.clone()),
            ("request key", self.request_key.clone()),
            ("attempts", self.attempts.to_string()),
        ];
        let optional = [
            ("provider's status", &self.provider_status),
            ("provider's id", &self.provider_refund_id),
            ("written down", &self.created_at),
            ("for", &self.by),
            ("login", &self.actor),
            ("ticket", &self.ticket),
            (
                "decided",
                &self.decided.as_ref().map(DecisionJson::sentence),
            ),
            ("seen", &self.seen),
        ];
        rows.extend(
            optional
                .into_iter()
                .filter_map(|(name, value)| Some((name, value.clone()?))),
        );
        rows.extend(self.notices.iter().map(|notice| ("note", notice.clone())));
        rows
    }
}
