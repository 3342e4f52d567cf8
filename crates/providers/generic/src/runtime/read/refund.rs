//! A refund, wherever an answer or a message shows one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use refundkit_core::ProviderRefund;
use refundkit_core::answer::RefundStatus;

use refundkit_core::{Currency, Minor, PaymentId, ProviderKey, RefundId, redact};
use refundkit_http::Response;

use super::super::units::Units;
use super::fields::{Around, Fields, Found};
use super::parts::{currency, time};
use crate::language::{Meanings, NegativeAmounts, OWN, Paths, Profile, RefundFields, StatusWord};

const ID: usize = 0;
const STATUS: usize = 1;
const AMOUNT: usize = 2;
const CURRENCY: usize = 3;
const PAYMENT: usize = 4;
const TOKEN: usize = 5;
const CREATED: usize = 6;

/// A refund, wherever it appears.
#[derive(Clone, Debug)]
pub(crate) struct RefundReader {
    units: Units,
    fields: Fields,
    has_id: bool,
    /// Whether that is in the body, and nowhere else.
    has_id_inside: bool,
    has_status: bool,
    negative: Option<NegativeAmounts>,
    statuses: Meanings<StatusWord>,
    http: BTreeMap<u16, StatusWord>,
}

impl RefundReader {
    /// By all that the profile says of refunds.
    pub(crate) fn of(profile: &Profile) -> Self {
        let document = profile.document();
        Self::new(&document.refund_object, Units::of(profile))
    }

    pub(super) fn new(fields: &RefundFields, units: Units) -> Self {
        Self {
            units,
            fields: Fields::new([
                fields.id.as_ref(),
                fields.status.as_ref(),
                fields.amount.as_ref(),
                fields.currency.as_ref(),
                fields.payment.as_ref(),
                fields.token.as_ref(),
                fields.created_at.as_ref(),
            ]),
            has_id: fields.id.is_some(),
            has_id_inside: fields.id.as_ref().is_some_and(Paths::is_in_the_body),
            has_status: fields.status.is_some(),
            negative: fields.negative_amounts,
            statuses: fields.statuses.clone(),
            http: fields
                .http
                .iter()
                .map(|(code, word)| (code.code(), *word))
                .collect(),
        }
    }

    /// Whether the JSON has a refund's status: then it is one, whatever the HTTP status says.
    pub(crate) fn is_one(&self, json: &str) -> bool {
        let found = self.fields.read(json, Around::default());
        found.is_ok_and(|found| found.text(STATUS).is_some())
    }

    /// Whether the JSON is a refund with an id, if that is where refunds have it, and a word for
    /// being done or on its way: no refusal, whatever the HTTP status says.
    pub(crate) fn is_alive(&self, json: &str) -> bool {
        let Ok(found) = self.fields.read(json, Around::default()) else {
            return false;
        };
        let means = found.text(STATUS).and_then(|word| self.statuses.get(&word));
        let has_id = !self.has_id_inside || found.text(ID).is_some();
        has_id && means.is_some_and(|means| means != StatusWord::Failed)
    }

    /// A refund that is an answer by itself. Where it states no currency, its amount is one in the
    /// `assumed` currency.
    pub(crate) fn fact(
        &self,
        json: &str,
        around: Around<'_>,
        assumed: Option<Currency>,
    ) -> Result<ProviderRefund, String> {
        let found = self.fields.read(json, around)?;
        let id = match found.text(ID) {
            Some(id) => Some(RefundId::new(id).map_err(|_| "its refund id is none")?),
            None if self.has_id => return Err("it has no refund id".to_owned()),
            None => None,
        };
        let currency = found
            .text(CURRENCY)
            .map(|code| currency(&code))
            .transpose()?;
        let payment = found
            .text(PAYMENT)
            .map(|id| PaymentId::new(id).map_err(|_| "its payment id is none"))
            .transpose()?;
        let negative = self.negative == Some(NegativeAmounts::Everywhere);
        Ok(ProviderRefund {
            id,
            amount: amount(&self.units, &found, currency.or(assumed), negative)?,
            currency,
            payment,
            token: found.text(TOKEN).and_then(|text| token(&text)),
            ..ProviderRefund::with_status(self.status(&found, around.response)?)
        })
    }

    /// A refund in a payment's list. An amount in another currency than the payment's is left out:
    /// it can't be counted against what was paid. One of another payment than `asked` is an error:
    /// the list isn't the one that was asked for, and what it doesn't show proves nothing.
    pub(crate) fn seen(
        &self,
        of_payment: Currency,
        asked: Option<&PaymentId>,
        json: &str,
    ) -> Result<ProviderRefund, String> {
        let found = self.fields.read(json, Around::default())?;
        if let (Some(asked), Some(named)) = (asked, found.text(PAYMENT))
            && asked.as_str() != named
        {
            return Err("the list shows a refund of another payment".to_owned());
        }
        let own = found
            .text(CURRENCY)
            .map(|code| currency(&code))
            .transpose()?;
        let stated = own.unwrap_or(of_payment);
        let amount = amount(&self.units, &found, Some(stated), self.negative.is_some())?;
        let token = found.text(TOKEN).and_then(|text| token(&text));
        Ok(ProviderRefund {
            id: found.text(ID).and_then(|id| RefundId::new(id).ok()),
            currency: own,
            token,
            references: found.text(TOKEN).into_iter().collect(),
            amount: amount.filter(|_| stated == of_payment),
            created_at: found.text(CREATED).and_then(|at| time(&at)),
            ..ProviderRefund::with_status(self.status(&found, None)?)
        })
    }

    /// A refund in a message about `payment`, by the same rules as an answer by itself. Without a
    /// currency of its own its amount counts only where it means the same in all of them.
    pub(crate) fn in_message(
        &self,
        payment: &PaymentId,
        json: &str,
    ) -> Result<ProviderRefund, String> {
        let fact = self.fact(json, Around::default(), None)?;
        let found = self.fields.read(json, Around::default())?;
        Ok(ProviderRefund {
            payment: Some(payment.clone()),
            references: found.text(TOKEN).into_iter().collect(),
            created_at: found.text(CREATED).and_then(|at| time(&at)),
            ..fact
        })
    }

    /// The payment that a refund names.
    pub(crate) fn payment_in(&self, json: &str) -> Option<String> {
        let found = self.fields.read(json, Around::default()).ok()?;
        found.text(PAYMENT).map(Cow::into_owned)
    }

    /// A word that the profile doesn't list is kept and never taken for success.
    fn status(
        &self,
        found: &Found<'_>,
        response: Option<&Response>,
    ) -> Result<RefundStatus, String> {
        if let Some(word) = found.text(STATUS) {
            return Ok(match self.statuses.get(&word) {
                Some(means) => status(means),
                None => RefundStatus::Other(redact::message(&word)),
            });
        }
        let by_http = response.and_then(|response| self.http.get(&response.status()));
        match by_http {
            Some(means) => Ok(status(*means)),
            None if self.has_status => Err("it has no status".to_owned()),
            None => Ok(RefundStatus::Unstated),
        }
    }
}

pub(super) const fn status(word: StatusWord) -> RefundStatus {
    match word {
        StatusWord::Pending => RefundStatus::Pending,
        StatusWord::Review => RefundStatus::Review,
        StatusWord::Failed => RefundStatus::Failed,
        StatusWord::Succeeded => RefundStatus::Succeeded,
    }
}

fn amount(
    units: &Units,
    found: &Found<'_>,
    currency: Option<Currency>,
    negative: bool,
) -> Result<Option<Minor>, String> {
    let raw = found
        .raw(AMOUNT)
        .filter(|_| currency.is_some() || !units.need_currency());
    let read = |raw| match negative {
        true => units.read_negative(raw, currency),
        false => units.read(raw, currency),
    };
    raw.map(read).transpose()
}

/// The token behind the last dash of a reference, or the whole of it. Whatever else stands there is
/// none: people write notes, and a field that cuts or changes what it is given has ours in it.
fn token(reference: &str) -> Option<ProviderKey> {
    let token = reference
        .rsplit_once('-')
        .map_or(reference, |(_, token)| token);
    let is_own = |letter: u8| matches!(letter, b'a'..=b'z' | b'2'..=b'7');
    let fits = token.len() == OWN && token.bytes().all(is_own);
    ProviderKey::new(token).ok().filter(|_| fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_the_form_of_a_token_is_one() {
        let own = "abcdefghijklmnopqrstuvwxyz234567";
        let key = || ProviderKey::new(own).ok();
        assert_eq!(token(own), key());
        assert_eq!(token(&["order-7-", own].concat()), key());
        for none in [
            "",
            "broken-on-arrival",
            "refund",
            own.trim_end_matches('7'),
            &own.to_ascii_uppercase(),
            &[own, "-copy"].concat(),
            &[own, " "].concat(),
            "0d1e8f90aabbccddeeff001122334455",
        ] {
            assert_eq!(token(none), None, "{none}");
        }
    }
}
