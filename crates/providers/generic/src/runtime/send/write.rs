//! A request, part by part: line, body, headers, signatures.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use refundkit_core::Metadata;
use refundkit_http::{BaseUrl, Method, Request};

use super::super::auth;
use super::account::Account;
use super::values::{Filled, MASK, Parts};
use crate::language::{Basic, Body, Encoding, Filling, Path, Shape, Sign, Template, Values, Verb};

impl Account {
    /// The request that `shape` describes, with all its credentials but a signer's.
    pub(super) fn write(&self, shape: Shape<'_>, mut values: Filled<'_>) -> Request {
        let document = self.document();
        let (before, after): (Vec<&Sign>, Vec<&Sign>) = document
            .auth
            .sign
            .iter()
            .partition(|sign| !sign.is_over_the_request());
        self.sign(&before, &mut values);
        let mut request = self
            .with_body(at(&self.base, shape, &values), shape, &values)
            .knowing(self.secrets());
        if !after.is_empty() {
            values.written = Some(Parts {
                method: request.method().as_str(),
                path: request.path_and_query().to_owned(),
                body: String::from_utf8_lossy(request.body_bytes().unwrap_or_default())
                    .into_owned(),
            });
            self.sign(&after, &mut values);
        }
        request = match &document.auth.basic {
            Some(basic) => basic_header(request, basic, &values),
            None => request,
        };
        for (name, template) in &document.auth.headers {
            request = header(request, name, template, &values);
        }
        let own = || document.headers.keys().chain(shape.headers.keys());
        if !own().any(|name| name.eq_ignore_ascii_case("accept")) {
            request = request.header("accept", "application/json");
        }
        for (name, template) in document.headers.iter().chain(shape.headers) {
            request = header(request, name, template, &values);
        }
        if let Some(name) = shape.key.and_then(|key| key.header.as_deref()) {
            request = match values.key() {
                Some(key) => request.header(name, &key),
                None => request.unsendable("the request has no idempotency key"),
            };
        }
        request
    }

    fn with_body(&self, request: Request, shape: Shape<'_>, values: &Filled<'_>) -> Request {
        let none = Metadata::default();
        let taken = |name: &str| {
            self.document()
                .extras
                .keys()
                .any(|extra| extra.as_str() == name)
        };
        let filling = Filling {
            values,
            metadata: values.metadata.unwrap_or(&none),
            taken: &taken,
        };
        encoded(
            request,
            shape.encoding,
            shape.content_type,
            shape.body,
            &filling,
        )
    }

    fn sign(&self, signs: &[&Sign], values: &mut Filled<'_>) {
        if values.live.shown {
            return;
        }
        for sign in signs {
            let text = sign.text.fill_or_empty(values);
            let key = sign.key.as_ref().and_then(|name| self.secret(name));
            let signed = auth::sign(sign.algorithm, key, text.as_bytes(), sign.encoding);
            values.signed.push((sign.name.as_str().to_owned(), signed));
        }
    }
}

/// The request with its body.
pub(super) fn encoded(
    request: Request,
    encoding: Encoding,
    content_type: Option<&str>,
    body: &Body,
    filling: &Filling<'_, impl Values>,
) -> Request {
    match encoding {
        Encoding::None => match content_type {
            Some(text) => request.header("content-type", text),
            None => request,
        },
        Encoding::Json => request.body(
            content_type.unwrap_or("application/json"),
            body.json(filling),
        ),
        Encoding::Form => {
            let pairs = body.form(filling);
            request.form(
                pairs
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str())),
            )
        }
    }
}

/// A request at a path below the address.
pub(super) fn below(base: &BaseUrl, method: Method, path: &Path, values: &impl Values) -> Request {
    let segments = path.fill(values);
    let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
    let request = Request::to(method, base, &segments);
    if path.ends_with_slash() {
        return request.with_slash();
    }
    request
}

/// The request's line: method, path, query.
pub(super) fn at(base: &BaseUrl, shape: Shape<'_>, values: &impl Values) -> Request {
    let mut request = below(base, method(shape.method), shape.path, values);
    for (name, template) in shape.query {
        if let Some(value) = template.fill(values) {
            request = request.query(name, &value);
        }
    }
    request
}

pub(super) fn header(
    request: Request,
    name: &str,
    template: &Template,
    values: &Filled<'_>,
) -> Request {
    match template.fill(values) {
        None => request,
        // As one whole: what stands around a credential tells about it.
        Some(_) if template.is_secret() && values.live.shown => {
            request.secret_header_text(name, MASK)
        }
        Some(value) if template.is_secret() => request.secret_header_text(name, &value),
        Some(value) => request.header(name, &value),
    }
}

pub(super) fn basic_header(request: Request, basic: &Basic, values: &Filled<'_>) -> Request {
    let (Some(user), Some(password)) = (basic.user.fill(values), basic.password.fill(values))
    else {
        return request.unsendable("the user or the password is absent");
    };
    let pair = [&*user, ":", &*password].concat();
    let value = ["Basic ", &STANDARD.encode(pair)].concat();
    request.secret_header_text("Authorization", &value)
}

const fn method(verb: Verb) -> Method {
    match verb {
        Verb::Get => Method::Get,
        Verb::Post => Method::Post,
        Verb::Put => Method::Put,
        Verb::Patch => Method::Patch,
        Verb::Delete => Method::Delete,
    }
}
