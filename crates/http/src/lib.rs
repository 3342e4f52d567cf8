//! The one HTTP client of refundkit: says not sent, may have been sent, or answered.
