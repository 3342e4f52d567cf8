//! The provider suite runs over a provider that shows no payments, too.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use refundkit_conformance::provider::Harm;
use refundkit_conformance::{ProviderHarness, capabilities};
use refundkit_core::ProviderRefund;
use refundkit_core::answer::Answer;
use refundkit_core::capabilities::{AnswerRule, Capabilities, Idempotency, Meaning, OnRepeat};
use refundkit_core::ports::ReadErrorKind;
use refundkit_core::{
    Attempt, Cursor, Detail, Payment, PaymentId, Period, Plan, Preview, Provider, ProviderKey,
    ReadError, RefundId, RefundPage, RefundPlan, RefundRequest, RefundStatus, Refusal,
    ReversalPlan, Timestamp,
};

const PAID: i64 = 5_000;

#[derive(Debug)]
struct Unseen {
    capabilities: Capabilities,
    reachable: bool,
    effects: Mutex<BTreeMap<ProviderKey, ProviderRefund>>,
    harm: Mutex<Harm>,
}

impl Unseen {
    fn new(reachable: bool) -> Self {
        let capabilities = Capabilities {
            shows_payments: false,
            refund_key: Idempotency::Key {
                lifetime: None,
                on_repeat: OnRepeat::Replay,
            },
            answers: vec![
                AnswerRule::status(422, Meaning::Refused).without_body(),
                AnswerRule::status(429, Meaning::NotProcessed).without_body(),
            ],
            ..capabilities()
        };
        Self {
            capabilities,
            reachable,
            effects: Mutex::default(),
            harm: Mutex::new(Harm::None),
        }
    }

    fn effects(&self) -> MutexGuard<'_, BTreeMap<ProviderKey, ProviderRefund>> {
        self.effects.lock().unwrap()
    }

    fn returned(&self) -> i64 {
        let effects = self.effects();
        let amounts = effects.values().filter_map(|fact| fact.amount);
        amounts.map(refundkit_core::Minor::get).sum()
    }

    /// Replayed, refused where there is no room, or carried out.
    fn carry_out(&self, plan: &RefundPlan, key: &ProviderKey) -> Answer {
        if let Some(known) = self.effects().get(key) {
            return Answer::Refund(known.clone());
        }
        if self.returned() + plan.amount().minor().get() > PAID {
            return problem(422);
        }
        let mut effects = self.effects();
        let fact = ProviderRefund {
            id: RefundId::new(format!("re_{}", effects.len())).ok(),
            amount: Some(plan.amount().minor()),
            currency: Some(plan.amount().currency()),
            payment: Some(plan.payment().clone()),
            ..ProviderRefund::with_status(RefundStatus::Pending)
        };
        effects.insert(key.clone(), fact.clone());
        Answer::Refund(fact)
    }
}

fn problem(status: u16) -> Answer {
    Answer::Problem {
        status,
        code: None,
        message: None,
        retry_after: (status == 429).then_some(Duration::from_secs(1)),
    }
}

fn unsupported() -> ReadError {
    ReadError::new(ReadErrorKind::Unsupported, "there is no such call")
}

#[async_trait]
impl Provider for Unseen {
    fn adapter(&self) -> &str {
        "unseen"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn payment(&self, _: &PaymentId, _: Detail) -> Result<Payment, ReadError> {
        Err(unsupported())
    }

    async fn refund_status(
        &self,
        _: &PaymentId,
        _: &RefundId,
    ) -> Result<ProviderRefund, ReadError> {
        Err(unsupported())
    }

    async fn refunds(&self, _: &Period, _: Option<Cursor>) -> Result<RefundPage, ReadError> {
        Err(unsupported())
    }

    async fn refund(&self, plan: &RefundPlan, attempt: Attempt) -> Answer {
        if !self.reachable {
            let why = "connection refused".to_owned();
            return Answer::NotSent { why };
        }
        let harm = *self.harm.lock().unwrap();
        match harm {
            Harm::None => self.carry_out(plan, attempt.key()),
            Harm::LoseAnswers => {
                self.carry_out(plan, attempt.key());
                let why = "no answer".to_owned();
                Answer::Lost { why }
            }
            Harm::Fail => problem(500),
            Harm::Throttle => problem(429),
        }
    }

    async fn reverse(&self, _: &ReversalPlan, _: Attempt) -> Answer {
        problem(404)
    }

    fn preview(&self, plan: &Plan, key: &ProviderKey) -> Result<Preview, Refusal> {
        Ok(Preview {
            method: "POST".to_owned(),
            url: format!("https://unseen.test/{}/refunds", plan.payment()),
            headers: vec![("idempotency-key".to_owned(), key.to_string())],
            body: Some(plan.amount().to_string()),
        })
    }
}

struct Harness {
    provider: Unseen,
    unreachable: Unseen,
}

impl ProviderHarness for Harness {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    fn unreachable(&self) -> &dyn Provider {
        &self.unreachable
    }

    fn captured(&self) -> PaymentId {
        PaymentId::new("pay_1").unwrap()
    }

    fn complete(&self, request: RefundRequest) -> RefundRequest {
        request.paid("50.00 GBP".parse().unwrap())
    }

    fn authorized(&self) -> Option<PaymentId> {
        None
    }

    fn now(&self) -> Timestamp {
        Timestamp::epoch()
    }

    fn returned(&self, _: &PaymentId) -> (i64, usize) {
        (self.provider.returned(), self.provider.effects().len())
    }

    fn harm(&self, harm: Harm) {
        *self.provider.harm.lock().unwrap() = harm;
    }

    fn secret(&self) -> &'static str {
        "a key that nothing shows"
    }
}

async fn make() -> Harness {
    Harness {
        provider: Unseen::new(true),
        unreachable: Unseen::new(false),
    }
}

refundkit_conformance::provider_suite!(make);
