//! `work` alone, without any message from the providers: what is pending ends as the ledger has it, and
//! no second sees more requests than the configuration allows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::day::Day;
use refundkit::{Filter, Operation, ProviderName, RefundRequest, Refunds, State, Timestamp};
use refundkit_sandbox::{Fault, FaultKind, Payment, Provider, Sandbox};
use refundkit_sqlite::SqliteStore;
use tokio::task::JoinSet;

/// So long a refund takes by the sandbox's clock.
const COMPLETES_AFTER: Duration = Duration::from_secs(3600);
/// The first asks come at once, second ones 15 s later; more than that is too long.
const PATIENCE: Duration = Duration::from_secs(90);

struct Site {
    provider: Provider,
    name: &'static str,
    adapter: &'static str,
    currency: &'static str,
}

const DODO: Site = Site {
    provider: Provider::Dodo,
    name: "dodo",
    adapter: "adapter = \"dodo\"",
    currency: "USD",
};
const DOJO: Site = Site {
    provider: Provider::Dojo,
    name: "dojo",
    adapter: "adapter = \"dojo\"",
    currency: "GBP",
};
const PRIMER: Site = Site {
    provider: Provider::Primer,
    name: "primer",
    adapter: "adapter = \"generic\"\nprofile = \"primer\"",
    currency: "EUR",
};

/// A sandbox whose refunds take an hour, and a folder with a journal.
struct World {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
}

impl World {
    async fn open(faults: &[FaultKind]) -> Self {
        let mut config = Day::noon().sandbox();
        config.complete_after = COMPLETES_AFTER;
        config.faults = faults.iter().map(|kind| Fault::always(*kind)).collect();
        Self {
            sandbox: Sandbox::start(config).await.unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn journal(&self) -> std::path::PathBuf {
        self.folder.path().join("journal.db")
    }

    async fn engine(&self) -> Refunds {
        common::adapters::all(&self.sandbox)
            .namespace("patience".parse().unwrap())
            .journal(Arc::new(SqliteStore::open(self.journal()).await.unwrap()))
            .build()
            .unwrap()
    }

    /// So many refunds of 7.00 at a provider, each of a payment of its own.
    async fn refund(&self, site: &Site, count: usize, at_once: usize) {
        let refunds = Arc::new(self.engine().await);
        let name: ProviderName = site.name.parse().unwrap();
        let mut tasks = JoinSet::new();
        for number in 0..count {
            let id = format!("{}_late_{number}", site.name);
            let now = self.sandbox.now();
            let payment = Payment::captured(site.provider, &*id, 2_500, site.currency, now);
            self.sandbox
                .add_payment(payment.with_items(&[(2_000, 0), (500, 0)]));
            let request = RefundRequest::new(id.parse().unwrap(), id.parse().unwrap())
                .amount(format!("7.00 {}", site.currency).parse().unwrap());
            let (refunds, name) = (Arc::clone(&refunds), name.clone());
            tasks.spawn(async move { refunds.refund(&name, &request).await.unwrap().state() });
            if tasks.len() >= at_once {
                assert_eq!(tasks.join_next().await.unwrap().unwrap(), State::Accepted);
            }
        }
        for state in tasks.join_all().await {
            assert_eq!(state, State::Accepted);
        }
    }

    /// The worker in a process of its own, that knows this provider by this rate.
    fn work(&self, site: &Site, rate: &str) -> Working {
        let at = self.sandbox.addresses();
        let base = match site.name {
            "dojo" => &at.dojo,
            "dodo" => &at.dodo,
            _ => &at.primer,
        };
        let text = format!(
            "journal = \"sqlite:{}\"\nnamespace = \"patience\"\n[providers.{}]\n{}\nrate = \"{rate}\"\n\
             api_key = {{ env = \"SHOP_KEY\" }}\nbase_url = \"{base}\"\n",
            self.journal().display(),
            site.name,
            site.adapter
        );
        std::fs::write(self.folder.path().join("refundkit.toml"), text).unwrap();
        let out = std::fs::File::create(self.folder.path().join("out")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_refundkit"));
        let child = Day::of(&self.sandbox)
            .hand(&mut command)
            .current_dir(self.folder.path())
            .env("SHOP_KEY", &at.api_key)
            .env_remove("REFUNDKIT_CONFIG")
            .args(["--output", "json", "work"])
            .stdout(out)
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        Working(child)
    }

    /// Waits until the worker has shown so many operations in this state.
    async fn shown(&self, state: &str, count: usize) {
        let word = format!("\"state\":\"{state}\"");
        let start = Instant::now();
        loop {
            let out = std::fs::read_to_string(self.folder.path().join("out")).unwrap();
            let shown = out.matches(&word).count();
            if shown >= count {
                assert_eq!(shown, count, "each is shown once");
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{shown} of {count} are {state}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until the provider has been asked so many times since.
    async fn asked(&self, since: usize, count: usize) {
        let start = Instant::now();
        while self.sandbox.requests().len() < since + count {
            assert!(start.elapsed() < PATIENCE, "it isn't asked");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The most requests within any second, of those after the first `since`.
    fn most_in_a_second(&self, since: usize) -> usize {
        let requests = self.sandbox.requests();
        let mut at: Vec<i64> = requests[since..]
            .iter()
            .map(|request| {
                request
                    .received_at
                    .parse::<Timestamp>()
                    .unwrap()
                    .unix_millis()
            })
            .collect();
        at.sort_unstable();
        // What the sandbox's own clock was moved by lies between two of them, and joins no second.
        let within = |first: &i64| {
            at.iter()
                .filter(|at| (*first..first + 1_000).contains(*at))
                .count()
        };
        at.iter().map(within).max().unwrap()
    }

    async fn all(&self) -> Vec<Operation> {
        let refunds = self.engine().await;
        refunds.list(&Filter::default()).await.unwrap()
    }

    /// Every operation is in this state, and the ledger has one effect for each.
    async fn agrees(&self, state: State, count: usize) {
        let all = self.all().await;
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|operation| operation.state() == state));
        let mut payments: Vec<String> = self
            .sandbox
            .effects()
            .into_iter()
            .map(|effect| effect.payment)
            .collect();
        payments.sort();
        payments.dedup();
        assert_eq!(
            (payments.len(), self.sandbox.effects().len()),
            (count, count)
        );
    }
}

struct Working(Child);

impl Drop for Working {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_pending_refunds_reach_their_end_within_the_rate() {
    const COUNT: usize = 1_000;
    let world = World::open(&[]).await;
    world.refund(&DODO, COUNT, 32).await;
    let before = world.sandbox.requests().len();
    let start = Instant::now();
    let working = world.work(&DODO, "100/s");
    // Some are asked about while they are pending still, the others when they have settled.
    world.asked(before, 300).await;
    world.sandbox.advance(COMPLETES_AFTER * 2);
    world.shown("succeeded", COUNT).await;
    drop(working);
    let (took, requests) = (start.elapsed(), world.sandbox.requests().len() - before);
    let most = world.most_in_a_second(before);
    println!("{COUNT} refunds, {requests} requests in {took:?}, at most {most} in a second");
    assert!((50..=100).contains(&most), "{most}");
    assert!(requests < COUNT * 2, "{requests}");
    world.agrees(State::Succeeded, COUNT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_refund_states_a_status_the_total_tells() {
    // Readings lag behind, one after the other, so that none shows its own refund at once.
    let world = World::open(&[FaultKind::StaleRead]).await;
    world.refund(&DOJO, 60, 1).await;
    world.sandbox.set_faults([]);
    let before = world.sandbox.requests().len();
    let working = world.work(&DOJO, "1200/min");
    world.shown("succeeded", 60).await;
    drop(working);
    assert!(world.most_in_a_second(before) <= 20);
    world.agrees(State::Succeeded, 60).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_keeps_to_its_rate_too() {
    let world = World::open(&[]).await;
    world.refund(&PRIMER, 40, 32).await;
    let before = world.sandbox.requests().len();
    let working = world.work(&PRIMER, "20/s");
    world.asked(before, 10).await;
    world.sandbox.advance(COMPLETES_AFTER * 2);
    world.shown("succeeded", 40).await;
    drop(working);
    assert!(world.most_in_a_second(before) <= 20);
    world.agrees(State::Succeeded, 40).await;
}

/// Nothing polls what has succeeded: a late failure is learnt of by a message, which the journal keeps
/// until the payment was read.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_failure_is_followed_up_and_frees_the_money() {
    use refundkit::core::ports::{Commit, Message};
    use refundkit::{Store, Worker};

    let world = World::open(&[FaultKind::LateFailure]).await;
    world.refund(&DODO, 1, 1).await;
    world.sandbox.advance(COMPLETES_AFTER);
    let journal = Arc::new(SqliteStore::open(world.journal()).await.unwrap());
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let hook = Arc::clone(&told);
    // It goes by the sandbox's time of this moment.
    let now = || {
        let hook = Arc::clone(&hook);
        common::adapters::all(&world.sandbox)
            .namespace("patience".parse().unwrap())
            .journal(journal.clone())
            .on_transition(move |transition| {
                hook.lock().unwrap().push((transition.from, transition.to));
            })
            .build()
            .unwrap()
    };
    let dodo: ProviderName = "dodo".parse().unwrap();
    let refunds = now();
    let round = Worker::new(&refunds, &dodo).round().await.unwrap();
    assert_eq!(round.changed[0].state(), State::Succeeded);
    // 18.00 are left, and an hour later 25.00.
    world.sandbox.advance(COMPLETES_AFTER * 2);
    let refunds = now();
    let mut worker = Worker::new(&refunds, &dodo);
    let payment: refundkit::PaymentId = "dodo_late_0".parse().unwrap();
    let message = Message {
        provider: dodo.clone(),
        event: "evt_1".parse().unwrap(),
        at: Timestamp::from_unix_millis(world.sandbox.now()).unwrap(),
        look: Some(payment.clone()),
    };
    let commit = Commit {
        change: None,
        message: Some(message),
    };
    let _ = journal.commit(&commit).await.unwrap();
    let round = worker.round().await.unwrap();
    assert_eq!(round.changed[0].state(), State::FailedLate);
    let seen = [
        (Some(State::Accepted), State::Succeeded),
        (Some(State::Succeeded), State::FailedLate),
    ];
    assert_eq!(*told.lock().unwrap(), seen);
    assert!(journal.hints(1).await.unwrap().is_empty());
    world.sandbox.set_faults([]);
    let all = RefundRequest::new(payment, "once-more".parse().unwrap());
    let operation = refunds
        .refund(&dodo, &all.amount("25.00 USD".parse().unwrap()))
        .await;
    assert_eq!(operation.unwrap().state(), State::Accepted);
}
