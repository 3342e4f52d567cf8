//! Which of many operations are in one set and not in the other, in memory that doesn't grow.

use std::hash::{BuildHasher, RandomState};

use refundkit_core::OperationId;

/// How many parts a set is summed up in: half a MiB of sums.
const BUCKETS: usize = 1 << 16;

/// Checksums over sets of operations. Two sets have the same sums where they are the same, and else, but
/// for one chance in 2^64, other sums in each bucket that one of them has more in.
///
/// An operation that is added twice makes its bucket differ: it is then looked at for nothing, and
/// none is ever overlooked for it.
#[derive(Clone)]
pub(super) struct Checksums {
    /// Drawn anew each time, so that nobody can choose ids whose sums are alike.
    keys: (RandomState, RandomState),
    sums: Box<[u64]>,
}

impl Checksums {
    pub(super) fn new() -> Self {
        Self {
            keys: (RandomState::new(), RandomState::new()),
            sums: vec![0; BUCKETS].into_boxed_slice(),
        }
    }

    /// Checksums of another set, to be compared with this one.
    pub(super) fn beside(&self) -> Self {
        Self {
            keys: self.keys.clone(),
            sums: vec![0; BUCKETS].into_boxed_slice(),
        }
    }

    pub(super) fn add(&mut self, operation: &OperationId) {
        let hash = self.keys.0.hash_one(operation);
        let bucket = self.bucket(operation);
        if let Some(sum) = self.sums.get_mut(bucket) {
            *sum = sum.wrapping_add(hash);
        }
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.sums == other.sums
    }

    /// Whether the operation may be in one of the sets only.
    pub(super) fn differs_at(&self, other: &Self, operation: &OperationId) -> bool {
        let bucket = self.bucket(operation);
        self.sums.get(bucket) != other.sums.get(bucket)
    }

    fn bucket(&self, operation: &OperationId) -> usize {
        let hash = self.keys.1.hash_one(operation);
        let buckets = u64::try_from(BUCKETS).unwrap_or(u64::MAX);
        let bucket = hash.checked_rem(buckets).unwrap_or_default();
        usize::try_from(bucket).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_one_set_only_is_found_and_little_else() {
        let id = |number: u32| OperationId::new(format!("op_{number}")).unwrap();
        let mut one = Checksums::new();
        let mut other = one.beside();
        for number in 0..50_000 {
            one.add(&id(number));
        }
        for number in (0..50_000).rev().filter(|number| number % 10_000 != 7) {
            other.add(&id(number));
        }
        assert!(!one.is_same(&other));
        let suspects: Vec<u32> = (0..50_000)
            .filter(|number| one.differs_at(&other, &id(*number)))
            .collect();
        for missing in [7, 10_007, 20_007, 30_007, 40_007] {
            assert!(suspects.contains(&missing), "{missing}");
            other.add(&id(missing));
        }
        assert!(suspects.len() < 50, "{} are suspected", suspects.len());
        assert!(one.is_same(&other));
        // Added once too often.
        other.add(&id(1));
        assert!(one.differs_at(&other, &id(1)));
    }
}
