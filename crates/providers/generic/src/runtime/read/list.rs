//! The refunds of a payment, page by page, and whether they are all.

use std::collections::BTreeSet;

use refundkit_core::ProviderRefund;
use refundkit_core::payment::ListedRefunds;
use refundkit_core::ports::ReadError;
use refundkit_core::{Currency, PaymentId};
use refundkit_http::{Maskable, Masks, Response};

use super::fields::{Around, Fields, Found, entries};
use super::parts::{at, object, text, unreadable};
use super::refund::RefundReader;
use crate::language::{Count, End, Paths, RefundList};

/// The longest cursor that is put into a query.
const LONGEST_CURSOR: usize = 2000;

const LIST: usize = 0;
const MORE: usize = 1;
const NEXT: usize = 2;
const TOTAL: usize = 3;
const AROUND_NEXT: usize = 4;

/// The refunds of a payment.
#[derive(Clone, Debug)]
pub(crate) struct ListReader {
    /// Whether they come with the payment.
    pub(crate) in_payment: bool,
    at: Option<Fields>,
    /// The HTTP statuses of a success; 200 where there are none.
    pub(super) success: Vec<u16>,
    refund: RefundReader,
    fields: Fields,
    /// Whether the answer has what the next page is asked for with.
    has_next: bool,
    /// Whether that lies in an object, which then has to be there even where it has none.
    is_next_inside: bool,
    last: Option<Fields>,
    only: Option<(Fields, Vec<String>)>,
    may_be_absent: bool,
    empty: Option<(u16, Fields, Vec<String>)>,
    end: Option<End>,
    misses_some: bool,
    /// What counted pages begin with, and what is counted.
    counted: Option<(u16, Count)>,
}

/// One page of a list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    pub(crate) refunds: Vec<ProviderRefund>,
    pub(crate) follows: Follows,
    /// How many entries it has, refunds or not.
    entries: usize,
    /// How many there are on all pages, by the provider's word.
    total: Option<usize>,
    /// What the request for the next page needs, as far as this page tells.
    next: Option<String>,
}

impl Maskable for Page {
    fn masked(mut self, masks: &Masks) -> Self {
        self.refunds = self.refunds.masked(masks);
        self
    }
}

/// What follows a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Follows {
    /// Nothing: the provider says that this is the end.
    #[default]
    Nothing,
    /// More.
    More,
    /// That depends on how many entries were read before.
    Counted,
    /// Nobody says.
    Untold,
}

/// The pages that were read so far.
#[derive(Debug)]
pub(crate) struct Pages<'a> {
    reader: &'a ListReader,
    refunds: Vec<ProviderRefund>,
    entries: usize,
    pages: u16,
    at: Option<String>,
}

impl ListReader {
    pub(super) fn new(list: &RefundList, refund: RefundReader) -> Self {
        let next = list.next.as_ref();
        let from = next.and_then(|next| next.from.as_ref());
        let last = next.and_then(|next| next.last.as_ref());
        let around = from.and_then(Paths::around);
        Self {
            in_payment: list.read.is_none(),
            at: at(list.read.as_ref().and_then(|read| read.at.as_ref())),
            success: list
                .read
                .as_ref()
                .map_or_else(Vec::new, |read| read.success.clone()),
            refund,
            fields: Fields::new([
                Some(&list.list),
                list.more.as_ref(),
                from,
                list.total.as_ref(),
                around.as_ref(),
            ]),
            has_next: from.is_some(),
            is_next_inside: around.is_some(),
            last: last.map(|last| Fields::new([Some(last)])),
            only: list.only.as_ref().map(|only| {
                let field = Fields::new([Some(&only.field)]);
                (field, only.is.texts().to_vec())
            }),
            may_be_absent: list.may_be_absent,
            empty: list.empty.as_ref().map(|empty| {
                let field = Fields::new([Some(&empty.field)]);
                (empty.status, field, empty.is.texts().to_vec())
            }),
            end: list.ends().next(),
            misses_some: list.may_miss_some,
            counted: next
                .filter(|next| from.is_none() && last.is_none() && next.query.is_some())
                .map(|next| (next.first, next.count)),
        }
    }

    /// The refunds that the JSON lists.
    pub(super) fn page(
        &self,
        of_payment: Currency,
        asked: Option<&PaymentId>,
        json: &str,
    ) -> Result<Page, String> {
        let json = object(self.at.as_ref(), json)?;
        let found = self.fields.read(json, Around::default())?;
        let listed = match found.raw(LIST) {
            // Nothing at all isn't an answer without the list.
            None if self.may_be_absent && json.trim_start().starts_with('{') => Vec::new(),
            // Taken for empty, a list that moved elsewhere would prove that nothing was returned.
            None => {
                return Err(
                    "the payment's list of refunds isn't where the profile expects it".to_owned(),
                );
            }
            Some(list) => entries(list).ok_or("the payment's list of refunds is none")?,
        };
        let mut refunds = Vec::new();
        for entry in &listed {
            if self.is_wanted(entry)? {
                refunds.push(self.refund.seen(of_payment, asked, entry)?);
            }
        }
        Ok(Page {
            refunds,
            follows: self.follows(&found, listed.len()),
            entries: listed.len(),
            total: found.text(TOTAL).and_then(|text| text.parse().ok()),
            next: self.next(&found, listed.last())?,
        })
    }

    /// What the page says of its being the last one. What it doesn't say isn't the end.
    fn follows(&self, found: &Found<'_>, entries: usize) -> Follows {
        match self.end {
            None => Follows::Untold,
            Some(End::Documented) => Follows::Nothing,
            Some(End::Flag) => match found.raw(MORE) {
                Some("false") => Follows::Nothing,
                Some(_) => Follows::More,
                None => Follows::Untold,
            },
            // The link's own object is gone: that is another answer than the one that was described.
            Some(End::NoNext) if self.is_next_inside && found.raw(AROUND_NEXT).is_none() => {
                Follows::Untold
            }
            Some(End::NoNext) => match found.raw(NEXT) {
                None | Some("\"\"") => Follows::Nothing,
                Some(_) => Follows::More,
            },
            Some(End::Total) if found.raw(TOTAL).is_none() => Follows::Untold,
            Some(End::Total) => Follows::Counted,
            Some(End::EmptyPage) if entries == 0 => Follows::Nothing,
            Some(End::EmptyPage) => Follows::More,
        }
    }

    fn next(&self, found: &Found<'_>, last: Option<&&str>) -> Result<Option<String>, String> {
        let next = match (&self.last, last) {
            (Some(field), Some(entry)) => {
                let found = field.read(entry, Around::default())?;
                found.text(0).map(std::borrow::Cow::into_owned)
            }
            (Some(_), None) => None,
            (None, _) if self.has_next => found.text(NEXT).map(std::borrow::Cow::into_owned),
            (None, _) => None,
        };
        let next = next.filter(|next| !next.is_empty());
        if next
            .as_ref()
            .is_some_and(|next| next.len() > LONGEST_CURSOR)
        {
            return Err(
                "what the next page is asked for with is longer than 2000 bytes".to_owned(),
            );
        }
        Ok(next)
    }

    /// What a list without another page is.
    pub(super) fn alone(&self, page: Page) -> Result<ListedRefunds, String> {
        let mut pages = self.pages();
        match pages.add(page)? {
            Some(listed) => Ok(listed),
            None => Err(MORE_THAN_SHOWN.to_owned()),
        }
    }

    /// Whether the answer is the error that stands for an empty list, word for word.
    pub(super) fn is_empty(&self, response: &Response) -> bool {
        let Some((status, field, words)) = &self.empty else {
            return false;
        };
        let says_so = || says(field, words, text(response)?);
        response.status() == *status && says_so().unwrap_or(false)
    }

    /// Whether the answer is the absence of a list, said by its status.
    pub(super) fn has_no_content(&self, response: &Response) -> bool {
        self.may_be_absent && response.status() == 204
    }

    fn is_wanted(&self, entry: &str) -> Result<bool, String> {
        let Some((field, words)) = &self.only else {
            return Ok(true);
        };
        says(field, words, entry)
    }

    pub(crate) const fn pages(&self) -> Pages<'_> {
        Pages {
            reader: self,
            refunds: Vec::new(),
            entries: 0,
            pages: 0,
            at: None,
        }
    }
}

const MORE_THAN_SHOWN: &str = "the payment has more refunds than could be read";

impl Pages<'_> {
    /// What the next page is asked for with; nothing for the first one.
    pub(crate) fn at(&self) -> Option<String> {
        let (first, count) = match self.reader.counted {
            Some(counted) => counted,
            None => return self.at.clone(),
        };
        if self.pages == 0 {
            return None;
        }
        Some(match count {
            Count::Pages => first.saturating_add(self.pages).to_string(),
            Count::Entries => self.entries.to_string(),
        })
    }

    /// Adds a page. The list, where nothing more has to be read, or could be.
    ///
    /// # Errors
    /// Where the provider says that there is more, and nothing says how to ask for it.
    pub(crate) fn add(&mut self, page: Page) -> Result<Option<ListedRefunds>, String> {
        self.pages = self.pages.saturating_add(1);
        self.entries = self.entries.saturating_add(page.entries);
        self.refunds.extend(page.refunds);
        let is_end = match page.follows {
            Follows::Nothing => true,
            Follows::More => false,
            Follows::Untold => return Ok(Some(self.listed(false))),
            Follows::Counted => match page.total {
                // More than there are: entries were counted twice, and another may have been skipped.
                Some(total) if self.entries > total => return Ok(Some(self.listed(false))),
                Some(total) if self.entries < total && page.entries == 0 => {
                    return Ok(Some(self.listed(false)));
                }
                Some(total) => self.entries == total,
                None => return Ok(Some(self.listed(false))),
            },
        };
        if is_end {
            return Ok(Some(self.listed(true)));
        }
        if self.reader.counted.is_none() {
            // Asked for with the same once more, it would be the same page.
            self.at = page.next.filter(|next| self.at.as_ref() != Some(next));
        }
        match self.reader.counted.is_some() || self.at.is_some() {
            true => Ok(None),
            false => Err(MORE_THAN_SHOWN.to_owned()),
        }
    }

    /// The refunds so far. Where pages moved while they were read, one was shown twice, and another
    /// may not have been shown at all.
    fn listed(&mut self, at_the_end: bool) -> ListedRefunds {
        let refunds = std::mem::take(&mut self.refunds);
        let mut ids = BTreeSet::new();
        let moved = self.pages > 1
            && refunds
                .iter()
                .any(|seen| seen.id.as_ref().is_some_and(|id| !ids.insert(id.clone())));
        let whole = at_the_end && !moved && !self.reader.misses_some;
        ListedRefunds { refunds, whole }
    }

    pub(crate) fn too_many() -> ReadError {
        unreadable(MORE_THAN_SHOWN)
    }
}

/// Whether the field has one of the words.
fn says(field: &Fields, words: &[String], json: &str) -> Result<bool, String> {
    let found = field.read(json, Around::default())?;
    let word = found.text(0);
    Ok(word.is_some_and(|word| words.iter().any(|known| *known == word)))
}
