//! Evidence that follows from a difference, for those who want it written down.

use refundkit_core::{Difference, Fact, Operation};

use super::Run;
use crate::Error;

impl Run<'_> {
    /// Adds the difference's evidence to its operation, as any reading of the payment would; whether
    /// there was something to add.
    pub(super) async fn write_down(&mut self, difference: &Difference) -> Result<bool, Error> {
        let (Some(id), Some(fact)) = (&difference.operation, &difference.evidence) else {
            return Ok(false);
        };
        let mut guard = self.engine.lock_of(id).await?;
        let found = guard.operation(id)?;
        let before = found.evidence.len();
        if !is_known(found, fact) {
            let now = self.engine.clock.now();
            guard.record(id, fact.clone(), now).await?;
        }
        Ok(guard.operation(id)?.evidence.len() > before)
    }
}

/// A contradiction stays one: it is not written down again after a person has decided.
fn is_known(operation: &Operation, fact: &Fact) -> bool {
    let mut known = operation.evidence.iter().map(|evidence| &evidence.fact);
    matches!(fact, Fact::Contradicted { .. }) && known.any(|known| known == fact)
}
