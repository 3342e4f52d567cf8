//! Time, chance and tasks of one simulated run: one thread, and every choice from one seed.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::trace::{Trace, Violation};

/// Which worker a task belongs to: it dies with it. `None` for the world outside.
pub(crate) type Owner = Option<usize>;
type Job = Pin<Box<dyn Future<Output = ()> + Send>>;
/// No run that ends takes more steps.
const MOST_POLLS: u32 = 100_000;
type Ready = Arc<Mutex<VecDeque<usize>>>;

/// Shared by everything in one run. Times are milliseconds since the run began.
#[derive(Clone)]
pub(crate) struct World(Arc<Mutex<State>>);

struct State {
    now: u64,
    order: u64,
    timers: BinaryHeap<Timer>,
    spawned: Vec<(Owner, Job)>,
    killed: Vec<usize>,
    faulty: bool,
    rng: fastrand::Rng,
    trace: Trace,
}

struct Timer {
    at: u64,
    order: u64,
    waker: Waker,
}

impl Ord for Timer {
    /// The earliest is the greatest; of two at one time, the one that was set first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Timer {}

struct TaskWaker {
    task: usize,
    ready: Ready,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        lock(&self.ready).push_back(self.task);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}

impl World {
    pub(crate) fn new(seed: u64, trace: Trace) -> Self {
        Self(Arc::new(Mutex::new(State {
            now: 0,
            order: 0,
            timers: BinaryHeap::new(),
            spawned: Vec::new(),
            killed: Vec::new(),
            faulty: true,
            rng: fastrand::Rng::with_seed(seed),
            trace,
        })))
    }

    pub(crate) fn now(&self) -> u64 {
        lock(&self.0).now
    }

    /// A number below `end`; 0 where there is none.
    pub(crate) fn below(&self, end: u64) -> u64 {
        if end == 0 {
            return 0;
        }
        lock(&self.0).rng.u64(..end)
    }

    /// Whether something befalls us that does so to `permille` of a thousand.
    pub(crate) fn chance(&self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    /// As [`chance`](Self::chance), and never once the faults are over.
    pub(crate) fn misfortune(&self, permille: u64) -> bool {
        permille > 0 && lock(&self.0).faulty && self.chance(permille)
    }

    pub(crate) fn end_storm(&self) {
        lock(&self.0).faulty = false;
    }

    /// Writes a line of the trace.
    pub(crate) fn note(&self, line: fmt::Arguments<'_>) {
        let mut state = lock(&self.0);
        let now = state.now;
        state.trace.line(now, line);
    }

    /// Counts something that happened.
    pub(crate) fn count(&self, what: &'static str) {
        lock(&self.0).trace.count(what);
    }

    /// An invariant is broken. The first one is kept.
    pub(crate) fn violate(&self, rule: &'static str, what: fmt::Arguments<'_>) {
        let mut state = lock(&self.0);
        let now = state.now;
        state
            .trace
            .line(now, format_args!("VIOLATION of {rule}: {what}"));
        let violation = Violation {
            rule,
            what: what.to_string(),
        };
        state.trace.violation.get_or_insert(violation);
    }

    pub(crate) fn is_violated(&self) -> bool {
        lock(&self.0).trace.violation.is_some()
    }

    pub(crate) fn sleep(&self, millis: u64) -> Sleep {
        self.sleep_until(self.now().saturating_add(millis))
    }

    pub(crate) fn sleep_until(&self, at: u64) -> Sleep {
        Sleep {
            world: self.clone(),
            at,
            armed: false,
        }
    }

    pub(crate) fn spawn(&self, owner: Owner, job: impl Future<Output = ()> + Send + 'static) {
        lock(&self.0).spawned.push((owner, Box::pin(job)));
    }

    /// Ends all tasks of a worker as they are, at once.
    pub(crate) fn kill(&self, worker: usize) {
        lock(&self.0).killed.push(worker);
    }

    /// Runs everything until nothing is left to happen, and hands out the trace.
    pub(crate) fn run(&self) -> Trace {
        let mut tasks: Vec<(Owner, Option<Job>, Waker)> = Vec::new();
        let ready = Ready::default();
        let mut polls = 0_u32;
        loop {
            let (spawned, killed) = {
                let mut state = lock(&self.0);
                let killed = std::mem::take(&mut state.killed);
                (std::mem::take(&mut state.spawned), killed)
            };
            if !killed.is_empty() {
                for (owner, job, _) in &mut tasks {
                    if owner.is_some_and(|owner| killed.contains(&owner)) {
                        *job = None;
                    }
                }
            }
            for (owner, job) in spawned {
                let task = tasks.len();
                let waker = TaskWaker {
                    task,
                    ready: Arc::clone(&ready),
                };
                tasks.push((owner, Some(job), Waker::from(Arc::new(waker))));
                lock(&ready).push_back(task);
            }
            let next = lock(&ready).pop_front();
            match next {
                Some(task) => {
                    polls = polls.saturating_add(1);
                    if polls > MOST_POLLS {
                        self.violate("I6", format_args!("it goes on for ever"));
                        break;
                    }
                    poll(&mut tasks, task);
                }
                None if !self.tick() => break,
                None => {}
            }
        }
        std::mem::take(&mut lock(&self.0).trace)
    }

    /// Goes to the next moment at which something happens; `false` where nothing does.
    fn tick(&self) -> bool {
        let mut state = lock(&self.0);
        // After a violation nothing more is to be learnt.
        if state.trace.violation.is_some() {
            return false;
        }
        let Some(timer) = state.timers.pop() else {
            return !state.spawned.is_empty();
        };
        state.now = state.now.max(timer.at);
        drop(state);
        timer.waker.wake();
        true
    }
}

fn poll(tasks: &mut [(Owner, Option<Job>, Waker)], task: usize) {
    let Some((_, slot, waker)) = tasks.get_mut(task) else {
        return;
    };
    if let Some(job) = slot {
        let done = job.as_mut().poll(&mut Context::from_waker(waker));
        if done.is_ready() {
            *slot = None;
        }
    }
}

/// Ends when its time has come.
pub(crate) struct Sleep {
    world: World,
    at: u64,
    armed: bool,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = lock(&self.world.0);
        if state.now >= self.at {
            return Poll::Ready(());
        }
        if !self.armed {
            state.order = state.order.saturating_add(1);
            let timer = Timer {
                at: self.at,
                order: state.order,
                waker: context.waker().clone(),
            };
            state.timers.push(timer);
            drop(state);
            self.armed = true;
        }
        Poll::Pending
    }
}

/// The output of a future that waits for nothing, as those of a journal in memory.
///
/// # Panics
/// Where it waits after all.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("it was not to wait for anything"),
    }
}
