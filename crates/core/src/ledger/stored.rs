//! What a store hands back of one payment, and whether the sums and indexes that it keeps beside the
//! entries follow from them.

use super::{Head, PaymentLedger};
use crate::ids::{OperationId, PaymentId, ProviderName, RefundId};
use crate::money::Minor;
use crate::operation::State;
use crate::ports::JournalError;

/// The sums that a store keeps for its constraint, in minor units: `held` is never more than `cap`
/// without `external`, unless it is `overdrawn`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The most that may be returned of the payment, by the newest plan.
    pub cap: Minor,
    /// What of it was returned by others, by the newest plan.
    pub external: Minor,
    /// What the payment's operations hold.
    pub held: Minor,
    /// Whether they hold more than there is room for: a refund that was taken for failed has
    /// succeeded after all.
    pub overdrawn: bool,
}

/// What a store has kept of one payment, for [`PaymentLedger::replay`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The provider's configured name.
    pub provider: ProviderName,
    /// The payment.
    pub payment: PaymentId,
    /// The store's timeline.
    pub timeline: u32,
    /// How many entries there are, by the store's word.
    pub version: u64,
    /// The hash over them, by the store's word.
    pub head: Head,
    /// The entries, oldest first.
    pub entries: Vec<Vec<u8>>,
    /// What is held.
    pub held: Held,
    /// The operations by the index of ids, oldest first, and their states.
    pub operations: Vec<(OperationId, State)>,
    /// The refunds that are operations' by the index of owners, in any order.
    pub owners: Vec<(RefundId, u32)>,
}

impl Stored {
    /// What a store has of a payment that it doesn't know.
    #[must_use]
    pub fn nothing(provider: ProviderName, payment: PaymentId, timeline: u32) -> Self {
        let head = Head::beginning(&provider, &payment);
        Self {
            provider,
            payment,
            timeline,
            version: 0,
            head,
            entries: Vec::new(),
            held: Held::default(),
            operations: Vec::new(),
            owners: Vec::new(),
        }
    }

    /// Whether all that is kept beside the entries follows from them.
    pub(super) fn agrees_with(&self, ledger: &PaymentLedger) -> Result<(), JournalError> {
        let check = |fits: bool, what: &str| fits.then_some(()).ok_or_else(|| ledger.damaged(what));
        check(
            self.version == ledger.version().entries,
            "an entry is missing",
        )?;
        check(self.head == *ledger.head(), "an entry was changed")?;
        let held = if self.version == 0 {
            Held::default()
        } else {
            ledger.holds()
        };
        check(
            self.held == held,
            "what is held doesn't follow from its entries",
        )?;
        let indexed = self.operations.iter().map(|(id, state)| (id, *state));
        check(
            indexed.eq(ledger.indexed()),
            "its operations don't follow from its entries",
        )?;
        let mut owners: Vec<(&RefundId, u32)> = self
            .owners
            .iter()
            .map(|(refund, owner)| (refund, *owner))
            .collect();
        owners.sort_unstable();
        check(
            owners.into_iter().eq(ledger.owners()),
            "whose a refund is doesn't follow from its entries",
        )
    }
}
