//! A payment, as the answer about it shows it.

use refundkit_core::payment::{CaptureMode, Extent, Payment, Stage};
use refundkit_core::{Minor, PaymentId, redact};

use super::super::units::Units;
use super::dispute::DisputeReader;
use super::fields::{Around, Fields, Found};
use super::list::ListReader;
use super::parts::{at, currency, object, time};
use crate::language::{Meanings, PaymentFields, StageWord};

const ID: usize = 0;
const STATUS: usize = 1;
const CURRENCY: usize = 2;
const AUTHORIZED: usize = 3;
const CAPTURED: usize = 4;
const REFUNDED: usize = 5;
const CREATED: usize = 6;
const MODE: usize = 7;
const METHOD: usize = 8;

/// A payment.
#[derive(Clone, Debug)]
pub(crate) struct PaymentReader {
    units: Units,
    /// Its refunds, where they are in it.
    list: Option<ListReader>,
    at: Option<Fields>,
    fields: Fields,
    stages: Meanings<StageWord>,
    manual: Option<String>,
    /// The HTTP statuses of a success; 200 where there are none.
    pub(super) success: Vec<u16>,
    disputes: Option<DisputeReader>,
    may_hold_uncaptured: bool,
}

impl PaymentReader {
    pub(super) fn new(fields: &PaymentFields, units: &Units, list: Option<ListReader>) -> Self {
        Self {
            units: units.clone(),
            list,
            at: at(fields.read.at.as_ref()),
            fields: Fields::new([
                Some(&fields.id),
                Some(&fields.status),
                Some(&fields.currency),
                Some(&fields.authorized),
                fields.captured.as_ref(),
                fields.refunded.as_ref(),
                fields.created_at.as_ref(),
                fields.capture_mode.as_ref(),
                fields.method.as_ref(),
            ]),
            stages: fields.stages.clone(),
            manual: fields.manual_capture.clone(),
            success: fields.read.success.clone(),
            disputes: fields
                .disputes
                .as_ref()
                .map(|disputes| DisputeReader::new(disputes, units.clone())),
            may_hold_uncaptured: fields.refunded_may_hold_uncaptured,
        }
    }

    /// The payment that the JSON is, with its refunds where they are in it.
    pub(super) fn read(&self, json: &str) -> Result<Payment, String> {
        let found = self.fields.read(json, Around::default())?;
        let need = |field, what: &str| {
            let text = found.text(field);
            text.ok_or_else(|| ["the payment has no ", what].concat())
        };
        let id = PaymentId::new(need(ID, "id")?).map_err(|_| "the payment's id is none")?;
        let currency = currency(&need(CURRENCY, "currency")?)?;
        let sum = |field| {
            let raw = found.raw(field);
            raw.map(|raw| self.units.read(raw, Some(currency)))
                .transpose()
        };
        let authorized = sum(AUTHORIZED)?.ok_or("the payment has no amount")?;
        let (stage, extent) = self.stage(&need(STATUS, "status")?);
        let mut payment = Payment::new(id, currency, stage);
        payment.extent = extent;
        payment.capture_mode = self.capture_mode(&found);
        payment.authorized = authorized;
        payment.captured = captured(&payment.stage, sum(CAPTURED)?, authorized)?;
        let is_part = payment.captured < authorized;
        let refunded = sum(REFUNDED)?;
        payment.refunded = refunded.filter(|_| !(self.may_hold_uncaptured && is_part));
        payment.created_at = found.text(CREATED).and_then(|text| time(&text));
        payment.method = found.text(METHOD).map(|word| redact::message(&word));
        if let Some(list) = &self.list {
            let page = list.page(currency, None, json)?;
            payment.refunds = Some(list.alone(page)?);
        }
        if let Some(disputes) = &self.disputes {
            payment.disputes = disputes.read(currency, json)?;
        }
        Ok(payment)
    }

    /// The payment in an answer about it, where the profile says that it is.
    pub(super) fn answered(&self, json: &str) -> Result<Payment, String> {
        self.read(object(self.at.as_ref(), json)?)
    }

    fn stage(&self, word: &str) -> (Stage, Option<Extent>) {
        let stage = match self.stages.get(word) {
            Some(StageWord::Created) => Stage::Created,
            Some(StageWord::Authorized) => Stage::Authorized,
            Some(StageWord::PartiallyCaptured) => Stage::PartiallyCaptured,
            Some(StageWord::Captured) => Stage::Captured,
            Some(StageWord::PartiallyRefunded) => return (Stage::Captured, Some(Extent::Part)),
            Some(StageWord::Reversed) => Stage::Reversed,
            Some(StageWord::Refunded) => Stage::Refunded,
            Some(StageWord::NeverPaid) => Stage::NeverPaid,
            Some(StageWord::Failed) => Stage::Failed,
            None => Stage::Other(redact::message(word)),
        };
        (stage, None)
    }

    fn capture_mode(&self, found: &Found<'_>) -> CaptureMode {
        match found.text(MODE) {
            None => CaptureMode::Unknown,
            Some(word) if self.manual.as_deref() == Some(&*word) => CaptureMode::Manual,
            Some(_) => CaptureMode::Auto,
        }
    }
}

/// What was taken: what the provider states, or all of it once the stage says so.
fn captured(stage: &Stage, stated: Option<Minor>, authorized: Minor) -> Result<Minor, String> {
    match (stage, stated) {
        (Stage::Captured | Stage::Refunded | Stage::PartiallyCaptured, Some(stated)) => Ok(stated),
        (Stage::Captured | Stage::Refunded, None) => Ok(authorized),
        (Stage::PartiallyCaptured, None) => {
            Err("the payment is captured in part and doesn't say how much".to_owned())
        }
        _ => Ok(Minor::ZERO),
    }
}
