//! The real adapters, and the way of their requests into the sandbox and of its answers back.

use std::sync::Arc;

use refundkit::Provider;
use refundkit_dodo::{Dodo, DodoConfig};
use refundkit_dojo::{Dojo, DojoConfig, Version};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{Request, Response, Secret, Transport};
use refundkit_sandbox::{Arrived, Provider as Place, Sandbox, Told};

/// Makes an adapter that sends through a transport.
pub(crate) type Build = Box<dyn Fn(Arc<dyn Transport>) -> Arc<dyn Provider> + Send + Sync>;

fn secret(api_key: &str) -> Secret {
    Secret::new(api_key).unwrap()
}

pub(crate) fn dojo(api_key: &'static str, version: Version) -> Build {
    Box::new(move |transport| {
        let config = DojoConfig::new(secret(api_key)).version(version);
        Arc::new(Dojo::with_transport(config, transport).unwrap())
    })
}

pub(crate) fn dodo(api_key: &'static str) -> Build {
    Box::new(move |transport| {
        let config = DodoConfig::new(secret(api_key));
        Arc::new(Dodo::with_transport(config, transport).unwrap())
    })
}

/// Of a built-in profile, which is read once.
pub(crate) fn profile(name: &str, api_key: &'static str) -> Build {
    let profile = Profile::builtin(name).unwrap();
    Box::new(move |transport| {
        let config = GenericConfig::new(profile.clone(), secret(api_key));
        Arc::new(Generic::with_transport(config, transport).unwrap())
    })
}

/// What the sandbox answers to the request; `None` where no whole answer comes back.
pub(crate) fn tell(sandbox: &Sandbox, at: Place, request: &Request) -> Option<Told> {
    let arrived = Arrived {
        method: request.method().as_str(),
        target: request.path_and_query(),
        headers: request.exposed_headers(),
        body: request.body_bytes().unwrap_or_default(),
    };
    sandbox.tell(at, &arrived)
}

/// The answer as the HTTP client hands it over, which knows the request's secrets.
pub(crate) fn response(request: &Request, told: Told) -> Response {
    Response::new(told.status, told.body).with_masks(request.masks().clone())
}
