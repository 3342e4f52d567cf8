//! The real transport: one exchange, sent once, and for each failure whether the request can have
//! arrived. No redirect is followed, and nothing is tried again.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderName, HeaderValue};
use refundkit_core::timing::{LONGEST_REQUEST, SEND_WITHIN};
use reqwest::dns::Resolve;
use tokio::time::Instant;

use crate::fresh::Dates;
use crate::guard::{Guard, GuardedResolver, Refused, SystemResolver};
use crate::leave::TimelyBody;
use crate::pace::Pace;
use crate::request::Header;
use crate::{ConfigError, HttpConfig, Method, Request, Response, SendError, Transport};

/// The longest body that is read. The providers' answers are a few kilobytes long.
const BODY_LIMIT: usize = 1024 * 1024;
/// Somebody who takes over an attempt counts on its having left by then.
const LONGEST_CONNECT: Duration = SEND_WITHIN;
const USER_AGENT: &str = concat!("refundkit/", env!("CARGO_PKG_VERSION"));

/// HTTP/1.1 over TLS (rustls, ring, Mozilla's roots). Cloning shares the connections and the rate.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: reqwest::Client,
    guard: Arc<Guard>,
    dates: Arc<Dates>,
    pace: Option<Arc<Pace>>,
    /// How long a connection may take.
    connect: Duration,
}

impl HttpClient {
    /// A client with these deadlines and allowed hosts.
    ///
    /// # Errors
    /// [`ConfigError::Client`] where TLS can't be set up.
    pub fn new(config: &HttpConfig) -> Result<Self, ConfigError> {
        Self::with_names(config, Arc::new(SystemResolver))
    }

    /// A client that looks names up elsewhere than this machine does.
    pub(crate) fn with_names(
        config: &HttpConfig,
        names: Arc<dyn Resolve>,
    ) -> Result<Self, ConfigError> {
        let deadline = config.deadline.min(LONGEST_REQUEST);
        let connect = config.connect.min(LONGEST_CONNECT);
        let failed = |problem: String| ConfigError::Client { problem };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = rustls::RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| failed(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let guard = Arc::new(Guard::new(config.private.clone()));
        let client = reqwest::Client::builder()
            .dns_resolver(GuardedResolver::new(Arc::clone(&guard), names))
            .tls_backend_preconfigured(tls)
            // A 307 would repeat a refund at another address.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .user_agent(USER_AGENT)
            .connect_timeout(connect)
            .timeout(deadline)
            .build()
            .map_err(|error| failed(root_cause(&error)))?;
        let pace = config.rate.map(|rate| Arc::new(Pace::new(rate, deadline)));
        Ok(Self {
            client,
            guard,
            dates: Arc::default(),
            pace,
            connect,
        })
    }
}

#[async_trait]
impl Transport for HttpClient {
    async fn send(&self, request: Request) -> Result<Response, SendError> {
        let shown = format!("{request:?}");
        let masks = request.masks().clone();
        let sent = match self.exchange(request).await {
            Ok(response) => Ok(response.with_masks(masks)),
            Err(error) => Err(masks.of(error)),
        };
        match &sent {
            Ok(response) => {
                tracing::debug!(request = shown, status = response.status(), "answered")
            }
            Err(error) => tracing::warn!(request = shown, %error, "no answer"),
        }
        sent
    }
}

impl HttpClient {
    async fn exchange(&self, request: Request) -> Result<Response, SendError> {
        if let Some(why) = request.invalid {
            return Err(SendError::NotSent { why });
        }
        self.guard.check_url(&request.url).map_err(not_sent)?;
        let method = match request.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Put => http::Method::PUT,
            Method::Patch => http::Method::PATCH,
            Method::Delete => http::Method::DELETE,
        };
        let reads = request.reads;
        let has_body = request.body.is_some();
        let mut headers = headers(&request.headers)?;
        if reads {
            let no_cache = HeaderValue::from_static("no-cache");
            headers.entry(CACHE_CONTROL).or_insert(no_cache);
        }
        let host = request.url.authority().to_owned();
        let mut builder = self.client.request(method, request.url).headers(headers);
        if let Some(body) = request.body {
            builder = match request.leave {
                Some(leave) => builder.body(reqwest::Body::wrap(TimelyBody::new(body, leave))),
                None => builder.body(body),
            };
        }
        if let Some(pace) = &self.pace {
            let turn = if reads {
                pace.reading().await
            } else {
                pace.money().await
            };
            turn.map_err(not_sent)?;
        }
        if let Some(leave) = request.leave {
            // A body looks again once there is a connection; without one, it has to be early enough for that.
            let connecting = if has_body {
                Duration::ZERO
            } else {
                self.connect
            };
            leave.check(connecting).map_err(not_sent)?;
        }
        let asked = Instant::now();
        let mut answer = builder.send().await.map_err(|error| failure(&error))?;
        if reads {
            let fresh = self.dates.check(&host, answer.headers(), asked);
            fresh.map_err(|stored| SendError::MaybeSent {
                why: stored.to_string(),
            })?;
        } else {
            self.dates.learn(&host, answer.headers(), asked);
        }
        let mut response = Response::new(answer.status().as_u16(), Bytes::new());
        for (name, value) in answer.headers() {
            response.keep(name, value);
        }
        let too_long = || SendError::MaybeSent {
            why: "the answer is longer than 1 MiB".to_owned(),
        };
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failure(&error))? {
            if body.len().saturating_add(chunk.len()) > BODY_LIMIT {
                return Err(too_long());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(response.with_body(body.freeze()))
    }
}

fn headers(headers: &[Header]) -> Result<HeaderMap, SendError> {
    let mut map = HeaderMap::new();
    for header in headers {
        let bad = || SendError::NotSent {
            why: "a header can't be sent".to_owned(),
        };
        let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(|_| bad())?;
        let mut value = HeaderValue::from_str(&header.value).map_err(|_| bad())?;
        value.set_sensitive(header.secret);
        map.append(name, value);
    }
    Ok(map)
}

fn not_sent(why: impl ToString) -> SendError {
    SendError::NotSent {
        why: why.to_string(),
    }
}

/// Before the connection stands, nothing has been sent; after that, anything may have been.
fn failure(error: &reqwest::Error) -> SendError {
    if error.is_builder() || error.is_connect() {
        return not_sent(match refusal(error) {
            Some(refused) => refused.to_string(),
            None => ["could not connect: ", &root_cause(error)].concat(),
        });
    }
    let why = if error.is_timeout() {
        "no whole answer came before the deadline".to_owned()
    } else {
        [
            "the connection broke before a whole answer came: ",
            &root_cause(error),
        ]
        .concat()
    };
    SendError::MaybeSent { why }
}

/// What the guard said, where it was the guard.
fn refusal(error: &reqwest::Error) -> Option<&Refused> {
    std::iter::successors(error.source(), |&cause| cause.source())
        .find_map(|cause| cause.downcast_ref())
}

/// The innermost cause: the outer ones name the address and the library.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    if error.source().is_none() {
        return "the request could not be made".to_owned();
    }
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
