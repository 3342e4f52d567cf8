//! The refundkit command.
