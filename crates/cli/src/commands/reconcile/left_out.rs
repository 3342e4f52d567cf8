//! What a comparison has left out, counted, and why: the last thing that is told of it.

use std::fmt;

use refundkit::{ProviderName, Reconciled};

/// What was left out of all comparisons together.
pub(super) struct LeftOut {
    /// Whether all that was asked for could be compared; what is too young is no part of that.
    pub(super) complete: bool,
    parts: Vec<String>,
}

impl LeftOut {
    pub(super) fn of(all: &[Reconciled]) -> Self {
        let sum = |count: fn(&Reconciled) -> u64| {
            let counts = all.iter().map(count);
            counts.fold(0, u64::saturating_add)
        };
        let complete = all.iter().all(|compared| compared.complete);
        let counted = [
            (sum(|one| one.young), "operation", "too young to compare"),
            (
                sum(|one| one.future),
                "operation",
                "begun in the future of this machine's clock",
            ),
            (sum(|one| one.unread), "payment", "could not be read"),
            (
                sum(|one| one.untold),
                "operation or refund",
                "can't be told apart",
            ),
        ];
        let counted = counted.into_iter().filter(|(count, ..)| *count > 0);
        let mut parts: Vec<String> = counted
            .map(|(count, what, why)| match count {
                1 => format!("1 {what} ({why})"),
                count => format!("{count} {what}s ({why})"),
            })
            .collect();
        // Of what a list would have shown further on, nobody knows how much it is.
        if parts.is_empty() && !complete {
            parts.push("an unknown number (see the notes)".to_owned());
        }
        Self { complete, parts }
    }

    pub(super) fn provider(&mut self, name: &ProviderName, why: &str) {
        self.complete = false;
        self.parts.push(format!("provider {name} ({why})"));
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts.as_slice() {
            [] => f.write_str("left out: nothing"),
            parts => write!(f, "left out: {}", parts.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_is_counted_with_its_reason() {
        let done = Reconciled {
            complete: true,
            young: 2,
            ..Reconciled::default()
        };
        assert_eq!(
            LeftOut::of(std::slice::from_ref(&done)).to_string(),
            "left out: 2 operations (too young to compare)"
        );
        let unread = Reconciled {
            unread: 1,
            ..Reconciled::default()
        };
        let mut left_out = LeftOut::of(&[done, unread]);
        left_out.provider(&"dojo".parse().unwrap(), "it can't be used");
        assert!(!left_out.complete);
        assert_eq!(
            left_out.to_string(),
            "left out: 2 operations (too young to compare), 1 payment (could not be read), provider dojo (it can't be used)"
        );
        let broken = LeftOut::of(&[Reconciled::default()]);
        assert_eq!(
            broken.to_string(),
            "left out: an unknown number (see the notes)"
        );
        assert_eq!(LeftOut::of(&[]).to_string(), "left out: nothing");
    }
}
