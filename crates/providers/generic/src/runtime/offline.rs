//! An account that sends nothing: it writes the requests of a profile, and reads answers to them that
//! somebody wrote down.
//!
//! For proofs and pages about a profile; refunds are made with [`Generic`](crate::Generic).
//!
//! ```
//! use refundkit_generic::offline::{Outgoing, Live, Offline};
//! use refundkit_generic::{GenericConfig, Profile};
//! use refundkit_http::{Response, Secret};
//!
//! let config = GenericConfig::new(Profile::builtin("mollie")?, Secret::new("test_made_up")?);
//! let mollie = Offline::new(config)?;
//! let payment = "tr_1".parse()?;
//! let request = mollie.request(Outgoing::Payment(&payment), Live::shown());
//! let url = request.map(|request| request.preview().url);
//! assert!(url.is_some_and(|url| url.contains("/v2/payments/tr_1")));
//! let page = Response::new(502, "<h1>Bad gateway</h1>".to_owned());
//! assert!(mollie.payment(&page).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use refundkit_core::ProviderRefund;
use refundkit_core::answer::Answer;

use refundkit_core::ports::ReadError;
use refundkit_core::{Capabilities, Currency, Payment, PaymentId, ProviderKey};
use refundkit_http::{ConfigError, Request, Response};

use super::config::GenericConfig;
use super::send::Account;
pub use super::send::{Live, Outgoing};
use crate::language::Profile;

/// One account of a provider that a profile describes, without a way to reach it.
#[derive(Debug)]
pub struct Offline {
    account: Account,
    capabilities: Capabilities,
}

/// What the first page of a payment's refunds shows.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FirstPage {
    /// The refunds on it.
    pub refunds: Vec<ProviderRefund>,
    /// Whether there are more on other pages.
    pub more: bool,
    /// Whether the provider says that there are no others.
    pub whole: bool,
}

impl Offline {
    /// The account, with neither a clock nor a signer.
    ///
    /// # Errors
    /// [`ConfigError`] where the settings don't fit together.
    pub fn new(config: GenericConfig) -> Result<Self, ConfigError> {
        let account = config.offline().account()?;
        Ok(Self {
            capabilities: account.profile.capabilities(),
            account,
        })
    }

    /// The profile that describes the provider.
    #[must_use]
    pub const fn profile(&self) -> &Profile {
        &self.account.profile
    }

    /// What the provider can do.
    #[must_use]
    pub const fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// The request, without what a signer would add; `None` where the profile has none for it.
    #[must_use]
    pub fn request(&self, outgoing: Outgoing<'_>, live: Live) -> Option<Request> {
        self.account.request(outgoing, live)
    }

    /// The payment that an answer is about.
    ///
    /// # Errors
    /// [`ReadError`] where it isn't the answer that the profile describes.
    pub fn payment(&self, response: &Response) -> Result<Payment, ReadError> {
        self.account.readers.payment(response)
    }

    /// The refunds of `payment` that an answer lists, read as the first page of them.
    ///
    /// # Errors
    /// [`ReadError`] where it isn't the answer that the profile describes.
    pub fn refunds(
        &self,
        payment: &PaymentId,
        currency: Currency,
        response: &Response,
    ) -> Result<FirstPage, ReadError> {
        let page = self.account.readers.page(payment, currency, response)?;
        let refunds = page.refunds.clone();
        let list = self.account.readers.list.as_ref();
        let read = list.map(|list| list.pages().add(page));
        Ok(FirstPage {
            refunds,
            more: matches!(&read, Some(Ok(None) | Err(_))),
            whole: matches!(&read, Some(Ok(Some(listed))) if listed.whole),
        })
    }

    /// What an answer says of one refund.
    ///
    /// # Errors
    /// [`ReadError`] where it isn't the answer that the profile describes.
    pub fn refund_status(&self, response: &Response) -> Result<ProviderRefund, ReadError> {
        self.account.readers.refund_status(response)
    }

    /// What the answer to a refund says, which was sent in `currency` and with `key`.
    #[must_use]
    pub fn refund(&self, currency: Currency, key: &ProviderKey, response: &Response) -> Answer {
        self.account.readers.refund(currency, key, response)
    }

    /// What the answer to a reversal says; `None` where the profile has no reversal.
    #[must_use]
    pub fn reversal(&self, response: &Response) -> Option<Answer> {
        let has_one = self.account.document().reversal.is_some();
        has_one.then(|| self.account.readers.reversal(response))
    }
}

#[cfg(test)]
mod tests;
