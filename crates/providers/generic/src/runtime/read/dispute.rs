//! The disputes that a payment shows.

use refundkit_core::payment::{Dispute, DisputeStage};
use refundkit_core::{Currency, redact};

use super::super::units::Units;
use super::fields::{Around, Fields, Found, entries};
use super::parts::time;
use crate::language::{DisputeWord, Disputes, Meanings};

const ID: usize = 0;
const STATUS: usize = 1;
const AMOUNT: usize = 2;
const CREATED: usize = 3;

/// The disputes that a payment shows.
#[derive(Clone, Debug)]
pub(super) struct DisputeReader {
    units: Units,
    list: Option<Fields>,
    fields: Fields,
    has_status: bool,
    words: Meanings<DisputeWord>,
}

impl DisputeReader {
    pub(super) fn new(disputes: &Disputes, units: Units) -> Self {
        Self {
            units,
            list: disputes.list.as_ref().map(|list| Fields::new([Some(list)])),
            fields: Fields::new([
                disputes.id.as_ref(),
                disputes.status.as_ref(),
                disputes.amount.as_ref(),
                disputes.created_at.as_ref(),
            ]),
            has_status: disputes.status.is_some(),
            words: disputes.statuses.clone(),
        }
    }

    /// Those of the payment that the JSON is; `None` where it says nothing of them, which is not that
    /// there are none.
    ///
    /// # Errors
    /// A line about a list that is none, or an amount that can't be read.
    pub(super) fn read(
        &self,
        of_payment: Currency,
        json: &str,
    ) -> Result<Option<Vec<Dispute>>, String> {
        let Some(list) = &self.list else {
            return self.in_payment(of_payment, json);
        };
        let found = list.read(json, Around::default())?;
        let Some(listed) = found.raw(0) else {
            return Ok(None);
        };
        let listed = entries(listed).ok_or("the payment's list of disputes is none")?;
        let read = listed.into_iter().map(|entry| {
            let found = self.fields.read(entry, Around::default())?;
            self.dispute(of_payment, &found)
        });
        let read = read.collect::<Result<Vec<_>, String>>()?;
        Ok(Some(read.into_iter().flatten().collect()))
    }

    /// The fields of the one that there is.
    fn in_payment(&self, of_payment: Currency, json: &str) -> Result<Option<Vec<Dispute>>, String> {
        let found = self.fields.read(json, Around::default())?;
        let tells = if self.has_status { STATUS } else { AMOUNT };
        if found.raw(tells).is_none() {
            return Ok(None);
        }
        let dispute = self.dispute(of_payment, &found)?;
        Ok(Some(dispute.into_iter().collect()))
    }

    /// `None` where it says by its word, or by an amount of nothing, that there is no dispute.
    fn dispute(&self, of_payment: Currency, found: &Found<'_>) -> Result<Option<Dispute>, String> {
        let amount = found
            .raw(AMOUNT)
            .map(|raw| self.units.read(raw, Some(of_payment)))
            .transpose()?;
        let word = found.text(STATUS);
        let stage = match word.and_then(|word| self.words.get(&word)) {
            Some(DisputeWord::None) => return Ok(None),
            Some(DisputeWord::Lost) => DisputeStage::Lost,
            Some(DisputeWord::Won) => DisputeStage::Won,
            Some(DisputeWord::Open) => DisputeStage::Open,
            // Money that is gone without a word on how it stands.
            None if !self.has_status => DisputeStage::Lost,
            None => DisputeStage::Open,
        };
        let is_nothing = amount.is_some_and(refundkit_core::Minor::is_zero);
        if !self.has_status && is_nothing {
            return Ok(None);
        }
        Ok(Some(Dispute {
            id: found.text(ID).map(|id| redact::message(&id)),
            stage,
            // What is disputed of nothing may be of all: some providers write a zero before they know.
            amount: amount.filter(|_| !is_nothing),
            created_at: found.text(CREATED).and_then(|at| time(&at)),
        }))
    }
}
