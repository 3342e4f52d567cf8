//! SQLite journal for refundkit.
