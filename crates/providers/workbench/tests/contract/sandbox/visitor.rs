//! Somebody who asks a simulated provider, and keeps every answer.

use std::time::Duration;

use refundkit_sandbox::{FaultKind, Provider, Sandbox, SandboxConfig};
use serde_json::Value;

use crate::spec::Answered;

/// How long a refund is on its way.
const ON_ITS_WAY: Duration = Duration::from_secs(60);

pub(super) struct Visitor {
    pub(super) sandbox: Sandbox,
    pub(super) answers: Vec<Answered>,
    agent: ureq::Agent,
    base: String,
    headers: Vec<(String, String)>,
    keys: u32,
}

impl Visitor {
    pub(super) async fn start(provider: Provider, headers: &[(&str, &str)]) -> Self {
        let mut config = SandboxConfig::default();
        config.more_providers = true;
        config.complete_after = ON_ITS_WAY;
        let sandbox = Sandbox::start(config).await.unwrap();
        let at = sandbox.addresses();
        let base = match provider {
            Provider::Dojo => at.dojo.clone(),
            Provider::Dodo => at.dodo.clone(),
            Provider::Primer => at.primer.clone(),
            Provider::Stripe => at.stripe.clone().unwrap(),
            Provider::Mollie => at.mollie.clone().unwrap(),
            Provider::Polar => at.polar.clone().unwrap(),
        };
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .new_agent();
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            sandbox,
            answers: Vec::new(),
            agent,
            base,
            headers: headers.iter().map(owned).collect(),
            keys: 0,
        }
    }

    /// Every request from now on has this header.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(found, _)| found != name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// The next request has a key of its own in this header.
    pub(super) fn new_key(&mut self, name: &str) {
        self.keys += 1;
        let key = format!("key-{}", self.keys);
        self.set(name, &key);
    }

    /// The sandbox's key, which all its providers take.
    pub(super) fn api_key(&self) -> String {
        self.sandbox.addresses().api_key.clone()
    }

    /// All refunds have arrived.
    pub(super) fn complete(&self) {
        self.sandbox.advance(ON_ITS_WAY);
    }

    /// Refunds that are made by `ask` fail an hour later, and that hour passes.
    pub(super) fn failing(&mut self, ask: impl FnOnce(&mut Self)) {
        self.sandbox.inject_next(FaultKind::LateFailure, 1);
        ask(self);
        self.sandbox.set_faults([]);
        self.sandbox.advance(Duration::from_secs(2 * 3600));
    }

    /// What `ask` is told while the provider has too much to do, and while it is broken.
    pub(super) fn in_trouble(&mut self, ask: impl Fn(&mut Self)) {
        for kind in [FaultKind::Throttle, FaultKind::ErrorBeforeEffect] {
            self.sandbox.inject_next(kind, 1);
            ask(self);
            self.sandbox.set_faults([]);
        }
    }

    pub(super) fn get(&mut self, path: &str) -> Value {
        let request = self.agent.get([&self.base, path].concat());
        let request = self.with_headers(request);
        self.keep("GET", path, request.call())
    }

    pub(super) fn delete(&mut self, path: &str) -> Value {
        let request = self.agent.delete([&self.base, path].concat());
        let request = self.with_headers(request);
        self.keep("DELETE", path, request.call())
    }

    pub(super) fn post(&mut self, path: &str, body: &Value) -> Value {
        let request = self.agent.post([&self.base, path].concat());
        let request = self.with_headers(request).content_type("application/json");
        self.keep("POST", path, request.send(body.to_string()))
    }

    pub(super) fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Value {
        let request = self.agent.post([&self.base, path].concat());
        let request = self.with_headers(request);
        self.keep("POST", path, request.send_form(fields.iter().copied()))
    }

    fn with_headers<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        let headers = self.headers.iter();
        headers.fold(request, |request, (name, value)| {
            request.header(name, value)
        })
    }

    fn keep(
        &mut self,
        method: &str,
        path: &str,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Value {
        let mut answer = answer.unwrap();
        let content_type = answer.headers().get("content-type").unwrap();
        let content_type = content_type.to_str().unwrap().to_owned();
        let body = answer.body_mut().read_to_vec().unwrap();
        let value = serde_json::from_slice(&body).unwrap();
        self.answers.push(Answered {
            method: method.to_owned(),
            path: path.split('?').next().unwrap().to_owned(),
            status: answer.status().as_u16(),
            content_type,
            body,
        });
        value
    }
}
