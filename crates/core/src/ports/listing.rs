//! What a store tells of the journal as a whole: lists of operations, counts of them, and what kind of
//! journal it is.

use serde::Serialize;

use crate::ids::{Namespace, OperationId, PaymentId, ProviderName};
use crate::operation::{Operation, State};
use crate::time::Timestamp;

/// Which operations to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those in one of these states; all where empty.
    pub states: Vec<State>,
    /// Only this provider's.
    pub provider: Option<ProviderName>,
    /// Only those begun at or after this time.
    pub since: Option<Timestamp>,
    /// Only those begun before this time.
    pub until: Option<Timestamp>,
    /// Only those that come after this one, in the order of the list: the next page.
    pub after: Option<OperationId>,
    /// At most this many.
    pub limit: Option<usize>,
}

impl Filter {
    /// Whether `operation` fits, its place in the list aside.
    #[must_use]
    pub fn fits(&self, operation: &Operation) -> bool {
        let intent = &operation.intent;
        self.takes(&intent.provider, operation.state(), intent.created_at)
    }

    /// The same of an operation of which a store knows this much.
    #[must_use]
    pub fn takes(&self, provider: &ProviderName, state: State, created_at: Timestamp) -> bool {
        (self.states.is_empty() || self.states.contains(&state))
            && self
                .provider
                .as_ref()
                .is_none_or(|wanted| wanted == provider)
            && self.since.is_none_or(|since| created_at >= since)
            && self.until.is_none_or(|until| created_at < until)
    }
}

/// An operation as a store lists it: where it is found, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedOperation {
    /// The operation.
    pub operation: OperationId,
    /// Its state when it was listed.
    pub state: State,
    /// The provider's configured name.
    pub provider: ProviderName,
    /// The payment.
    pub payment: PaymentId,
}

/// How many operations of a provider are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The provider's configured name.
    pub provider: ProviderName,
    /// The state.
    pub state: State,
    /// How many.
    pub operations: u64,
    /// When the oldest of them was begun; for [final](State::is_final) states nobody keeps it.
    pub oldest: Option<Timestamp>,
}

/// What kind of journal it is and how much is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JournalInfo {
    /// Such as `sqlite` or `memory`.
    pub kind: String,
    /// Where it is, for people.
    pub location: String,
    /// The namespace that it was begun with; `None` before that.
    pub namespace: Option<Namespace>,
    /// The version of its layout.
    pub schema: u32,
    /// The version of the storage engine, where there is one.
    pub engine: Option<String>,
    /// How many operations.
    pub operations: u64,
    /// How many entries: one for each operation that was begun, and one for each piece of evidence.
    pub entries: u64,
}
