//! The route that takes messages in, and its limits. Whose address it is comes first, then the body,
//! then the journal; what a message means is for the engine to say.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use refundkit::{Code, Coded, ProviderName, Received, Refunds};
use tokio::sync::Semaphore;

use crate::Outcome;
use crate::answer::Refused;
use crate::body;

/// What a body may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(10);
/// What the journal may take. With the body's time it stays within the 15 seconds that Dodo's
/// webhook page gives an answer.
const WRITTEN_WITHIN: Duration = Duration::from_secs(4);
/// How many may be with the journal. Each keeps its body until it is answered, also when nobody
/// waits for it any more: with a journal that hangs, there would be more and more of them.
const AT_ONCE: usize = 256;

type Call = dyn Fn(Option<&ProviderName>, Outcome) + Send + Sync;

/// How messages are taken in: [`router`](crate::router) with other limits, and with somebody who
/// counts.
#[derive(Clone)]
#[must_use]
pub struct Intake {
    refunds: Arc<Refunds>,
    body_within: Duration,
    written_within: Duration,
    places: Arc<Semaphore>,
    call: Option<Arc<Call>>,
}

impl Intake {
    /// Messages for these refunds. A body may take 10 seconds, and the journal 4, with 256 messages
    /// at once.
    pub fn new(refunds: Arc<Refunds>) -> Self {
        Self {
            refunds,
            body_within: BODY_WITHIN,
            written_within: WRITTEN_WITHIN,
            places: Arc::new(Semaphore::new(AT_ONCE)),
            call: None,
        }
    }

    /// Gives a body as long to arrive, from its head on; then the answer is 408.
    pub const fn body_within(mut self, limit: Duration) -> Self {
        self.body_within = limit;
        self
    }

    /// Gives the journal as long to write a message down; then the answer is 503, and the message
    /// may be written down all the same: it is known when it comes again.
    pub const fn written_within(mut self, limit: Duration) -> Self {
        self.written_within = limit;
        self
    }

    /// Gives the journal so many messages at once, until it has answered; the others wait, as long
    /// as [`written_within`](Self::written_within) says. At least one.
    pub fn at_once(mut self, messages: usize) -> Self {
        self.places = Arc::new(Semaphore::new(messages.clamp(1, Semaphore::MAX_PERMITS)));
        self
    }

    /// Called for every message once its answer is known, with the provider's configured name;
    /// without one where nobody listens, as what is written there is up to anybody. It must not
    /// wait for anything.
    pub fn on_message(
        mut self,
        call: impl Fn(Option<&ProviderName>, Outcome) + Send + Sync + 'static,
    ) -> Self {
        self.call = Some(Arc::new(call));
        self
    }

    /// `POST /webhooks/{provider}`.
    pub fn router(self) -> Router {
        Router::new()
            .route("/webhooks/{provider}", post(take_in))
            .with_state(self)
    }

    fn tell(&self, provider: Option<&ProviderName>, outcome: Outcome) {
        if let Some(call) = &self.call {
            call(provider, outcome);
        }
    }

    /// Whose address it is, before anything of the body is read.
    fn addressee(
        &self,
        name: Result<Path<String>, PathRejection>,
    ) -> Result<ProviderName, Refused> {
        let name = name
            .ok()
            .and_then(|Path(name)| ProviderName::new(name).ok());
        let name = name.ok_or_else(|| Refused::nobody(Code::new("RK1101")))?;
        match self.refunds.takes_in(&name) {
            Ok(()) => Ok(name),
            Err(error) => Err(Refused::nobody(error.code())),
        }
    }

    async fn observe(
        &self,
        provider: &ProviderName,
        request: Request,
    ) -> Result<Received, Refused> {
        let (head, body) = request.into_parts();
        let body = body::read(body, self.body_within).await?;
        let (refunds, provider) = (Arc::clone(&self.refunds), provider.clone());
        let places = Arc::clone(&self.places);
        let observed = async move {
            // Nobody closes the semaphore.
            let place = places.acquire_owned().await.ok();
            // A task of its own, which goes on when the sender hangs up or the time is over: what is
            // written down has to be told to those who watch.
            let observed = tokio::spawn(async move {
                let seen = refunds.observe(&provider, &head.headers, &body).await;
                drop(place);
                seen.map_err(|error| Refused::of(&error))
            });
            observed.await
        };
        match tokio::time::timeout(self.written_within, observed).await {
            Ok(Ok(seen)) => seen,
            Ok(Err(_)) | Err(_) => Err(Refused::unwritten(Code::new("RK3008"))),
        }
    }
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake")
            .field("body_within", &self.body_within)
            .field("written_within", &self.written_within)
            .finish_non_exhaustive()
    }
}

async fn take_in(
    State(intake): State<Intake>,
    name: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let provider = match intake.addressee(name) {
        Ok(provider) => provider,
        Err(refused) => {
            intake.tell(None, refused.outcome);
            return refused.into_response();
        }
    };
    match intake.observe(&provider, request).await {
        Ok(taken) => {
            intake.tell(Some(&provider), Outcome::of(&taken));
            StatusCode::NO_CONTENT.into_response()
        }
        Err(refused) => {
            intake.tell(Some(&provider), refused.outcome);
            refused.into_response()
        }
    }
}
