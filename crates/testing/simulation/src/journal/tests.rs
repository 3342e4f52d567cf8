//! What every journal keeps of ids, namespaces and pauses, kept by the simulated one too: it must not
//! lose on the way what its inner journal promises. Left out are the checks with messages, which no
//! simulated provider has sent.

use std::pin::Pin;
use std::sync::atomic::AtomicBool;

use refundkit_conformance::{JournalHarness, ids, namespace, pauses};

use super::*;
use crate::trace::Trace;

impl JournalHarness for SimulatedJournal {
    fn journal(&self) -> &dyn Journal {
        self
    }

    /// What the next life of the worker has.
    async fn reopen(self) -> Self {
        let life = Life::new(&self.life.world, self.life.worker, self.life.number + 1);
        Self { life, ..self }
    }
}

/// A journal that nothing befalls, of a provider with one large payment.
fn calm(world: &World) -> SimulatedJournal {
    let mut knobs = (0..).map(Knobs::draw).find(|knobs| {
        let can = &knobs.site.capabilities;
        can.shows_payments && knobs.messages.is_none()
    });
    let knobs = knobs.as_mut().unwrap();
    (knobs.stall, knobs.journal_fault) = (0, 0);
    for payment in &mut knobs.payments {
        payment.captured = 1_000_000;
    }
    let journal = Arc::new(MemoryJournal::new());
    let site = Site::new(world, knobs, &journal);
    SimulatedJournal::new(&journal, &site, &Life::new(world, 0, 1), knobs)
}

/// Runs the check to its end.
fn passes(check: impl FnOnce(SimulatedJournal) -> Pin<Box<dyn Future<Output = ()> + Send>>) {
    let world = World::new(1, Trace::default());
    let check = check(calm(&world));
    let ended = Arc::new(AtomicBool::new(false));
    let end = Arc::clone(&ended);
    world.spawn(None, async move {
        check.await;
        end.store(true, Ordering::Relaxed);
    });
    let trace = world.run();
    let broken = trace.violation.map(|broken| (broken.rule, broken.what));
    assert_eq!(broken, None);
    assert!(ended.load(Ordering::Relaxed), "it goes on");
}

macro_rules! of_journal {
    ($($suite:ident: $check:ident),* $(,)?) => {
        $(
            #[test]
            fn $check() {
                passes(|journal| Box::pin(async move { $suite::$check(&journal).await }));
            }
        )*
    };
}

of_journal!(
    ids: another_payment_may_have_the_same_refund_id,
    namespace: a_journal_has_one_namespace,
    namespace: another_namespace_changes_nothing,
    pauses: the_later_pause_stays,
    pauses: a_pause_is_one_providers,
);

macro_rules! of_harness {
    ($($suite:ident: $check:ident),* $(,)?) => {
        $(
            #[test]
            fn $check() {
                passes(|journal| Box::pin($suite::$check(journal)));
            }
        )*
    };
}

of_harness!(
    ids: whose_a_refund_is_outlasts_its_process,
    namespace: the_namespace_outlasts_its_process,
    pauses: a_pause_outlasts_its_process,
);
