//! Dojo adapter for refundkit.
