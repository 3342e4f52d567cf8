//! What operators and their machines ask for: is it alive, is it ready, how is it going.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use refundkit::Refunds;

use super::Meters;

/// What the journal may take for a question; then it counts as not there.
pub(super) const ANSWERS_WITHIN: Duration = Duration::from_secs(1);

#[derive(Clone)]
struct Asked {
    refunds: Arc<Refunds>,
    meters: Meters,
}

pub(super) fn router(refunds: Arc<Refunds>, meters: Meters) -> Router {
    Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(Asked { refunds, meters })
}

async fn ready(State(asked): State<Asked>) -> (StatusCode, &'static str) {
    let question = answers(&asked.refunds);
    match tokio::time::timeout(ANSWERS_WITHIN, question).await {
        Ok(true) => (StatusCode::OK, "ready\n"),
        Ok(false) | Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the journal does not answer\n",
        ),
    }
}

/// Whether the journal is there, and is the one that was opened.
async fn answers(refunds: &Refunds) -> bool {
    refunds.journal_info().await.is_ok()
}

async fn metrics(State(asked): State<Asked>) -> impl IntoResponse {
    let text = asked.meters.scrape(&asked.refunds).await;
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
