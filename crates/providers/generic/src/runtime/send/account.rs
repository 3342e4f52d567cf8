//! One account of a provider: what every request is made of.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use refundkit_core::Clock;
use refundkit_http::{BaseUrl, Masks, Secret};

use super::super::auth::{Signer, TokenCache};
use super::super::read::Readers;
use crate::language::{Document, Name, Profile};

/// One account: what every request is made of.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) base: BaseUrl,
    pub(crate) login: Option<BaseUrl>,
    pub(crate) secrets: BTreeMap<String, Secret>,
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) profile: Profile,
    pub(crate) readers: Readers,
    pub(crate) clock: Option<Arc<dyn Clock>>,
    pub(crate) signer: Option<Arc<dyn Signer>>,
    pub(crate) tokens: TokenCache<String>,
}

impl Account {
    pub(crate) fn document(&self) -> &Document {
        self.profile.document()
    }

    /// All that is secret about the account: a provider can repeat any of it in answer to any request.
    pub(super) fn secrets(&self) -> impl Iterator<Item = Secret> {
        let given = self.tokens.given();
        self.secrets.values().cloned().chain(given)
    }

    /// Masks for what is said of a request that was never made.
    pub(crate) fn masks(&self) -> Masks {
        Masks::new(self.secrets())
    }

    pub(super) fn secret(&self, name: &Name) -> Option<&Secret> {
        self.secrets.get(name.as_str())
    }

    pub(super) fn setting(&self, name: &Name) -> Option<&str> {
        self.settings.get(name.as_str()).map(String::as_str)
    }

    /// The caller's reason in the provider's words, where it has words of its own.
    pub(super) fn reason<'a>(&'a self, callers: Option<&'a str>) -> Option<Cow<'a, str>> {
        let words = self.document().reason.as_ref();
        let Some(said) = callers else {
            return words?.default.as_deref().map(Cow::Borrowed);
        };
        match words.filter(|reason| !reason.words.is_empty()) {
            None => Some(said.into()),
            Some(reason) => {
                let mut known = reason.words.iter();
                let found = known.find(|(word, _)| word.eq_ignore_ascii_case(said));
                found.map(|(_, theirs)| theirs.as_str().into())
            }
        }
    }
}
