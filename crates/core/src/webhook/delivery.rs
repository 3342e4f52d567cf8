//! A provider's message as it arrived, byte for byte, since signatures are made over bytes. Whether it
//! is the provider's isn't known yet.

use std::fmt;

/// The most that the body of a message may have, in bytes: 256 KiB. Providers' own are a few KiB.
pub const MOST_BODY_BYTES: usize = 256 * 1024;

/// A message as it came in: its headers, and its body byte for byte. A body that was parsed and
/// written anew has another signature.
#[derive(Clone, Copy)]
pub struct Delivery<'a> {
    headers: &'a [(&'a str, &'a [u8])],
    body: &'a [u8],
}

impl<'a> Delivery<'a> {
    /// What came in.
    #[must_use]
    pub const fn new(headers: &'a [(&'a str, &'a [u8])], body: &'a [u8]) -> Self {
        Self { headers, body }
    }

    /// The value of the header of this name, in whatever case. `None` where it isn't there, isn't
    /// visible ASCII, or is there more than once: which one was meant would be a guess.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let mut values = self
            .headers
            .iter()
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value);
        let value = values.next().filter(|_| values.next().is_none())?;
        let visible = |byte: &u8| *byte == b' ' || byte.is_ascii_graphic();
        let is_text = value.iter().all(visible);
        std::str::from_utf8(value).ok().filter(|_| is_text)
    }

    /// The body.
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }
}

impl fmt::Debug for Delivery<'_> {
    /// Neither headers nor the body, which may carry anything.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Delivery({} bytes)", self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_found_in_any_case_and_only_where_it_is_one() {
        let headers: &[(&str, &[u8])] = &[
            ("Webhook-Id", b"msg_1"),
            ("twice", b"a"),
            ("Twice", b"a"),
            ("strange", b"a\tb"),
            ("bytes", b"\xff"),
        ];
        let delivery = Delivery::new(headers, b"planted");
        assert_eq!(delivery.header("webhook-id"), Some("msg_1"));
        for missing in ["twice", "strange", "bytes", "nothing"] {
            assert_eq!(delivery.header(missing), None, "{missing}");
        }
        assert_eq!(format!("{delivery:?}"), "Delivery(7 bytes)");
    }
}
