//! Where the refunds of a payment are, and what says that they are all.

use serde::Deserialize;

use super::call::{Empty, Read};
use super::name::Name;
use super::{OneOrMore, Paths};

/// All refunds of a payment: in the payment itself, or behind a request of their own. That there is
/// no other refund is known only where the provider says so: by `more`, by `next`, by `total`, by an
/// empty page (`until_empty`), or on its page (`whole`). Without one of these, the list shows what it
/// shows, and proves nothing by what isn't in it.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RefundList {
    /// The request; left out where the list is in the payment.
    #[serde(default)]
    pub(crate) read: Option<Read>,
    /// Where the list is. `.` is the answer itself.
    pub(crate) list: Paths,
    /// Whether a list that isn't there at all is an empty one. Only where the provider's page says so.
    #[serde(default)]
    pub(crate) may_be_absent: bool,
    /// Whether a refund that happened may be missing for good. What is listed is proof all the same;
    /// what isn't then is none that nothing was returned, and a person has to look.
    #[serde(default)]
    pub may_miss_some: bool,
    /// The error that stands for an empty list.
    #[serde(default)]
    pub(crate) empty: Option<Empty>,
    /// Only entries with this word there.
    #[serde(default)]
    pub(crate) only: Option<Only>,
    /// Where the answer says whether there are more than it shows. Only `false` is the end; a field
    /// that is missing says nothing.
    #[serde(default)]
    pub(crate) more: Option<Paths>,
    /// How to ask for those.
    #[serde(default)]
    pub(crate) next: Option<Next>,
    /// Where the answer has the number of all entries. The end is where so many were read.
    #[serde(default)]
    pub(crate) total: Option<Paths>,
    /// Whether the end is an empty page: pages are asked for until one comes.
    #[serde(default)]
    pub(crate) until_empty: bool,
    /// Whether the provider's page says that this one answer has all of them.
    #[serde(default)]
    pub(crate) whole: bool,
}

/// The next page of a list.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Next {
    /// Where the answer has what the next request needs, such as a cursor. Without `more`, `total` and
    /// `until_empty` the provider's page has to say that there is none, or an empty one, at the end.
    #[serde(default)]
    pub(crate) from: Option<Paths>,
    /// The field of a page's last entry that the next request needs, such as its id.
    #[serde(default)]
    pub(crate) last: Option<Paths>,
    /// The query parameter that takes it, or the page's number. Left out where the next page can't be
    /// asked for: then a list of more than one page isn't read.
    #[serde(default)]
    pub(crate) query: Option<Name>,
    /// What is counted where neither `from` nor `last` is given: `pages`, or the `entries` before it.
    #[serde(default)]
    pub(crate) count: Count,
    /// The number of the first page, where pages are counted; 1 unless said otherwise.
    #[serde(default = "one")]
    pub(crate) first: u16,
}

const fn one() -> u16 {
    1
}

/// What the next page is asked for by, where it is a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Count {
    /// Its own number.
    #[default]
    Pages,
    /// How many entries come before it.
    Entries,
}

/// Entries with this word there.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Only {
    /// Where.
    pub(crate) field: Paths,
    /// The word, or several of which one has to be there.
    pub(crate) is: OneOrMore,
}

/// What the provider's word for the end of a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// A flag that is false.
    Flag,
    /// A cursor or a link that isn't there.
    NoNext,
    /// A number of entries that was reached.
    Total,
    /// A page without entries.
    EmptyPage,
    /// Its page of documents: one answer has all.
    Documented,
}

impl RefundList {
    /// Each way in which the list states its end; one of them is right.
    pub(crate) fn ends(&self) -> impl Iterator<Item = End> {
        let cursor = self.next.as_ref().is_some_and(|next| next.from.is_some());
        let others = self.more.is_some() || self.total.is_some() || self.until_empty || self.whole;
        [
            (self.more.is_some(), End::Flag),
            (cursor && !others, End::NoNext),
            (self.total.is_some(), End::Total),
            (self.until_empty, End::EmptyPage),
            (self.whole, End::Documented),
        ]
        .into_iter()
        .filter_map(|(is_said, end)| is_said.then_some(end))
    }

    /// Whether the list comes with the payment, without a request of its own.
    #[must_use]
    pub const fn is_in_the_payment(&self) -> bool {
        self.read.is_none()
    }

    /// Whether what isn't listed isn't there.
    #[must_use]
    pub fn proves_absence(&self) -> bool {
        !self.may_miss_some && self.ends().next().is_some()
    }
}
