//! What is said of answers: refunds, payments and how each is read.

use super::super::amounts::NegativeAmounts;
use super::super::document::{Document, ExtraKind};
use super::super::placeholder::Placeholder;
use super::super::status::{StageWord, StatusWord};
use super::super::{AnswerKind, Mistake, Paths, ReversalAnswer, Template};

pub(super) fn check(profile: &Document, found: &mut Vec<Mistake>) {
    statuses(profile, found);
    payment(profile, found);
    codes(profile, found);
    limits(profile, found);
    places(profile, found);
    if let Some(read) = &profile.refund_status {
        let segments = read.path.segments().iter();
        let query = read.query.values();
        let mut used = segments
            .chain(query)
            .chain(read.body.templates())
            .flat_map(Template::placeholders);
        if !used.any(|placeholder| *placeholder == Placeholder::Refund) {
            found.push(Mistake::at(
                "refund_status",
                "it doesn't say which refund: use {refund}",
            ));
        }
    }
}

fn statuses(profile: &Document, found: &mut Vec<Mistake>) {
    let refund = &profile.refund_object;
    if refund.status.is_some() && refund.statuses.is_empty() {
        found.push(Mistake::at(
            "refund_object.statuses",
            "it doesn't say what the words of the status mean",
        ));
    }
    if refund.status.is_none() && !refund.statuses.is_empty() {
        found.push(Mistake::at(
            "refund_object.status",
            "it doesn't say where the words of refund_object.statuses are",
        ));
    }
    let ends = |word: StatusWord| word == StatusWord::Succeeded;
    let can_end = refund.statuses.iter().any(|(_, word)| ends(word))
        || refund.http.values().any(|word| ends(*word));
    // A payment that lists no refunds and states their sum proves one by the sum.
    let by_sum = profile.refunds.is_none()
        && profile
            .payment
            .as_ref()
            .is_some_and(|payment| payment.refunded.is_some());
    let is_told_otherwise = profile.webhook.is_some() || by_sum;
    if !can_end && !is_told_otherwise {
        found.push(
            Mistake::at(
                "refund_object.statuses",
                "no word means success: no refund would ever end",
            )
            .hint("name the provider's word for it, such as succeeded = \"succeeded\""),
        );
    }
    for (status, word) in &refund.http {
        if status.code() >= 300 {
            let key = ["refund_object.http.", &status.code().to_string()].concat();
            found.push(Mistake::at(
                &key,
                "only a success says how far a refund has come",
            ));
        } else if status.code() == 202 && *word == StatusWord::Succeeded {
            found.push(
                Mistake::at("refund_object.http.202", "202 means taken on, not done")
                    .hint("write 202 = \"pending\""),
            );
        }
    }
    negative(profile, found);
    if profile.refund.answer == AnswerKind::Refund
        && refund.id.is_none()
        && profile.refund_status.is_some()
    {
        found.push(Mistake::at(
            "refund_object.id",
            "refund_status needs a refund's id",
        ));
    }
}

/// A minus that is expected where nothing is read is a slip: the amount stands elsewhere.
fn negative(profile: &Document, found: &mut Vec<Mistake>) {
    let refund = &profile.refund_object;
    let Some(negative) = refund.negative_amounts else {
        return;
    };
    let lists = profile.refunds.is_some()
        || matches!(
            profile.refund.answer,
            AnswerKind::List | AnswerKind::Payment
        );
    let problem = if refund.amount.is_none() {
        "refund_object.amount doesn't say where the amounts are"
    } else if negative == NegativeAmounts::Lists && !lists {
        "the profile reads no list of refunds"
    } else {
        return;
    };
    found.push(Mistake::at("refund_object.negative_amounts", problem));
}

fn payment(profile: &Document, found: &mut Vec<Mistake>) {
    let Some(payment) = &profile.payment else {
        for (key, there) in [
            ("refunds", profile.refunds.is_some()),
            ("reversal", profile.reversal.is_some()),
        ] {
            if there {
                found.push(Mistake::at(key, "it needs a [payment] that can be read"));
            }
        }
        return;
    };
    let has = |wanted: StageWord| payment.stages.iter().any(|(_, stage)| stage == wanted);
    if !has(StageWord::Captured) && !has(StageWord::PartiallyCaptured) {
        found.push(
            Mistake::at(
                "payment.stages",
                "no status means captured: nothing could ever be refunded",
            )
            .hint("name the provider's word for a paid payment, such as paid = \"captured\""),
        );
    }
    if has(StageWord::PartiallyCaptured) && payment.captured.is_none() {
        found.push(Mistake::at(
            "payment.captured",
            "a part is captured, and nothing says how much",
        ));
    }
    if payment.manual_capture.is_some() && payment.capture_mode.is_none() {
        found.push(Mistake::at(
            "payment.capture_mode",
            "it doesn't say where the word of manual_capture is",
        ));
    }
    if payment.refunded_may_lag && payment.refunded.is_none() {
        found.push(Mistake::at(
            "payment.refunded",
            "it doesn't say where the sum is that may lag",
        ));
    }
    if payment.refunded_may_hold_uncaptured && payment.refunded.is_none() {
        found.push(Mistake::at(
            "payment.refunded",
            "it doesn't say where the sum is that may hold what wasn't captured",
        ));
    }
    if let Some(reversal) = &profile.reversal {
        if !has(StageWord::Authorized) {
            found.push(Mistake::at(
                "payment.stages",
                "no status means authorized: nothing could ever be reversed",
            ));
        }
        if !has(StageWord::Reversed) {
            found.push(
                Mistake::at(
                    "payment.stages",
                    "no status means reversed: nothing would tell that a reversal was done",
                )
                .hint("name the provider's word for a payment that was voided, such as voided = \"reversed\""),
            );
        }
        if reversal.answer == ReversalAnswer::Status
            && (reversal.status.is_none() || reversal.statuses.is_empty())
        {
            found.push(Mistake::at(
                "reversal.answer",
                "it needs reversal.status and reversal.statuses",
            ));
        }
    }
}

/// Fields that are read as they stand in the JSON. A header would be no error there: it would
/// simply never be found, and a further page, an amount, or an error, not be noticed.
fn places(profile: &Document, found: &mut Vec<Mistake>) {
    let payment = profile.payment.as_ref();
    let disputes = payment.and_then(|payment| payment.disputes.as_ref());
    let list = profile.refunds.as_ref();
    let next = list.and_then(|list| list.next.as_ref()?.from.as_ref());
    let only = list.and_then(|list| list.only.as_ref());
    let inside = profile.errors.inside.as_ref();
    let texts = [
        ("payment.id", payment.map(|payment| &payment.id)),
        ("payment.status", payment.map(|payment| &payment.status)),
        ("payment.currency", payment.map(|payment| &payment.currency)),
        (
            "payment.method",
            payment.and_then(|payment| payment.method.as_ref()),
        ),
        (
            "payment.disputes",
            disputes.and_then(|disputes| disputes.status.as_ref()),
        ),
        (
            "refunds.next",
            list.and_then(|list| list.next.as_ref()?.last.as_ref()),
        ),
        ("refunds.only", only.map(|only| &only.field)),
        ("errors.code", profile.errors.code.as_ref()),
        ("errors.message", profile.errors.message.as_ref()),
        ("errors.inside", inside.map(|inside| &inside.field)),
    ];
    // That it is there at all is told by a single value.
    let alone = inside.filter(|inside| inside.is.is_none() && inside.field.is_in_the_body());
    let whole = [
        ("errors.inside", alone.map(|inside| &inside.field)),
        (
            "refund_object.amount",
            profile.refund_object.amount.as_ref(),
        ),
        (
            "payment.authorized",
            payment.map(|payment| &payment.authorized),
        ),
        (
            "payment.captured",
            payment.and_then(|payment| payment.captured.as_ref()),
        ),
        (
            "payment.refunded",
            payment.and_then(|payment| payment.refunded.as_ref()),
        ),
        ("refunds.list", list.map(|list| &list.list)),
        ("refunds.more", list.and_then(|list| list.more.as_ref())),
        ("refunds.total", list.and_then(|list| list.total.as_ref())),
        ("refunds.next", next),
        (
            "payment.disputes",
            disputes.and_then(|disputes| disputes.list.as_ref()),
        ),
        (
            "payment.disputes",
            disputes.and_then(|disputes| disputes.amount.as_ref()),
        ),
    ];
    let texts = texts.map(|(key, paths)| (key, paths.is_none_or(Paths::is_in_the_body)));
    let whole = whole.map(|(key, paths)| (key, paths.is_none_or(Paths::is_plain)));
    for (key, fits) in texts.into_iter().chain(whole) {
        if !fits {
            found.push(Mistake::at(key, "it has to be a path in the answer's body"));
        }
    }
}

fn codes(profile: &Document, found: &mut Vec<Mistake>) {
    let reversal = profile
        .reversal
        .as_ref()
        .map_or(&[][..], |call| &call.success);
    for (key, listed) in [
        ("refund.success", profile.refund.success.as_slice()),
        ("reversal.success", reversal),
    ] {
        if listed.iter().any(|status| !(200..300).contains(status)) {
            found.push(Mistake::at(key, "a success is 200 to 299"));
        }
    }
    if profile
        .refund
        .results
        .iter()
        .any(|status| !(400..500).contains(status))
    {
        found.push(Mistake::at(
            "refund.results",
            "only a 4xx can hold a result",
        ));
    }
    if !profile.refund.results.is_empty() && profile.refund_object.status.is_none() {
        found.push(Mistake::at(
            "refund.results",
            "a result is told by refund_object.status",
        ));
    }
}

fn limits(profile: &Document, found: &mut Vec<Mistake>) {
    let limits = &profile.limits;
    if limits.largest_amount.is_some_and(|largest| largest < 1) {
        found.push(Mistake::at(
            "limits.largest_amount",
            "it must be more than 0",
        ));
    }
    let sizes = [
        ("limits.reason", limits.reason),
        ("limits.notes", limits.notes),
        ("limits.order_id", limits.order_id),
        ("limits.metadata_pairs", limits.metadata_pairs),
        ("limits.metadata_key", limits.metadata_key),
        ("limits.metadata_value", limits.metadata_value),
    ];
    for (key, size) in sizes {
        if size.is_some_and(|size| size > 10_000) {
            found.push(Mistake::at(key, "it is more than 10000"));
        }
    }
    for (name, extra) in &profile.extras {
        let key = ["extras.", name.as_str()].concat();
        let sized = extra.min.is_some() || extra.max.is_some();
        if (extra.kind == ExtraKind::Word) == extra.words.is_empty() {
            found.push(Mistake::at(
                &key,
                "words belong to kind = \"word\", and it to them",
            ));
        } else if extra.kind == ExtraKind::Word && sized {
            found.push(Mistake::at(&key, "a word has no min and max"));
        } else if extra.kind != ExtraKind::Word
            && (extra.max.is_none_or(|max| max == 0 || max > 1000) || extra.min > extra.max)
        {
            found.push(Mistake::at(
                &key,
                "it needs a max of 1 to 1000, and a min that is at most that",
            ));
        }
    }
}
