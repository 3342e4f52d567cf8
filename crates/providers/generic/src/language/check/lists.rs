//! Whether a list says where it ends, and in one way.

use super::super::document::Document;
use super::super::list::Next;
use super::super::{End, Mistake, Paths, RefundList};

pub(super) fn check(profile: &Document, found: &mut Vec<Mistake>) {
    let (Some(list), Some(payment)) = (&profile.refunds, &profile.payment) else {
        return;
    };
    ends(list, found);
    if let Some(next) = &list.next {
        pages(list, next, found);
    }
    let empty = list.empty.as_ref();
    if empty.is_some_and(|empty| !(400..500).contains(&empty.status)) {
        found.push(Mistake::at(
            "refunds.empty",
            "only a 4xx can say that there are no refunds",
        ));
    }
    if profile.refund_object.amount.is_none() && payment.refunded.is_none() {
        found.push(Mistake::at(
            "refund_object.amount",
            "nothing tells how much was returned: neither a refund's amount nor payment.refunded",
        ));
    }
}

fn ends(list: &RefundList, found: &mut Vec<Mistake>) {
    if list.ends().count() > 1 {
        found.push(
            Mistake::at("refunds", "it states its end in more than one way")
                .hint("keep one of more, total, until_empty and whole"),
        );
    }
    let next = list.next.as_ref();
    let from = next.and_then(|next| next.from.as_ref());
    // That a page isn't full says nothing: the provider may send fewer than were asked for.
    for (key, paths) in [
        ("refunds.more", list.more.as_ref()),
        ("refunds.total", list.total.as_ref()),
        ("refunds.next", from),
    ] {
        if paths.is_some_and(Paths::is_in_a_list) {
            found.push(
                Mistake::at(
                    key,
                    "an entry of a list says nothing of the list's end: a page that is short isn't the last one",
                )
                .hint("name the field that the provider documents, or until_empty; for the next page from the last entry, write next = { last = \"id\", … }"),
            );
        }
    }
    if list.whole && next.is_some() {
        let problem = "a list that is whole has no further pages";
        found.push(Mistake::at("refunds.next", problem));
    }
    let goes_on = list.read.is_some() && next.is_some_and(|next| next.query.is_some());
    if list.until_empty && !goes_on {
        found.push(
            Mistake::at(
                "refunds.until_empty",
                "nothing says how to ask for the next page",
            )
            .hint("write next = { query = \"page\" } or the like"),
        );
    }
}

fn pages(list: &RefundList, next: &Next, found: &mut Vec<Mistake>) {
    let mut wrong = |problem: &str| found.push(Mistake::at("refunds.next", problem));
    if list.read.is_none() && next.query.is_some() {
        wrong("a list in the payment has no further pages");
    }
    if next.from.is_some() && next.last.is_some() {
        wrong("it names both from and last, and one of them is sent");
    }
    if next.query.is_none() && next.from.is_none() {
        wrong("it names no query parameter that asks for the next page");
    }
    let is_counted = next.from.is_none() && next.last.is_none();
    let ends = list.ends().find(|end| *end != End::Documented);
    if ends.is_none() && is_counted {
        wrong(
            "pages are counted, and nothing says when there is another: write more, total or until_empty",
        );
    } else if ends.is_none() && next.last.is_some() {
        wrong("nothing says when there is another page: write more, total or until_empty");
    }
}
