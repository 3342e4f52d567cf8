//! A shop whose provider signs with a word, and a body that tells how far it was read.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Request, StatusCode};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use refundkit::core::Evidence;
use refundkit::core::ProviderRefund;
use refundkit::core::ports::MockProvider;
use refundkit::core::webhook::{Delivery, EventContent, WebhookEvent, WebhookProblem};
use refundkit::core::{EventId, Fact, Intent, Outcome as Judged, RefundStatus};
use refundkit::{MemoryStore, Refunds, Store, Timestamp, WebhookError, Webhooks};
use refundkit_axum::{Intake, Outcome};
use tower::ServiceExt;

/// Reads messages whose signature is the word `right`. Their bodies are an id and what they say.
#[derive(Debug)]
pub(crate) struct Mailbox(pub(crate) Intent);

impl Webhooks for Mailbox {
    fn read(&self, delivery: &Delivery<'_>, _: Timestamp) -> Result<WebhookEvent, WebhookError> {
        let fail = |problem, line| Err(WebhookError::new(problem, line));
        match delivery.header("signature") {
            None => return fail(WebhookProblem::Unsigned, "it has no signature"),
            Some("old") => return fail(WebhookProblem::Untimely, "it is old"),
            Some("right") => {}
            Some(_) => return fail(WebhookProblem::Forged, "its signature is not \"right\""),
        }
        let body = std::str::from_utf8(delivery.body()).unwrap_or_default();
        let Some((id, says)) = body.split_once(' ') else {
            return fail(WebhookProblem::Unreadable, "it has no words");
        };
        let payment = self.0.plan.payment().clone();
        let content = match says {
            "look" => EventContent::Changed(payment),
            "other" => EventContent::Other,
            _ => EventContent::Refund(Box::new(ProviderRefund {
                payment: Some(payment),
                currency: None,
                id: Some("ref_1".parse().unwrap()),
                token: Some(self.0.key.clone()),
                ..ProviderRefund::with_status(RefundStatus::Succeeded)
            })),
        };
        let id = EventId::new(id).unwrap();
        Ok(WebhookEvent {
            id,
            at: None,
            content,
        })
    }
}

/// What the counter was told.
pub(crate) type Counted = Arc<Mutex<Vec<(Option<String>, Outcome)>>>;

pub(crate) struct Shop {
    pub(crate) refunds: Arc<Refunds>,
    pub(crate) intent: Intent,
    pub(crate) counted: Counted,
    pub(crate) intake: Intake,
}

impl Shop {
    /// One refund under way at `dodo`; `quiet` sends no messages.
    pub(crate) async fn open() -> Self {
        let journal = MemoryStore::new();
        let intent = refundkit_conformance::intent(1, "dodo", "pay_1", 1000);
        refundkit_conformance::begin(&journal, &intent)
            .await
            .unwrap();
        let at = Timestamp::epoch();
        let _ = refundkit_conformance::mark(&journal, &intent, at)
            .await
            .unwrap();
        let pending = ProviderRefund {
            id: Some("ref_1".parse().unwrap()),
            ..ProviderRefund::with_status(RefundStatus::Pending)
        };
        let fact = Fact::answered(1, Judged::Accepted(pending), None);
        let evidence = Evidence { at, fact };
        refundkit_conformance::add(&journal, &intent, &evidence)
            .await
            .unwrap();
        Self::over(Arc::new(journal), intent)
    }

    pub(crate) fn over(journal: Arc<dyn Store>, intent: Intent) -> Self {
        let refunds = Refunds::builder()
            .namespace("shop".parse().unwrap())
            .provider("dodo".parse().unwrap(), Arc::new(MockProvider::new()))
            .provider("quiet".parse().unwrap(), Arc::new(MockProvider::new()))
            .webhooks("dodo".parse().unwrap(), Arc::new(Mailbox(intent.clone())))
            .journal(journal)
            .build()
            .unwrap();
        let refunds = Arc::new(refunds);
        let counted = Counted::default();
        let told = Arc::clone(&counted);
        let intake = Intake::new(Arc::clone(&refunds)).on_message(move |provider, outcome| {
            let provider = provider.map(ToString::to_string);
            told.lock().unwrap().push((provider, outcome));
        });
        Self {
            refunds,
            intent,
            counted,
            intake,
        }
    }

    pub(crate) fn router(&self) -> Router {
        self.intake.clone().router()
    }

    /// Sends a message: the status, the body, and what was counted for it.
    pub(crate) async fn send(
        &self,
        path: &str,
        signature: Option<&str>,
        body: impl Into<Body>,
    ) -> Told {
        let mut request = Request::post(path);
        if let Some(signature) = signature {
            request = request.header("Signature", signature);
        }
        let request = request.body(body.into()).unwrap();
        let response = self.router().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let counted = self.counted.lock().unwrap().pop();
        Told {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
            counted,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: String,
    pub(crate) counted: Option<(Option<String>, Outcome)>,
}

/// A body in pieces, that counts how many of them were taken. After the last one it ends, or
/// never does.
pub(crate) struct Pieces {
    pub(crate) left: VecDeque<Bytes>,
    pub(crate) taken: Arc<AtomicUsize>,
    pub(crate) ends: bool,
    pub(crate) announced: Option<u64>,
}

impl Pieces {
    pub(crate) fn of(sizes: impl IntoIterator<Item = usize>) -> Self {
        let piece = |size| Bytes::from(vec![b'x'; size]);
        Self {
            left: sizes.into_iter().map(piece).collect(),
            taken: Arc::default(),
            ends: true,
            announced: None,
        }
    }
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.left.pop_front() {
            Some(piece) => {
                self.taken.fetch_add(1, Ordering::Relaxed);
                Poll::Ready(Some(Ok(Frame::data(piece))))
            }
            None if self.ends => Poll::Ready(None),
            None => Poll::Pending,
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.announced
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
