//! Who works with the store, and of whom it is proved that they have died.

use refundkit::WorkerId;

use crate::knobs::MINUTE;
use crate::ledger::Lived;
use crate::life::Life;
use crate::site::Site;

/// A worker has got its name.
pub(crate) fn joined(site: &Site, life: &Life, worker: &WorkerId) {
    let lived = Lived {
        life: life.number,
        proved_at: None,
    };
    let known = site.ledger().workers.insert(worker.clone(), lived);
    if known.is_some() {
        let what = format_args!("{worker} is the name of two");
        site.world().violate("I8", what);
    }
}

/// A life has ended. Sometimes that is proved at once, sometimes later, and sometimes never.
pub(crate) fn died(site: &Site, life: &Life) {
    let world = site.world();
    let after = [Some(0), Some(MINUTE), Some(20 * MINUTE), None][world.below(4) as usize];
    let proved_at = after.map(|after| world.now().saturating_add(after));
    let mut ledger = site.ledger();
    for lived in ledger.workers.values_mut() {
        if lived.life == life.number {
            lived.proved_at = proved_at;
        }
    }
}

/// Whether it is proved that the worker is dead. One that stands still never is.
pub(crate) fn is_gone(site: &Site, worker: &WorkerId) -> bool {
    let now = site.world().now();
    let ledger = site.ledger();
    let lived = ledger.workers.get(worker);
    lived.is_some_and(|lived| lived.proved_at.is_some_and(|at| at <= now))
}
