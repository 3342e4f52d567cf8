//! The hash that runs over a ledger's entries, by which damage is noticed. It has no key: whoever
//! changes an entry on purpose can compute it anew.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::ids::{PaymentId, ProviderName};

/// A hash over a ledger's entries, one after the other: one that was changed, left out, or moved to
/// another payment makes another head. The same in every store.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Head([u8; 32]);

impl Head {
    /// That of a payment without entries.
    #[must_use]
    pub fn beginning(provider: &ProviderName, payment: &PaymentId) -> Self {
        let mut hasher = Sha256::new();
        for part in ["refundkit ledger", provider.as_str(), payment.as_str()] {
            hash_part(&mut hasher, part.as_bytes());
        }
        Self(hasher.finalize().into())
    }

    /// As a store has kept it.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, for a store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The head after one more entry.
    pub(super) fn after(&self, body: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(self.0);
        hash_part(&mut hasher, body);
        Self(hasher.finalize().into())
    }
}

/// Each part goes in with its length, so that no two lists of parts make the same bytes.
fn hash_part(hasher: &mut Sha256, part: &[u8]) {
    hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
    hasher.update(part);
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({self})")
    }
}
