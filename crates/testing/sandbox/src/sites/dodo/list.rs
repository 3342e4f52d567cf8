//! The list of refunds, and what it can be asked for by.

use serde_json::{Value, json};

use super::{error, shown};
use crate::call::{Call, Reply};
use crate::clock;
use crate::ledger::{Payment, Provider, Refund};
use crate::world::{Place, World};

const STATUSES: [&str; 4] = ["succeeded", "failed", "pending", "review"];
const PAGE_MAX: usize = 100;

/// Which refunds are wanted. Both ends of the period belong to it.
struct Wanted {
    since: i64,
    until: i64,
    status: Option<String>,
    customer: Option<String>,
    subscription: Option<String>,
    size: usize,
    page: usize,
}

impl Wanted {
    fn read(call: &Call) -> Result<Self, Reply> {
        let wrong = |name: &str| {
            let message = ["the parameter ", name, " is not valid"].concat();
            error(400, "INVALID_QUERY_PARAMS", &message)
        };
        let number = |name: &str, default: usize| match call.query(name) {
            None => Ok(default),
            Some(text) => text.parse::<usize>().map_err(|_| wrong(name)),
        };
        let time = |name: &str, default: i64| match call.query(name) {
            None => Ok(default),
            Some(text) => clock::parse(&text).ok_or_else(|| wrong(name)),
        };
        let status = call.query("status");
        let known = |status: &String| STATUSES.contains(&status.as_str());
        if !status.as_ref().is_none_or(known) {
            return Err(wrong("status"));
        }
        Ok(Self {
            since: time("created_at_gte", i64::MIN)?,
            until: time("created_at_lte", i64::MAX)?,
            status,
            customer: call.query("customer_id"),
            subscription: call.query("subscription_id"),
            size: number("page_size", 10)?.min(PAGE_MAX),
            page: number("page_number", 0)?,
        })
    }

    fn takes(&self, payment: &Payment, refund: &Refund, now: i64) -> bool {
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == found)
        };
        // No payment here belongs to a subscription.
        (self.since..=self.until).contains(&refund.created_at)
            && is(&self.status, shown::status(refund, now))
            && is(&self.customer, &shown::customer_id(payment))
            && self.subscription.is_none()
    }
}

/// The oldest first: the order isn't documented. Sorted once for all pages: an account has many.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    let wanted = Wanted::read(call)?;
    let order = world.order.take().unwrap_or_else(|| in_order(world));
    let now = world.now();
    let items: Vec<Value> = order
        .iter()
        .filter_map(|(_, payment, place)| {
            let payment = world.book.get(&(Provider::Dodo, payment.clone()))?;
            Some((payment, payment.refunds.get(*place)?))
        })
        .filter(|(payment, refund)| wanted.takes(payment, refund, now))
        .skip(wanted.size.saturating_mul(wanted.page))
        .take(wanted.size)
        .map(|(payment, refund)| shown::listed(payment, refund, now))
        .collect();
    world.order = Some(order);
    Ok(Reply::json(200, &json!({"items": items})))
}

fn in_order(world: &World) -> Vec<Place> {
    let payments = world.book.values();
    let mut order: Vec<Place> = payments
        .filter(|payment| payment.provider == Provider::Dodo)
        .flat_map(|payment| {
            let refunds = payment.refunds.iter().enumerate();
            refunds.map(|(place, refund)| (refund.created_at, payment.id.clone(), place))
        })
        .collect();
    order.sort_by_key(|(made, ..)| *made);
    order
}
