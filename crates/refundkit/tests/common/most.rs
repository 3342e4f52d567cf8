//! How many calls there are at once.

use std::collections::BTreeMap;

use refundkit::PaymentId;

/// How many there are of each payment now, and the most that there have been of one.
#[derive(Debug, Default)]
pub(crate) struct Most {
    pub(crate) now: BTreeMap<PaymentId, usize>,
    pub(crate) most: usize,
}

impl Most {
    pub(crate) fn enter(&mut self, payment: &PaymentId) {
        let now = self.now.entry(payment.clone()).or_default();
        *now += 1;
        self.most = self.most.max(*now);
    }

    pub(crate) fn leave(&mut self, payment: &PaymentId) {
        *self.now.get_mut(payment).unwrap() -= 1;
    }
}
