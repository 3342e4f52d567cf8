//! What a person has decided about an operation: who, what, and on which evidence.

use refundkit::Operation;
use refundkit::core::operation::Fact;
use serde::Serialize;

/// A decision as programs read it. The names are a contract.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionJson {
    /// `succeeded`, `rejected` or `ready`.
    pub decision: String,
    /// Who decided, by that person's own word.
    pub by: String,
    /// Who was logged in.
    pub actor: Option<String>,
    /// What it rests on.
    pub evidence: String,
    /// The ticket that it belongs to.
    pub ticket: Option<String>,
    /// When.
    pub at: String,
}

impl DecisionJson {
    /// The newest one about an operation.
    #[must_use]
    pub fn last(operation: &Operation) -> Option<Self> {
        operation.evidence.iter().rev().find_map(|piece| {
            let Fact::Decided {
                decision,
                evidence,
                by,
                actor,
                ticket,
                ..
            } = &piece.fact
            else {
                return None;
            };
            Some(Self {
                decision: decision.state().to_string(),
                by: by.to_string(),
                actor: actor.as_ref().map(|actor| actor.id.to_string()),
                evidence: evidence.to_string(),
                ticket: ticket.as_ref().map(ToString::to_string),
                at: piece.at.to_string(),
            })
        })
    }

    /// The same for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        let actor = self.actor.as_ref();
        let actor = actor.map_or_else(String::new, |actor| format!(" (login {actor})"));
        let ticket = self.ticket.as_ref();
        let ticket = ticket.map_or_else(String::new, |ticket| format!(", ticket {ticket}"));
        let (decision, by, evidence) = (&self.decision, &self.by, &self.evidence);
        format!(
            "{decision}, by {by}{actor}, at {}{ticket}; evidence: {evidence}",
            self.at
        )
    }
}
