//! One run, from its seed to its verdict.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use refundkit::{Filter, MemoryStore, Operation, Refunds, State, Store, Webhooks};

use crate::clock::SkewedClock;
use crate::connection::Connection;
use crate::finish;
use crate::knobs::{HOUR, Knobs, MINUTE, SECOND};
use crate::life::Life;
use crate::messages::{self, DeliveredCopy};
use crate::people;
use crate::real;
use crate::requests::{self, CallerRequest};
use crate::site::{Site, payment_id, provider_name};
use crate::store::SimulatedStore;
use crate::trace::Trace;
use crate::workers;
use crate::world::{self, World};

/// How the time passes once the faults are over, in minutes: both readings that prove an absence lie
/// behind every resend, and every key has run out in the end.
const CALM: [u64; 14] = [4, 1, 16, 2, 2, 16, 2, 2, 13 * 60, 2, 2, 16, 2, 2];

/// Runs one seed.
#[must_use]
pub fn run(seed: u64, trace: Trace) -> Trace {
    if real::is_real(seed) {
        return real::run(seed, trace);
    }
    let knobs = Knobs::draw(seed);
    let world = World::new(seed, trace);
    world.note(format_args!("seed {seed}: {knobs:?}"));
    let journal = Arc::new(MemoryStore::new());
    world::at_once(journal.bind(&"simulation".parse().unwrap())).unwrap();
    let site = Site::new(&world, &knobs, &journal);
    let workers = Workers::new(&world, &knobs, &site, &journal);
    world.spawn(None, with_faults(workers));
    world.run()
}

/// The workers that are alive.
#[derive(Clone)]
struct Workers(Arc<Inside>);

type Worker = (Life, Arc<Refunds>);

struct Inside {
    world: World,
    knobs: Knobs,
    site: Site,
    journal: Arc<MemoryStore>,
    alive: Mutex<Vec<Option<Worker>>>,
    lives: Mutex<u32>,
    reader: Option<Arc<dyn Webhooks>>,
}

impl Workers {
    fn new(world: &World, knobs: &Knobs, site: &Site, journal: &Arc<MemoryStore>) -> Self {
        let workers = Self(Arc::new(Inside {
            world: world.clone(),
            knobs: knobs.clone(),
            site: site.clone(),
            journal: Arc::clone(journal),
            alive: Mutex::new(vec![None; knobs.workers]),
            lives: Mutex::new(0),
            reader: knobs
                .messages
                .as_ref()
                .map(|knobs| messages::reader(knobs.style)),
        }));
        // Not the workers itself: the site is part of it.
        let inside = Arc::downgrade(&workers.0);
        site.opens(move |parcel| {
            if let Some(inside) = inside.upgrade() {
                open(&Self(inside), parcel);
            }
        });
        for worker in 0..knobs.workers {
            workers.start(worker);
        }
        workers
    }

    fn alive(&self) -> MutexGuard<'_, Vec<Option<Worker>>> {
        self.0.alive.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A worker, if it is up.
    fn worker(&self, worker: usize) -> Option<Worker> {
        self.alive().get(worker).cloned().flatten()
    }

    /// A new life of a worker, with nothing left of the former one but the journal.
    fn start(&self, worker: usize) {
        let (life, refunds) = self.engine(worker, "simulation");
        self.0.world.note(format_args!("{life} starts"));
        self.alive()[worker] = Some((life, refunds));
    }

    /// An engine of a worker, with this namespace.
    fn engine(&self, worker: usize, namespace: &str) -> Worker {
        let number = {
            let mut lives = self.0.lives.lock().unwrap_or_else(PoisonError::into_inner);
            *lives += 1;
            *lives
        };
        let inside = &self.0;
        let skew = inside.knobs.skew.get(worker).copied().unwrap_or_default();
        let life = Life::new(&inside.world, worker, number, skew);
        let connection = Connection {
            site: inside.site.clone(),
            life: life.clone(),
        };
        let journal = SimulatedStore::new(&inside.journal, &inside.site, &life, &inside.knobs);
        let clock = SkewedClock {
            world: inside.world.clone(),
            skew,
            turned_back: inside.knobs.turned_back,
        };
        let mut refunds = Refunds::builder();
        if let Some(reader) = &inside.reader {
            refunds = refunds.webhooks(provider_name(), Arc::clone(reader));
        }
        let refunds = refunds
            .namespace(namespace.parse().unwrap())
            .provider(provider_name(), Arc::new(connection))
            .journal(Arc::new(journal))
            .clock(Arc::new(clock))
            .build()
            .unwrap();
        (life, Arc::new(refunds))
    }

    /// Lets a worker die after so many moments, and come back after a while.
    fn crash_after(&self, worker: usize, moments: u32) {
        let Some((life, _)) = self.worker(worker) else {
            return;
        };
        let (workers, ended) = (self.clone(), life.clone());
        life.ends_after(moments, move || {
            workers::died(&workers.0.site, &ended);
            workers.alive()[worker] = None;
            let world = workers.0.world.clone();
            let back = world.sleep(world.below(10 * MINUTE));
            world.spawn(None, async move {
                back.await;
                workers.start(worker);
            });
        });
    }

    /// Hands a worker something to do; it goes with it where it dies.
    fn hand<Work, Doing>(&self, worker: usize, work: Work)
    where
        Work: FnOnce(Workers, Arc<Refunds>) -> Doing,
        Doing: Future<Output = ()> + Send + 'static,
    {
        if let Some((_, refunds)) = self.worker(worker) {
            let doing = work(self.clone(), refunds);
            self.0.world.spawn(Some(worker), doing);
        }
    }
}

/// Something that happens at a time during the storm.
#[derive(Clone, Debug)]
enum Event {
    Request(usize),
    Resume,
    Look,
    Cancel,
    Dashboard,
    Doom,
    Follow,
    Decide,
    Stranger,
}

async fn with_faults(workers: Workers) {
    let (world, knobs) = (workers.0.world.clone(), workers.0.knobs.clone());
    let requests = Arc::new(requests::draw(&world, &knobs));
    let mut events: Vec<(u64, Event)> = Vec::new();
    for ask in 0..requests.len() {
        // Often together with others, to meet them.
        let rush = world.below(3).saturating_mul(knobs.faulty_for / 3);
        for _ in 0..=world.below(2) {
            events.push((rush + world.below(5 * SECOND), Event::Request(ask)));
        }
    }
    for _ in 0..knobs.resumes {
        events.push((world.below(knobs.faulty_for), Event::Resume));
    }
    for _ in 0..world.below(4) {
        events.push((world.below(knobs.faulty_for), Event::Look));
    }
    if world.chance(300) {
        events.push((world.below(knobs.faulty_for), Event::Cancel));
    }
    if knobs.site.dashboard {
        events.push((world.below(knobs.faulty_for), Event::Dashboard));
    }
    for _ in 0..knobs.crashes {
        let rush = world.below(3).saturating_mul(knobs.faulty_for / 3);
        events.push((rush + world.below(5 * SECOND), Event::Doom));
    }
    for _ in 0..knobs.messages.as_ref().map_or(0, |knobs| knobs.follows) {
        events.push((world.below(knobs.faulty_for), Event::Follow));
    }
    for _ in 0..knobs.site.odd.hasty {
        events.push((world.below(knobs.faulty_for), Event::Decide));
    }
    if knobs.site.odd.stranger {
        events.push((world.below(knobs.faulty_for), Event::Stranger));
    }
    events.sort_by_key(|(at, _)| *at);
    for (at, event) in events {
        world.sleep_until(at).await;
        happen(&workers, &requests, event);
    }
    world.sleep_until(knobs.faulty_for).await;
    without_faults(workers, requests).await;
}

fn happen(workers: &Workers, requests: &Arc<Vec<CallerRequest>>, event: Event) {
    let world = &workers.0.world;
    let worker = world.below(workers.0.knobs.workers as u64) as usize;
    match event {
        Event::Request(ask) => {
            let requests = Arc::clone(requests);
            workers.hand(worker, |workers, refunds| async move {
                requests::put(&workers.0.site, &refunds, &requests, ask).await;
            });
        }
        Event::Resume => workers.hand(worker, |_, refunds| async move {
            drop(refunds.resume().await);
        }),
        Event::Look => workers.hand(worker, |_, refunds| async move {
            for operation in refunds.list(&Filter::default()).await.unwrap_or_default() {
                drop(refunds.refresh(&operation.intent.id).await);
            }
        }),
        Event::Cancel => workers.hand(worker, |_, refunds| async move {
            for operation in refunds.list(&Filter::default()).await.unwrap_or_default() {
                drop(refunds.cancel(&operation.intent.id).await);
            }
        }),
        Event::Dashboard => {
            let payment = world.below(workers.0.knobs.payments.len() as u64) as usize;
            let amount = [300, 500, 700, 1000][world.below(4) as usize];
            workers
                .0
                .site
                .others_refund(&payment_id(payment), amount, None);
        }
        Event::Follow => workers.hand(worker, |workers, refunds| async move {
            follow(&workers, &refunds).await
        }),
        Event::Decide => workers.hand(worker, |workers, refunds| async move {
            people::decide_in_haste(&workers.0.site, &refunds).await;
        }),
        Event::Stranger => {
            let requests = Arc::clone(requests);
            workers.hand(worker, move |workers, _| async move {
                let stranger = workers.engine(worker, "another");
                requests::put_by_a_stranger(&workers.0.site, &stranger.1, &requests).await;
            });
        }
        Event::Doom => {
            let moments = u32::try_from(world.below(60)).unwrap_or_default();
            workers.crash_after(worker, moments);
        }
    }
}

/// No more faults, and time for everything to come to its end.
async fn without_faults(workers: Workers, requests: Arc<Vec<CallerRequest>>) {
    let (world, knobs) = (workers.0.world.clone(), workers.0.knobs.clone());
    world.note(format_args!("the faults are over"));
    world.end_storm();
    for worker in 0..knobs.workers {
        if let Some((life, _)) = workers.worker(worker) {
            life.goes_on();
        }
    }
    // Whoever stands still wakes in here, and whoever died is back.
    world.sleep(3 * HOUR).await;
    let Some((_, refunds)) = workers.worker(0) else {
        world.violate("I6", format_args!("a worker never came back"));
        return;
    };
    others_refund_in_peace(&workers).await;
    for ask in 0..requests.len() {
        requests::put(&workers.0.site, &refunds, &requests, ask).await;
    }
    until_idle(&workers, &refunds).await;
    // By then everything has ended at the provider, so that its books tell a person how.
    world.sleep(6 * HOUR).await;
    if knobs.person && people::decide(&workers.0.site, &refunds, knobs.person_errs).await {
        until_idle(&workers, &refunds).await;
    }
    ask_again(&workers, &refunds).await;
    // What has failed late may leave another send of it open.
    if !is_all_at_rest(&workers) {
        until_idle(&workers, &refunds).await;
    }
    let since = world.now();
    follow(&workers, &refunds).await;
    messages::check::all_heeded(&workers.0.site, since);
    if !world.is_violated() {
        let turned_back = knobs.turned_back.map(|(_, by)| by);
        finish::check(&workers.0.site, turned_back);
    }
}

/// Somebody else refunds while nothing of ours is open, and long before anything is: what every
/// provider allows, whatever can be read of it.
async fn others_refund_in_peace(workers: &Workers) {
    let (world, site) = (&workers.0.world, &workers.0.site);
    let mut operations = finish::operations(site).into_iter();
    let may_refund = site.knobs().others_may_refund();
    if may_refund && world.chance(500) && operations.all(|operation| operation.state().is_final()) {
        happen(workers, &Arc::default(), Event::Dashboard);
        world.sleep(20 * MINUTE).await;
    }
}

/// Late failures too are found where the provider lists what became of each refund.
async fn ask_again(workers: &Workers, refunds: &Refunds) {
    workers.0.world.sleep(5 * HOUR).await;
    for operation in finish::operations(&workers.0.site) {
        drop(refunds.refresh(&operation.intent.id).await);
    }
}

/// Something stands at the door of the account's address: whoever is up opens, if anybody is.
fn open(workers: &Workers, parcel: DeliveredCopy) {
    let world = &workers.0.world;
    let worker = world.below(workers.0.knobs.workers as u64) as usize;
    let (name, came) = (provider_name(), world.now());
    workers.hand(worker, |workers, refunds| async move {
        let (headers, body) = (parcel.message.headers(), parcel.message.body.as_bytes());
        let done = refunds.observe(&name, headers, body).await;
        messages::check::answered(&workers.0.site, &parcel, came, &done);
    });
}

/// Reads what messages have asked to read.
async fn follow(workers: &Workers, refunds: &Refunds) {
    if workers.0.site.messages().is_some() {
        let mut worker = refundkit::Worker::new(refunds, &provider_name());
        drop(worker.follow_messages().await);
    }
}

async fn until_idle(workers: &Workers, refunds: &Refunds) {
    for minutes in CALM {
        workers.0.world.sleep(minutes * MINUTE).await;
        follow(workers, refunds).await;
        let resumed = refunds.resume().await.unwrap_or_default();
        for operation in resumed {
            if operation.state() == State::Accepted {
                drop(refunds.refresh(&operation.intent.id).await);
            }
        }
        if is_all_at_rest(workers) {
            return;
        }
    }
}

fn is_all_at_rest(workers: &Workers) -> bool {
    let operations = finish::operations(&workers.0.site);
    let mut states = operations.iter().map(Operation::state);
    states.all(|state| state.is_final() || state == State::Parked)
}
