//! Until when a payment can be reversed.
//!
//! Dojo's reversal page says "on the same calendar day as the original payment". It doesn't say in
//! which zone, nor whether the day is that of the intent or of the card transaction. Dojo is a UK
//! acquirer whose API speaks UTC, so both days are worked out in both zones: up to the earliest
//! midnight a reversal is certain, past the latest one it is over, and between them Dojo decides.

use std::time::Duration;

use jiff::tz::TimeZone;
use refundkit_core::{ReversalWindow, Timestamp};

/// How far this machine's clock and Dojo's may lie apart.
const SLACK: Duration = Duration::from_secs(30 * 60);

/// The window of a payment with these times; `None` where there is no time to go by.
pub(crate) fn of(times: impl IntoIterator<Item = Timestamp>) -> Option<ReversalWindow> {
    let ends: Vec<Timestamp> = times
        .into_iter()
        .flat_map(|at| zones().map(move |zone| end_of_day(at, zone)))
        .flatten()
        .collect();
    Some(ReversalWindow {
        certain_until: ends.iter().min()?.saturating_sub(SLACK),
        possible_until: ends.iter().max()?.saturating_add(SLACK),
    })
}

fn zones() -> impl Iterator<Item = TimeZone> {
    [TimeZone::get("Europe/London").ok(), Some(TimeZone::UTC)]
        .into_iter()
        .flatten()
}

fn end_of_day(at: Timestamp, zone: TimeZone) -> Option<Timestamp> {
    let day = jiff::Timestamp::from(at).to_zoned(zone);
    let end = day.tomorrow().ok()?.start_of_day().ok()?;
    Some(end.timestamp().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn in_winter_both_zones_agree() {
        let window = of([at("2026-01-15T10:00:00Z")]).unwrap();
        assert_eq!(window.certain_until, at("2026-01-15T23:30:00Z"));
        assert_eq!(window.possible_until, at("2026-01-16T00:30:00Z"));
    }

    #[test]
    fn in_summer_london_ends_an_hour_earlier() {
        let window = of([at("2026-07-15T10:00:00Z")]).unwrap();
        assert_eq!(window.certain_until, at("2026-07-15T22:30:00Z"));
        assert_eq!(window.possible_until, at("2026-07-16T00:30:00Z"));
    }

    #[test]
    fn late_on_a_summer_evening_london_is_a_day_ahead() {
        // 23:30 UTC is 00:30 of the next day in London.
        let window = of([at("2026-07-15T23:30:00Z")]).unwrap();
        assert_eq!(window.certain_until, at("2026-07-15T23:30:00Z"));
        assert_eq!(window.possible_until, at("2026-07-16T23:30:00Z"));
    }

    #[test]
    fn the_day_on_which_the_clocks_change_has_its_real_length() {
        // 2026-10-25: London goes back an hour.
        let window = of([at("2026-10-24T23:30:00Z")]).unwrap();
        assert_eq!(window.possible_until, at("2026-10-26T00:30:00Z"));
    }

    #[test]
    fn the_later_of_two_starts_counts_for_the_end_and_the_earlier_for_certainty() {
        let window = of([at("2026-01-14T10:00:00Z"), at("2026-01-15T10:00:00Z")]).unwrap();
        assert_eq!(window.certain_until, at("2026-01-14T23:30:00Z"));
        assert_eq!(window.possible_until, at("2026-01-16T00:30:00Z"));
        assert_eq!(of([]), None);
    }
}
