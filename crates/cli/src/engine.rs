//! The library put together as the configuration says.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::sync::Arc;

use refundkit::{
    Builder, JournalError, MemoryStore, Namespace, ProviderName, Refunds, Store, Transition,
};
use refundkit_sqlite::SqliteStore;

use crate::args::Cli;
use crate::clock::CommandClock;
use crate::config::{self, Config, Doubts, JournalUrl};
use crate::failure::Failure;
use crate::output::Printer;

/// The engine, and what stood in the way of providers that are configured and can't be used: it
/// matters only to commands that need them.
pub(crate) struct Engine {
    pub(crate) refunds: Arc<Refunds>,
    unusable: BTreeMap<ProviderName, Failure>,
    doubts: BTreeMap<ProviderName, Doubts>,
    sending: BTreeSet<ProviderName>,
}

impl Engine {
    /// For commands that talk to providers: the configuration has to be there.
    pub(crate) async fn with_providers(cli: &Cli, access: Access) -> Result<Self, Failure> {
        let config = Config::read(cli.config.as_deref())?;
        Accounts::of(&config)?.open(cli, &config, access).await
    }

    /// For commands that need the journal only.
    pub(crate) async fn with_journal(cli: &Cli, access: Access) -> Result<Self, Failure> {
        let config = Config::read_if_any(cli.config.as_deref())?;
        Accounts::of(&config)?.open(cli, &config, access).await
    }

    /// For the server: with what providers send by themselves, and with all of them usable, as
    /// nobody is there to read that one isn't.
    pub(crate) async fn serving(
        cli: &Cli,
        watch: impl Fn(&Transition<'_>) + Send + Sync + 'static,
    ) -> Result<Self, Failure> {
        let config = Config::read(cli.config.as_deref())?;
        let mut accounts = Accounts::of(&config)?;
        if let Some(failure) = accounts.unusable.values().next() {
            return Err(failure.clone());
        }
        accounts.builder = accounts.builder.on_transition(watch);
        for (name, settings) in &config.providers {
            if let Some(webhooks) = config::webhooks(name, settings)? {
                accounts.builder = accounts.builder.webhooks(provider_name(name)?, webhooks);
            }
        }
        accounts.open(cli, &config, Access::Writes).await
    }

    /// Fails with the reason where this provider is configured and can't be used.
    pub(crate) fn usable(&self, provider: &ProviderName) -> Result<(), Failure> {
        match self.unusable.get(provider) {
            Some(failure) => Err(failure.clone()),
            None => Ok(()),
        }
    }

    /// Whether the provider's payments can be read; not where it isn't configured.
    pub(crate) fn shows_payments(&self, provider: &ProviderName) -> bool {
        let mut providers = self.refunds.providers();
        providers.any(|(name, _, can)| name == provider && can.shows_payments)
    }

    /// Says what a provider's profile rests on and nobody has confirmed: who sends money by it should know.
    pub(crate) fn warn(&self, printer: Printer, provider: &ProviderName) {
        if let Some(doubts) = self.doubts.get(provider) {
            printer.note(&doubts.to_string());
        }
    }

    /// The facts that nobody has confirmed, of the provider's profile.
    pub(crate) fn unverified(&self, provider: &ProviderName) -> &[String] {
        self.doubts
            .get(provider)
            .map_or(&[], |doubts| &doubts.facts)
    }

    /// Whether the configuration names secrets of the provider's messages.
    pub(crate) fn sends_messages(&self, provider: &ProviderName) -> bool {
        self.sending.contains(provider)
    }

    /// The providers that can't be used, and why.
    pub(crate) fn unusable(&self) -> impl Iterator<Item = (&ProviderName, &Failure)> {
        self.unusable.iter()
    }
}

/// What a command does with the journal. Only one that begins an operation makes a journal where there is
/// none, and says so: with another directory or a misspelt path, what was refunded before would otherwise
/// be refunded once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It begins operations.
    Begins,
    /// It writes down more about those that there are.
    Writes,
    /// It reads.
    Reads,
    /// It reads, and does without a journal where there is none.
    ReadsIfAny,
}

/// The accounts that the configuration names, before there is a journal.
struct Accounts {
    builder: Builder,
    namespace: Option<Namespace>,
    unusable: BTreeMap<ProviderName, Failure>,
    doubts: BTreeMap<ProviderName, Doubts>,
    sending: BTreeSet<ProviderName>,
}

impl Accounts {
    fn of(config: &Config) -> Result<Self, Failure> {
        let namespace = config.namespace()?;
        let mut builder = Refunds::builder().clock(Arc::new(CommandClock));
        let mut unusable = BTreeMap::new();
        let mut doubts = BTreeMap::new();
        let mut sending = BTreeSet::new();
        for (name, settings) in &config.providers {
            let parsed = provider_name(name)?;
            if settings.webhook_secrets.is_some() {
                sending.insert(parsed.clone());
            }
            match config::build(name, settings) {
                Ok(built) => {
                    doubts.extend(built.doubts.map(|found| (parsed.clone(), found)));
                    builder = builder.provider(parsed, built.provider);
                }
                Err(failure) => {
                    unusable.insert(parsed, failure);
                }
            }
        }
        Ok(Self {
            builder,
            namespace,
            unusable,
            doubts,
            sending,
        })
    }

    async fn open(self, cli: &Cli, config: &Config, access: Access) -> Result<Engine, Failure> {
        let journal = journal(journal_url(cli, config)?, access).await?;
        let namespace = bound(journal.as_ref(), self.namespace, access).await?;
        let refunds = self.builder.namespace(namespace).journal(journal).build()?;
        Ok(Engine {
            refunds: Arc::new(refunds),
            unusable: self.unusable,
            doubts: self.doubts,
            sending: self.sending,
        })
    }
}

fn provider_name(name: &str) -> Result<ProviderName, Failure> {
    ProviderName::new(name).map_err(|error| Failure::input(&error))
}

/// Which journal: the command line's, the configuration's, or the default.
pub(crate) fn journal_url(cli: &Cli, config: &Config) -> Result<JournalUrl, Failure> {
    match cli.journal.as_ref().or(config.journal.as_ref()) {
        Some(url) => url.parse(),
        None => Ok(JournalUrl::default_file()),
    }
}

/// The configuration's namespace, which has to be the journal's: under another one every key would be a
/// new refund. Without a configuration it is the journal's own.
async fn bound(
    journal: &dyn Store,
    given: Option<Namespace>,
    access: Access,
) -> Result<Namespace, Failure> {
    let writes = matches!(access, Access::Begins | Access::Writes);
    if let Some(given) = given.clone().filter(|_| writes) {
        journal.bind(&given).await?;
        return Ok(given);
    }
    match (journal.info().await?.namespace, given) {
        (Some(held), Some(given)) if held != given => {
            Err(JournalError::OtherNamespace { held, given }.into())
        }
        (Some(held), _) => Ok(held),
        (None, Some(given)) => Ok(given),
        (None, None) => Namespace::new(Config::NAMESPACE).map_err(|error| Failure::input(&error)),
    }
}

async fn journal(url: JournalUrl, access: Access) -> Result<Arc<dyn Store>, Failure> {
    let JournalUrl::Sqlite(path) = url else {
        return Ok(Arc::new(MemoryStore::new()));
    };
    let opened = match access {
        Access::Begins => SqliteStore::open(&path).await,
        Access::Writes => SqliteStore::open_existing(&path).await,
        Access::Reads | Access::ReadsIfAny => SqliteStore::open_read_only(&path).await,
    };
    match opened {
        Err(JournalError::Missing { .. }) if access == Access::ReadsIfAny => {
            Ok(Arc::new(MemoryStore::new()))
        }
        Err(error) => Err(error.into()),
        Ok(store) => {
            if store.created() {
                let made = store.path();
                let _ = writeln!(
                    std::io::stderr().lock(),
                    "note: there was no journal: {} was made",
                    made.display()
                );
            }
            Ok(Arc::new(store))
        }
    }
}
