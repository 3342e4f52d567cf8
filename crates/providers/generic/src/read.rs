//! A provider's answers in refundkit's words, by its profile. Nothing is judged here.

mod dispute;
mod errors;
mod fields;
mod list;
mod payment;
mod refund;
mod reversal;

pub(crate) use errors::ErrorReader;
pub(crate) use fields::{Around, Fields, scalar};
#[cfg(test)]
pub(crate) use list::Follows;
pub(crate) use list::{ListReader, Page, Pages};
pub(crate) use payment::PaymentReader;
pub(crate) use refund::RefundReader;
pub(crate) use reversal::ReversalReader;

use refundkit_core::answer::Answer;
use refundkit_core::ports::{ReadError, ReadErrorKind};
use refundkit_core::{Currency, Timestamp};
use refundkit_http::Response;

use crate::profile::{Document, Paths};
use crate::units::Units;

/// Everything that answers are read with, compiled from a profile.
#[derive(Clone, Debug)]
pub(crate) struct Readers {
    pub(crate) errors: ErrorReader,
    pub(crate) refund: RefundReader,
    pub(crate) payment: Option<PaymentReader>,
    pub(crate) list: Option<ListReader>,
    pub(crate) reversal: Option<ReversalReader>,
    pub(crate) token: Option<Fields>,
    pub(crate) units: Units,
    refund_at: Option<Fields>,
    status_at: Option<Fields>,
    status_success: Vec<u16>,
}

impl Readers {
    /// # Errors
    /// A line about what can't be: an unknown currency in `digits`.
    pub(crate) fn new(profile: &Document) -> Result<Self, String> {
        Ok(Self {
            errors: ErrorReader::new(profile),
            refund: RefundReader::new(&profile.refund_object),
            payment: profile.payment.as_ref().map(PaymentReader::new),
            list: profile.refunds.as_ref().map(ListReader::new),
            reversal: profile.reversal.as_ref().map(ReversalReader::new),
            token: profile
                .auth
                .token
                .as_ref()
                .map(|token| Fields::new([Some(&token.access_token), token.expires_in.as_ref()])),
            units: Units::new(profile.amounts, &profile.digits)?,
            refund_at: at(profile.refund.at.as_ref()),
            status_at: at(profile
                .refund_status
                .as_ref()
                .and_then(|read| read.at.as_ref())),
            status_success: profile
                .refund_status
                .as_ref()
                .map_or_else(Vec::new, |read| read.success.clone()),
        })
    }
}

/// The body as text.
pub(crate) fn text(response: &Response) -> Result<&str, String> {
    std::str::from_utf8(response.json_bytes()).map_err(|_| "it is no UTF-8".to_owned())
}

/// The JSON of the object that a profile's `at` leads to; all of the answer without one.
pub(crate) fn object<'a>(at: Option<&'a Fields>, json: &'a str) -> Result<&'a str, String> {
    match at {
        None => Ok(json),
        Some(at) => at
            .read(json, Around::default())?
            .raw(0)
            .ok_or_else(|| "it has nothing where the profile expects its content".to_owned()),
    }
}

/// A reader for an `at`.
pub(crate) fn at(paths: Option<&Paths>) -> Option<Fields> {
    paths.map(|paths| Fields::new([Some(paths)]))
}

/// Some providers write currencies in lower case.
pub(crate) fn currency(code: &str) -> Result<Currency, String> {
    Currency::new(&code.to_ascii_uppercase()).map_err(|_| "its currency is none".to_owned())
}

/// RFC 3339, the same without a zone (then it is UTC), or seconds or milliseconds since 1970.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    // Seconds of this many digits would lie in the year 5138 and later.
    const MILLIS: i64 = 100_000_000_000;
    let since_1970 = || {
        let number = text.parse::<i64>().ok()?;
        let millis = if number >= MILLIS {
            number
        } else {
            number.checked_mul(1000)?
        };
        Timestamp::from_unix_millis(millis).ok()
    };
    let zoned = || [text, "Z"].concat().parse().ok();
    // `+0000` is RFC 822's way to write a zone.
    let dashed = || {
        let (front, back) = text.split_at_checked(text.len().checked_sub(2)?)?;
        [front, ":", back].concat().parse().ok()
    };
    text.parse()
        .ok()
        .or_else(since_1970)
        .or_else(zoned)
        .or_else(dashed)
}

pub(crate) fn unreadable(why: impl ToString) -> ReadError {
    ReadError::new(ReadErrorKind::Unreadable, &why.to_string())
}

/// The reading that a request brought, or why it can't be used. Only the documented success is one:
/// 200, unless the profile lists others.
pub(crate) fn reading<'a>(
    readers: &Readers,
    success: &[u16],
    response: &'a Response,
) -> Result<&'a str, ReadError> {
    let json = text(response).map_err(unreadable)?;
    if !response.is_success() {
        let said = readers.errors.words(json);
        return Err(response.read_error(said.as_deref()));
    }
    let documented = if success.is_empty() { &[200] } else { success };
    if !documented.contains(&response.status()) {
        let status = response.status();
        return Err(unreadable(format!(
            "HTTP {status} is not the answer that the profile expects of a reading"
        )));
    }
    match readers.errors.inside(json).map_err(unreadable)? {
        Some((code, message)) => {
            let said = message.or(code).unwrap_or_default();
            Err(response.unusable(["the provider answered with an error: ", &said].concat()))
        }
        None => Ok(json),
    }
}

const ALIVE: &str = "it is an error, and a refund that goes on";

/// A success' content, or the answer that it is instead.
pub(crate) fn success<'a>(
    readers: &Readers,
    success: &[u16],
    results: &[u16],
    response: &'a Response,
) -> Result<&'a str, Answer> {
    let status = response.status();
    let json = text(response).map_err(|why| response.unreadable(why))?;
    let is_success = match success {
        [] => response.is_success(),
        listed => listed.contains(&status),
    };
    let is_alive = || {
        let object = object(readers.refund_at.as_ref(), json);
        readers.refund.is_alive(json) || object.is_ok_and(|json| readers.refund.is_alive(json))
    };
    if is_success {
        let inside = readers.errors.inside(json);
        return match inside.map_err(|why| response.unreadable(why))? {
            Some(_) if is_alive() => Err(response.unreadable(ALIVE)),
            Some((code, message)) => Err(readers.errors.answer(response, code, message)),
            None => Ok(json),
        };
    }
    if !response.is_error() {
        return Err(
            response.unreadable("it is neither the success that the profile lists nor an error")
        );
    }
    let is_one = || {
        let object = object(readers.refund_at.as_ref(), json);
        object.is_ok_and(|json| readers.refund.is_one(json))
    };
    if results.contains(&status) && is_one() {
        return Ok(json);
    }
    if is_alive() {
        return Err(response.unreadable(ALIVE));
    }
    let (code, message) = readers.errors.code_and_message(json);
    Err(readers.errors.answer(response, code, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_in_several_forms() {
        assert_eq!(
            time("2021-02-21T15:36:16.367687"),
            time("2021-02-21T15:36:16.367687Z")
        );
        assert_eq!(time("1700000000"), "2023-11-14T22:13:20Z".parse().ok());
        assert_eq!(time("1700000000000"), time("1700000000"));
        assert_eq!(time("2023-11-14T22:13:20+0000"), time("1700000000"));
        for bad in ["yesterday", "", "é", "1e9", "99999999999999999999"] {
            assert_eq!(time(bad), None, "{bad}");
        }
    }
}
