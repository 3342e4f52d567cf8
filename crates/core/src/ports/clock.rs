//! The port to the time. Core and the engine read no clock but this one.

use std::fmt;

use crate::time::Timestamp;

/// Tells the time. The only way in which the engine learns it.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time now. MUST be UTC; MAY jump, in either direction.
    fn now(&self) -> Timestamp;
}
