//! Evidence that follows from a difference, for those who want it written down.

use refundkit_core::{Difference, Fact, Operation};

use super::Run;
use crate::Error;

impl Run<'_> {
    /// Adds the difference's evidence to its operation, as any reading of the payment would; whether
    /// there was something to add. A payment that another worker is busy with is left to it.
    pub(super) async fn write_down(&mut self, difference: &Difference) -> Result<bool, Error> {
        let (Some(id), Some(fact)) = (&difference.operation, &difference.evidence) else {
            return Ok(false);
        };
        let found = self.engine.status(id).await?;
        let (turn, found) = match self.engine.turn_of(&found).await {
            Ok(turn) => turn,
            Err(error) if error.leaves_as_it_was() => {
                self.incomplete(&format!("nothing was written down about {id}: {error}"));
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        let before = found.evidence.len();
        let done = if is_known(&found, fact) {
            Ok(found)
        } else {
            turn.note(found, fact.clone()).await
        };
        Ok(turn.end(done).await?.evidence.len() > before)
    }
}

/// A contradiction stays one: it is not written down again after a person has decided.
fn is_known(operation: &Operation, fact: &Fact) -> bool {
    let mut known = operation.evidence.iter().map(|evidence| &evidence.fact);
    matches!(fact, Fact::Contradicted { .. }) && known.any(|known| known == fact)
}
