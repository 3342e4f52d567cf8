//! Answers that belong to another request.

use refundkit::RefundId;
use refundkit::core::ProviderRefund;
use refundkit::core::{Plan, RefundStatus};

use crate::check;
use crate::connection::Connection;
use crate::ledger::Effect;
use crate::site::{Request, payment_id};

impl Connection {
    /// What another request was answered, as far as that can be told from what this one would be:
    /// by its payment, by a token, or by a refund that was there before or is another operation's.
    pub(crate) fn misrouted(&self, request: &Request) -> ProviderRefund {
        let mut fact = self.fact(request, usize::MAX, RefundStatus::Succeeded);
        fact.id = None;
        let others = self.others(request);
        let world = self.world();
        world.count("an answer of another request");
        match world.below(3) {
            0 if !others.is_empty() => {
                let other = &others[world.below(others.len() as u64) as usize];
                fact.id = RefundId::new(format!("re_{other}")).ok();
            }
            1 => fact.token = "somebody-elses".parse().ok(),
            _ => {
                let payments = 0..4;
                let other = payments.map(payment_id).find(|id| *id != request.payment);
                fact.payment = other;
            }
        }
        fact
    }

    /// Refunds of the same payment of which is known that they aren't this request's.
    fn others(&self, request: &Request) -> Vec<usize> {
        let site = &self.site;
        let operation = check::in_journal(site, &request.operation);
        let before = operation.map(|operation| operation.intent.plan);
        let was_there = |id: &RefundId| match &before {
            Some(Plan::Refund(plan)) => plan.before().refunds.contains(id),
            _ => false,
        };
        let owned = check::known_refunds(site, &request.payment, &request.operation);
        let ledger = site.ledger();
        let is_known = |effect: &&Effect| {
            let id = RefundId::new(format!("re_{}", effect.number));
            let known = id.is_ok_and(|id| was_there(&id) || owned.contains(&id));
            known && effect.operation.as_ref() != Some(&request.operation)
        };
        let others = ledger.of_payment(&request.payment).filter(is_known);
        others.map(|effect| effect.number).collect()
    }
}
