//! What a profile says that its provider can do.

mod limits;

use std::borrow::Cow;
use std::time::Duration;

use refundkit_core::capabilities::{
    Capabilities, Extra, ExtraKind, Idempotency, Lookup, MetadataLimits, OnRepeat, Partial,
    Reversal, Texts,
};

use super::call::{Repeat, Shape};
use super::digits::Digits;
use super::document::{self, Document};
use super::fit::Fit;
use super::placeholder::Placeholder;
use super::rules;

/// A limit where a profile states none: enough for people, too little for an accident.
const UNSTATED: usize = 1000;

/// What the profile says that the provider can do. Where it is silent, the cautious reading holds.
pub(super) fn of(document: &Document, digits: &Digits) -> Capabilities {
    let body = &document.refund.body;
    let limits = &document.limits;
    let reversal = document.reversal.as_ref();
    let carries_token = carries_token(document);
    let states_sum = document
        .payment
        .as_ref()
        .is_some_and(|payment| payment.refunded.is_some() && !payment.refunded_may_lag);
    Capabilities {
        partial: if document.refund.full_only {
            Partial::No
        } else {
            Partial::ByAmount
        },
        by_item: false,
        reversal: if reversal.is_some() {
            Reversal::Authorized
        } else {
            Reversal::No
        },
        refund_key: key(document.refund.shape(false)),
        reversal_key: reversal.map_or(Idempotency::None, |call| key(call.shape())),
        lookup: match (carries_token, states_sum) {
            // Presence proves with any kind of lookup; with this one, absence doesn't.
            _ if shows_presence_only(document) => Lookup::No,
            (true, _) => Lookup::ByToken,
            (false, true) => Lookup::Total,
            (false, false) => Lookup::No,
        },
        enforces_cap: limits.enforces_cap,
        // Where no payment is shown, no reading tells two open refunds apart or together.
        one_open_refund: limits.one_open_refund || (!carries_token && document.payment.is_some()),
        shows_disputes: document
            .payment
            .as_ref()
            .and_then(|payment| payment.disputes.as_ref())
            .is_some_and(|disputes| disputes.always),
        windows: limits::windows(document),
        settles_within: limits::settles_within(document),
        amounts: limits::amounts(document, digits),
        largest_amount: limits.largest_amount.unwrap_or(i64::MAX),
        refund_texts: Texts {
            reason: body
                .uses(&Placeholder::Reason)
                .then(|| limits.reason.unwrap_or(UNSTATED)),
            notes: body
                .uses(&Placeholder::Notes)
                .then(|| limits.notes.unwrap_or(UNSTATED)),
            order_id: (body.uses(&Placeholder::Reference) || body.uses(&Placeholder::OrderId))
                .then(|| limits.order_id.unwrap_or(UNSTATED)),
            metadata: body.carries_metadata().then(|| MetadataLimits {
                pairs: limits.metadata_pairs.unwrap_or(20),
                key: limits.metadata_key.unwrap_or(40),
                value: limits.metadata_value.unwrap_or(255),
            }),
        },
        shows_payments: document.payment.is_some(),
        extras: extras(document),
        reasons: reasons(document),
        reason_required: document
            .reason
            .as_ref()
            .is_some_and(|reason| reason.required),
        reversal_reason: reversal
            .filter(|call| call.body.uses(&Placeholder::Reason))
            .map(|_| limits.reason.unwrap_or(UNSTATED)),
        answers: rules::for_core(document),
    }
}

/// What callers may say as a reason; the profile has the provider's word for each.
fn reasons(document: &Document) -> Vec<Cow<'static, str>> {
    let words = document
        .reason
        .iter()
        .flat_map(|reason| reason.words.keys());
    words.map(|word| Cow::Owned(word.clone())).collect()
}

fn extras(document: &Document) -> Vec<Extra> {
    let declared = document.extras.iter();
    declared
        .map(|(name, extra)| Extra {
            name: Cow::Owned(name.as_str().to_owned()),
            kind: kind(extra),
            required: extra.required,
        })
        .collect()
}

fn kind(extra: &document::Extra) -> ExtraKind {
    let max = usize::from(extra.max.unwrap_or(0));
    match extra.kind {
        document::ExtraKind::Digits => ExtraKind::Digits {
            min: usize::from(extra.min.unwrap_or(1)),
            max,
        },
        document::ExtraKind::Text => ExtraKind::Text { max },
        document::ExtraKind::Word => {
            ExtraKind::Choice(extra.words.iter().cloned().map(Cow::Owned).collect())
        }
    }
}

/// Whether every refund of a payment is listed with our token in it.
fn carries_token(document: &Document) -> bool {
    let body = &document.refund.body;
    let token = body.uses(&Placeholder::Token) || body.uses(&Placeholder::Reference);
    // Where both go out, the one that comes back is the token: that is what it is for.
    let (sent, fit) = if token {
        (true, document.token.as_ref())
    } else {
        let key = document.refund.key.as_ref();
        let fit = key.and_then(|key| key.fit.as_ref());
        (body.uses(&Placeholder::Key), fit)
    };
    // In a field that takes only a hash of it, the token can't be recognised.
    let whole = fit.is_none_or(Fit::is_identity);
    sent && whole && document.refund_object.token.is_some() && document.refunds.is_some()
}

fn shows_presence_only(document: &Document) -> bool {
    let list = document.refunds.as_ref();
    list.is_some_and(|list| !list.proves_absence())
}

fn key(shape: Shape<'_>) -> Idempotency {
    let Some(key) = shape.key else {
        return Idempotency::None;
    };
    let hours = |hours: u32| Duration::from_secs(u64::from(hours).saturating_mul(3600));
    Idempotency::Key {
        lifetime: key.lifetime_hours.map(hours),
        on_repeat: match key.on_repeat {
            Repeat::Replay => OnRepeat::Replay,
            // Neither answer says what became of the first request: it is looked up.
            Repeat::Conflict | Repeat::Ignored => OnRepeat::Conflict,
        },
    }
}
