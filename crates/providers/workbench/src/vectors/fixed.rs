//! What is the same in all vectors.

/// The operation's key in all vectors: 32 characters, as refundkit's own are.
pub const KEY: &str = "abcdefghijklmnopqrstuvwxyz234567";
/// The time in all vectors.
pub const NOW: &str = "2026-01-31T09:30:00Z";
/// `{nonce}` in all vectors.
pub const NONCE: &str = "00112233445566778899aabbccddeeff";
/// `{access_token}` in all vectors.
pub const ACCESS_TOKEN: &str = "vector-access-token";
