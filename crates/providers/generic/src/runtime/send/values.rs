//! The values of one request, by the placeholders that name them.

use std::borrow::Cow;

use refundkit_core::{Metadata, Money, Timestamp};

use super::super::units::Written;
use super::account::Account;
use super::live::Live;
use crate::language::{Fit, Placeholder, Values};

/// The values of one request. What is absent takes the field that names it along.
#[derive(Clone, Debug)]
pub(crate) struct Filled<'a> {
    account: &'a Account,
    pub(super) payment: Option<&'a str>,
    pub(super) refund: Option<&'a str>,
    pub(super) amount: Option<(Written, Money)>,
    /// The operation's key, as it is.
    pub(super) own: Option<&'a str>,
    /// What the key's field takes.
    pub(super) key_fit: Option<&'a Fit>,
    pub(super) order_id: Option<&'a str>,
    pub(super) reason: Option<&'a str>,
    pub(super) notes: Option<&'a str>,
    pub(super) metadata: Option<&'a Metadata>,
    pub(super) live: Live,
    pub(super) written: Option<Parts>,
    pub(super) signed: Vec<(String, String)>,
}

/// A request as far as it is written, for a signature over it.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) body: String,
}

/// What stands for a credential where a request is shown.
pub(super) const MASK: &str = "[secret]";

impl<'a> Filled<'a> {
    pub(super) fn new(account: &'a Account, live: Live) -> Self {
        Self {
            account,
            payment: None,
            refund: None,
            amount: None,
            own: None,
            key_fit: None,
            order_id: None,
            reason: None,
            notes: None,
            metadata: None,
            live,
            written: None,
            signed: Vec::new(),
        }
    }

    /// The key as its field takes it.
    pub(super) fn key(&self) -> Option<Cow<'_, str>> {
        fitted(self.own?, self.key_fit)
    }

    fn token(&self) -> Option<Cow<'_, str>> {
        fitted(self.own?, self.account.document().token.as_ref())
    }

    fn now(&self, write: impl Fn(Timestamp) -> String) -> Option<Cow<'_, str>> {
        if self.live.shown {
            return Some("[time]".into());
        }
        self.live.now.map(|now| write(now).into())
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it stands where values may be absent"
)]
fn fitted<'a>(own: &'a str, fit: Option<&Fit>) -> Option<Cow<'a, str>> {
    Some(match fit {
        Some(fit) if !fit.is_identity() => fit.fit(own).into(),
        _ => own.into(),
    })
}

impl Values for Filled<'_> {
    fn of(&self, placeholder: &Placeholder) -> Option<Cow<'_, str>> {
        let amount = self.amount.as_ref();
        match placeholder {
            Placeholder::Payment => self.payment.map(Into::into),
            Placeholder::Refund => self.refund.map(Into::into),
            Placeholder::Minor | Placeholder::MinorText => {
                amount.map(|(written, _)| written.minor.as_str().into())
            }
            Placeholder::Major | Placeholder::MajorNumber => {
                amount.and_then(|(written, _)| written.major.as_deref().map(Into::into))
            }
            Placeholder::Currency => {
                amount.map(|(_, money)| money.currency().code().to_owned().into())
            }
            Placeholder::CurrencyLower => {
                amount.map(|(_, money)| money.currency().code().to_ascii_lowercase().into())
            }
            Placeholder::Token => self.token(),
            Placeholder::Key => self.key(),
            Placeholder::Reference => match (self.order_id, self.token()) {
                (Some(order_id), Some(token)) => Some([order_id, "-", &token].concat().into()),
                (_, token) => token,
            },
            Placeholder::OrderId => self.order_id.map(Into::into),
            Placeholder::Reason => self.account.reason(self.reason),
            Placeholder::Notes => self.notes.map(Into::into),
            Placeholder::Secret(_) | Placeholder::AccessToken | Placeholder::Signed(_)
                if self.live.shown =>
            {
                Some(MASK.into())
            }
            Placeholder::Secret(name) => self
                .account
                .secret(name)
                .map(|secret| secret.expose().into()),
            Placeholder::Setting(name) => self.account.setting(name).map(Into::into),
            Placeholder::Extra(name) => {
                let mut pairs = self.metadata?.iter();
                let found = pairs.find(|(found, _)| *found == name.as_str());
                found.map(|(_, value)| value.into())
            }
            Placeholder::Signed(name) => {
                let found = self.signed.iter().find(|(found, _)| found == name.as_str());
                found.map(|(_, value)| value.as_str().into())
            }
            Placeholder::AccessToken => self
                .live
                .access_token
                .as_ref()
                .map(|token| token.expose().into()),
            Placeholder::NowSeconds => self.now(|now| {
                now.unix_millis()
                    .checked_div_euclid(1000)
                    .unwrap_or(0)
                    .to_string()
            }),
            Placeholder::NowMillis => self.now(|now| now.unix_millis().to_string()),
            Placeholder::NowIso => self.now(|now| now.to_string()),
            Placeholder::NowCompact => self.now(compact),
            Placeholder::Nonce | Placeholder::NonceShort if self.live.shown => {
                Some("[nonce]".into())
            }
            Placeholder::Nonce => self.live.nonce.as_deref().map(Into::into),
            Placeholder::NonceShort => self.live.nonce.as_deref()?.get(..16).map(Into::into),
            Placeholder::Method => self.written.as_ref().map(|parts| parts.method.into()),
            Placeholder::MethodLower => {
                let parts = self.written.as_ref();
                parts.map(|parts| parts.method.to_ascii_lowercase().into())
            }
            Placeholder::RequestPath => self
                .written
                .as_ref()
                .map(|parts| parts.path.as_str().into()),
            Placeholder::RequestBody => self
                .written
                .as_ref()
                .map(|parts| parts.body.as_str().into()),
        }
    }
}

/// `20260131093000`: the digits of RFC 3339 down to the second.
fn compact(now: Timestamp) -> String {
    now.to_string()
        .chars()
        .take_while(|letter| *letter != '.' && *letter != 'Z')
        .filter(char::is_ascii_digit)
        .collect()
}
