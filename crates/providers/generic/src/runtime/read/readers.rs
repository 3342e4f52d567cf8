//! All that a profile's answers are read with, compiled once for an adapter.

use refundkit_core::ProviderRefund;
use refundkit_core::answer::Answer;
use refundkit_core::payment::Payment;
use refundkit_core::ports::ReadError;
use refundkit_core::{Currency, PaymentId, ProviderKey};
use refundkit_http::Response;

use super::super::units::Units;
use super::errors::ErrorReader;
use super::fields::{Around, Fields, entries};
use super::list::{ListReader, Page};
use super::parts::{at, object, text, unreadable};
use super::payment::PaymentReader;
use super::refund::RefundReader;
use super::reversal::ReversalReader;
use crate::language::{AnswerKind, Document, Profile, Token};

/// Everything that answers are read with, compiled from a profile.
#[derive(Clone, Debug)]
pub(crate) struct Readers {
    pub(crate) list: Option<ListReader>,
    pub(crate) token: Option<Fields>,
    pub(crate) units: Units,
    errors: ErrorReader,
    refund: RefundReader,
    call: RefundCall,
    payment: Option<PaymentReader>,
    reversal: Option<ReversalReader>,
    status_at: Option<Fields>,
    status_success: Vec<u16>,
}

/// What the profile says of the answer to a refund.
#[derive(Clone, Debug)]
struct RefundCall {
    answer: AnswerKind,
    at: Option<Fields>,
    success: Vec<u16>,
    results: Vec<u16>,
}

const ALIVE: &str = "it is an error, and a refund that goes on";

impl Readers {
    pub(crate) fn new(profile: &Profile) -> Self {
        let document = profile.document();
        let units = Units::of(profile);
        let refund = RefundReader::of(profile);
        let list = document.refunds.as_ref();
        let list = list.map(|list| ListReader::new(list, refund.clone()));
        let in_payment = list.clone().filter(|list| list.in_payment);
        let payment = document.payment.as_ref();
        let payment = payment.map(|payment| PaymentReader::new(payment, &units, in_payment));
        let reversal = document.reversal.as_ref();
        let status = document.refund_status.as_ref();
        Self {
            errors: ErrorReader::new(document),
            call: RefundCall::new(document),
            reversal: reversal.map(|call| ReversalReader::new(call, payment.clone())),
            token: document.auth.token.as_ref().map(login),
            status_at: at(status.and_then(|read| read.at.as_ref())),
            status_success: status.map_or_else(Vec::new, |read| read.success.clone()),
            list,
            units,
            refund,
            payment,
        }
    }

    /// The payment that the answer is about.
    pub(crate) fn payment(&self, response: &Response) -> Result<Payment, ReadError> {
        let reader = self.payment.as_ref();
        let reader = reader.ok_or_else(|| unreadable("the profile reads no payment"))?;
        let json = self.reading(&reader.success, response)?;
        reader.answered(json).map_err(unreadable)
    }

    /// One page of the refunds of the payment that was asked for.
    pub(crate) fn page(
        &self,
        asked: &PaymentId,
        of_payment: Currency,
        response: &Response,
    ) -> Result<Page, ReadError> {
        let reader = self.list.as_ref();
        let reader = reader.ok_or_else(|| unreadable("the profile lists no refunds"))?;
        if reader.is_empty(response) || reader.has_no_content(response) {
            return Ok(Page::default());
        }
        let json = self.reading(&reader.success, response)?;
        let page = reader.page(of_payment, Some(asked), json);
        page.map_err(unreadable)
    }

    /// An answer about one refund.
    pub(crate) fn refund_status(&self, response: &Response) -> Result<ProviderRefund, ReadError> {
        let json = self.reading(&self.status_success, response)?;
        let json = object(self.status_at.as_ref(), json).map_err(unreadable)?;
        let around = Around {
            response: Some(response),
            token: None,
        };
        self.refund.fact(json, around, None).map_err(unreadable)
    }

    /// The answer to a refund that was sent with `token`.
    pub(crate) fn refund(
        &self,
        asked: Currency,
        token: &ProviderKey,
        response: &Response,
    ) -> Answer {
        let call = &self.call;
        let json = match self.success(&call.success, &call.results, response) {
            Ok(json) => json,
            Err(answer) => return answer,
        };
        let around = Around {
            response: Some(response),
            token: Some(token.as_str()),
        };
        let within = |json| object(call.at.as_ref(), json);
        let fact = match call.answer {
            AnswerKind::None => self.refund.fact("", around, Some(asked)),
            AnswerKind::Refund => {
                within(json).and_then(|json| self.refund.fact(json, around, Some(asked)))
            }
            AnswerKind::List => within(json).and_then(|json| self.in_list(asked, token, json)),
            AnswerKind::Payment => within(json).and_then(|json| self.in_payment(token, json)),
        };
        fact.map_or_else(|why| response.unreadable(why), Answer::Refund)
    }

    /// The answer to a reversal: the payment, which then is reversed, an object with a status, or
    /// the success alone.
    pub(crate) fn reversal(&self, response: &Response) -> Answer {
        let Some(reader) = &self.reversal else {
            return response.unreadable("the profile has no reversal");
        };
        match self.success(&reader.success, &[], response) {
            Ok(json) => {
                let fact = reader.fact(json);
                fact.map_or_else(|why| response.unreadable(why), Answer::Refund)
            }
            Err(answer) => answer,
        }
    }

    /// The refund with our token among those of the payment: one, or nothing can be said.
    fn in_payment(&self, token: &ProviderKey, json: &str) -> Result<ProviderRefund, String> {
        let payment = self
            .payment
            .as_ref()
            .ok_or("the profile reads no payment")?;
        let read = payment.read(json)?;
        let refund = only(read.shown(), token)?;
        let of_payment = refund.amount.map(|_| read.currency);
        Ok(ProviderRefund {
            currency: refund.currency.or(of_payment),
            payment: Some(read.id.clone()),
            ..refund.as_evidence()
        })
    }

    fn in_list(
        &self,
        asked: Currency,
        token: &ProviderKey,
        json: &str,
    ) -> Result<ProviderRefund, String> {
        let entries = entries(json).ok_or("it is not the expected list")?;
        let seen = entries
            .into_iter()
            .map(|entry| self.refund.seen(asked, None, entry))
            .collect::<Result<Vec<_>, _>>()?;
        let refund = only(&seen, token)?;
        Ok(ProviderRefund {
            currency: refund.currency.or(refund.amount.map(|_| asked)),
            ..refund.as_evidence()
        })
    }

    /// The reading that a request brought, or why it can't be used. Only the documented success is one:
    /// 200, unless the profile lists others.
    fn reading<'a>(&self, success: &[u16], response: &'a Response) -> Result<&'a str, ReadError> {
        let json = text(response).map_err(unreadable)?;
        if !response.is_success() {
            let said = self.errors.words(json);
            return Err(response.read_error(said.as_deref()));
        }
        let documented = if success.is_empty() { &[200] } else { success };
        if !documented.contains(&response.status()) {
            let status = response.status();
            return Err(unreadable(format!(
                "HTTP {status} is not the answer that the profile expects of a reading"
            )));
        }
        match self.errors.inside(json).map_err(unreadable)? {
            Some((code, message)) => {
                let said = message.or(code).unwrap_or_default();
                Err(response.unusable(["the provider answered with an error: ", &said].concat()))
            }
            None => Ok(json),
        }
    }

    /// A success' content, or the answer that it is instead.
    fn success<'a>(
        &self,
        success: &[u16],
        results: &[u16],
        response: &'a Response,
    ) -> Result<&'a str, Answer> {
        let status = response.status();
        let json = text(response).map_err(|why| response.unreadable(why))?;
        let is_success = match success {
            [] => response.is_success(),
            listed => listed.contains(&status),
        };
        let is_alive = || {
            let object = object(self.call.at.as_ref(), json);
            self.refund.is_alive(json) || object.is_ok_and(|json| self.refund.is_alive(json))
        };
        if is_success {
            let inside = self.errors.inside(json);
            return match inside.map_err(|why| response.unreadable(why))? {
                Some(_) if is_alive() => Err(response.unreadable(ALIVE)),
                Some((code, message)) => Err(self.errors.answer(response, code, message)),
                None => Ok(json),
            };
        }
        if !response.is_error() {
            return Err(response
                .unreadable("it is neither the success that the profile lists nor an error"));
        }
        let is_one = || {
            let object = object(self.call.at.as_ref(), json);
            object.is_ok_and(|json| self.refund.is_one(json))
        };
        if results.contains(&status) && is_one() {
            return Ok(json);
        }
        if is_alive() {
            return Err(response.unreadable(ALIVE));
        }
        let (code, message) = self.errors.code_and_message(json);
        Err(self.errors.answer(response, code, message))
    }
}

impl RefundCall {
    fn new(document: &Document) -> Self {
        let call = &document.refund;
        Self {
            answer: call.answer,
            at: at(call.at.as_ref()),
            success: call.success.clone(),
            results: call.results.clone(),
        }
    }
}

/// Where the answer to a login has the token, and for how long.
fn login(token: &Token) -> Fields {
    Fields::new([Some(&token.access_token), token.expires_in.as_ref()])
}

fn only<'a>(
    refunds: &'a [ProviderRefund],
    token: &ProviderKey,
) -> Result<&'a ProviderRefund, String> {
    let mut ours = refunds
        .iter()
        .filter(|seen| seen.token.as_ref() == Some(token));
    match (ours.next(), ours.next()) {
        (Some(refund), None) => Ok(refund),
        _ => Err("it doesn't show this refund exactly once".to_owned()),
    }
}
