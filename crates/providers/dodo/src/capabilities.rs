//! What Dodo can do, and what its error codes mean for the money, each with the page that says so.

use refundkit_core::capabilities::{
    Amounts, AnswerRule, Capabilities, Idempotency, Lookup, Meaning, MetadataLimits, Partial,
    Reversal, Texts, USUALLY_SETTLED,
};

/// Dodo's field for amounts is an int32 (OpenAPI, POST /refunds).
const LARGEST: i64 = 2_147_483_647;

/// The codes of Dodo's error page (docs.dodopayments.com/api-reference/error-codes) that can come of a
/// refund and say that it was looked at and turned down. Their HTTP statuses aren't documented, so
/// that each holds under any from 400 to 499. `INTERNAL_SERVER_ERROR` is no refusal under any.
const REFUSALS: [&str; 25] = [
    // Of the payment.
    "NOTHING_TO_REFUND",
    "PARTIAL_REFUND_NOT_ALLOWED",
    "PAYMENT_ALREADY_REFUNDED",
    "PAYMENT_HAS_BEEN_REFUNDED",
    "PAYMENT_NOT_SUCCEEDED",
    "UNSUCCESSFUL_PAYMENT_ID",
    "REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT",
    "REFUND_WINDOW_EXPIRED",
    "ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED",
    // "No FX rate for the currency pair": it names the pair and no moment, so nothing says that it
    // passes. A person sees it, and can ask again with another request key.
    "EXCHANGE_RATE_NOT_FOUND",
    // Of its items.
    "LINE_ITEM_FULLY_REFUNDED",
    "LINE_ITEM_NOT_FOUND",
    "LINE_ITEM_PRORATED",
    "LINE_ITEM_REFUND_AMOUNT_TOO_HIGH",
    "LINE_ITEM_REFUND_AMOUNT_TOO_LOW",
    "DUPLICATE_LINE_ITEMS_IN_REQUEST",
    // Of the request and the account.
    "INTEGER_CONVERSION_FAILURE",
    "INVALID_QUERY_PARAMS",
    "INVALID_REQUEST_BODY",
    "INVALID_REQUEST_PARAMETERS",
    "MAXIMUM_KEYS_REACHED",
    "MERCHANT_NOT_LIVE",
    "NOT_FOUND",
    "UNAUTHORIZED",
    "UNSUPPORTED_ACTION",
];

/// Those that say "not now": the balance is short, or another refund of the payment is open, which
/// may be one of ours that was taken for lost.
const LATER: [&str; 2] = [
    "INSUFFICIENT_WALLET_FUNDS",
    "EXISTING_REFUND_REQUEST_PROCESSING",
];

fn answers() -> Vec<AnswerRule> {
    let later = LATER.map(|code| AnswerRule::code(code, Meaning::Later));
    let refusals = REFUSALS.map(|code| AnswerRule::code(code, Meaning::Refused));
    // Error page: the one code with its status. No status says anything by itself: a gateway's page may
    // have any, and come after the effect.
    let busy = AnswerRule::status_code(429, "TOO_MANY_REQUESTS", Meaning::NotProcessed);
    later.into_iter().chain(refusals).chain([busy]).collect()
}

pub(crate) fn all() -> Capabilities {
    Capabilities {
        partial: Partial::SpreadOverItems,
        by_item: true,
        reversal: Reversal::No,
        refund_key: Idempotency::None,
        reversal_key: Idempotency::None,
        lookup: Lookup::ByToken,
        // Error page: REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT.
        enforces_cap: true,
        // Error page: EXISTING_REFUND_REQUEST_PROCESSING.
        one_open_refund: true,
        // OpenAPI: `disputes` is required in a payment.
        shows_disputes: true,
        // The pages contradict each other (30 days, 90, a number that isn't told): Dodo's answer decides.
        windows: Vec::new(),
        settles_within: USUALLY_SETTLED,
        largest_amount: LARGEST,
        // That there is a least amount of an item is documented, and how much it is isn't.
        amounts: Amounts::any(),
        refund_texts: Texts {
            // OpenAPI: at most 3000 characters.
            reason: Some(crate::token::REASON_LIMIT),
            notes: None,
            order_id: None,
            // Metadata page: 50 pairs, of which one is the token's.
            metadata: Some(MetadataLimits {
                pairs: 49,
                key: 40,
                value: 500,
            }),
        },
        shows_payments: true,
        reasons: Vec::new(),
        reason_required: false,
        extras: Vec::new(),
        reversal_reason: None,
        answers: answers(),
    }
}
