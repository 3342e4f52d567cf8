use refundkit_core::payment::{CaptureMode, Listed, Payment, SeenRefund, Stage};
use refundkit_core::ports::ReadError;
use refundkit_core::{Currency, Minor, PaymentId, redact};
use refundkit_http::{Masks, Response, Told};

use super::fields::{Around, Fields, Found, entries};
use super::{Readers, at, currency, object, time, unreadable};
use crate::profile::{PaymentFields, RefundList, StageWord, Words};

const ID: usize = 0;
const STATUS: usize = 1;
const CURRENCY: usize = 2;
const AUTHORIZED: usize = 3;
const CAPTURED: usize = 4;
const REFUNDED: usize = 5;
const CREATED: usize = 6;
const MODE: usize = 7;

/// A payment.
#[derive(Clone, Debug)]
pub(crate) struct PaymentReader {
    at: Option<Fields>,
    fields: Fields,
    stages: Words<StageWord>,
    manual: Option<String>,
    /// Whether a list of its refunds has all of them.
    lists_all: bool,
}

/// The refunds of a payment.
#[derive(Clone, Debug)]
pub(crate) struct ListReader {
    /// Whether they come with the payment.
    pub(crate) in_payment: bool,
    at: Option<Fields>,
    fields: Fields,
    only: Option<(Fields, Vec<String>)>,
    may_be_absent: bool,
    empty: Option<(u16, Fields, Vec<String>)>,
}

/// The longest cursor that is put into a query.
const LONGEST_CURSOR: usize = 2000;

const LIST: usize = 0;
const MORE: usize = 1;
const NEXT: usize = 2;

/// One page of a list.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) refunds: Vec<SeenRefund>,
    /// Whether there is more than this page.
    pub(crate) more: bool,
    /// What the request for the next page needs.
    pub(crate) next: Option<String>,
}

impl Told for Page {
    fn masked(mut self, masks: &Masks) -> Self {
        self.refunds = self.refunds.masked(masks);
        self
    }
}

impl PaymentReader {
    pub(crate) fn new(fields: &PaymentFields, list: Option<&RefundList>) -> Self {
        Self {
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
            ]),
            stages: fields.stages.clone(),
            manual: fields.manual_capture.clone(),
            lists_all: list.is_some_and(|list| !list.may_miss_some),
        }
    }

    /// The payment that the JSON is, with its refunds where they are in it.
    pub(crate) fn read(&self, readers: &Readers, json: &str) -> Result<Payment, String> {
        let found = self.fields.read(json, Around::default())?;
        let need = |field, what: &str| {
            let text = found.text(field);
            text.ok_or_else(|| ["the payment has no ", what].concat())
        };
        let id = PaymentId::new(need(ID, "id")?).map_err(|_| "the payment's id is none")?;
        let currency = currency(&need(CURRENCY, "currency")?)?;
        let sum = |field| {
            let raw = found.raw(field);
            raw.map(|raw| readers.units.read(raw, Some(currency)))
                .transpose()
        };
        let authorized = sum(AUTHORIZED)?.ok_or("the payment has no amount")?;
        let mut payment = Payment::new(id, currency, self.stage(&need(STATUS, "status")?));
        payment.capture_mode = self.capture_mode(&found);
        payment.authorized = authorized;
        payment.captured = captured(&payment.stage, sum(CAPTURED)?, authorized)?;
        payment.refunded = sum(REFUNDED)?;
        payment.created_at = found.text(CREATED).and_then(|text| time(&text));
        if let Some(list) = readers.list.as_ref().filter(|list| list.in_payment) {
            let page = list.page(readers, currency, None, json)?;
            if page.more {
                return Err("the payment has more refunds than it shows".to_owned());
            }
            self.add(&mut payment, page.refunds);
        }
        Ok(payment)
    }

    fn stage(&self, word: &str) -> Stage {
        match self.stages.get(word) {
            Some(StageWord::Created) => Stage::Created,
            Some(StageWord::Authorized) => Stage::Authorized,
            Some(StageWord::PartiallyCaptured) => Stage::PartiallyCaptured,
            Some(StageWord::Captured) => Stage::Captured,
            Some(StageWord::Reversed) => Stage::Reversed,
            Some(StageWord::Refunded) => Stage::Refunded,
            Some(StageWord::Canceled) => Stage::NeverPaid,
            Some(StageWord::Failed) => Stage::Failed,
            None => Stage::Other(redact::message(word)),
        }
    }

    fn capture_mode(&self, found: &Found<'_>) -> CaptureMode {
        match found.text(MODE) {
            None => CaptureMode::Unknown,
            Some(word) if self.manual.as_deref() == Some(&*word) => CaptureMode::Manual,
            Some(_) => CaptureMode::Auto,
        }
    }

    /// The refunds of the payment, and whether they are all.
    fn add(&self, payment: &mut Payment, refunds: Vec<SeenRefund>) {
        payment.refunds = Some(Listed {
            refunds,
            whole: self.lists_all,
        });
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

impl ListReader {
    pub(crate) fn new(list: &RefundList) -> Self {
        let next = list.next.as_ref().and_then(|next| next.from.as_ref());
        Self {
            in_payment: list.read.is_none(),
            at: at(list.read.as_ref().and_then(|read| read.at.as_ref())),
            fields: Fields::new([Some(&list.list), list.more.as_ref(), next]),
            only: list.only.as_ref().map(|only| {
                let field = Fields::new([Some(&only.field)]);
                (field, only.is.texts().to_vec())
            }),
            may_be_absent: list.may_be_absent,
            empty: list.empty.as_ref().map(|empty| {
                let field = Fields::new([Some(&empty.field)]);
                (empty.status, field, empty.is.texts().to_vec())
            }),
        }
    }

    /// The refunds that the JSON lists.
    pub(crate) fn page(
        &self,
        readers: &Readers,
        of_payment: Currency,
        asked: Option<&PaymentId>,
        json: &str,
    ) -> Result<Page, String> {
        let json = object(self.at.as_ref(), json)?;
        let found = self.fields.read(json, Around::default())?;
        let listed = match found.raw(LIST) {
            // Nothing at all isn't an answer without the list.
            None if self.may_be_absent && json.trim_start().starts_with('{') => Vec::new(),
            // Taken for empty, a list that moved elsewhere would prove that nothing was returned.
            None => {
                return Err(
                    "the payment's list of refunds isn't where the profile expects it".to_owned(),
                );
            }
            Some(list) => entries(list).ok_or("the payment's list of refunds is none")?,
        };
        let mut refunds = Vec::new();
        for entry in listed {
            if self.is_wanted(entry)? {
                let seen = readers
                    .refund
                    .seen(&readers.units, of_payment, asked, entry);
                refunds.push(seen?);
            }
        }
        let says_more = |raw: &str| !matches!(raw, "false" | "0" | "\"\"" | "[]" | "{}");
        let next = found.text(NEXT).filter(|next| !next.is_empty());
        if next
            .as_ref()
            .is_some_and(|next| next.len() > LONGEST_CURSOR)
        {
            return Err(
                "what the next page is asked for with is longer than 2000 bytes".to_owned(),
            );
        }
        Ok(Page {
            refunds,
            more: found.raw(MORE).is_some_and(says_more) || next.is_some(),
            next: next.map(std::borrow::Cow::into_owned),
        })
    }

    /// Whether the answer is the error that stands for an empty list, word for word.
    fn is_empty(&self, response: &Response) -> bool {
        let Some((status, field, words)) = &self.empty else {
            return false;
        };
        let says_so = || says(field, words, super::text(response)?);
        response.status() == *status && says_so().unwrap_or(false)
    }

    /// Whether the answer is the absence of a list, said by its status.
    fn has_no_content(&self, response: &Response) -> bool {
        self.may_be_absent && response.status() == 204
    }

    fn is_wanted(&self, entry: &str) -> Result<bool, String> {
        let Some((field, words)) = &self.only else {
            return Ok(true);
        };
        says(field, words, entry)
    }
}

/// Whether the field has one of the words.
fn says(field: &Fields, words: &[String], json: &str) -> Result<bool, String> {
    let found = field.read(json, Around::default())?;
    let word = found.text(0);
    Ok(word.is_some_and(|word| words.iter().any(|known| *known == word)))
}

/// Adds the refunds that requests of their own have brought.
pub(crate) fn with_refunds(
    readers: &Readers,
    mut payment: Payment,
    refunds: Vec<SeenRefund>,
) -> Payment {
    if let Some(reader) = &readers.payment {
        reader.add(&mut payment, refunds);
    }
    payment
}

impl Readers {
    /// The payment that the answer is about.
    pub(crate) fn payment(&self, response: &Response) -> Result<Payment, ReadError> {
        let json = super::reading(self, response)?;
        let reader = self
            .payment
            .as_ref()
            .ok_or_else(|| unreadable("the profile reads no payment"))?;
        let json = object(reader.at.as_ref(), json).map_err(unreadable)?;
        reader.read(self, json).map_err(unreadable)
    }

    /// One page of the refunds of the payment that was asked for.
    pub(crate) fn page(
        &self,
        asked: &PaymentId,
        of_payment: Currency,
        response: &Response,
    ) -> Result<Page, ReadError> {
        let reader = self
            .list
            .as_ref()
            .ok_or_else(|| unreadable("the profile lists no refunds"))?;
        if reader.is_empty(response) || reader.has_no_content(response) {
            return Ok(Page::default());
        }
        let json = super::reading(self, response)?;
        reader
            .page(self, of_payment, Some(asked), json)
            .map_err(unreadable)
    }
}
