//! Dodo Payments adapter for refundkit.
