//! What the engine tells of itself: spans and events with the operation's names, counts and times.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::fmt;
use std::sync::{Arc, Mutex};

use common::{Fault, Scene, capabilities, name, refund};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use refundkit::State;
use refundkit::core::RefundStatus;
use tracing::field::{Field, Visit};
use tracing::span::Attributes;
use tracing::{Event, Id, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// Every span and event as a line: its name or message, and its fields.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut line = Line(attributes.metadata().name().to_owned());
        attributes.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
}

/// A refund that is taken on, succeeds, and fails after all.
async fn story(scene: &Scene) {
    scene.fake.faults([Fault::Status(RefundStatus::Pending)]);
    let request = refund("k1", "10.00 GBP");
    let operation = scene.refunds.refund(&name(), &request).await.unwrap();
    for (status, state) in [
        (RefundStatus::Succeeded, State::Succeeded),
        (RefundStatus::Failed, State::FailedLate),
    ] {
        scene.clock.advance_minutes(60);
        scene.fake.turn(&status);
        let asked = scene.refunds.refresh(&operation.intent.id).await.unwrap();
        assert_eq!(asked.state(), state);
    }
}

fn run(scene: &Scene) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(story(scene));
}

#[test]
fn spans_and_events_carry_operation_provider_payment_and_attempt() {
    let (lines, scene) = (Lines::default(), Scene::new(capabilities()));
    let subscriber = tracing_subscriber::registry().with(lines.clone());
    tracing::subscriber::with_default(subscriber, || run(&scene));
    let lines = lines.0.lock().unwrap().clone();
    let line = |start: &str| {
        let found = lines.iter().find(|line| line.starts_with(start));
        found.unwrap_or_else(|| panic!("no {start} in {lines:#?}"))
    };
    let sent = line("send ");
    for field in [
        "operation=op_",
        "provider=dojo",
        "payment=pi_1",
        "attempt=1",
    ] {
        assert!(sent.contains(field), "{sent}");
    }
    let late = line("WARN ");
    for field in ["operation=op_", "from=\"succeeded\"", "to=\"failed_late\""] {
        assert!(late.contains(field), "{late}");
    }
    let transitions = lines
        .iter()
        .filter(|line| line.contains("message=transition"));
    assert_eq!(transitions.count(), 3, "{lines:#?}");
}

#[test]
fn attempts_are_counted_and_calls_timed() {
    let (recorder, scene) = (DebuggingRecorder::new(), Scene::new(capabilities()));
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || run(&scene));
    let mut counted = Vec::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let labels: Vec<String> = key
            .key()
            .labels()
            .map(|label| format!("{}={}", label.key(), label.value()))
            .collect();
        let number = match value {
            DebugValue::Counter(count) => count,
            DebugValue::Histogram(times) => u64::try_from(times.len()).unwrap(),
            DebugValue::Gauge(_) => panic!("the engine sets no gauge"),
        };
        counted.push(format!(
            "{} {} {number}",
            key.key().name(),
            labels.join(",")
        ));
    }
    for expected in [
        "refundkit_attempts_total provider=dojo,outcome=accepted 1",
        "refundkit_call_seconds provider=dojo,call=refund 1",
        "refundkit_call_seconds provider=dojo,call=payment 1",
        "refundkit_call_seconds provider=dojo,call=refund_status 2",
    ] {
        assert!(counted.iter().any(|line| line == expected), "{counted:#?}");
    }
}
