//! What every store keeps, kept by the simulated one too: it must not lose on the way what the one
//! behind it promises.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use refundkit::core::ports::Message;

use super::*;
use crate::site::{payment_id, provider_name};
use crate::trace::Trace;
use crate::world::World;

/// A store that nothing befalls.
fn without_faults(world: &World) -> SimulatedStore {
    let mut knobs = (0..)
        .map(Knobs::draw)
        .find(|knobs| knobs.messages.is_none());
    let knobs = knobs.as_mut().unwrap();
    (knobs.stall, knobs.journal_fault) = (0, 0);
    let store = Arc::new(MemoryStore::new());
    let site = Site::new(world, knobs, &store);
    SimulatedStore::new(&store, &site, &Life::new(world, 0, 1, 0), knobs)
}

/// Another life of a worker over the same store.
fn next(of: &SimulatedStore) -> SimulatedStore {
    SimulatedStore {
        store: Arc::clone(&of.store),
        site: of.site.clone(),
        life: Life::new(&of.life.world, of.life.worker, of.life.number + 1, 0),
        stall: 0,
        fault: 0,
    }
}

/// Runs the check to its end.
fn passes<Doing: Future<Output = ()> + Send + 'static>(
    check: impl FnOnce(SimulatedStore) -> Doing,
) {
    let world = World::new(1, Trace::default());
    let check = check(without_faults(&world));
    let ended = Arc::new(AtomicBool::new(false));
    let end = Arc::clone(&ended);
    world.spawn(None, async move {
        check.await;
        end.store(true, Ordering::Relaxed);
    });
    let trace = world.run();
    assert_eq!(trace.violation, None);
    assert!(ended.load(Ordering::Relaxed), "it goes on");
}

#[test]
fn the_namespace_and_the_later_pause_outlast_a_life() {
    passes(|store| async move {
        let (one, other) = ("one".parse().unwrap(), "other".parse().unwrap());
        store.bind(&one).await.unwrap();
        let late = Timestamp::from_unix_millis(2).unwrap();
        let early = Timestamp::from_unix_millis(1).unwrap();
        store.pause(&provider_name(), late).await.unwrap();
        store.pause(&provider_name(), early).await.unwrap();
        let again = next(&store);
        let refused = again.bind(&other).await;
        assert!(matches!(refused, Err(JournalError::OtherNamespace { .. })));
        assert_eq!(
            again.paused_until(&provider_name()).await.unwrap(),
            Some(late)
        );
    });
}

#[test]
fn no_two_lives_have_one_name_and_only_the_dead_are_gone() {
    passes(|store| async move {
        let first = store.join().await.unwrap();
        let again = next(&store);
        let second = again.join().await.unwrap();
        assert_ne!(first, second);
        assert!(!again.is_gone(&first).await.unwrap());
        let mut is_gone = false;
        // It is drawn whether that is ever proved.
        for _ in 0..32 {
            workers::died(&store.site, &store.life);
            is_gone |= again.is_gone(&first).await.unwrap();
        }
        assert!(is_gone);
        assert!(!store.is_gone(&second).await.unwrap());
    });
}

#[test]
fn what_is_committed_comes_back_and_a_message_counts_once() {
    passes(|store| async move {
        let (provider, payment) = (provider_name(), payment_id(0));
        let nothing = store.load(&provider, &payment).await.unwrap();
        assert_eq!(nothing.version, 0);
        assert_eq!(store.version(&provider, &payment).await.unwrap().entries, 0);
        let message = Message {
            provider,
            event: refundkit::core::EventId::unsigned(),
            at: Timestamp::from_unix_millis(1).unwrap(),
            look: Some(payment.clone()),
        };
        let commit = Commit {
            change: None,
            message: Some(message),
        };
        let done = store.commit(&commit).await.unwrap();
        assert!(matches!(done, Committed::Done(_)));
        let hints = store.hints(9).await.unwrap();
        assert_eq!(
            hints.iter().map(|hint| &hint.payment).collect::<Vec<_>>(),
            [&payment]
        );
    });
}
