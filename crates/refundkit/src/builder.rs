use std::collections::BTreeMap;
use std::sync::Arc;

use refundkit_core::{Clock, Journal, Namespace, Provider, ProviderName};

use crate::lanes::Lanes;
use crate::refunds::Refunds;
use crate::{Error, SystemClock};

/// Puts a [`Refunds`] together.
#[derive(Debug, Default)]
#[must_use]
pub struct Builder {
    providers: BTreeMap<ProviderName, Arc<dyn Provider>>,
    twice: Option<ProviderName>,
    journal: Option<Arc<dyn Journal>>,
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

    /// Where operations are written down. Needed.
    pub fn journal(mut self, journal: Arc<dyn Journal>) -> Self {
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
    pub fn build(self) -> Result<Refunds, Error> {
        let missing = |what: &str| Error::Setup(format!("the builder was given no {what}"));
        if let Some(name) = self.twice {
            return Err(Error::Setup(format!(
                "the builder was given two providers named {name}"
            )));
        }
        Ok(Refunds {
            providers: self.providers,
            journal: self.journal.ok_or_else(|| missing("journal"))?,
            clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock)),
            namespace: self.namespace.ok_or_else(|| missing("namespace"))?,
            lanes: Lanes::default(),
        })
    }
}
