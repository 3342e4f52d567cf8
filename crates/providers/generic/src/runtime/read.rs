//! A provider's answers in refundkit's words, by its profile. Nothing is judged here.

mod dispute;
mod errors;
mod fields;
mod list;
mod parts;
mod payment;
mod readers;
mod refund;
mod reversal;

pub(crate) use fields::{Around, Fields, scalar};
pub(crate) use list::{ListReader, Pages};
pub(crate) use parts::{text, time, unreadable};
pub(crate) use readers::Readers;
pub(crate) use refund::RefundReader;
