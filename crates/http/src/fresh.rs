//! Whether an answer to a reading was made for it, or stored by somebody on the way.
//!
//! Our own clock may be wrong, and must not refuse everything where it is. So a host's `Date` is compared
//! with those of its own earlier answers, carried on by a clock that only counts what has passed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{AGE, DATE};
use refundkit_core::timing::CLOCK_SLACK;
use tokio::time::Instant;

/// A cache that is asked not to answer may still take so long over it.
const OLDEST: Duration = Duration::from_secs(60);
/// So far apart two answers show whether their dates stand still.
const WATCHED: Duration = Duration::from_secs(60);
/// A date that goes on like our counting, but for so much, is that of a clock and not a stored one.
const JITTER: Duration = Duration::from_secs(10);

/// The dates of the hosts that have answered.
#[derive(Debug, Default)]
pub(crate) struct Dates(Mutex<HashMap<String, Seen>>);

#[derive(Clone, Copy, Debug)]
struct Seen {
    /// The date that is furthest ahead, and when it was asked for.
    ahead: Moment,
    /// One that was too far behind it.
    behind: Option<Moment>,
}

#[derive(Clone, Copy, Debug)]
struct Moment {
    date: SystemTime,
    asked: Instant,
}

/// The answer was made before it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stored {
    #[error("the answer is a stored one: by its Age header it is {0} s old")]
    Age(u64),
    #[error("the answer is a stored one: its Date is {0} s behind what the host has said before")]
    Date(u64),
}

impl Dates {
    /// Takes the host's date from an answer that was asked for at `asked`.
    pub(crate) fn learn(&self, host: &str, headers: &HeaderMap, asked: Instant) {
        let _ = self.date(host, headers, asked);
    }

    /// The same of an answer to a reading.
    ///
    /// # Errors
    /// [`Stored`] where the answer is older than the question.
    pub(crate) fn check(
        &self,
        host: &str,
        headers: &HeaderMap,
        asked: Instant,
    ) -> Result<(), Stored> {
        let ages = headers.get_all(AGE).iter();
        let ages = ages.filter_map(|age| age.to_str().ok()?.trim().parse::<u64>().ok());
        if let Some(age) = ages.max().filter(|age| *age > OLDEST.as_secs()) {
            return Err(Stored::Age(age));
        }
        self.date(host, headers, asked)
    }

    fn date(&self, host: &str, headers: &HeaderMap, asked: Instant) -> Result<(), Stored> {
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        let Some(date) = date.and_then(|date| httpdate::parse_http_date(date.trim()).ok()) else {
            return Ok(());
        };
        let said = Moment { date, asked };
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match hosts.get_mut(host) {
            Some(seen) => seen.add(said),
            None => {
                let ahead = said;
                hosts.insert(
                    host.to_owned(),
                    Seen {
                        ahead,
                        behind: None,
                    },
                );
                Ok(())
            }
        }
    }
}

impl Seen {
    fn add(&mut self, said: Moment) -> Result<(), Stored> {
        let lag = self.ahead.lag_of(said);
        if lag.is_zero() {
            self.ahead = said;
        }
        if lag <= CLOCK_SLACK {
            self.behind = None;
            return Ok(());
        }
        // A stored date stands still. One that goes on is the host's own clock, and what was ahead of it
        // wasn't.
        let first = *self.behind.get_or_insert(said);
        let (passed, moved) = (
            said.asked.saturating_duration_since(first.asked),
            said.date.duration_since(first.date).unwrap_or_default(),
        );
        if passed.abs_diff(moved) > JITTER {
            self.behind = Some(said);
        } else if passed >= WATCHED {
            *self = Self {
                ahead: said,
                behind: None,
            };
            return Ok(());
        }
        Err(Stored::Date(lag.as_secs()))
    }
}

impl Moment {
    /// How far `other` is behind what this one says for the moment at which the other was asked for.
    fn lag_of(self, other: Self) -> Duration {
        let passed = other.asked.saturating_duration_since(self.asked);
        let expected = self.date.checked_add(passed).unwrap_or(self.date);
        expected.duration_since(other.date).unwrap_or_default()
    }
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]
mod tests {
    use super::*;

    const NOON: u64 = 1_800_000_000;

    fn said(date: u64, age: Option<&str>) -> HeaderMap {
        let date = SystemTime::UNIX_EPOCH
            .checked_add(Duration::from_secs(date))
            .unwrap();
        let mut headers = HeaderMap::new();
        let date = httpdate::fmt_http_date(date);
        headers.insert(DATE, date.parse().unwrap());
        if let Some(age) = age {
            headers.append(AGE, "0".parse().unwrap());
            headers.append(AGE, age.parse().unwrap());
        }
        headers
    }

    /// What each answer is taken for: so many seconds after the first, with so many by its own date.
    fn taken<const N: usize>(answers: [(u64, i64); N]) -> [bool; N] {
        let (dates, start) = (Dates::default(), Instant::now());
        answers.map(|(passed, dated)| {
            let headers = said(NOON.checked_add_signed(dated).unwrap(), None);
            let asked = start.checked_add(Duration::from_secs(passed)).unwrap();
            dates.check("h", &headers, asked).is_ok()
        })
    }

    #[test]
    fn an_age_of_more_than_a_minute_is_a_stored_answer() {
        let dates = Dates::default();
        let check = |age| dates.check("h", &said(NOON, Some(age)), Instant::now());
        assert_eq!(check("60"), Ok(()));
        assert_eq!(check("61"), Err(Stored::Age(61)));
        assert_eq!(check("soon"), Ok(()));
        let line = Stored::Age(61).to_string();
        assert_eq!(
            line,
            "the answer is a stored one: by its Age header it is 61 s old"
        );
    }

    #[test]
    fn a_date_is_compared_with_the_hosts_own_and_no_clock_of_ours() {
        assert_eq!(taken([(0, 0), (10, 10), (20, -290)]), [true, true, false]);
        assert_eq!(taken([(0, 0), (10, -280), (20, -280)]), [true; 3]);
        // The very first answer is stored, and told again for an hour.
        assert_eq!(
            taken([(0, 0), (299, 0), (301, 0), (3_600, 0), (3_660, 0)]),
            [true, true, false, false, false]
        );
        let dates = Dates::default();
        let (now, old) = (Instant::now(), said(NOON.saturating_sub(3_600), None));
        assert_eq!(dates.check("h", &said(NOON, None), now), Ok(()));
        assert_eq!(dates.check("other", &old, now), Ok(()));
        assert_eq!(dates.check("h", &old, now), Err(Stored::Date(3_600)));
        assert_eq!(dates.check("h", &HeaderMap::new(), now), Ok(()));
    }

    #[test]
    fn one_wrong_clock_of_a_host_does_not_refuse_all_that_it_says_afterwards() {
        assert_eq!(
            taken([(0, 7_200), (10, 10), (40, 40), (71, 71), (80, 80)]),
            [true, false, false, true, true]
        );
    }

    #[test]
    fn what_is_sent_tells_of_the_date_too() {
        let (dates, now) = (Dates::default(), Instant::now());
        dates.learn("h", &said(NOON, Some("900")), now);
        let old = said(NOON.saturating_sub(301), None);
        assert_eq!(dates.check("h", &old, now), Err(Stored::Date(301)));
    }
}
