//! Spans to an OpenTelemetry collector, over refundkit's own HTTP client.

use async_trait::async_trait;
use bytes::Bytes;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient as ExporterClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use refundkit_http::{BaseUrl, ConfigError, HttpClient, HttpConfig, Method, Request, Transport};
use tokio::runtime::Handle;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

use crate::failure::Failure;

/// Where the collector is; the standard's own name.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// Sends what is left when the command ends.
pub(super) struct Spans(SdkTracerProvider);

impl Drop for Spans {
    fn drop(&mut self) {
        // There is nobody left to tell that the collector could not be reached.
        let _ = self.0.shutdown();
    }
}

impl Spans {
    /// Ready to send spans; `None` where no collector is named.
    pub(super) fn start(runtime: &Handle) -> Result<Option<(Self, SdkTracer)>, Failure> {
        let Ok(endpoint) = std::env::var(ENDPOINT) else {
            return Ok(None);
        };
        // The path of the OpenTelemetry protocol for traces, below whatever path the collector has.
        let endpoint = [endpoint.trim_end_matches('/'), "/v1/traces"].concat();
        let client = Client::new(&endpoint, runtime).map_err(|error| bad(&error))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(endpoint)
            .build()
            .map_err(|error| bad(&error))?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(Resource::builder().with_service_name("refundkit").build())
            .build();
        let tracer = provider.tracer("refundkit");
        Ok(Some((Self(provider), tracer)))
    }
}

fn bad(error: &dyn std::fmt::Display) -> Failure {
    let help = "name a collector by https, or by plain http on this machine, such as http://127.0.0.1:4318";
    Failure::usage("RK4003", format!("{ENDPOINT}: {error}"), help)
}

/// The exporter has a thread of its own; its requests run where everything else does.
#[derive(Debug)]
struct Client {
    endpoint: BaseUrl,
    client: std::sync::Arc<HttpClient>,
    runtime: Handle,
}

impl Client {
    fn new(endpoint: &str, runtime: &Handle) -> Result<Self, ConfigError> {
        let endpoint = BaseUrl::parse(endpoint)?;
        // A collector is mostly next door, and is told nothing that a provider's key could leave by.
        let config = HttpConfig::default().allow_private(endpoint.host());
        Ok(Self {
            client: std::sync::Arc::new(HttpClient::new(&config)?),
            endpoint,
            runtime: runtime.clone(),
        })
    }
}

#[async_trait]
impl ExporterClient for Client {
    async fn send_bytes(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, HttpError> {
        let body = request.into_body().to_vec();
        let request =
            Request::to(Method::Post, &self.endpoint, &[]).body("application/x-protobuf", body);
        let client = std::sync::Arc::clone(&self.client);
        // Sending spans makes none.
        let sent = async move { client.send(request).await };
        let sent = self
            .runtime
            .spawn(sent.with_subscriber(NoSubscriber::new()));
        let answer = sent.await??;
        let response = http::Response::builder().status(answer.status());
        Ok(response.body(answer.body().clone())?)
    }
}
