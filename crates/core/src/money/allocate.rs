//! Splitting money without losing a unit.

use super::Minor;

impl Minor {
    /// Splits this amount in proportion to `weights`, to the last unit: the parts sum up to the
    /// whole, and no part is a full unit away from its exact share. Units left over by rounding
    /// down go to the largest remainders, earlier parts first. Where the whole is at most the sum
    /// of the weights, no part exceeds its weight.
    ///
    /// `None` where there are no weights, or none above zero, or their sum doesn't fit.
    #[must_use]
    pub fn allocate(self, weights: &[Self]) -> Option<Vec<Self>> {
        let total = i128::from(Self::checked_sum(weights.iter().copied())?.get());
        if total == 0 {
            return None;
        }
        let whole = i128::from(self.get());
        let mut shares = weights
            .iter()
            .enumerate()
            .map(|(at, weight)| {
                // 63 bits times 63 bits fit into an i128.
                let exact = whole.checked_mul(i128::from(weight.get()))?;
                Some((at, exact.checked_div(total)?, exact.checked_rem(total)?))
            })
            .collect::<Option<Vec<_>>>()?;
        let given = shares
            .iter()
            .try_fold(0_i128, |sum, share| sum.checked_add(share.1))?;
        let left = usize::try_from(whole.checked_sub(given)?).ok()?;
        shares.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
        for share in shares.iter_mut().take(left) {
            share.1 = share.1.checked_add(1)?;
        }
        shares.sort_by_key(|share| share.0);
        shares
            .into_iter()
            .map(|share| Self::new(i64::try_from(share.1).ok()?))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(units: i64) -> Minor {
        Minor::new(units).unwrap()
    }

    fn split(whole: i64, weights: &[i64]) -> Option<Vec<i64>> {
        let weights: Vec<_> = weights.iter().copied().map(minor).collect();
        minor(whole)
            .allocate(&weights)
            .map(|parts| parts.into_iter().map(Minor::get).collect())
    }

    #[test]
    fn leftovers_go_to_the_largest_remainders() {
        assert_eq!(split(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
        assert_eq!(split(5, &[3, 7]), Some(vec![2, 3]));
        assert_eq!(split(10, &[0, 5]), Some(vec![0, 10]));
        assert_eq!(split(i64::MAX, &[i64::MAX]), Some(vec![i64::MAX]));
    }

    #[test]
    fn nothing_to_split_over_is_an_answer() {
        assert_eq!(split(10, &[]), None);
        assert_eq!(split(10, &[0, 0]), None);
        assert_eq!(split(10, &[i64::MAX, 1]), None);
    }
}
