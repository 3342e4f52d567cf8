//! The sandbox's own time: the machine's, as far ahead as its configuration says, and moved
//! forward by `POST /advance`.

/// Milliseconds since 1970, now.
#[expect(
    clippy::disallowed_methods,
    reason = "a simulated provider has a clock of its own, as the real one has"
)]
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// RFC 3339 with microseconds, as the real APIs write times.
pub(crate) fn show(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis)
        .map(|at| format!("{at:.6}"))
        .unwrap_or_default()
}

/// The same without a zone, as Primer writes it.
pub(crate) fn show_naive(millis: i64) -> String {
    show(millis).trim_end_matches('Z').to_owned()
}

/// Whether both moments lie on the same calendar day in UTC.
pub(crate) fn same_day(one: i64, other: i64) -> bool {
    let day = |millis| {
        jiff::Timestamp::from_millisecond(millis)
            .map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date())
            .ok()
    };
    day(one) == day(other)
}

/// Reads RFC 3339.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let at: jiff::Timestamp = text.parse().ok()?;
    Some(at.as_millisecond())
}
