//! Suites that every refundkit provider and journal passes.
