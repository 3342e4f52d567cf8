//! Disputes: a customer's bank asks for money back, and its scheme decides whose it is. No refund
//! is made by one, and nothing that a refund is measured by changes.

use serde::{Deserialize, Serialize};

use crate::ledger::Provider;
use crate::server::Sandbox;
use crate::world::World;

/// How a dispute stands, in Dodo's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    /// Somebody has asked for the money.
    Opened,
    /// The merchant let the time for an answer pass.
    Expired,
    /// The merchant gave in.
    Accepted,
    /// Whoever asked asks no more.
    Cancelled,
    /// The merchant has objected.
    Challenged,
    /// The merchant keeps the money.
    Won,
    /// The customer keeps the money.
    Lost,
}

/// How far a dispute has gone, in Dodo's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStage {
    /// A question, before money is asked for.
    PreDispute,
    /// Money is asked for.
    Dispute,
    /// It is asked for again.
    PreArbitration,
}

/// A dispute of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    /// Minor units of the payment's currency.
    pub(crate) amount: i64,
    pub(crate) status: DisputeStatus,
    pub(crate) stage: DisputeStage,
    pub(crate) created_at: i64,
}

/// Why a dispute can't be opened or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DisputeError {
    /// No other simulated provider shows any.
    #[error("only Dodo's payments show disputes")]
    Provider,
    /// Nothing has this id.
    #[error("there is no such payment, or no such dispute of it")]
    Missing,
    /// Disputed is what was paid, or a part of it.
    #[error("the amount is not from 1 to what was captured")]
    Amount,
}

impl Sandbox {
    /// A payment is disputed, over so many minor units; the dispute's id.
    ///
    /// # Errors
    /// Where there is no such payment, or not that much of it.
    pub fn dispute(
        &self,
        provider: Provider,
        payment: &str,
        minor: i64,
    ) -> Result<String, DisputeError> {
        self.world().dispute(provider, payment, Some(minor))
    }

    /// A dispute goes on, or ends.
    ///
    /// # Errors
    /// Where there is no such dispute.
    pub fn decide_dispute(
        &self,
        dispute: &str,
        stage: DisputeStage,
        status: DisputeStatus,
    ) -> Result<(), DisputeError> {
        let mut world = self.world();
        world.decide(dispute, Some(stage), status).map(drop)
    }
}

impl World {
    /// Over all that was captured, where no amount is named.
    pub(crate) fn dispute(
        &mut self,
        provider: Provider,
        payment: &str,
        minor: Option<i64>,
    ) -> Result<String, DisputeError> {
        if provider != Provider::Dodo {
            return Err(DisputeError::Provider);
        }
        let (now, id) = (self.now(), ["dp_", &self.next_id()].concat());
        let entry = (provider, payment.to_owned());
        let payment = self.book.get_mut(&entry).ok_or(DisputeError::Missing)?;
        let amount = minor.unwrap_or(payment.captured);
        if !(1..=payment.captured).contains(&amount) {
            return Err(DisputeError::Amount);
        }
        payment.disputes.push(Dispute {
            id: id.clone(),
            amount,
            status: DisputeStatus::Opened,
            stage: DisputeStage::Dispute,
            created_at: now,
        });
        Ok(id)
    }

    /// The payment's id. The stage stays where none is named.
    pub(crate) fn decide(
        &mut self,
        id: &str,
        stage: Option<DisputeStage>,
        status: DisputeStatus,
    ) -> Result<(Provider, String), DisputeError> {
        for (entry, payment) in &mut self.book {
            let mut disputes = payment.disputes.iter_mut();
            if let Some(dispute) = disputes.find(|dispute| dispute.id == id) {
                dispute.status = status;
                dispute.stage = stage.unwrap_or(dispute.stage);
                return Ok(entry.clone());
            }
        }
        Err(DisputeError::Missing)
    }
}
