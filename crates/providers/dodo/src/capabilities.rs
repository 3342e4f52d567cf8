use refundkit_core::capabilities::{
    Amounts, AnswerRule, Capabilities, Idempotency, Lookup, Meaning, MetadataLimits, Partial,
    Reversal, Texts, USUALLY_SETTLED,
};

/// Dodo's field for amounts is an int32 (OpenAPI, POST /refunds).
const LARGEST: i64 = 2_147_483_647;

/// Codes of Dodo's error page with which a refund was looked at and turned down. Their HTTP status
/// isn't documented, so the code alone decides.
const REFUSALS: [&str; 26] = [
    // Another refund of the payment is open, so this one was not taken on. It is never sent
    // again by itself: there is no key that would make that safe.
    "EXISTING_REFUND_REQUEST_PROCESSING",
    "LINE_ITEM_FULLY_REFUNDED",
    "LINE_ITEM_NOT_FOUND",
    "LINE_ITEM_PRORATED",
    "LINE_ITEM_REFUND_AMOUNT_TOO_HIGH",
    "LINE_ITEM_REFUND_AMOUNT_TOO_LOW",
    "DUPLICATE_LINE_ITEMS_IN_REQUEST",
    "NOTHING_TO_REFUND",
    "PARTIAL_REFUND_NOT_ALLOWED",
    "PAYMENT_ALREADY_REFUNDED",
    "PAYMENT_HAS_BEEN_REFUNDED",
    "PAYMENT_NOT_SUCCEEDED",
    "UNSUCCESSFUL_PAYMENT_ID",
    "REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT",
    "REFUND_WINDOW_EXPIRED",
    "ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED",
    "INSUFFICIENT_WALLET_FUNDS",
    "EXCHANGE_RATE_NOT_FOUND",
    "MAXIMUM_KEYS_REACHED",
    "UNAUTHORIZED",
    "MERCHANT_NOT_LIVE",
    "INVALID_REQUEST_BODY",
    "INVALID_REQUEST_PARAMETERS",
    "INTEGER_CONVERSION_FAILURE",
    "NOT_FOUND",
    "UNSUPPORTED_ACTION",
];

pub(crate) fn all() -> Capabilities {
    let refused = |code: &&'static str| AnswerRule::code(code, Meaning::Refused);
    let mut answers: Vec<AnswerRule> = REFUSALS.iter().map(refused).collect();
    answers.extend([
        AnswerRule::code("TOO_MANY_REQUESTS", Meaning::NotProcessed),
        // OpenAPI, POST /refunds: 422 is "Invalid Request Object or Parameters".
        AnswerRule::status(422, Meaning::Refused),
        AnswerRule::status(401, Meaning::Refused),
        AnswerRule::status(403, Meaning::Refused),
        AnswerRule::status(404, Meaning::Refused),
        AnswerRule::status(429, Meaning::NotProcessed),
    ]);
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
        answers,
    }
}
