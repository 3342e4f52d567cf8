//! What errors look like, and what they mean for the money.

use serde::Deserialize;

use super::http_status::Statuses;
use super::{OneOrMore, Paths};

/// What error answers look like, and mean.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Errors {
    /// Where the provider's code is.
    #[serde(default)]
    pub(crate) code: Option<Paths>,
    /// Where its message is.
    #[serde(default)]
    pub(crate) message: Option<Paths>,
    /// How an error is told from a result where both come as a success.
    #[serde(default)]
    pub(crate) inside: Option<Inside>,
    /// What errors mean, the first that fits. All others leave the outcome unknown.
    pub answers: Vec<Rule>,
}

/// An error that comes with a success code.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Inside {
    /// The field that tells.
    pub(crate) field: Paths,
    /// The words of it that stand for an error; without any, that it is there at all does.
    #[serde(default)]
    pub(crate) is: Option<OneOrMore>,
}

/// What one kind of error means.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The HTTP status, or several. For what settles a request (`refused`, `not_processed`, `later`)
    /// it has to be there, and 400 to 499, or a success with an error inside. Otherwise it may be
    /// left out: then it is any of 400 to 499, and any success with an error inside.
    #[serde(default)]
    pub(crate) status: Option<Statuses>,
    /// The provider's code, or several, letter case and underscores aside; any or none where left out.
    #[serde(default)]
    pub(crate) code: Option<OneOrMore>,
    /// The provider's message, exactly, where one code stands for more than one thing; any or none
    /// where left out.
    #[serde(default)]
    pub message: Option<String>,
    /// Whether the provider's document says that it comes without a body. What says nothing settles
    /// nothing otherwise: a gateway may have sent it.
    #[serde(default)]
    pub without_body: bool,
    /// What it means.
    pub means: Means,
}

/// What an error means for the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Looked at and turned down: no money moved, and none will.
    Refused,
    /// Turned away before it was looked at: nothing happened, try later.
    NotProcessed,
    /// Looked at and not done now, for a reason that passes, such as a balance or a lock: nothing
    /// happened, try later.
    Later,
    /// The key has been used before: what became of it has to be looked up.
    Exists,
    /// Nobody can tell, such as while an earlier request with the key is still at work.
    Unknown,
}

impl Means {
    /// Whether it says that nothing happened.
    pub(crate) const fn is_conclusive(self) -> bool {
        match self {
            Self::Refused | Self::NotProcessed | Self::Later => true,
            Self::Exists | Self::Unknown => false,
        }
    }
}

impl Rule {
    /// The codes that it names; none where it holds for any, or for none.
    #[must_use]
    pub fn codes(&self) -> &[String] {
        self.code.as_ref().map_or(&[], OneOrMore::texts)
    }

    /// The statuses that it names; none where it holds for any error.
    #[must_use]
    pub fn statuses(&self) -> &[u16] {
        self.status.as_ref().map_or(&[], |named| named.0.as_slice())
    }
}
