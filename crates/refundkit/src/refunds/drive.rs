//! Takes an operation as far as is safe now: core says what the next step is, and here it is carried
//! out and written down.

use refundkit_core::operation::{Fact, Sight, Step, Tries, is_still_to_come, overdue, step};
use refundkit_core::timing::{LONGEST_WAIT, SIGHT_HOLDS};
use refundkit_core::{
    Attempt, Evidence, Marked, Operation, OperationId, Outcome, Plan, Provider, State, Timestamp,
    classify,
};

use super::guard::{Decided, LedgerGuard, MOST_ANEW};
use crate::Error;
use crate::problem::said;

impl LedgerGuard<'_> {
    /// Takes an operation as far as is safe now.
    pub(super) async fn drive(
        &mut self,
        provider: &dyn Provider,
        id: &OperationId,
    ) -> Result<Operation, Error> {
        self.drive_on(provider, id, Tries::default()).await
    }

    /// The same for one whose first attempt was marked as it was begun.
    pub(super) async fn drive_marked(
        &mut self,
        provider: &dyn Provider,
        id: &OperationId,
        marked: Marked,
    ) -> Result<Operation, Error> {
        self.send(provider, id, marked).await?;
        self.drive_on(provider, id, Tries::default().sent()).await
    }

    async fn drive_on(
        &mut self,
        provider: &dyn Provider,
        id: &OperationId,
        mut tries: Tries,
    ) -> Result<Operation, Error> {
        let mut anew = 0;
        let mut looked_at = None;
        while anew < MOST_ANEW {
            let operation = self.operation(id)?.clone();
            if operation.state() == State::Attempting {
                tries.marker = self.journal.marker(&self.ledger, id).await?;
            }
            // What is in flight has come back by now: nothing new leaves, and what is open can wait.
            if self.stop.is_asked() {
                return Ok(operation);
            }
            let now = self.now();
            let next = move |operation: &Operation, at| {
                step(operation, provider.capabilities(), tries, at)
            };
            let decided = match next(&operation, now) {
                Step::Rest => return Ok(operation),
                Step::Interrupted { attempt } => self.decide(id, interrupted(attempt), now).await?,
                Step::Park { why } => self.decide(id, operation.parked(why), now).await?,
                Step::Send if self.is_paused(&operation).await? => return Ok(operation),
                Step::Send => match self
                    .mark(id, |found, at| {
                        still_holds(looked_at, at) && next(found, at) == Step::Send
                    })
                    .await?
                {
                    Some(marked) => {
                        tries = tries.sent();
                        looked_at = None;
                        self.send(provider, id, marked).await?;
                        Decided::WrittenDown
                    }
                    None => Decided::Anew,
                },
                Step::Look => {
                    let (decided, sight) = self.look(provider, id).await?;
                    tries.sight = sight;
                    looked_at = Some(now);
                    // What may have been sent by another copy of the journal isn't sent unseen.
                    if sight == Sight::Away && operation.state() == State::Ready {
                        return Ok(operation);
                    }
                    decided
                }
            };
            if decided == Decided::Anew {
                // What was seen says nothing about what others have done since.
                tries.sight = Sight::Unlooked;
                looked_at = None;
                anew = anew.saturating_add(1);
            }
        }
        self.contended()
    }

    /// Asks about an operation that is on its way or waits for a person. One that is on its way for
    /// longer than its provider ever takes waits for a person from then on, whether the provider can be
    /// asked or not.
    pub(super) async fn refresh_or_park(
        &mut self,
        provider: &dyn Provider,
        id: &OperationId,
    ) -> Result<Operation, Error> {
        let asked = self.refresh_from(provider, id).await;
        let known = self.operation(id)?.clone();
        let now = self.now();
        if known.state() == State::Accepted
            && let Some(why) = overdue(&known, provider.capabilities(), now)
            // Where others have changed it meanwhile, they have heard something.
            && self.decide(id, known.parked(why), now).await? == Decided::WrittenDown
        {
            return Ok(self.operation(id)?.clone());
        }
        asked?;
        Ok(self.operation(id)?.clone())
    }

    /// Send, judge, write down. The mark is durable, and used up by it.
    async fn send(
        &mut self,
        provider: &dyn Provider,
        id: &OperationId,
        marked: Marked,
    ) -> Result<(), Error> {
        let _in_flight = self.stop.flies(id);
        let intent = self.operation(id)?.intent.clone();
        let number = marked.attempt();
        let (outcome, wait, pause) = match Attempt::new(&intent, marked, self.now()) {
            None => {
                let why = "too much time passed between its mark and its send".to_owned();
                (Outcome::NotSent { why }, None, None)
            }
            Some(attempt) => {
                let answer = match &intent.plan {
                    Plan::Refund(plan) => provider.refund(plan, attempt).await,
                    Plan::Reversal(plan) => provider.reverse(plan, attempt).await,
                };
                let (wait, pause) = (answer.wait(), answer.account_wait());
                let rules = &provider.capabilities().answers;
                (classify(rules, &intent, answer), wait, pause)
            }
        };
        count_attempt(intent.provider.as_str(), &outcome);
        self.answered(id, Fact::answered(number, outcome, wait))
            .await?;
        if let Some(pause) = pause {
            let until = self.now().saturating_add(pause.min(LONGEST_WAIT));
            self.journal.store.pause(&intent.provider, until).await?;
        }
        Ok(())
    }

    /// Whether the provider's account has asked to wait, by whichever operation's answer.
    pub(super) async fn is_paused(&self, operation: &Operation) -> Result<bool, Error> {
        let store = &self.journal.store;
        let until = store.paused_until(&operation.intent.provider).await?;
        let now = self.now();
        Ok(until.is_some_and(|until| is_still_to_come(until, now)))
    }

    /// A fact: whatever others have written down meanwhile, it is added. Where it can't be, the caller is
    /// told what it was.
    async fn answered(&mut self, id: &OperationId, fact: Fact) -> Result<(), Error> {
        let answer = if let Fact::Answered { outcome, .. } = &fact {
            said(outcome)
        } else {
            String::new()
        };
        let evidence = Evidence {
            at: self.now(),
            fact,
        };
        let recorded = self
            .journal
            .record(self.ledger.clone(), id, &evidence)
            .await;
        self.ledger = recorded.map_err(|source| Error::Unwritten {
            operation: id.clone(),
            answer,
            evidence: Box::new(evidence),
            source,
        })?;
        Ok(())
    }
}

/// Whether what was seen of a payment holds still: a key is trusted for longer where its refund would show.
fn still_holds(looked_at: Option<Timestamp>, now: Timestamp) -> bool {
    looked_at.is_none_or(|looked| looked <= now && now.since(looked) <= SIGHT_HOLDS)
}

/// That nobody will write down the answer is a conclusion: it is decided on the ledger as it is, and says
/// that the outcome is unknown, and no more.
fn interrupted(attempt: u32) -> Fact {
    let why = "the process ended before the answer was written down".to_owned();
    Fact::answered(attempt, Outcome::Unknown { why }, None)
}

fn count_attempt(provider: &str, outcome: &Outcome) {
    let provider = provider.to_owned();
    let word = match outcome {
        Outcome::NotSent { .. } => "not_sent",
        Outcome::Refused { .. } => "refused",
        Outcome::Deferred { .. } => "deferred",
        Outcome::Unlisted { .. } => "unlisted",
        Outcome::Accepted(_) => "accepted",
        Outcome::Executed(_) => "executed",
        Outcome::Exists => "exists",
        Outcome::Unknown { .. } => "unknown",
        Outcome::Contradiction { .. } => "contradiction",
    };
    metrics::counter!("refundkit_attempts_total", "provider" => provider, "outcome" => word)
        .increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_of_a_payment_holds_for_minutes() {
        let seen = Timestamp::epoch().saturating_add(SIGHT_HOLDS);
        let end = seen.saturating_add(SIGHT_HOLDS);
        let after = end.saturating_add(std::time::Duration::from_millis(1));
        assert!(still_holds(None, after), "there was nothing to be seen");
        assert!(still_holds(Some(seen), seen) && still_holds(Some(seen), end));
        assert!(!still_holds(Some(seen), after));
        assert!(
            !still_holds(Some(seen), Timestamp::epoch()),
            "it lies ahead"
        );
    }
}
