//! Who wants an operation, and why, for the shop's own books. It is written down with the intent, and no
//! provider is told.

use serde::{Deserialize, Serialize};

use crate::ids::ActorId;
use crate::text::Text;

/// What kind of actor it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ActorKind {
    /// Somebody who has logged in.
    Person,
    /// A program that acts by rules of its own, such as a shop's backend.
    Service,
    /// A program that decides by itself, such as an assistant.
    Agent,
}

/// Who acts, by the login or the token that was checked, never by what somebody says of themselves.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Actor {
    /// The login's or the token's name.
    pub id: ActorId,
    /// What kind.
    pub kind: ActorKind,
}

/// Where a request comes from. It is no part of what is asked for: the same key with the same content
/// is the same operation, whoever asks again, and the first one stays written down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Origin {
    /// Who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// For whom, by the actor's own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<Text>,
    /// The ticket or the case that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Text>,
    /// The reason, of the shop's own list. What the provider or the customer reads is the request's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Origin {
    /// Says who asks.
    #[must_use]
    pub fn actor(mut self, actor: Actor) -> Self {
        self.actor = Some(actor);
        self
    }

    /// Says for whom.
    #[must_use]
    pub fn on_behalf_of(mut self, person: Text) -> Self {
        self.on_behalf_of = Some(person);
        self
    }

    /// Names the ticket.
    #[must_use]
    pub fn ticket(mut self, ticket: Text) -> Self {
        self.ticket = Some(ticket);
        self
    }

    /// Names the reason.
    #[must_use]
    pub fn reason(mut self, reason: Text) -> Self {
        self.reason = Some(reason);
        self
    }

    /// Whether nothing is said.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        let Self {
            actor,
            on_behalf_of,
            ticket,
            reason,
        } = self;
        actor.is_none() && on_behalf_of.is_none() && ticket.is_none() && reason.is_none()
    }
}
