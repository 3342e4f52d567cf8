//! A client for the sandbox that shares nothing with refundkit's own.
#![allow(dead_code, reason = "each test file uses its own part")]

use refundkit_sandbox::{Sandbox, SandboxConfig};
use serde_json::Value;

#[derive(Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    headers: Vec<(String, String)>,
    base: String,
}

pub(crate) enum Got {
    Answer(u16, Value),
    Broken,
}

impl Got {
    pub(crate) fn answer(self) -> (u16, Value) {
        match self {
            Self::Answer(status, body) => (status, body),
            Self::Broken => panic!("the connection broke"),
        }
    }
}

impl Client {
    pub(crate) fn new(base: &str, headers: &[(&str, &str)]) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .new_agent();
        Self {
            agent,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            base: base.to_owned(),
        }
    }

    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.retain(|(found, _)| found != name);
        headers.push((name.to_owned(), value.to_owned()));
        Self {
            agent: self.agent.clone(),
            headers,
            base: self.base.clone(),
        }
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Got {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        read(request.send(body.to_string()))
    }

    pub(crate) fn form(&self, path: &str, fields: &[(&str, &str)]) -> Got {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        read(request.send_form(fields.iter().copied()))
    }

    pub(crate) fn delete(&self, path: &str) -> (u16, Value) {
        let mut request = self.agent.delete(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        read(request.call()).answer()
    }

    /// A request without this header.
    pub(crate) fn without(&self, name: &str) -> Self {
        let mut without = self.clone();
        without.headers.retain(|(found, _)| found != name);
        without
    }

    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        read(request.call()).answer()
    }
}

fn read(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Got {
    let Ok(mut response) = result else {
        return Got::Broken;
    };
    let status = response.status().as_u16();
    match response.body_mut().read_to_string() {
        Ok(text) => Got::Answer(
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        ),
        Err(_) => Got::Broken,
    }
}

pub(crate) async fn start() -> Sandbox {
    Sandbox::start(SandboxConfig::default()).await.unwrap()
}

pub(crate) fn dojo(sandbox: &Sandbox) -> Client {
    let key = format!("Basic {}", sandbox.addresses().api_key);
    Client::new(
        &sandbox.addresses().dojo,
        &[
            ("authorization", &key),
            ("version", "2024-02-05"),
            ("idempotencyKey", "k1"),
        ],
    )
}

pub(crate) fn dodo(sandbox: &Sandbox) -> Client {
    let key = format!("Bearer {}", sandbox.addresses().api_key);
    Client::new(&sandbox.addresses().dodo, &[("authorization", &key)])
}

pub(crate) fn primer(sandbox: &Sandbox) -> Client {
    let key = sandbox.addresses().api_key.clone();
    Client::new(
        &sandbox.addresses().primer,
        &[
            ("x-api-key", &key),
            ("x-api-version", "2.4"),
            ("x-idempotency-key", "k1"),
        ],
    )
}

/// A sandbox with all six providers.
pub(crate) async fn start_all() -> Sandbox {
    let mut config = SandboxConfig::default();
    config.more_providers = true;
    Sandbox::start(config).await.unwrap()
}

pub(crate) fn stripe(sandbox: &Sandbox) -> Client {
    let at = sandbox.addresses();
    bearer(at.stripe.as_ref().unwrap(), &at.api_key).with("idempotency-key", "k1")
}

pub(crate) fn mollie(sandbox: &Sandbox) -> Client {
    let at = sandbox.addresses();
    bearer(at.mollie.as_ref().unwrap(), &at.api_key).with("idempotency-key", "k1")
}

pub(crate) fn polar(sandbox: &Sandbox) -> Client {
    let at = sandbox.addresses();
    bearer(at.polar.as_ref().unwrap(), &at.api_key)
}

fn bearer(base: &str, key: &str) -> Client {
    Client::new(base, &[("authorization", &format!("Bearer {key}"))])
}
