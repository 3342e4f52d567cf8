//! Refunds that never guess with money: the engine over the ports of refundkit-core.
