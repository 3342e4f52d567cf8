//! A worker's connection to the simulated provider: the port of the engine, and all that can go
//! wrong on the way.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use refundkit::core::ProviderRefund;
use refundkit::core::answer::Answer;
use refundkit::core::capabilities::Idempotency;
use refundkit::core::ports::{Attempt, Cursor, Detail, Period, ReadErrorKind, RefundPage};
use refundkit::core::{ProviderKey, RefundPlan, RefundStatus, ReversalPlan};
use refundkit::{
    Capabilities, Currency, Kind, Minor, Payment, PaymentId, Plan, Preview, Provider, ReadError,
    RefundId, Refusal, Timestamp,
};

use crate::check;
use crate::knobs::{HOUR, SECOND};
use crate::life::Life;
use crate::messages;
use crate::site::{Made, Request, Site, payment_id, short};
use crate::world::World;

/// The longest that a send waits for its answer.
const DEADLINE: u64 = 100 * SECOND;
/// So long a send waits for its turn, where it may.
const LONGEST_QUEUE: u64 = 90 * SECOND;
const CARD: &str = "4111 1111 1111 1111";

#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) site: Site,
    pub(crate) life: Life,
}

/// What becomes of a send, decided before it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Fine,
    NotSent,
    LostBefore,
    LostAfter,
    ErrorBefore,
    ErrorAfter,
    Throttled,
    Unreadable,
    Garbled,
    /// Nothing arrives, and what comes back is another request's answer.
    MisroutedBefore,
    /// Another request's answer comes back, and its own is lost.
    MisroutedAfter,
    UnlistedBefore,
    UnlistedAfter,
}

const FATES: [Fate; 8] = [
    Fate::NotSent,
    Fate::LostBefore,
    Fate::LostAfter,
    Fate::ErrorBefore,
    Fate::ErrorAfter,
    Fate::Throttled,
    Fate::Unreadable,
    Fate::Garbled,
];

/// Forgets that a send is under way, also where its task dies.
struct UnderWay<'a>(&'a Site, Request);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let request = &self.1;
        self.0
            .ledger()
            .under_way
            .retain(|(_, operation, _)| *operation != request.operation);
    }
}

impl Connection {
    pub(crate) fn world(&self) -> &World {
        self.site.world()
    }

    fn fate(&self) -> Fate {
        if !self.world().misfortune(self.site.knobs().send_fault) {
            return Fate::Fine;
        }
        let odd = &self.site.knobs().odd;
        let either = |before, after| {
            if self.world().chance(500) {
                before
            } else {
                after
            }
        };
        if self.world().chance(odd.misrouted) {
            return either(Fate::MisroutedBefore, Fate::MisroutedAfter);
        }
        if self.world().chance(odd.unlisted) {
            return either(Fate::UnlistedBefore, Fate::UnlistedAfter);
        }
        let at = self.world().below(FATES.len() as u64);
        FATES[at as usize]
    }

    /// Whether there is time left to send, after waiting for a rate and for a connection.
    async fn gets_its_turn(&self, leaves_within: Duration) -> bool {
        if !self.world().misfortune(self.site.knobs().queues) {
            return true;
        }
        self.world().count("a send waited for its turn");
        let left = u64::try_from(leaves_within.as_millis()).unwrap_or(u64::MAX);
        let last_moment = self.world().chance(300);
        let wait = if last_moment {
            left
        } else {
            self.world().below(LONGEST_QUEUE)
        };
        self.world().sleep(wait.min(left)).await;
        self.life.moment().await;
        wait <= left
    }

    async fn send(&self, request: Request, attempt: &Attempt) -> Answer {
        if !self.gets_its_turn(attempt.leaves_within()).await {
            return self.not_sent();
        }
        let attempt = attempt.number();
        let fate = self.fate();
        self.world().note(format_args!(
            "{} sends attempt {attempt} of {}: {fate:?}",
            self.life,
            short(&request.operation)
        ));
        self.life.moment().await;
        match fate {
            Fate::NotSent => return self.not_sent(),
            Fate::Throttled => {
                self.world().sleep(SECOND).await;
                return self.slow_down();
            }
            Fate::Fine
            | Fate::LostBefore
            | Fate::LostAfter
            | Fate::ErrorBefore
            | Fate::ErrorAfter
            | Fate::Unreadable
            | Fate::Garbled
            | Fate::MisroutedBefore
            | Fate::MisroutedAfter
            | Fate::UnlistedBefore
            | Fate::UnlistedAfter => {}
        }
        let stops = matches!(
            fate,
            Fate::LostBefore | Fate::ErrorBefore | Fate::MisroutedBefore | Fate::UnlistedBefore
        );
        check::send(&self.site, &self.life, &request, attempt, !stops);
        let _under_way = UnderWay(&self.site, request.clone());
        if fate == Fate::LostBefore {
            return self.lost().await;
        }
        if stops {
            self.world().sleep(SECOND).await;
            return match fate {
                Fate::MisroutedBefore => Answer::Refund(self.misrouted(&request)),
                Fate::UnlistedBefore => self.unlisted(),
                _ => self.broken(),
            };
        }
        let travel = self.site.knobs().travel;
        let arrival = 10
            + self
                .world()
                .below(if fate == Fate::Fine { SECOND } else { travel });
        let mut answer = self.deliver(&request, arrival, true);
        let mut answered = arrival;
        // What goes through a proxy twice has a key: nothing helps where it has none.
        let keyed = self.site.rule(request.kind) != Idempotency::None;
        if keyed && self.world().misfortune(self.site.knobs().doubled) {
            self.world().count("a request arrived twice");
            // And both come while the key is known.
            let apart = travel.min(self.site.knobs().lifetime / 2);
            let again = arrival + self.world().below(apart);
            let second = self.deliver(&request, again, false);
            // A provider that looks at the key first answers the repeat as it did the first.
            if !self.site.knobs().cap_before_key && self.world().chance(500) {
                (answer, answered) = (second, again);
            }
        }
        if fate == Fate::LostAfter {
            return self.lost().await;
        }
        let back = answered.saturating_add(self.world().below(SECOND));
        self.world().sleep(back.min(DEADLINE)).await;
        self.life.moment().await;
        if self.world().misfortune(self.site.knobs().sits_on_answers) {
            self.world().count("an answer was sat on");
            self.world().sleep(3 * HOUR).await;
        }
        let made = answer.lock().ok().and_then(|mut answer| answer.take());
        match (made, fate) {
            (None, _) => Answer::Lost {
                why: "no answer in time".to_owned(),
            },
            (Some(_), Fate::ErrorAfter) => self.broken(),
            (Some(_), Fate::UnlistedAfter) => self.unlisted(),
            (Some(_), Fate::MisroutedAfter) => Answer::Refund(self.misrouted(&request)),
            (Some(_), Fate::Unreadable) => Answer::Unreadable {
                status: 200,
                why: "no JSON".to_owned(),
                retry_after: None,
            },
            (Some(made), _) => self.answer(&request, made, fate == Fate::Garbled),
        }
    }

    /// Lets the request arrive after a while, whoever waits for it.
    fn deliver(&self, request: &Request, arrival: u64, first: bool) -> Arc<Mutex<Option<Made>>> {
        let answer = Arc::new(Mutex::new(None));
        let (site, request, slot) = (self.site.clone(), request.clone(), Arc::clone(&answer));
        let due = self.world().sleep(arrival);
        self.world().spawn(None, async move {
            due.await;
            if let Some(truth) = site
                .ledger()
                .truth
                .get_mut(&request.operation)
                .filter(|_| first)
            {
                truth.flying = truth.flying.saturating_sub(1);
            }
            // What arrives twice does so while the key is known, also one of an earlier attempt.
            if !first && site.has_forgotten(&request.key) {
                return;
            }
            let made = site.take(&request);
            if let Ok(mut slot) = slot.lock() {
                *slot = Some(made);
            }
        });
        answer
    }

    fn answer(&self, request: &Request, made: Made, garbled: bool) -> Answer {
        match made {
            Made::Refused => problem(400, Some("no"), self.words("refused")),
            Made::KeyUsed => problem(409, Some("key_used"), self.words("used")),
            Made::Effect(number, status) => {
                let mut fact = self.fact(request, number, status);
                if garbled {
                    fact.amount = Minor::new(request.amount.saturating_add(1));
                }
                Answer::Refund(fact)
            }
        }
    }

    /// A server that breaks, and says what it would to a request that it turns down.
    fn broken(&self) -> Answer {
        let code = self.world().chance(300).then_some("declined");
        problem(500, code, self.words("internal error"))
    }

    fn unlisted(&self) -> Answer {
        problem(418, Some("odd"), self.words("something is odd"))
    }

    fn slow_down(&self) -> Answer {
        let wait = self.site.knobs().odd.asks_to_wait;
        let wait = wait.filter(|_| self.world().chance(500));
        if wait.is_some() {
            self.world().count("it asked to wait");
        }
        Answer::Problem {
            status: 429,
            code: None,
            message: self.words("slow down"),
            retry_after: wait,
        }
    }

    pub(crate) fn fact(
        &self,
        request: &Request,
        number: usize,
        status: RefundStatus,
    ) -> ProviderRefund {
        ProviderRefund {
            id: RefundId::new(format!("re_{number}"))
                .ok()
                .filter(|_| !self.site.knobs().nameless),
            amount: Minor::new(if self.site.knobs().converts {
                request.amount.saturating_mul(2)
            } else {
                request.amount
            }),
            currency: self.currency(),
            payment: Some(request.payment.clone()),
            ..ProviderRefund::with_status(if self.site.knobs().unstated {
                RefundStatus::Unstated
            } else {
                status
            })
        }
    }

    /// In which currency the provider answers.
    fn currency(&self) -> Option<Currency> {
        let converts = self.site.knobs().converts;
        let code = if converts { "EUR" } else { "GBP" };
        code.parse().ok()
    }

    fn not_sent(&self) -> Answer {
        Answer::NotSent {
            why: self.words("no route").unwrap_or_default(),
        }
    }

    async fn lost(&self) -> Answer {
        self.world().sleep(self.world().below(DEADLINE)).await;
        Answer::Lost {
            why: self.words("the connection broke").unwrap_or_default(),
        }
    }

    fn words(&self, words: &str) -> Option<String> {
        Some(if self.site.knobs().leaks {
            format!("{words} for card {CARD}")
        } else {
            words.to_owned()
        })
    }
}

fn problem(status: u16, code: Option<&str>, message: Option<String>) -> Answer {
    Answer::Problem {
        status,
        code: code.map(str::to_owned),
        message,
        retry_after: None,
    }
}

#[async_trait]
impl Provider for Connection {
    fn adapter(&self) -> &str {
        "simulated"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.site.knobs().capabilities
    }

    async fn payment(&self, id: &PaymentId, _detail: Detail) -> Result<Payment, ReadError> {
        if !self.capabilities().shows_payments {
            let world = self.world();
            world.violate("I6", format_args!("{id} is read where no payment is shown"));
            let kind = ReadErrorKind::Unsupported;
            return Err(ReadError::new(kind, "no payments are shown"));
        }
        let begun = self.world().now();
        let at = self.reading().await?;
        let at = self.glitch(id).unwrap_or(at);
        if self.is_mixed_up() {
            let mut payments = (0..4).map(payment_id);
            let other = payments.find(|other| other != id).unwrap();
            return Ok(self.shown(&other, at));
        }
        messages::check::read(&self.site, id, begun);
        Ok(self.oddly(self.shown(id, at)))
    }

    async fn refund_status(
        &self,
        payment: &PaymentId,
        refund: &RefundId,
    ) -> Result<ProviderRefund, ReadError> {
        let at = self.reading().await?;
        if !self.site.knobs().status_reading || self.site.knobs().unstated {
            return Err(ReadError::new(ReadErrorKind::Unsupported, "no such call"));
        }
        let ledger = self.site.ledger();
        let number = refund.as_str().trim_start_matches("re_").parse::<usize>();
        let effect = number.ok().and_then(|number| ledger.effects.get(number));
        let (effect, status) = effect
            .and_then(|effect| Some((effect, effect.status(at)?.clone())))
            .ok_or_else(|| ReadError::new(ReadErrorKind::NotFound, "no such refund"))?;
        let (refund, status) = if self.is_mixed_up() {
            (RefundId::new("re_9999").unwrap(), RefundStatus::Succeeded)
        } else {
            (refund.clone(), status)
        };
        Ok(ProviderRefund {
            id: Some(refund),
            amount: Minor::new(effect.amount).filter(|_| !self.site.knobs().converts),
            currency: self.currency(),
            payment: Some(payment.clone()),
            ..ProviderRefund::with_status(status)
        })
    }

    async fn refunds(&self, _: &Period, _: Option<Cursor>) -> Result<RefundPage, ReadError> {
        Err(ReadError::new(ReadErrorKind::Unsupported, "no such call"))
    }

    async fn refund(&self, plan: &RefundPlan, attempt: Attempt) -> Answer {
        let request = Request {
            operation: attempt.operation().clone(),
            key: attempt.key().clone(),
            payment: plan.payment().clone(),
            kind: Kind::Refund,
            amount: plan.amount().minor().get(),
        };
        self.send(request, &attempt).await
    }

    async fn reverse(&self, plan: &ReversalPlan, attempt: Attempt) -> Answer {
        let request = Request {
            operation: attempt.operation().clone(),
            key: attempt.key().clone(),
            payment: plan.payment().clone(),
            kind: Kind::Reversal,
            amount: plan.amount().minor().get(),
        };
        self.send(request, &attempt).await
    }

    fn preview(&self, _plan: &Plan, _key: &ProviderKey) -> Result<Preview, Refusal> {
        Ok(Preview {
            method: "POST".to_owned(),
            url: "https://provider.example/refunds".to_owned(),
            headers: Vec::new(),
            body: None,
        })
    }
}

/// The provider's own clock, and the moment at which runs begin.
pub(crate) fn start() -> Timestamp {
    Timestamp::from_unix_millis(1_795_000_000_000).unwrap()
}
