//! Values that some providers want with a refund beside the usual ones, and what fits as such a value.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::listed;

/// A value that a provider takes with a refund beyond the usual ones, such as the last four digits
/// of the card (Authorize.net). It travels in the request's metadata under its name, and is checked
/// before anything is read. Pairs that are extras don't count against the limits of metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    /// The metadata key that it is given under.
    pub name: Cow<'static, str>,
    /// What fits.
    pub kind: ExtraKind,
    /// Whether no refund goes without it.
    pub required: bool,
}

/// What fits as the value of an [`Extra`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtraKind {
    /// ASCII digits only, so many.
    Digits {
        /// The fewest.
        min: usize,
        /// The most.
        max: usize,
    },
    /// Any text that metadata takes.
    Text {
        /// The most characters (Unicode scalar values).
        max: usize,
    },
    /// One of these words, exactly.
    Choice(Vec<Cow<'static, str>>),
}

impl ExtraKind {
    /// Whether `value` fits.
    #[must_use]
    pub fn takes(&self, value: &str) -> bool {
        match self {
            Self::Digits { min, max } => {
                value.bytes().all(|byte| byte.is_ascii_digit())
                    && (*min..=*max).contains(&value.len())
            }
            Self::Text { max } => value.chars().count() <= *max,
            Self::Choice(words) => words.iter().any(|word| word == value),
        }
    }
}

impl fmt::Display for ExtraKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digits { min, max } if min == max => write!(f, "{min} digits"),
            Self::Digits { min, max } => write!(f, "{min} to {max} digits"),
            Self::Text { max } => write!(f, "at most {max} characters"),
            Self::Choice(words) => write!(f, "one of {}", listed(words)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_fits_is_taken() {
        let digits = ExtraKind::Digits { min: 3, max: 4 };
        for (value, fits) in [
            ("123", true),
            ("1234", true),
            ("12", false),
            ("12345", false),
            ("12a4", false),
            ("١٢٣", false),
        ] {
            assert_eq!(digits.takes(value), fits, "{value}");
        }
        let text = ExtraKind::Text { max: 3 };
        assert!(text.takes("äöü") && !text.takes("abcd"));
        let choice = ExtraKind::Choice(vec!["a".into(), "b".into()]);
        assert!(choice.takes("b") && !choice.takes("B") && !choice.takes(""));
    }

    #[test]
    fn what_fits_is_said_in_a_few_words() {
        let digits = |min, max| ExtraKind::Digits { min, max }.to_string();
        assert_eq!(digits(4, 4), "4 digits");
        assert_eq!(digits(3, 4), "3 to 4 digits");
        assert_eq!(
            ExtraKind::Text { max: 9 }.to_string(),
            "at most 9 characters"
        );
        let many: Vec<Cow<'static, str>> = (1..=22).map(|n| n.to_string().into()).collect();
        let said = ExtraKind::Choice(many).to_string();
        assert!(
            said.starts_with("one of 1, 2, ") && said.ends_with(", 20 and 2 more"),
            "{said}"
        );
    }
}
