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
    configured: BTreeSet<ProviderName>,
    about: BTreeMap<ProviderName, String>,
}

impl Engine {
    /// For commands that talk to providers: the configuration has to be there.
    pub(crate) async fn with_providers(cli: &Cli, access: Access) -> Result<Self, Failure> {
        let config = Config::read(cli.config.as_deref())?;
        Accounts::of(&config)?.open(cli, &config, access).await
    }

    /// For commands that begin operations: each is named on standard error once it is written down, before
    /// anything of it is sent, so that whoever is cut off then can ask for it.
    pub(crate) async fn acting(cli: &Cli) -> Result<Self, Failure> {
        let config = Config::read(cli.config.as_deref())?;
        let mut accounts = Accounts::of(&config)?;
        accounts.builder = accounts.builder.on_transition(say_begun);
        accounts.open(cli, &config, Access::Begins).await
    }

    /// For commands that need the journal only: no account is opened, and no secret fetched.
    pub(crate) async fn with_journal(cli: &Cli, access: Access) -> Result<Self, Failure> {
        let config = Config::read_if_any(cli.config.as_deref())?;
        Accounts::named(&config)?.open(cli, &config, access).await
    }

    /// For commands that ask providers where there are any, and do without where there is no
    /// configuration.
    pub(crate) async fn with_any_providers(cli: &Cli, access: Access) -> Result<Self, Failure> {
        let config = Config::read_if_any(cli.config.as_deref())?;
        Accounts::of(&config)?.open(cli, &config, access).await
    }

    /// For a look at the accounts alone, whatever is the matter with the journal.
    pub(crate) async fn without_journal(config: &Config) -> Result<Self, Failure> {
        let accounts = Accounts::of(config)?;
        accounts
            .over(Arc::new(MemoryStore::new()), Access::Reads)
            .await
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

    /// The provider for people: its mode, and where it is where that isn't the usual place.
    pub(crate) fn described(&self, provider: &ProviderName) -> String {
        let about = self.about.get(provider);
        about.map_or_else(
            || provider.to_string(),
            |about| format!("{provider} ({about})"),
        )
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

    /// Fails where no provider has this name, neither in the configuration nor in the journal: a list of
    /// nothing would look as if there were nothing.
    pub(crate) async fn named(&self, provider: &ProviderName) -> Result<(), Failure> {
        if self.configured.contains(provider) {
            return Ok(());
        }
        let counts = self.refunds.counts().await?;
        let in_journal = counts.into_iter().map(|count| count.provider);
        let mut known: BTreeSet<ProviderName> = in_journal.collect();
        if known.contains(provider) {
            return Ok(());
        }
        known.extend(self.configured.iter().cloned());
        let known: Vec<&str> = known.iter().map(ProviderName::as_str).collect();
        Err(refundkit::Error::UnknownProvider {
            name: provider.clone(),
            known: match known.as_slice() {
                [] => "none".to_owned(),
                names => names.join(", "),
            },
        }
        .into())
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
    configured: BTreeSet<ProviderName>,
    about: BTreeMap<ProviderName, String>,
}

impl Accounts {
    /// Their names, and nothing that a secret is needed for.
    fn named(config: &Config) -> Result<Self, Failure> {
        let names = config.providers.keys().map(|name| provider_name(name));
        let mut unopened = config.clone();
        unopened.providers.clear();
        Ok(Self {
            configured: names.collect::<Result<_, _>>()?,
            ..Self::of(&unopened)?
        })
    }

    fn of(config: &Config) -> Result<Self, Failure> {
        let namespace = config.namespace()?;
        let mut builder = Refunds::builder().clock(Arc::new(CommandClock));
        let mut unusable = BTreeMap::new();
        let mut doubts = BTreeMap::new();
        let mut sending = BTreeSet::new();
        let mut configured = BTreeSet::new();
        let mut about = BTreeMap::new();
        for (name, settings) in &config.providers {
            let parsed = provider_name(name)?;
            configured.insert(parsed.clone());
            about.insert(parsed.clone(), settings.about());
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
            configured,
            about,
        })
    }

    async fn open(self, cli: &Cli, config: &Config, access: Access) -> Result<Engine, Failure> {
        let journal = journal(journal_url(cli, config)?, access).await?;
        self.over(journal, access).await
    }

    async fn over(self, journal: Arc<dyn Store>, access: Access) -> Result<Engine, Failure> {
        let namespace = bound(journal.as_ref(), self.namespace, access).await?;
        let refunds = self.builder.namespace(namespace).journal(journal).build()?;
        Ok(Engine {
            refunds: Arc::new(refunds),
            unusable: self.unusable,
            doubts: self.doubts,
            sending: self.sending,
            configured: self.configured,
            about: self.about,
        })
    }
}

/// One that is begun, before its first byte leaves.
fn say_begun(transition: &Transition<'_>) {
    if transition.from.is_none() {
        let intent = &transition.operation.intent;
        let (id, key) = (&intent.id, &intent.request_key);
        let mut err = std::io::stderr().lock();
        let _ = writeln!(
            err,
            "note: operation {id} is begun; its request key is {key}"
        );
        let _ = err.flush();
    }
}

fn provider_name(name: &str) -> Result<ProviderName, Failure> {
    ProviderName::new(name).map_err(|error| Failure::input(&error))
}

/// Which journal: the command line's, the configuration's, or the default.
pub(crate) fn journal_url(cli: &Cli, config: &Config) -> Result<JournalUrl, Failure> {
    match cli.journal.as_ref().or(config.journal.as_ref()) {
        Some(url) => url.parse(),
        None => Ok(JournalUrl::default_file(config.folder())),
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
