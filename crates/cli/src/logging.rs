//! Where logs go: to standard error, and to a collector where the command is built for one. Answers of
//! commands don't pass here.

#[cfg(feature = "opentelemetry")]
mod spans;

use tokio::runtime::Handle;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::args::Color;
use crate::failure::Failure;
use crate::output::Ink;

/// What has to be ended before the command ends.
#[must_use]
pub(crate) struct Logging {
    #[cfg(feature = "opentelemetry")]
    _spans: Option<spans::Spans>,
}

/// Tells on standard error what happens, by the number of `-v`, and a collector, where the command
/// was built for that and one is named. Only refundkit's own crates speak: they never log keys,
/// headers or bodies; others' logs promise nothing.
pub(crate) fn start(
    verbose: u8,
    color: Color,
    #[cfg_attr(
        not(feature = "opentelemetry"),
        expect(unused_variables, reason = "only the exporter needs it")
    )]
    runtime: &Handle,
) -> Result<Logging, Failure> {
    let level = match verbose {
        0 => "off",
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let stderr = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(Ink::of(color, &std::io::stderr()) == Ink::Coloured)
        .with_filter(own(level));
    let subscriber = tracing_subscriber::registry().with(stderr);
    #[cfg(feature = "opentelemetry")]
    {
        let started = spans::Spans::start(runtime)?;
        let (spans, tracer) = started.unzip();
        let collected = tracer.map(|tracer| {
            tracing_opentelemetry::layer()
                .with_tracer(tracer)
                .with_filter(own("debug"))
        });
        let _ = subscriber.with(collected).try_init();
        Ok(Logging { _spans: spans })
    }
    #[cfg(not(feature = "opentelemetry"))]
    {
        let _ = subscriber.try_init();
        Ok(Logging {})
    }
}

fn own(level: &str) -> EnvFilter {
    let own = [
        "refundkit",
        "refundkit_axum",
        "refundkit_http",
        "refundkit_cli",
    ];
    EnvFilter::new(own.map(|name| [name, "=", level].concat()).join(","))
}
