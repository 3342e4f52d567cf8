//! What the examples of this crate begin with: one payment of 50.00 GBP, and a provider that refunds by
//! amount. An adapter reads the one from its provider, and knows the other by heart.
#![allow(dead_code, reason = "each example uses its own part")]

use refundkit_core::capabilities::{
    Amounts, Capabilities, Idempotency, Lookup, OnRepeat, Partial, Reversal, Texts, USUALLY_SETTLED,
};
use refundkit_core::{CaptureMode, Minor, Payment, Stage};

/// 50.00 GBP, captured, nothing returned yet.
pub(crate) fn payment() -> Result<Payment, Box<dyn std::error::Error>> {
    let mut payment = Payment::new("pi_123".parse()?, "GBP".parse()?, Stage::Captured);
    payment.capture_mode = CaptureMode::Auto;
    payment.captured = Minor::new(5000).ok_or("less than nothing")?;
    payment.authorized = payment.captured;
    payment.refunded = Some(Minor::ZERO);
    Ok(payment)
}

/// Refunds by amount, knows a repeated key, shows the sum of what was returned, and takes a short reason.
pub(crate) fn capabilities() -> Capabilities {
    Capabilities {
        partial: Partial::ByAmount,
        by_item: false,
        reversal: Reversal::No,
        refund_key: Idempotency::Key {
            lifetime: None,
            on_repeat: OnRepeat::Replay,
        },
        reversal_key: Idempotency::None,
        lookup: Lookup::Total,
        shows_payments: true,
        enforces_cap: true,
        one_open_refund: false,
        shows_disputes: false,
        windows: Vec::new(),
        settles_within: USUALLY_SETTLED,
        largest_amount: i64::MAX,
        amounts: Amounts::any(),
        refund_texts: Texts {
            reason: Some(20),
            notes: None,
            order_id: None,
            metadata: None,
        },
        reasons: Vec::new(),
        reason_required: false,
        extras: Vec::new(),
        reversal_reason: None,
        answers: Vec::new(),
    }
}
