//! What every reader of answers needs.

use refundkit_core::ports::{ReadError, ReadErrorKind};
use refundkit_core::{Currency, Timestamp};
use refundkit_http::Response;

use super::fields::{Around, Fields};
use crate::language::Paths;

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
