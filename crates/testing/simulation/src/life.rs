//! One life of a worker, from its start to its death.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::world::World;

/// One life of a worker, from its start to its death.
#[derive(Clone)]
pub(crate) struct Life {
    pub(crate) world: World,
    pub(crate) worker: usize,
    pub(crate) number: u32,
    /// How far its clock is off, in milliseconds.
    pub(crate) skew: i64,
    /// How many moments are left until it dies; `u32::MAX` for one that lives on.
    left: Arc<AtomicU32>,
    on_death: Arc<Mutex<Option<OnDeath>>>,
}

type OnDeath = Box<dyn FnOnce() + Send>;

impl fmt::Debug for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "worker {}.{}", self.worker, self.number)
    }
}

impl Life {
    pub(crate) fn new(world: &World, worker: usize, number: u32, skew: i64) -> Self {
        Self {
            world: world.clone(),
            worker,
            number,
            skew,
            left: Arc::new(AtomicU32::new(u32::MAX)),
            on_death: Arc::default(),
        }
    }

    /// Dies after so many more moments.
    pub(crate) fn ends_after(&self, moments: u32, then: impl FnOnce() + Send + 'static) {
        self.left.store(moments, Ordering::Relaxed);
        let mut on_death = self.on_death.lock().unwrap_or_else(PoisonError::into_inner);
        *on_death = Some(Box::new(then));
    }

    pub(crate) fn goes_on(&self) {
        self.left.store(u32::MAX, Ordering::Relaxed);
    }

    /// A point at which the worker may die: between any two effects.
    pub(crate) async fn moment(&self) {
        let left = self.left.load(Ordering::Relaxed);
        if left == u32::MAX {
            return;
        }
        if left > 0 {
            self.left.store(left - 1, Ordering::Relaxed);
            return;
        }
        let then = self
            .on_death
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(then) = then {
            self.world.note(format_args!("{self} dies"));
            self.world.count("a worker died");
            self.world.kill(self.worker);
            then();
        }
        std::future::pending::<()>().await;
    }
}
