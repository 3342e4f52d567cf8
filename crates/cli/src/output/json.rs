//! Operations, amounts and failures as JSON, whose names are a contract, and an operation's rows for
//! people.

use refundkit::{Money, Operation, OperationId, ProviderName, Trouble};
use serde::Serialize;

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
    /// What is wrong with it.
    pub error: Option<ErrorJson>,
    /// What `resolve --seen` takes, where one operation was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}

/// An amount in both units.
#[derive(Debug, Serialize)]
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
            error: Trouble::of(operation).map(|trouble| ErrorJson::of(&trouble.into())),
            seen: None,
        }
    }

    /// The JSON of a request that a rule refused: nothing was written down.
    #[must_use]
    pub fn refused(
        operation: &OperationId,
        provider: &ProviderName,
        ask: &refundkit::Ask,
        failure: &Failure,
    ) -> Self {
        let (kind, amount) = match ask {
            refundkit::Ask::Refund(request) | refundkit::Ask::ReverseOrRefund(request) => {
                let amount = match &request.scope {
                    refundkit::Scope::Amount(amount) => Some((*amount).into()),
                    refundkit::Scope::Remaining | refundkit::Scope::Items(_) => None,
                };
                ("refund", amount)
            }
            refundkit::Ask::Reverse(_) => ("reversal", None),
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
