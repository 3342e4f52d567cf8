//! How many requests an account's provider takes, as people write it down.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// At less than this a send that comes behind another request, and lets one reading go first, would be
/// too late.
const FEWEST_A_MINUTE: u32 = 15;
/// More leave no time between two requests that a timer could keep.
const MOST_A_SECOND: u32 = 1_000;

/// At most so many requests a second or a minute, evenly spaced: `10/s`, `240/min`. Where a provider
/// has two limits, that over the longer time is the stricter one, since there are no bursts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    requests: u32,
    per: Per,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Per {
    Second,
    Minute,
}

/// A text that is no rate, or one outside of 15 a minute to 1,000 a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a rate: write such as \"10/s\" or \"240/min\", from 15/min to 1000/s")]
pub struct RateError;

impl Rate {
    /// How far two requests lie apart: a twentieth more than the rate says, because they take
    /// differently long to arrive, and those that were held up arrive closer together than they left.
    pub(crate) fn apart(self) -> Duration {
        let period = match self.per {
            Per::Second => Duration::from_secs(1),
            Per::Minute => Duration::from_secs(60),
        };
        let with_slack = period.saturating_mul(21);
        let parts = self.requests.saturating_mul(20).max(1);
        with_slack.checked_div(parts).unwrap_or(with_slack)
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let (requests, per) = text.split_once('/').ok_or(RateError)?;
        if !requests.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(RateError);
        }
        let requests = requests.parse().map_err(|_| RateError)?;
        let (per, possible) = match per {
            "s" => (Per::Second, 1..=MOST_A_SECOND),
            "min" => {
                let most = MOST_A_SECOND.saturating_mul(60);
                (Per::Minute, FEWEST_A_MINUTE..=most)
            }
            _ => return Err(RateError),
        };
        if !possible.contains(&requests) {
            return Err(RateError);
        }
        Ok(Self { requests, per })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = match self.per {
            Per::Second => "s",
            Per::Minute => "min",
        };
        write!(f, "{}/{per}", self.requests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_they_are_written() {
        for (text, apart) in [
            ("10/s", 105_000),
            ("1/s", 1_050_000),
            ("1000/s", 1_050),
            ("240/min", 262_500),
            ("15/min", 4_200_000),
        ] {
            let rate: Rate = text.parse().unwrap();
            assert_eq!(rate.apart(), Duration::from_micros(apart), "{text}");
            assert_eq!(rate.to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_no_rate() {
        for text in [
            "",
            "10",
            "/s",
            "0/s",
            "-1/s",
            "+1/s",
            "1.5/s",
            "10/h",
            "10/ s",
            " 10/s",
            "14/min",
            "1001/s",
            "60001/min",
            "99999999999/s",
            "10/s/s",
        ] {
            assert_eq!(text.parse::<Rate>(), Err(RateError), "{text}");
        }
    }
}
