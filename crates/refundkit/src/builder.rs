//! What an engine is put together of: providers, their webhooks, a journal, a clock, a namespace. What
//! is missing, or there twice, is an error when it is built.

use std::collections::BTreeMap;
use std::sync::Arc;

use refundkit_core::{Clock, Namespace, Provider, ProviderName, Store, Webhooks};

use crate::account::Account;
use crate::journal::Journal;
use crate::locks::PaymentLocks;
use crate::refunds::Refunds;
use crate::stop::Stop;
use crate::traced::Traced;
use crate::watch::{Transition, Watch};
use crate::{Error, SystemClock};

/// Puts a [`Refunds`] together.
#[derive(Debug, Default)]
#[must_use]
pub struct Builder {
    providers: BTreeMap<ProviderName, Arc<dyn Provider>>,
    twice: Option<ProviderName>,
    webhooks: BTreeMap<ProviderName, Arc<dyn Webhooks>>,
    watch: Watch,
    journal: Option<Arc<dyn Store>>,
    clock: Option<Arc<dyn Clock>>,
    namespace: Option<Namespace>,
}

impl Builder {
    /// Adds a provider's account under a name. The name is part of every operation in the
    /// journal: keep it once refunds were made.
    pub fn provider(mut self, name: ProviderName, provider: Arc<dyn Provider>) -> Self {
        if self.providers.insert(name.clone(), provider).is_some() {
            self.twice = Some(name);
        }
        self
    }

    /// Reads the messages that this provider sends to its account's address: see
    /// [`Refunds::observe`]. Without it, none of them is taken in.
    pub fn webhooks(mut self, name: ProviderName, webhooks: Arc<dyn Webhooks>) -> Self {
        if self.webhooks.insert(name.clone(), webhooks).is_some() {
            self.twice = Some(name);
        }
        self
    }

    /// Called whenever an operation has got another state, once that is durable, by whatever
    /// changed it: to fill a queue of one's own. It must not wait for anything.
    ///
    /// It is called in this process only, and what a dying process has written down last may never
    /// be told: a queue that must not miss anything compares itself with
    /// [`Refunds::list`] when it starts.
    pub fn on_transition(mut self, call: impl Fn(&Transition<'_>) + Send + Sync + 'static) -> Self {
        self.watch = Watch::calling(call);
        self
    }

    /// Where operations are written down. Needed.
    pub fn journal(mut self, journal: Arc<dyn Store>) -> Self {
        self.journal = Some(journal);
        self
    }

    /// Tells the time; the machine's clock unless said otherwise.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Part of every key sent to a provider, so that two installations never share one. Needed.
    /// Keep it once refunds were made: the same request key means the same operation only within it.
    pub fn namespace(mut self, namespace: Namespace) -> Self {
        self.namespace = Some(namespace);
        self
    }

    /// The finished engine.
    ///
    /// # Errors
    /// [`Error::Setup`] where the journal or the namespace is missing, or a provider's name was given twice.
    pub fn build(mut self) -> Result<Refunds, Error> {
        let missing = |what: &str| Error::Setup(format!("the builder was given no {what}"));
        if let Some(name) = self.twice {
            return Err(Error::Setup(format!(
                "the builder was given two providers named {name}"
            )));
        }
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock));
        if let Some(name) = self
            .webhooks
            .keys()
            .find(|name| !self.providers.contains_key(name))
        {
            return Err(Error::Setup(format!(
                "the builder was given webhooks of {name}, and no such provider"
            )));
        }
        let store = self.journal.ok_or_else(|| missing("journal"))?;
        let namespace = self.namespace.ok_or_else(|| missing("namespace"))?;
        let mut account = |(name, provider): (ProviderName, Arc<dyn Provider>)| {
            let account = Account {
                adapter: Arc::new(Traced::new(name.clone(), provider, Arc::clone(&clock))),
                webhooks: self.webhooks.remove(&name),
                name: name.clone(),
            };
            (name, account)
        };
        Ok(Refunds {
            accounts: self.providers.into_iter().map(&mut account).collect(),
            journal: Journal::new(store, Arc::clone(&clock), self.watch, namespace),
            clock,
            locks: PaymentLocks::default(),
            stop: Stop::default(),
        })
    }
}
