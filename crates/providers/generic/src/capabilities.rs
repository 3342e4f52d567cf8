use std::borrow::Cow;
use std::time::Duration;

use refundkit_core::capabilities::{
    AnswerRule, Capabilities, Idempotency, Lookup, Meaning, MetadataLimits, OnRepeat, Partial,
    Reversal, Texts,
};

use crate::profile::{Document, Key, Means, Placeholder, Repeat, Rule};

/// A limit where a profile states none: enough for people, too little for an accident.
const UNSTATED: usize = 1000;

/// What the profile says that the provider can do.
pub(crate) fn of(profile: &Document) -> Capabilities {
    let body = &profile.refund.body;
    let limits = &profile.limits;
    let carries_token = profile.refund_object.token.is_some() && profile.refunds.is_some();
    Capabilities {
        // Every profile sends the amount: checked when it was read.
        partial: Partial::ByAmount,
        by_item: false,
        reversal: if profile.reversal.is_some() {
            Reversal::Authorized
        } else {
            Reversal::No
        },
        refund_key: key(profile.refund.key.as_ref()),
        reversal_key: key(profile.reversal.as_ref().and_then(|call| call.key.as_ref())),
        lookup: match (carries_token, &profile.payment.refunded) {
            (true, _) => Lookup::ByToken,
            (false, Some(_)) => Lookup::Total,
            (false, None) => Lookup::No,
        },
        enforces_cap: true,
        one_open_refund: limits.one_open_refund || !carries_token,
        largest_amount: limits.largest_amount.unwrap_or(i64::MAX),
        refund_texts: Texts {
            reason: body
                .uses(Placeholder::Reason)
                .then(|| limits.reason.unwrap_or(UNSTATED)),
            notes: None,
            order_id: body
                .uses(Placeholder::Reference)
                .then(|| limits.order_id.unwrap_or(UNSTATED)),
            metadata: body.carries_metadata().then(|| MetadataLimits {
                pairs: limits.metadata_pairs.unwrap_or(20),
                key: limits.metadata_key.unwrap_or(40),
                value: limits.metadata_value.unwrap_or(255),
            }),
        },
        shows_payments: true,
        reversal_reason: profile
            .reversal
            .as_ref()
            .filter(|call| call.body.uses(Placeholder::Reason))
            .map(|_| limits.reason.unwrap_or(UNSTATED)),
        answers: profile.errors.answers.iter().map(rule).collect(),
    }
}

fn key(key: Option<&Key>) -> Idempotency {
    match key {
        None => Idempotency::None,
        Some(key) => Idempotency::Key {
            lifetime: key
                .lifetime_hours
                .map(|hours| Duration::from_secs(u64::from(hours).saturating_mul(3600))),
            on_repeat: match key.on_repeat {
                Repeat::Replay => OnRepeat::Replay,
                Repeat::Conflict => OnRepeat::Conflict,
            },
        },
    }
}

fn rule(rule: &Rule) -> AnswerRule {
    AnswerRule {
        status: rule.status,
        code: rule.code.clone().map(Cow::Owned),
        message: None,
        means: match rule.means {
            Means::Refused => Meaning::Refused,
            Means::NotProcessed => Meaning::NotProcessed,
            Means::Exists => Meaning::Exists,
        },
    }
}
