//! Every effect boundary × every class of first and second answer × one and two crashes, for every
//! kind of provider.
//!
//! The engine runs over a journal and a provider that stop for ever at a chosen point, as a dead
//! process does. Then a new engine takes over, time passes, and in the end there must be at most
//! one effect, and a state that says the truth about it or leaves it to a person.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod fragile;
mod simulated;

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use fragile::{ByHand, Crash, Fragile};
use refundkit::core::capabilities::{Idempotency, Lookup};
use refundkit::{
    Clock, Error, MemoryJournal, Operation, ProviderName, RefundRequest, Refunds, State,
};
use simulated::{AMOUNT, CLASSES, Class, MODES, SECOND, Simulated, capabilities};

struct Case {
    provider: Arc<Simulated>,
    journal: Arc<Fragile>,
    crash: Arc<Crash>,
    clock: Arc<ByHand>,
}

impl Case {
    fn new(key: Idempotency, lookup: Lookup, classes: [Class; 2]) -> Self {
        let crash = Arc::new(Crash::default());
        let journal = Arc::new(Fragile {
            journal: MemoryJournal::new(),
            crash: Arc::clone(&crash),
        });
        let provider = Arc::new(Simulated {
            capabilities: capabilities(key, lookup),
            classes,
            crash: Arc::clone(&crash),
            journal: Arc::clone(&journal),
            effects: Mutex::default(),
            sends: Mutex::default(),
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
        let request = RefundRequest::new("pay_1".parse().unwrap(), "key".parse().unwrap())
            .amount("10.00 GBP".parse().unwrap());
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
            // The lease of the dead has to run out.
            self.wait(4);
        }
        self.crash.disarm();
        for minutes in [1, 1, 16, 2, 2, 16, 2, 2, 13 * 60, 2, 2, 16] {
            self.wait(minutes);
            self.run().unwrap().unwrap();
        }
        Ok(())
    }

    fn check(&self, what: &str) -> State {
        let operations = self.run().unwrap().unwrap();
        let state = operations.state();
        let effects = self.provider.effects();
        assert!(effects.len() <= 1, "I1, {what}: {effects:?}");
        let right = match state {
            State::Succeeded | State::Accepted => effects == [AMOUNT],
            State::Rejected => effects.is_empty(),
            // Held until a person has looked.
            State::Parked => true,
            State::Ready
            | State::Attempting
            | State::Failed
            | State::FailedLate
            | State::Refused
            | State::Cancelled
            | State::Unknown => false,
        };
        assert!(
            right,
            "{what}: {state} with {effects:?}: {:?}",
            operations.evidence
        );
        assert!(
            *self.provider.sends.lock().unwrap() <= operations.summary().attempts(),
            "I15, {what}"
        );
        state
    }
}

#[derive(Debug, Default)]
struct Counts {
    cases: usize,
    parked: usize,
}

/// All modes, each in a thread of its own.
fn enumerate(crashes: usize) -> Counts {
    let threads = MODES.map(|mode| std::thread::spawn(move || of_mode(mode, crashes)));
    let mut counts = Counts::default();
    for thread in threads {
        let found = thread.join().unwrap();
        counts.cases += found.cases;
        counts.parked += found.parked;
    }
    counts
}

fn of_mode((mode, key, lookup): (&str, Idempotency, Lookup), crashes: usize) -> Counts {
    let mut counts = Counts::default();
    for classes in CLASSES
        .into_iter()
        .flat_map(|first| SECOND.map(|second| [first, second]))
    {
        let mut chosen = vec![0; crashes];
        loop {
            let case = Case::new(key, lookup, classes);
            let moved = match case.live(&chosen) {
                Ok(()) => {
                    counts.cases += 1;
                    let state = case.check(&format!("{mode}, {classes:?}, crashes at {chosen:?}"));
                    counts.parked += usize::from(state == State::Parked);
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

#[test]
fn without_a_crash_every_answer_ends_in_the_truth() {
    let counts = enumerate(0);
    assert_eq!(counts.cases, MODES.len() * CLASSES.len() * SECOND.len());
}

#[test]
fn one_crash_at_every_boundary_never_makes_a_second_effect() {
    let counts = enumerate(1);
    println!("{counts:?}");
    assert!(counts.cases > 2_500, "{counts:?}");
}

#[test]
fn two_crashes_at_every_two_boundaries_never_make_a_second_effect() {
    let counts = enumerate(2);
    println!("{counts:?}");
    assert!(counts.cases > 20_000, "{counts:?}");
}
