//! A request taken apart, and a reply put together.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::view::SeenRequest;
use crate::{Provider, clock};

/// One request to a provider's port.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    /// Names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// Headers whose values are keys.
const CREDENTIALS: [&str; 2] = ["authorization", "x-api-key"];

impl Call {
    /// Whether the request asks for a change, not for a look.
    pub(crate) fn changes(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD")
    }

    /// Whether it bears the key. The scheme's name is a word in any case, and the key is not.
    pub(crate) fn bears(&self, api_key: &str) -> bool {
        self.header("authorization")
            .and_then(|header| header.split_once(' '))
            .is_some_and(|(scheme, key)| scheme.eq_ignore_ascii_case("bearer") && key == api_key)
    }

    /// A path of this port as whoever asks can reach it.
    pub(crate) fn url(&self, path: &str) -> String {
        let host = self.header("host").unwrap_or("localhost");
        ["http://", host, path].concat()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The path's segments.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path.trim_start_matches('/').split('/').collect()
    }

    pub(crate) fn query(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The body as form fields, in their order.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// The body as a JSON object; an empty body is an empty object.
    pub(crate) fn json(&self) -> Option<serde_json::Map<String, Value>> {
        if self.body.is_empty() {
            return Some(serde_json::Map::new());
        }
        serde_json::from_slice(&self.body).ok()
    }

    pub(crate) fn seen(&self, provider: Provider, now: i64) -> SeenRequest {
        let path = if self.query.is_empty() {
            self.path.clone()
        } else {
            [&self.path, "?", &self.query].concat()
        };
        let shown = |(name, value): (&String, &String)| {
            let masked = CREDENTIALS.contains(&name.as_str());
            let value = if masked { "[masked]" } else { value };
            (name.clone(), value.to_owned())
        };
        SeenRequest {
            provider,
            method: self.method.clone(),
            path,
            headers: self.headers.iter().map(shown).collect(),
            body: String::from_utf8_lossy(&self.body).into_owned(),
            received_at: clock::show(now),
            answered: None,
        }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) retry_after: Option<u32>,
    pub(crate) content_type: &'static str,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            body: body.to_string(),
            retry_after: None,
            content_type: "application/json",
        }
    }

    pub(crate) fn html(status: u16) -> Self {
        Self {
            status,
            body: "<html><body><h1>Bad gateway</h1></body></html>".to_owned(),
            retry_after: None,
            content_type: "text/html",
        }
    }
}

/// Sets a field of a JSON object.
pub(crate) fn set(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(map) = object.as_object_mut() {
        map.insert(name.to_owned(), value.into());
    }
}
