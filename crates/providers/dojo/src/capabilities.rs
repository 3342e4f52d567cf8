//! What Dojo can do in each version of its API, and the few error answers that are known to be a
//! refusal, each with where that is known from.

use refundkit_core::capabilities::{
    Amounts, AnswerRule, Capabilities, Idempotency, Lookup, Meaning, OnRepeat, Partial, Reversal,
    Texts, USUALLY_SETTLED,
};

use crate::Version;
use crate::translate::VALIDATION;

/// The one text that Dojo sends where a refund was tried and turned down. Integrators have seen it
/// with status 400; other 400s have been seen where the outcome was open.
const REFUND_FAILED: &str = "Your refund request was not successful. Status: Failed.";

/// What Dojo can do, by version.
pub(crate) fn of(version: Version) -> Capabilities {
    Capabilities {
        // Refund page: the full amount, part of it, or several parts.
        partial: Partial::ByAmount,
        by_item: false,
        reversal: match version {
            // Reversal page, version 2022-01-03: only before the capture.
            Version::V2022_01_03 => Reversal::Authorized,
            // Reversal page since: also an automatic capture of the same day.
            Version::V2022_04_07
            | Version::V2024_02_05
            | Version::V2025_09_10
            | Version::V2026_02_27 => Reversal::AuthorizedOrAutoCaptured,
        },
        // OpenAPI, Refunds_Create: header `idempotencyKey`, at most 100 characters, no lifetime stated.
        refund_key: Idempotency::Key {
            lifetime: None,
            on_repeat: OnRepeat::Replay,
        },
        // OpenAPI: the reversal declares no key.
        reversal_key: Idempotency::None,
        // There is no list of refunds; the payment intent sums them up in `refundedAmount`.
        lookup: Lookup::Total,
        // Refund page: the sum can't exceed the original amount.
        enforces_cap: true,
        // Only the total can be read, so two open refunds could not be told apart.
        one_open_refund: true,
        // OpenAPI: a payment intent has no disputes.
        shows_disputes: false,
        // Not documented: Dojo's answer decides.
        windows: Vec::new(),
        settles_within: USUALLY_SETTLED,
        // OpenAPI, CreateRefundRequest: int64.
        largest_amount: i64::MAX,
        amounts: Amounts::any(),
        refund_texts: Texts {
            // OpenAPI, CreateRefundRequest: maxLength 1024 and 4096.
            reason: Some(1024),
            notes: Some(4096),
            order_id: None,
            metadata: None,
        },
        shows_payments: true,
        reasons: Vec::new(),
        reason_required: false,
        extras: Vec::new(),
        // OpenAPI: the reversal has no body.
        reversal_reason: None,
        answers: answers(),
    }
}

/// Dojo publishes no list of error codes, so hardly anything is known to be a refusal. A 400 alone
/// is none: it comes with refusals and with open outcomes alike. Nor is the 409 of a reversal, which
/// Dojo's documents give two meanings ("another request or configuration").
fn answers() -> Vec<AnswerRule> {
    vec![
        AnswerRule::status_message(400, REFUND_FAILED, Meaning::Refused),
        // OpenAPI, introduction: `errors` names fields that are wrong, so nothing was acted upon.
        AnswerRule::status_code(400, VALIDATION, Meaning::Refused),
        // OpenAPI, introduction: 401, 403, 404 and 405 of all calls come as Problem Details (RFC 7807), in
        // which nothing is Dojo's own. Any gateway before it answers so, after the effect too, so that they
        // say nothing of the refund. Nor does a 429, which Dojo doesn't document.
    ]
}
