//! For tests of whoever compares books: what happens at a provider behind everybody's back.

use std::time::Duration;

use crate::config::millis;
use crate::ledger::{Payment, Provider, Refund, Stage};
use crate::server::Sandbox;
use crate::world::World;

/// What becomes of a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plant {
    /// It was never there.
    Remove,
    /// It is there once more, under an id of its own.
    Double,
    /// It is for so many minor units.
    Amount(i64),
    /// It is in this currency.
    Currency(String),
    /// It is on its way, and was never more.
    Pending,
    /// It has failed.
    Fail,
    /// It belongs to this payment.
    Move(String),
}

impl Sandbox {
    /// Changes a refund; whether there is one, and the payment that it is to go to. The list of
    /// [`effects`](Self::effects) stays as it was.
    pub fn plant(&self, provider: Provider, refund: &str, plant: Plant) -> bool {
        let mut world = self.world();
        change(&mut world, provider, refund, plant).is_some()
    }

    /// Somebody takes a payment back whole, whatever was refunded of it before; whether there is one.
    pub fn take_back(&self, provider: Provider, payment: &str) -> bool {
        let mut world = self.world();
        world.order = None;
        let payment = world.book.get_mut(&(provider, payment.to_owned()));
        payment
            .map(|payment| payment.stage = Stage::Reversed)
            .is_some()
    }

    /// Moves the time back: what happens until it is [moved forward](Self::advance) again has
    /// happened so long ago.
    pub fn rewind(&self, by: Duration) {
        let mut world = self.world();
        world.advanced = world.advanced.saturating_sub(millis(by));
    }
}

impl Payment {
    /// The same with a refund that has arrived. `text` is what whoever asked for it wrote where the
    /// provider takes a text of theirs: a reason, an order's id.
    #[must_use]
    pub fn with_refund(mut self, id: &str, amount: i64, text: Option<&str>, at: i64) -> Self {
        self.refund_earlier(id.to_owned(), amount, Vec::new(), at);
        if let Some(refund) = self.refunds.last_mut() {
            refund.reason = text.map(str::to_owned);
            refund.order_id = text.map(str::to_owned);
        }
        self
    }
}

fn change(world: &mut World, provider: Provider, id: &str, plant: Plant) -> Option<()> {
    world.order = None;
    let payment = world.find_refund(provider, id)?.0.id.clone();
    let new_id = ["double_", &world.next_id()].concat();
    let entry = (provider, payment);
    let refunds = &mut world.book.get_mut(&entry)?.refunds;
    let place = refunds.iter().position(|refund| refund.id == id)?;
    let refund = refunds.get_mut(place)?;
    match plant {
        Plant::Remove => drop(refunds.remove(place)),
        Plant::Double => {
            let double = Refund {
                id: new_id,
                ..refund.clone()
            };
            refunds.push(double);
        }
        Plant::Amount(minor) => refund.amount = minor,
        Plant::Currency(code) => refund.currency = Some(code),
        Plant::Pending => refund.completes_at = i64::MAX,
        Plant::Fail => refund.fails_at = Some(refund.created_at),
        Plant::Move(payment) => {
            let to = (provider, payment);
            if !world.book.contains_key(&to) {
                return None;
            }
            let moved = world.book.get_mut(&entry)?.refunds.remove(place);
            world.book.get_mut(&to)?.refunds.push(moved);
        }
    }
    Some(())
}
