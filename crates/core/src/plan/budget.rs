//! The two numbers of a plan that the journal's sums are held against. They are worked out where a
//! refund or a reversal is planned.

use crate::money::Minor;

/// What a payment has room for, from the reading that the plan was made of. Minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// The most that may be returned of the payment.
    pub cap: Minor,
    /// What of it was returned by others than this journal's operations.
    pub external: Minor,
}
