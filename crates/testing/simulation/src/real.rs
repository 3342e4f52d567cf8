//! A tenth of the seeds drives the adapters that people use, over the sandbox's reading of each
//! provider's API, without ports and in the run's own time: what is wrong is wrong in what goes over
//! the wire.
//!
//! In a quarter of them the journal is lost on the way, or set back to an older copy of itself, some
//! of those after every key has run out. A second refund is possible then only where the provider
//! neither knows the key any more nor shows a refund with our token; and a comparison tells of it,
//! or that there was nothing to compare with.

mod copies;
mod sites;
mod twist;
mod wire;

use std::sync::Arc;

use refundkit::core::ports::Period;
use refundkit::{
    Extent, MemoryStore, Money, Operation, PaymentId, ProviderName, RefundRequest, Refunds,
    RequestKey, State,
};
use refundkit_sandbox::{Payment, Sandbox, SandboxConfig};

use crate::clock::SkewedClock;
use crate::connection::start;
use crate::finish;
use crate::knobs::{HOUR, MINUTE, SECOND};
use crate::site::short;
use crate::trace::Trace;
use crate::world::{World, at_once};
use sites::Site;
use wire::Wire;

/// What each request asks for: no two of one payment are for the same amount, so that an effect
/// tells whose it is.
const AMOUNTS: [i64; 4] = [300, 510, 1_110, 2_040];
const CAPTURED: i64 = 5_000;
/// How the time passes once nothing is wrong any more, in minutes.
const CALM: [u64; 10] = [4, 16, 2, 16, 2, 13 * 60, 16, 2, 13 * 60, 5];

/// Whether a seed is one of these.
pub(crate) const fn is_real(seed: u64) -> bool {
    seed % 10 == 7
}

/// Runs one seed.
pub(crate) fn run(seed: u64, trace: Trace) -> Trace {
    let world = World::new(seed, trace);
    let story = Story::new(&world);
    world.note(format_args!("seed {seed}: {}", story.site.name));
    world.spawn(None, story.tell());
    world.run()
}

/// One run: who asks for what, and what it is asked of.
struct Story {
    world: World,
    site: &'static Site,
    wire: Arc<Wire>,
    journal: Arc<MemoryStore>,
    asks: Vec<RefundRequest>,
    /// Whether the journal is lost some time.
    loses: bool,
    /// An older copy of it.
    copy: Option<MemoryStore>,
    lost: bool,
    /// Whether the provider has forgotten all keys since.
    forgot: bool,
}

impl Story {
    fn new(world: &World) -> Self {
        let sites = sites::all();
        let site = &sites[world.below(sites.len() as u64) as usize];
        let mut config = SandboxConfig::default();
        config.api_key = site.api_key.to_owned();
        config.still_at = Some(start().unix_millis());
        let completes = [0, 0, 3600][world.below(3) as usize];
        config.complete_after = std::time::Duration::from_secs(completes);
        let sandbox = Sandbox::without_ports(&config);
        let made = start().unix_millis() - 3_600_000;
        let mut asks = Vec::new();
        for payment in ["pay_1", "pay_2"] {
            let paid = Payment::captured(site.at, payment, CAPTURED, site.currency, made);
            sandbox.add_payment(if site.has_items {
                paid.auto().with_items(&[(3_000, 0), (2_000, 0)])
            } else {
                paid
            });
            for amount in AMOUNTS.into_iter().take(world.below(4) as usize) {
                asks.push(request(site, payment, amount));
            }
        }
        asks.push(request(site, "pay_1", AMOUNTS[3]));
        let wire = Arc::new(Wire::new(world, site, sandbox));
        Self {
            world: world.clone(),
            site,
            wire,
            journal: Arc::new(MemoryStore::new()),
            asks,
            loses: world.chance(250),
            copy: None,
            lost: false,
            forgot: false,
        }
    }

    /// A new process, with nothing left of the former one but the journal.
    fn live(&self) -> Arc<Refunds> {
        let clock = SkewedClock {
            world: self.world.clone(),
            skew: 0,
            turned_back: None,
        };
        let refunds = Refunds::builder()
            .namespace("simulation".parse().unwrap())
            .provider(name(), (self.site.adapter)(Arc::clone(&self.wire) as _))
            .journal(Arc::clone(&self.journal) as _)
            .clock(Arc::new(clock))
            .build();
        Arc::new(refunds.unwrap())
    }

    async fn tell(mut self) {
        let world = self.world.clone();
        let mut refunds = self.live();
        for _ in 0..6 + world.below(10) {
            let pauses = [SECOND, MINUTE, 16 * MINUTE, 2 * HOUR];
            let pause = pauses[world.below(4) as usize];
            world.sleep(1 + world.below(pause)).await;
            let doing = Arc::clone(&refunds);
            if world.chance(600) {
                let ask = self.asks[world.below(self.asks.len() as u64) as usize].clone();
                world.spawn(Some(0), async move {
                    drop(doing.refund(&name(), &ask).await);
                });
            } else {
                world.spawn(Some(0), async move { drop(doing.resume().await) });
            }
            if world.chance(200) {
                // In the middle of whatever it does.
                world.sleep(1 + world.below(2 * SECOND)).await;
                world.count("a process with a real adapter died");
                world.kill(0);
                world.sleep(5 * MINUTE).await;
                if self.loses {
                    self.lose().await;
                }
                refunds = self.live();
            }
            if self.loses && world.chance(200) {
                self.copy = Some(copies::copy_of(&self.journal));
            }
        }
        world.end_storm();
        world.sleep(HOUR).await;
        for ask in &self.asks {
            drop(refunds.refund(&name(), ask).await);
        }
        for minutes in CALM {
            world.sleep(minutes * MINUTE).await;
            for operation in refunds.resume().await.unwrap_or_default() {
                if operation.state() == State::Accepted {
                    drop(refunds.refresh(&operation.intent.id).await);
                }
            }
        }
        self.wire.hurry();
        let extent = Extent::Period(Period::default());
        let compared = at_once(refunds.reconcile(&name(), &extent, false, |_| {}));
        let told = compared.is_ok_and(|compared| compared.differences > 0 || !compared.complete);
        self.check(told);
    }

    /// The journal is gone, or as it was some time ago.
    async fn lose(&mut self) {
        let world = &self.world;
        let journal = match self.copy.take() {
            Some(copy) => {
                world.count("a journal was set back");
                copy
            }
            None => {
                world.count("a journal was lost");
                copies::empty()
            }
        };
        self.journal = Arc::new(journal);
        self.lost = true;
        if world.chance(300) {
            world.sleep(25 * HOUR).await;
            world.count("a journal was lost and every key ran out");
            self.wire.forget_keys();
            self.forgot = true;
        }
    }

    /// I1 to I4 and I6, by the sandbox's books.
    fn check(&self, told: bool) {
        let world = &self.world;
        world.count(self.site.name);
        let effects = self.wire.effects();
        for payment in ["pay_1", "pay_2"] {
            let of_payment = effects.iter().filter(|(id, _)| id == payment);
            let returned: i64 = of_payment.map(|(_, amount)| amount).sum();
            if returned > CAPTURED {
                world.violate("I2", format_args!("{returned} of {payment} returned"));
            }
        }
        // Nothing tells then what was sent and isn't in the journal.
        let untold = self.forgot && !self.site.shows_tokens;
        let operations = finish::all_in(&self.journal);
        for (payment, amount) in &effects {
            if !self.lost && !operations.iter().any(|one| is_of(one, payment, *amount)) {
                let what =
                    format_args!("{amount} of {payment} returned, and no operation is for it");
                world.violate("I6", what);
            }
        }
        for operation in &operations {
            let mine = |(payment, amount): &&(String, i64)| is_of(operation, payment, *amount);
            let count = effects.iter().filter(mine).count();
            let state = operation.state();
            world.count(state.as_str());
            let broken = match state {
                _ if count > 1 => Some("I1"),
                State::Succeeded => (count != 1).then_some("I3"),
                State::Accepted => (count != 1).then_some("I6"),
                State::Rejected | State::Refused | State::Cancelled => (count > 0).then_some("I4"),
                // Nothing fails at the sandbox that was taken on.
                State::Failed | State::FailedLate => Some("I4"),
                State::Parked => None,
                State::Ready | State::Attempting | State::Unknown => Some("I6"),
            };
            if broken.is_some() && untold && count > 0 {
                world.count("a lost journal's refund was not known again");
                if count > 1 {
                    world.count("a lost journal's refund was made twice");
                }
                // What waits for a person is told already.
                if !told && state != State::Parked {
                    let id = short(&operation.intent.id);
                    let what =
                        format_args!("{id} is {state}, {count} effects, and nothing is told");
                    world.violate("I20", what);
                }
            } else if let Some(rule) = broken {
                let (site, id) = (self.site.name, short(&operation.intent.id));
                let evidence = &operation.evidence;
                let what =
                    format_args!("{site}: {id} ends {state} with {count} effects: {evidence:?}");
                world.violate(rule, what);
            }
        }
    }
}

fn is_of(operation: &Operation, payment: &str, amount: i64) -> bool {
    let plan = &operation.intent.plan;
    plan.payment().as_str() == payment && plan.amount().minor().get() == amount
}

fn request(site: &Site, payment: &str, amount: i64) -> RefundRequest {
    let minor = refundkit::Minor::new(amount).unwrap();
    let money = Money::new(minor, site.currency.parse().unwrap()).unwrap();
    let key = RequestKey::new(format!("{payment}-{amount}")).unwrap();
    RefundRequest::new(PaymentId::new(payment).unwrap(), key).amount(money)
}

fn name() -> ProviderName {
    "real".parse().unwrap()
}
