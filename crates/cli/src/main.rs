//! The `refundkit` command.

fn main() {}
