//! From when until when a provider refunds payments, by their method. Until when one can be reversed is
//! a matter of the payment, and isn't said here.

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;

use crate::payment::Payment;
use crate::time::Timestamp;

/// From when and until when a payment of one method can be refunded, counted from when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// The provider's word for the method; `None` for every method without a window of its own.
    pub method: Option<Cow<'static, str>>,
    /// Not before so much time has passed.
    pub from: Option<Duration>,
    /// Not after so much.
    pub until: Option<Duration>,
}

/// Where a moment lies beside a [`Window`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// Inside, or nobody can tell.
    Open,
    /// It begins then.
    Early(Timestamp),
    /// It ended then.
    Late(Timestamp),
}

/// Whether a refund of `payment` at `now` lies in the window of its method. Where the payment
/// doesn't say when it was made, the provider has to decide.
#[must_use]
pub fn within(windows: &[Window], payment: &Payment, now: Timestamp) -> Within {
    let method = payment.method.as_deref();
    let own = windows
        .iter()
        .find(|window| window.method.is_some() && window.method.as_deref() == method);
    let any = || windows.iter().find(|window| window.method.is_none());
    let (Some(window), Some(made)) = (own.or_else(any), payment.created_at) else {
        return Within::Open;
    };
    let begins = window.from.map(|from| made.saturating_add(from));
    let ends = window.until.map(|until| made.saturating_add(until));
    match (begins, ends) {
        (Some(begins), _) if now < begins => Within::Early(begins),
        (_, Some(ends)) if now > ends => Within::Late(ends),
        _ => Within::Open,
    }
}
