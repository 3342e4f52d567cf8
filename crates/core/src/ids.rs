//! Names and ids as types of their own, checked where they enter, so that a path or a header
//! built from one can't be led astray.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::redact::has_card_number;

/// Why a text is no id. The text itself is not repeated: it may be hostile, or a secret pasted by mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing, or white space only.
    #[error("the {what} is empty")]
    Empty {
        /// Which id.
        what: &'static str,
    },
    /// More characters than any provider uses.
    #[error("the {what} has more than {max} characters")]
    TooLong {
        /// Which id.
        what: &'static str,
        /// The most that is taken.
        max: usize,
    },
    /// A character that has no place in the id.
    #[error("the {what} has {character} at position {position}; allowed are {allowed}")]
    Character {
        /// Which id.
        what: &'static str,
        /// The character, escaped.
        character: String,
        /// Where it stands, counted from 1.
        position: usize,
        /// What would have been fine.
        allowed: &'static str,
    },
    /// Something that looks like a card number, which must be neither stored nor sent.
    #[error("the {what} looks like it holds a card number; use another one")]
    CardNumber {
        /// Which id.
        what: &'static str,
    },
}

struct Rule {
    what: &'static str,
    max: usize,
    allowed: &'static str,
    fits: fn(usize, char) -> bool,
    whose: Whose,
}

/// Who makes up an id. A provider's is taken as it is, whatever it looks like: it decides which
/// payment or refund is meant. A caller's is free text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Callers,
    Providers,
    /// Made here, or a name out of a configuration.
    Ours,
}

fn check(rule: &Rule, text: &str) -> Result<(), IdError> {
    let what = rule.what;
    if text.trim().is_empty() {
        return Err(IdError::Empty { what });
    }
    if text.len() > rule.max {
        return Err(IdError::TooLong {
            what,
            max: rule.max,
        });
    }
    match text
        .chars()
        .enumerate()
        .find(|&(at, character)| !(rule.fits)(at, character))
    {
        None if rule.whose == Whose::Callers && has_card_number(text) => {
            Err(IdError::CardNumber { what })
        }
        None => Ok(()),
        Some((at, character)) => Err(IdError::Character {
            what,
            character: format!("'{}'", character.escape_default()),
            position: at.saturating_add(1),
            allowed: rule.allowed,
        }),
    }
}

const ID_CHARACTERS: &str = "letters, digits, '-', '_' and, not in front, '.', ':', '~'";

/// Fit for one path segment: nothing to encode, and never `.` or `..`, which URL parsers drop.
fn id_character(at: usize, character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, '-' | '_')
        || (at > 0 && matches!(character, '.' | ':' | '~'))
}

fn name_character(at: usize, character: char) -> bool {
    character.is_ascii_lowercase()
        || character.is_ascii_digit()
        || (at > 0 && matches!(character, '-' | '_' | '.'))
}

fn visible(_: usize, character: char) -> bool {
    character.is_ascii_graphic()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $whose:ident, $what:literal, $max:literal, $allowed:expr, $fits:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks `text` and takes it over unchanged.
            ///
            /// # Errors
            /// [`IdError`] says what is wrong; the text is not repeated in it.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                let rule = Rule {
                    what: $what,
                    max: $max,
                    allowed: $allowed,
                    fits: $fits,
                    whose: Whose::$whose,
                };
                check(&rule, &text)?;
                Ok(Self(text.into_boxed_str()))
            }

            /// The id as it goes over the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into_string()
            }
        }
    };
}

id!(
    /// The provider's id of a payment: a Dojo payment intent, a Dodo payment, a Primer payment.
    PaymentId, Providers, "payment id", 255, ID_CHARACTERS, id_character
);
id!(
    /// The provider's id of a refund or a reversal.
    RefundId, Providers, "refund id", 255, ID_CHARACTERS, id_character
);
id!(
    /// The provider's id of a line item of a payment (Dodo: `items_id` where read, `item_id` where sent).
    ItemId, Providers, "item id", 255, ID_CHARACTERS, id_character
);
id!(
    /// refundkit's own id of an operation, derived from namespace and request key.
    OperationId, Ours, "operation id", 64, ID_CHARACTERS, id_character
);
id!(
    /// The caller's key of one request: the same key with the same content is the same operation, for ever.
    RequestKey, Callers, "request key", 255, "visible ASCII characters without spaces", visible
);
id!(
    /// The caller's own order id for a refund, where a provider carries one.
    OrderId, Callers, "order id", 128, "visible ASCII characters without spaces", visible
);
id!(
    /// The key of one operation at the provider: idempotency key where one is taken, token where not.
    /// Derived by [`fingerprint`](crate::fingerprint), always 32 characters of `[a-z2-7]`.
    ProviderKey, Ours, "provider key", 64, "letters, digits, '-' and '_'", id_character
);
id!(
    /// The name under which a provider's account is configured, such as `dojo` or `dodo-eu`.
    ProviderName, Ours, "provider name", 64, "lower case letters, digits and, not in front, '-', '_', '.'", name_character
);
id!(
    /// Part of every key sent to a provider, so that two installations never share a key.
    Namespace, Ours, "namespace", 64, "lower case letters, digits and, not in front, '-', '_', '.'", name_character
);
id!(
    /// The id of a provider's message: a message with an id that is known already is the same one.
    EventId, Providers, "event id", 255, "visible ASCII characters without spaces", visible
);
id!(
    /// Who works with a journal: one engine in one process. Its store names it, and never two alike.
    WorkerId, Ours, "worker id", 128, ID_CHARACTERS, id_character
);
id!(
    /// The name of a login or of a token, by which somebody acts.
    ActorId, Callers, "actor id", 128, "visible ASCII characters without spaces", visible
);

impl EventId {
    /// The id of a message that nobody has signed. Anybody can have sent it, as often as they like: no
    /// journal remembers it, so that it is never known already, and takes up nothing.
    #[must_use]
    pub fn unsigned() -> Self {
        Self(Box::default())
    }

    /// Whether the message has no id, as nobody has signed it.
    #[must_use]
    pub fn is_unsigned(&self) -> bool {
        self.0.is_empty()
    }

    /// The id of a message whose provider gives it none: made of its body, so that the same message
    /// has the same id.
    #[must_use]
    pub fn of_body(body: &[u8]) -> Self {
        let hash = Sha256::digest(body);
        let hex = hash.iter().map(|byte| format!("{byte:02x}"));
        Self(["sha256:".to_owned()].into_iter().chain(hex).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_would_lead_a_path_astray_are_refused() {
        for hostile in [
            "..", ".", "a/b", "%2e%2e", "a\r\nb", "a b", "a?b", "a#b", "a\\b", "a\0b", "é", "", " ",
        ] {
            assert!(PaymentId::new(hostile).is_err(), "{hostile:?}");
        }
        assert_eq!(
            PaymentId::new("a".repeat(10_000)),
            Err(IdError::TooLong {
                what: "payment id",
                max: 255
            })
        );
        assert_eq!(
            PaymentId::new("a/b").unwrap_err().to_string(),
            "the payment id has '/' at position 2; allowed are letters, digits, '-', '_' and, not in front, '.', ':', '~'"
        );
    }

    #[test]
    fn ids_of_the_seed_documents_pass() {
        for id in [
            "pi_pT08VyWG3EC_HQB4NBVliA",
            "555546464",
            "rfnd_g8mCx87TykeQ6BOXqxZ9NQ",
            "-starts_with_dash",
        ] {
            assert_eq!(PaymentId::new(id).unwrap().as_str(), id);
        }
    }

    #[test]
    fn json_goes_through_the_same_check() {
        assert!(serde_json::from_str::<PaymentId>("\"..\"").is_err());
        assert!(serde_json::from_str::<PaymentId>("\"pi_1\"").is_ok());
    }

    #[test]
    fn keys_take_any_visible_ascii() {
        assert!(RequestKey::new("order/7#refund(1)").is_ok());
        assert!(RequestKey::new("tab\there").is_err());
        assert!(ProviderName::new("Dojo").is_err());
    }
}
