//! Every effect boundary × every class of a first and a second answer × no, one and two crashes,
//! for every kind of provider.
//!
//! The engine runs over a store and a provider that stop for ever at a chosen point, as a dead
//! process does. Then a new engine takes over, time passes, and in the end there must be at most
//! one effect, and a state that says the truth about it or leaves it to a person.

mod fragile;
mod provider;

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use fragile::{ByHand, Crash, Fragile};
use provider::{AMOUNT, CLASSES, Class, MODES, SECOND, Simulated, capabilities};
use refundkit::core::capabilities::{Idempotency, Lookup};
use refundkit::core::ports::Clock;
use refundkit::{Error, MemoryStore, Operation, ProviderName, RefundRequest, Refunds, State};

/// What was gone through.
#[derive(Clone, Debug, Default)]
pub struct Enumerated {
    /// All cases.
    pub cases: u64,
    /// How many of them ended with a person.
    pub parked: u64,
    /// Cases by the boundary of their last crash.
    pub by_boundary: BTreeMap<&'static str, u64>,
    /// Cases by the class of the first answer.
    pub by_class: BTreeMap<&'static str, u64>,
    /// The first case that did not end as it must.
    pub broken: Option<String>,
}

impl Enumerated {
    fn add(&mut self, other: Self) {
        self.cases += other.cases;
        self.parked += other.parked;
        for (mine, others) in [
            (&mut self.by_boundary, other.by_boundary),
            (&mut self.by_class, other.by_class),
        ] {
            for (name, cases) in others {
                *mine.entry(name).or_default() += cases;
            }
        }
        self.broken = self.broken.take().or(other.broken);
    }
}

/// Goes through all cases with so many crashes, each kind of provider in a thread of its own.
#[must_use]
pub fn enumerate(crashes: usize) -> Enumerated {
    let threads = MODES.map(|mode| std::thread::spawn(move || of_mode(mode, crashes)));
    let mut all = Enumerated::default();
    for thread in threads {
        all.add(thread.join().unwrap());
    }
    all
}

/// The kinds of providers that the cases are gone through for.
#[must_use]
pub fn kinds() -> Vec<&'static str> {
    MODES.map(|(name, ..)| name).to_vec()
}

/// Goes through all cases of one of the [`kinds`] with so many crashes; `None` where there is no
/// such kind.
#[must_use]
pub fn enumerate_kind(kind: &str, crashes: usize) -> Option<Enumerated> {
    let mode = MODES.into_iter().find(|(name, ..)| *name == kind)?;
    Some(of_mode(mode, crashes))
}

/// How many cases there are without any crash: kinds of providers, and classes of two answers.
#[must_use]
pub const fn cases_without_a_crash() -> usize {
    MODES.len() * CLASSES.len() * SECOND.len()
}

fn of_mode((mode, key, lookup): (&str, Idempotency, Option<Lookup>), crashes: usize) -> Enumerated {
    let mut counts = Enumerated::default();
    let classes = CLASSES
        .into_iter()
        .flat_map(|first| SECOND.map(|second| [first, second]));
    // Whether the dead are known to be dead matters only where there are some.
    let proofs = if crashes == 0 {
        &[false][..]
    } else {
        &[false, true]
    };
    let cases = classes.flat_map(|classes| proofs.iter().map(move |proves| (classes, *proves)));
    for (classes, proves) in cases {
        let mut chosen = vec![0; crashes];
        loop {
            let case = Case::new(key, lookup, classes, proves, crashes < 2);
            let moved = match case.live(&chosen) {
                Ok(()) => {
                    counts.cases += 1;
                    *counts.by_class.entry(classes[0].name()).or_default() += 1;
                    let died_at = case.crash.last().unwrap_or("none");
                    *counts.by_boundary.entry(died_at).or_default() += 1;
                    match case.check() {
                        Ok(state) => counts.parked += u64::from(state == State::Parked),
                        Err(what) => {
                            let case = format!(
                                "{mode}, {classes:?}, crashes at {chosen:?}, proved {proves}"
                            );
                            counts.broken = Some(format!("{case}: {what}"));
                            return counts;
                        }
                    }
                    chosen.len()
                }
                // That crash is past the last boundary: the one before it moves on.
                Err(number) => number,
            };
            chosen[moved..].fill(0);
            let Some(next) = moved.checked_sub(1) else {
                break;
            };
            chosen[next] += 1;
        }
    }
    counts
}

struct Case {
    provider: Arc<Simulated>,
    journal: Arc<Fragile>,
    crash: Arc<Crash>,
    clock: Arc<ByHand>,
}

impl Case {
    fn new(
        key: Idempotency,
        lookup: Option<Lookup>,
        classes: [Class; 2],
        proves: bool,
        everywhere: bool,
    ) -> Self {
        let crash = Arc::new(Crash::new(everywhere));
        let journal = Arc::new(Fragile {
            store: MemoryStore::new(),
            crash: Arc::clone(&crash),
            proves,
        });
        let provider = Arc::new(Simulated {
            capabilities: capabilities(key, lookup),
            classes,
            crash: Arc::clone(&crash),
            journal: Arc::clone(&journal),
            effects: Mutex::default(),
            sends: Mutex::default(),
            broken: Mutex::default(),
        });
        let clock = Arc::new(ByHand(Mutex::new("2026-11-21T10:00:00Z".parse().unwrap())));
        Self {
            provider,
            journal,
            crash,
            clock,
        }
    }

    /// A new process: the request once more, until it ends or dies. `None` where it died.
    fn run(&self) -> Option<Result<Operation, Error>> {
        let refunds = Refunds::builder()
            .namespace("crashes".parse().unwrap())
            .provider("simulated".parse().unwrap(), self.provider.clone())
            .journal(self.journal.clone())
            .clock(self.clock.clone())
            .build()
            .unwrap();
        let mut request = RefundRequest::new("pay_1".parse().unwrap(), "key".parse().unwrap())
            .amount("10.00 GBP".parse().unwrap());
        if !self.provider.capabilities.shows_payments {
            request = request.paid("50.00 GBP".parse().unwrap());
        }
        let name: ProviderName = "simulated".parse().unwrap();
        let mut running = pin!(refunds.refund(&name, &request));
        // Nothing here waits for anything but a crash, so one poll runs to the end.
        match running
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(done) => Some(done),
            Poll::Pending => None,
        }
    }

    fn wait(&self, minutes: u64) {
        let later = self
            .clock
            .now()
            .saturating_add(Duration::from_secs(minutes * 60));
        *self.clock.0.lock().unwrap() = later;
    }

    /// Dies at the chosen boundaries, then lives on in good health until nothing more happens.
    ///
    /// # Errors
    /// Which of the crashes did not happen: it had no such boundary.
    fn live(&self, crashes: &[usize]) -> Result<(), usize> {
        for (number, after) in crashes.iter().enumerate() {
            self.crash.arm(*after);
            if self.run().is_some() {
                return Err(number);
            }
            // Where nothing proves that they are dead, somebody else comes once nothing is under way any
            // more.
            self.wait(if self.journal.proves { 1 } else { 16 });
        }
        self.crash.disarm();
        for minutes in [1, 8, 16, 2, 2, 16, 2, 2, 13 * 60, 2, 2, 16] {
            self.wait(minutes);
            if let Some(Err(error)) = self.run() {
                self.provider
                    .broke(format!("it is told of trouble: {error}"));
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<State, String> {
        let operation = match self.run() {
            Some(Ok(operation)) => operation,
            other => return Err(format!("{other:?}")),
        };
        if let Some(broken) = self.provider.broken.lock().unwrap().take() {
            return Err(broken);
        }
        let (state, effects) = (operation.state(), self.provider.effects());
        let right = match state {
            State::Succeeded | State::Accepted => effects == [AMOUNT],
            State::Rejected => effects.is_empty(),
            // Held until a person has looked.
            State::Parked => effects.len() <= 1,
            State::Ready
            | State::Attempting
            | State::Failed
            | State::FailedLate
            | State::Refused
            | State::Cancelled
            | State::Unknown => false,
        };
        if !right {
            let evidence = operation.evidence;
            return Err(format!("{state} with effects {effects:?}: {evidence:?}"));
        }
        if *self.provider.sends.lock().unwrap() > operation.summary().attempts() {
            return Err("it was sent more often than marked".to_owned());
        }
        Ok(state)
    }
}
