//! The way of a message: again and again until somebody has answered with a success, and whatever
//! else comes to the address.

use std::sync::{Arc, Mutex};

use refundkit::core::RefundStatus;

use super::message::{self, SentMessage};
use crate::knobs::{HOUR, MINUTE, SECOND};
use crate::site::Site;

/// The pauses before each attempt, after Dodo's schedule.
const PAUSES: [u64; 6] = [0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR];
/// So long a provider waits for an answer.
const PATIENCE: u64 = 15 * SECOND;

/// Something at the door of the account's address.
#[derive(Clone, Debug)]
pub(crate) struct DeliveredCopy {
    pub(crate) message: SentMessage,
    /// Whether it is the provider's, unchanged.
    pub(crate) genuine: bool,
    /// Whether it was answered with a success.
    pub(crate) taken: Arc<Mutex<bool>>,
}

impl DeliveredCopy {
    fn new(message: &SentMessage, genuine: bool) -> Self {
        Self {
            message: message.clone(),
            genuine,
            taken: Arc::default(),
        }
    }
}

/// Lets the provider tell of a refund, at each of its changes.
pub(crate) fn announce(site: &Site, number: usize, history: &[(u64, RefundStatus)]) {
    if site.messages().is_none() {
        return;
    }
    for (at, status) in history {
        let (at, site, status) = (*at, site.clone(), status.clone());
        let world = site.world().clone();
        world.spawn(None, async move {
            site.world().sleep_until(at).await;
            tell(&site, number, &status).await;
        });
    }
}

async fn tell(site: &Site, number: usize, event: &RefundStatus) {
    let (world, knobs) = (site.world(), site.messages().unwrap());
    let id = {
        let mut ledger = site.ledger();
        ledger.messages.sent += 1;
        format!("msg_{}", ledger.messages.sent)
    };
    if world.chance(knobs.missing) {
        world.count("a message never came");
        return;
    }
    if world.chance(knobs.late) {
        world.count("a message came late");
        world.sleep(world.below(5 * HOUR)).await;
    }
    for pause in PAUSES {
        world.sleep(pause).await;
        let effect = site.ledger().effects[number].clone();
        let (message, said) = message::write(site, &effect, &id, event);
        site.ledger().messages.says(&id, said);
        world.note(format_args!(
            "{id} about re_{number} leaves: {}",
            message.body
        ));
        let slow = world.chance(100);
        let travel = world.below(if slow { 10 * MINUTE } else { SECOND });
        let parcel = DeliveredCopy::new(&message, true);
        send(site, parcel.clone(), travel);
        company(site, &message, travel);
        world.sleep(travel + PATIENCE).await;
        let taken = parcel.taken.lock().is_ok_and(|taken| *taken);
        // An answer gets lost now and then.
        if taken && !world.misfortune(50) {
            return;
        }
    }
    world.count("a message was given up");
}

/// What else comes with a message.
fn company(site: &Site, message: &SentMessage, travel: u64) {
    let (world, knobs) = (site.world(), site.messages().unwrap());
    if world.chance(knobs.doubled) {
        world.count("a message came twice");
        let apart = world.below(if world.chance(500) {
            SECOND
        } else {
            4 * MINUTE
        });
        send(site, DeliveredCopy::new(message, true), travel + apart);
    }
    if world.chance(knobs.replayed) {
        world.count("a message was replayed");
        let after = world.below(if world.chance(300) {
            4 * MINUTE
        } else {
            3 * HOUR
        });
        if world.chance(300) {
            let again = message.redated(world.now() + travel + after);
            let genuine = again.signed == message.signed || again.headers() == message.headers();
            send(site, DeliveredCopy::new(&again, genuine), travel + after);
        } else {
            send(site, DeliveredCopy::new(message, true), travel + after);
        }
    }
    if world.chance(knobs.forged) {
        world.count("a message was forged");
        let forged = message.forged(site);
        // Before the genuine one, as often as after it.
        send(
            site,
            DeliveredCopy::new(&forged, false),
            world.below(2 * travel + 1),
        );
    }
}

fn send(site: &Site, parcel: DeliveredCopy, travel: u64) {
    let (there, site) = (site.world().sleep(travel), site.clone());
    let world = site.world().clone();
    world.spawn(None, async move {
        there.await;
        site.knock(parcel);
    });
}
