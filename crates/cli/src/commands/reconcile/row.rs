//! One difference between journal and provider in its three forms: JSON, whose names are a contract,
//! cells that no spreadsheet takes for a formula, and a line for people.

use refundkit::{Difference, Minor, Money, ProviderName};
use serde::Serialize;

use crate::output::{AmountJson, guarded};

/// A difference as programs read it. The names are a contract.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) difference: &'static str,
    pub(super) provider: String,
    pub(super) payment: String,
    pub(super) operation: Option<String>,
    /// Where the operation stands in the journal.
    pub(super) state: Option<&'static str>,
    /// What the journal says was asked for.
    pub(super) wanted: Option<AmountJson>,
    pub(super) provider_refund_id: Option<String>,
    pub(super) shown: Option<Shown>,
    pub(super) note: String,
    /// Whether evidence was added to the journal.
    pub(super) written: bool,
}

/// What the provider says.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    pub(super) status: String,
    pub(super) payment: Option<String>,
    /// Its currency may be missing: not every provider states it.
    pub(super) minor: Option<i64>,
    pub(super) currency: Option<String>,
    pub(super) major: Option<String>,
}

impl Row {
    pub(super) fn of(provider: &ProviderName, difference: &Difference, written: bool) -> Self {
        let shown = difference.shown.as_ref().map(|fact| {
            let money = fact
                .amount
                .zip(fact.currency)
                .and_then(|(minor, currency)| Money::new(minor, currency).ok());
            Shown {
                status: fact.status.to_string(),
                payment: fact.payment.as_ref().map(ToString::to_string),
                minor: fact.amount.map(Minor::get),
                currency: fact.currency.map(|currency| currency.code().to_owned()),
                major: money.and_then(|money| AmountJson::from(money).major),
            }
        });
        Self {
            difference: difference.kind.as_str(),
            provider: provider.to_string(),
            payment: difference.payment.to_string(),
            operation: difference.operation.as_ref().map(ToString::to_string),
            state: difference.state.map(refundkit::State::as_str),
            wanted: difference.wanted.map(AmountJson::from),
            provider_refund_id: difference.refund.as_ref().map(ToString::to_string),
            shown,
            note: difference.note.clone(),
            written,
        }
    }

    pub(super) const HEADER: [&'static str; 15] = [
        "difference",
        "provider",
        "payment",
        "operation",
        "state",
        "wanted_minor",
        "wanted_currency",
        "wanted",
        "provider_refund_id",
        "shown_status",
        "shown_payment",
        "shown_minor",
        "shown_currency",
        "note",
        "written",
    ];

    /// The same for a spreadsheet.
    pub(super) fn cells(&self) -> [String; 15] {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let wanted = self.wanted.as_ref();
        let shown = self.shown.as_ref();
        let number = |minor: Option<i64>| minor.map(|minor| minor.to_string()).unwrap_or_default();
        [
            self.difference.to_owned(),
            self.provider.clone(),
            self.payment.clone(),
            text(&self.operation),
            self.state.unwrap_or_default().to_owned(),
            number(wanted.map(|wanted| wanted.minor)),
            wanted.map_or_else(String::new, |wanted| wanted.currency.clone()),
            wanted.map_or_else(String::new, |wanted| text(&wanted.major)),
            text(&self.provider_refund_id),
            shown.map_or_else(String::new, |shown| shown.status.clone()),
            shown.map_or_else(String::new, |shown| text(&shown.payment)),
            number(shown.and_then(|shown| shown.minor)),
            shown.map_or_else(String::new, |shown| text(&shown.currency)),
            self.note.clone(),
            self.written.to_string(),
        ]
        .map(|cell| guarded(&cell))
    }

    /// The same for a person.
    pub(super) fn line(&self) -> [String; 7] {
        let amount = |major: &Option<String>, minor: Option<i64>, currency: Option<&str>| match (
            major, minor, currency,
        ) {
            (Some(major), _, Some(currency)) => format!("{major} {currency}"),
            (_, Some(minor), currency) => {
                format!("{minor} minor units of {}", currency.unwrap_or("?"))
            }
            _ => String::new(),
        };
        let wanted = self.wanted.as_ref().map(|wanted| {
            let currency = Some(wanted.currency.as_str());
            amount(&wanted.major, Some(wanted.minor), currency)
        });
        let shown = self.shown.as_ref().map(|shown| {
            let amount = amount(&shown.major, shown.minor, shown.currency.as_deref());
            [shown.status.as_str(), amount.as_str()]
                .join(" ")
                .trim()
                .to_owned()
        });
        let journal = [
            self.state.unwrap_or_default(),
            wanted.as_deref().unwrap_or_default(),
        ];
        [
            [self.payment.as_str(), " at ", self.provider.as_str()].concat(),
            self.difference.to_owned(),
            self.operation.clone().unwrap_or_default(),
            journal.join(" ").trim().to_owned(),
            self.provider_refund_id.clone().unwrap_or_default(),
            shown.unwrap_or_default(),
            self.note.clone(),
        ]
    }
}
