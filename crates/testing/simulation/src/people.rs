//! What people decide about operations: those who look at the provider's books, and those who don't.

use refundkit::core::ledger::Seen;
use refundkit::core::operation::Decision;
use refundkit::{Error, Operation, Refunds, Resolution, State, Text};

use crate::finish;
use crate::knobs::MINUTE;
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
        let id = &operation.intent.id;
        let Ok((_, seen)) = refunds.see(id).await else {
            continue;
        };
        match refunds.resolve(id, resolution(decision, seen, "Ada")).await {
            Ok(_) | Err(Error::NotDecidable { .. }) => {}
            Err(error) => site.world().violate(
                "I6",
                format_args!("{} can't be decided: {error}", short(id)),
            ),
        }
    }
    !parked.is_empty()
}

/// What a person writes down: the decision rests on what was seen.
fn resolution(decision: Decision, seen: Seen, by: &str) -> Resolution {
    let text = |words: &str| Text::new(words).unwrap();
    Resolution {
        decision,
        evidence: text(&seen.to_string()),
        by: text(by),
        actor: None,
        ticket: None,
        seen,
    }
}

/// Somebody decides about whatever there is, some time after looking or by what was to be seen long ago:
/// only what the engine lets them.
pub(crate) async fn decide_in_haste(site: &Site, refunds: &Refunds) {
    let world = site.world();
    for operation in finish::operations(site) {
        let decision = if world.chance(500) {
            Decision::Rejected
        } else {
            Decision::Ready
        };
        let id = &operation.intent.id;
        let Ok((_, seen)) = refunds.see(id).await else {
            continue;
        };
        let shown = site
            .ledger()
            .seen
            .iter()
            .rev()
            .find(|(of, _)| of == id)
            .cloned();
        site.ledger().seen.push((id.clone(), seen));
        let seen = match shown {
            Some((_, earlier)) if world.chance(500) => earlier,
            _ => seen,
        };
        let thinks = [0, MINUTE, 30 * MINUTE][world.below(3) as usize];
        world.sleep(world.below(thinks)).await;
        match refunds.resolve(id, resolution(decision, seen, "Bob")).await {
            Ok(_) => world.count("decided in haste"),
            Err(_) => world.count("a hasty decision was turned down"),
        }
    }
}
