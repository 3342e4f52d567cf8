//! Lengths of time as they are typed, such as `30s` or `7d`. Moments are read elsewhere.

use std::time::Duration;

use crate::failure::Failure;

/// Reads `30s`, `5m`, `24h`, `7d`, or a number of seconds.
pub(crate) fn parse(option: &str, text: &str) -> Result<Duration, Failure> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.strip_prefix(digits).unwrap_or_default();
    let factor = match unit {
        "" | "s" => Some(1),
        "m" => Some(60),
        "h" => Some(60 * 60),
        "d" => Some(24 * 60 * 60),
        _ => None,
    };
    let all_digits = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    all_digits
        .then(|| digits.parse::<u64>().ok()?.checked_mul(factor?))
        .flatten()
        .map(Duration::from_secs)
        .ok_or_else(|| {
            let message = format!("{option} is no time");
            Failure::usage("RK4006", message, "write it as 30s, 5m, 24h or 7d")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        let read = |text| parse("--wait", text).map(|time| time.as_secs()).ok();
        assert_eq!(read("30s"), Some(30));
        assert_eq!(read("5m"), Some(300));
        assert_eq!(read("7d"), Some(604_800));
        assert_eq!(read("12"), Some(12));
        for bad in [
            "",
            "s",
            "1x",
            "-1s",
            "1.5s",
            "99999999999999999999d",
            "9999999999999999d",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
