//! What people decide about operations: those who look at the provider's books, and those who don't.

use refundkit::core::operation::Decision;
use refundkit::{Error, Operation, Refunds, State, Text};

use crate::finish;
use crate::site::{Site, short};

/// A person looks at the provider's books, and decides what waits for one; whether anything did.
pub(crate) async fn decide(site: &Site, refunds: &Refunds, errs: bool) -> bool {
    let operations = finish::operations(site);
    let parked: Vec<&Operation> = operations
        .iter()
        .filter(|operation| operation.state() == State::Parked)
        .collect();
    for operation in &parked {
        let again = site.world().chance(500) && !finish::is_contradicted(operation);
        let errs = errs && again;
        let decision = match (finish::really_happened(site, operation), again) {
            (true, _) if errs => Decision::Ready,
            (true, _) => Decision::Succeeded,
            (false, false) => Decision::Rejected,
            (false, true) => Decision::Ready,
        };
        let text = |words: &str| Text::new(words).unwrap();
        let id = &operation.intent.id;
        match refunds
            .resolve(id, decision, text("the books"), text("Ada"))
            .await
        {
            Ok(_) | Err(Error::NotDecidable { .. }) => {}
            Err(error) => site.world().violate(
                "I6",
                format_args!("{} can't be decided: {error}", short(id)),
            ),
        }
    }
    !parked.is_empty()
}

/// Somebody decides about whatever there is, without having looked: only what the engine lets them.
pub(crate) async fn decide_in_haste(site: &Site, refunds: &Refunds) {
    let world = site.world();
    for operation in finish::operations(site) {
        let decision = if world.chance(500) {
            Decision::Rejected
        } else {
            Decision::Ready
        };
        let text = |words: &str| Text::new(words).unwrap();
        let id = &operation.intent.id;
        let said = refunds.resolve(id, decision, text("a feeling"), text("Bob"));
        match said.await {
            Ok(_) => world.count("decided in haste"),
            Err(_) => world.count("a hasty decision was turned down"),
        }
    }
}
