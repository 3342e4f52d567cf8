//! The address that all requests of an account begin with, and paths below it that lead nowhere else.
//! Whether its host may be reached at all is decided elsewhere.

use std::fmt;

use url::{Host, Url};

use crate::ConfigError;

/// Where a provider is reached: `https` anywhere, plain `http` on this machine only.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Checks an address such as `https://api.dojo.tech`. A path in it is kept in front of every request's.
    ///
    /// # Errors
    /// [`ConfigError::BaseUrl`]: not a URL, another scheme, plain `http` beyond loopback, or a user,
    /// password, query or fragment in it.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let wrong = |problem| Err(ConfigError::BaseUrl { problem });
        let Ok(url) = Url::parse(text) else {
            return wrong("is not a URL");
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return wrong("is plain http; only https is safe beyond this machine"),
            _ => return wrong("has another scheme than https"),
        }
        if url.host().is_none() {
            return wrong("has no host");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("has a user or a password in it");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return wrong("has a query or a fragment");
        }
        Ok(Self(url))
    }

    /// Whether it points to this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// Its host: a name in small letters, or an address.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Whether its host is a name, or an address of the public internet. What a name leads to is
    /// only known when it is resolved, and checked again then.
    #[must_use]
    pub fn is_public(&self) -> bool {
        crate::guard::is_public_host(&self.0)
    }

    pub(crate) const fn as_url(&self) -> &Url {
        &self.0
    }

    /// The address of a path below this one, each segment as one whole. `None` where a segment would
    /// change the path's shape: empty, a dot segment, or with characters that a URL parser encodes,
    /// splits at or drops.
    pub(crate) fn join(&self, segments: &[&str]) -> Option<Url> {
        let mut url = self.0.clone();
        let fits = |segment: &&str| {
            !segment.is_empty()
                && !segment.chars().all(|c| c == '.')
                && segment
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '~'))
        };
        if !segments.iter().all(fits) {
            return None;
        }
        url.path_segments_mut()
            .ok()?
            .pop_if_empty()
            .extend(segments);
        // Read back what the parser made of it: a segment that was lost would lead elsewhere.
        let made: Vec<&str> = url.path_segments()?.collect();
        made.ends_with(segments).then_some(url)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.0)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_on_loopback_only() {
        for good in [
            "https://api.dojo.tech",
            "http://127.0.0.1:4010",
            "http://[::1]:1/api",
            "http://localhost:4010",
        ] {
            assert!(BaseUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "api.dojo.tech",
            "http://api.dojo.tech",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "ftp://127.0.0.1",
            "https://user:pass@api.dojo.tech",
            "https://api.dojo.tech?x=1",
            "https://api.dojo.tech#x",
            "data:text/plain,x",
        ] {
            assert!(BaseUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn segments_stay_whole() {
        let base = BaseUrl::parse("https://api.example.com/v1/").unwrap();
        let url = base.join(&["payment-intents", "pi_1", "refunds"]).unwrap();
        assert_eq!(
            url.as_str(),
            "https://api.example.com/v1/payment-intents/pi_1/refunds"
        );
        let base = BaseUrl::parse("https://api.example.com").unwrap();
        assert_eq!(
            base.join(&["refunds"]).unwrap().as_str(),
            "https://api.example.com/refunds"
        );
        for bad in [
            "", ".", "..", "...", "a/b", "%2e%2e", "a?b", "a#b", "a\r\nb", "a\\b", "é",
        ] {
            assert!(base.join(&["refunds", bad]).is_none(), "{bad:?}");
        }
    }
}
