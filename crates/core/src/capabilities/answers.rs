//! Rules for error answers: which status, code or message of a provider means what for the money. An
//! error that no rule lists is never a refusal.

use std::borrow::Cow;

use serde::Serialize;

/// What one kind of error answer means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerRule {
    /// The HTTP status; `None` for any from 400 to 499. What comes with 500 or more is never known
    /// not to have happened.
    pub status: Option<u16>,
    /// The provider's error code, letter case and underscores aside; `None` for any or none.
    pub code: Option<Cow<'static, str>>,
    /// The provider's message, exactly; `None` for any or none.
    pub message: Option<Cow<'static, str>>,
    /// Whether the provider's document says that such an error comes without a body. Otherwise one that
    /// says nothing is nobody's word, and settles nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub without_body: bool,
    /// What it means.
    pub means: Meaning,
}

/// What any gateway in front of a provider answers by itself, before or after the effect: who asks
/// isn't known, may not, or asks for what isn't there.
const GATEWAYS: [u16; 5] = [401, 403, 404, 405, 407];

/// What an error answer means for the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// Looked at and turned down: no money moved, and none will.
    Refused,
    /// Turned away before it was looked at (too many requests, say): nothing happened, try later.
    NotProcessed,
    /// Looked at and not done now, for a reason that passes (a balance, another refund that is still
    /// open): nothing happened, try later.
    Later,
    /// The key has been used before: the refund exists, or existed. Look it up.
    Exists,
}

impl Meaning {
    /// Whether it says that nothing happened.
    const fn settles(self) -> bool {
        match self {
            Self::Refused | Self::NotProcessed | Self::Later => true,
            Self::Exists => false,
        }
    }
}

impl AnswerRule {
    /// A rule for `code` under any status from 400 to 499.
    #[must_use]
    pub const fn code(code: &'static str, means: Meaning) -> Self {
        Self {
            status: None,
            code: Some(Cow::Borrowed(code)),
            message: None,
            without_body: false,
            means,
        }
    }

    /// A rule for a status with any code. For 401, 403, 404, 405 and 407 it never says that nothing
    /// happened: a gateway answers so too.
    #[must_use]
    pub const fn status(status: u16, means: Meaning) -> Self {
        Self {
            status: Some(status),
            code: None,
            message: None,
            without_body: false,
            means,
        }
    }

    /// A rule for a status together with a code.
    #[must_use]
    pub const fn status_code(status: u16, code: &'static str, means: Meaning) -> Self {
        Self {
            status: Some(status),
            code: Some(Cow::Borrowed(code)),
            message: None,
            without_body: false,
            means,
        }
    }

    /// A rule for a status together with an exact message.
    #[must_use]
    pub const fn status_message(status: u16, message: &'static str, means: Meaning) -> Self {
        Self {
            status: Some(status),
            code: None,
            message: Some(Cow::Borrowed(message)),
            without_body: false,
            means,
        }
    }

    /// The same where the provider's document says that the error comes without a body.
    #[must_use]
    pub const fn without_body(mut self) -> Self {
        self.without_body = true;
        self
    }

    /// Whether an answer that falls under this rule is the provider's own word for what it means. By its
    /// status alone an error settles nothing that a gateway answers too, nor what says nothing at all.
    pub(crate) fn is_word(&self, status: u16, says_something: bool) -> bool {
        if !self.means.settles() || self.code.is_some() || self.message.is_some() {
            return true;
        }
        let is_own = !GATEWAYS.contains(&status);
        let says_enough = says_something || self.without_body;
        is_own && says_enough
    }

    /// Whether an error answer falls under this rule.
    #[must_use]
    pub fn matches(&self, status: u16, code: Option<&str>, message: Option<&str>) -> bool {
        let same_code = |wanted: &Cow<'_, str>| code.is_some_and(|code| same_word(wanted, code));
        let same_message =
            |wanted: &Cow<'_, str>| message.is_some_and(|message| message == *wanted);
        self.status
            .map_or((400..500).contains(&status), |wanted| wanted == status)
            && self.code.as_ref().is_none_or(same_code)
            && self.message.as_ref().is_none_or(same_message)
    }
}

/// `NOTHING_TO_REFUND` and `NothingToRefund` are one word.
fn same_word(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> Vec<u8> {
        text.bytes()
            .filter(|byte| *byte != b'_')
            .map(|byte| byte.to_ascii_lowercase())
            .collect()
    };
    letters(one) == letters(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_match_in_either_spelling_and_messages_only_exactly() {
        let rule = AnswerRule::code("NOTHING_TO_REFUND", Meaning::Refused);
        assert!(rule.matches(400, Some("NothingToRefund"), None));
        assert!(!rule.matches(400, Some("NOTHING"), None));
        assert!(!rule.matches(400, None, None));
        assert!(
            !rule.matches(200, Some("NOTHING_TO_REFUND"), None),
            "a success is no error"
        );
        assert!(
            !rule.matches(500, Some("NOTHING_TO_REFUND"), None),
            "nobody knows what a server did that broke"
        );
        let rule = AnswerRule::status_message(400, "No.", Meaning::Refused);
        assert!(rule.matches(400, None, Some("No.")));
        assert!(!rule.matches(400, None, Some("No. Maybe.")));
        assert!(!rule.matches(500, None, Some("No.")));
    }
}
