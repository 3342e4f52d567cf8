//! A provider in memory, with a ledger and faults.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use refundkit::core::ProviderRefund;
use refundkit::core::answer::Answer;
use refundkit::core::capabilities::{Capabilities, Idempotency, Lookup, OnRepeat};
use refundkit::core::operation::Evidence;
use refundkit::core::ports::ReadErrorKind;
use refundkit::core::{
    Attempt, Cursor, Detail, Dispute, DisputeStage, ListedRefunds, Period, ProviderKey, RefundPage,
    RefundPlan, RefundStatus, Refusal, ReversalPlan, Stage,
};
use refundkit::{
    Kind, Minor, Money, Payment, PaymentId, Plan, Preview, Provider, ReadError, RefundId,
};
use tokio::sync::Notify;

use super::fault::{Effect, Fault, Meanwhile};
use super::most::Most;
use super::*;

#[derive(Debug, Default)]
struct Book {
    payments: BTreeMap<PaymentId, Payment>,
    ledger: Vec<Effect>,
    faults: VecDeque<Fault>,
    calls: Vec<&'static str>,
    keys: Vec<ProviderKey>,
    stale: bool,
    down: bool,
    asks_to_wait: Option<Duration>,
    mute: bool,
    on_the_way: Most,
    unanswered: Most,
    meanwhile: Option<Meanwhile>,
    forgotten: usize,
}

/// A provider in memory. It does what it is told, cap or no cap: holding back is the engine's job.
#[derive(Debug)]
pub(crate) struct FakeProvider {
    capabilities: Capabilities,
    book: Mutex<Book>,
    /// Told when a send hangs.
    pub(crate) hung: Notify,
}

impl FakeProvider {
    pub(crate) fn new(capabilities: Capabilities, payments: Vec<Payment>) -> Self {
        let payments = payments
            .into_iter()
            .map(|payment| (payment.id.clone(), payment));
        Self {
            capabilities,
            book: Mutex::new(Book {
                payments: payments.collect(),
                ..Book::default()
            }),
            hung: Notify::new(),
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happens to the next sends, one after the other; without a fault once they are used up.
    pub(crate) fn faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.book().faults.extend(faults);
    }

    /// Whether readings show no refund at all, as a list that lags behind does.
    pub(crate) fn stale(&self, stale: bool) {
        self.book().stale = stale;
    }

    /// Whether nothing can be read.
    pub(crate) fn down(&self, down: bool) {
        self.book().down = down;
    }

    /// Nothing can be read, and it asks to wait for so long.
    pub(crate) fn asks_to_wait(&self, wait: Duration) {
        let mut book = self.book();
        book.down = true;
        book.asks_to_wait = Some(wait);
    }

    pub(crate) fn hide(&self, payment: &str) {
        self.book().payments.remove(&payment_id(payment));
    }

    /// Its customer disputes all of it.
    pub(crate) fn dispute(&self, payment: &str) {
        let mut book = self.book();
        let disputed = book.payments.get_mut(&payment_id(payment)).unwrap();
        disputed.disputes = Some(vec![Dispute {
            id: None,
            stage: DisputeStage::Open,
            amount: None,
            created_at: None,
        }]);
    }

    pub(crate) fn mute(&self) {
        self.book().mute = true;
    }

    /// While the next payment is being read, this is written down.
    pub(crate) fn meanwhile(&self, meanwhile: Meanwhile) {
        self.book().meanwhile = Some(meanwhile);
    }

    /// Forgets all effects so far, as if they had been called off in its dashboard.
    pub(crate) fn forget(&self) {
        let mut book = self.book();
        book.forgotten += book.ledger.len();
        book.ledger.clear();
    }

    /// Gives all effects so far another status.
    pub(crate) fn turn(&self, status: &RefundStatus) {
        for effect in &mut self.book().ledger {
            effect.status = status.clone();
        }
    }

    /// All that was carried out.
    pub(crate) fn ledger(&self) -> Vec<Effect> {
        self.book().ledger.clone()
    }

    /// The minor units that were returned of a payment.
    pub(crate) fn returned(&self, payment: &str) -> i64 {
        let payment = payment_id(payment);
        let book = self.book();
        let of_payment = book.ledger.iter().filter(|effect| {
            effect.payment == payment && !matches!(effect.status, RefundStatus::Failed)
        });
        of_payment.map(|effect| effect.amount.minor().get()).sum()
    }

    /// Every call in the order in which it came.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        self.book().calls.clone()
    }

    /// How many refunds and reversals were sent, whatever became of them.
    pub(crate) fn sends(&self) -> usize {
        self.book().keys.len()
    }

    /// The key of every send.
    pub(crate) fn keys(&self) -> Vec<ProviderKey> {
        self.book().keys.clone()
    }

    /// The most sends of one payment at the same time that weren't carried out yet.
    pub(crate) fn most_on_the_way(&self) -> usize {
        self.book().on_the_way.most
    }

    /// The most sends of one payment at the same time whose answer hadn't come back yet.
    pub(crate) fn most_unanswered(&self) -> usize {
        self.book().unanswered.most
    }

    async fn send(
        &self,
        call: &'static str,
        kind: Kind,
        payment: &PaymentId,
        amount: Money,
        attempt: Attempt,
    ) -> Answer {
        let fault = {
            let mut book = self.book();
            book.calls.push(call);
            book.keys.push(attempt.key().clone());
            book.on_the_way.enter(payment);
            book.unanswered.enter(payment);
            book.faults.pop_front()
        };
        // Whoever wants to get in between has the chance to.
        tokio::task::yield_now().await;
        let answer = self.answer(fault.as_ref(), kind, payment, amount, attempt.key());
        if fault == Some(Fault::Hang) {
            self.hung.notify_one();
            std::future::pending::<()>().await;
        }
        tokio::task::yield_now().await;
        self.book().unanswered.leave(payment);
        answer
    }

    fn answer(
        &self,
        fault: Option<&Fault>,
        kind: Kind,
        payment: &PaymentId,
        amount: Money,
        key: &ProviderKey,
    ) -> Answer {
        let lost = || Answer::Lost {
            why: "the connection was closed".to_owned(),
        };
        let mut book = self.book();
        // Whoever sees its effect also sees that it isn't on its way any more.
        book.on_the_way.leave(payment);
        let status = match fault {
            Some(Fault::NotSent) => {
                return Answer::NotSent {
                    why: "connection refused".to_owned(),
                };
            }
            Some(Fault::LoseRequest) => return lost(),
            Some(Fault::Refuse) => return problem(400),
            Some(Fault::ServerError) => return problem(500),
            Some(Fault::Busy) => return problem(429),
            Some(Fault::Unlisted) => return problem(402),
            Some(Fault::Wait(wait)) => {
                return Answer::Problem {
                    status: 429,
                    code: None,
                    message: None,
                    retry_after: Some(*wait),
                };
            }
            Some(Fault::Page(wait)) => {
                return Answer::Unreadable {
                    status: 429,
                    why: "a page".to_owned(),
                    retry_after: Some(*wait),
                };
            }
            Some(Fault::Stored) => return Answer::Refund(fact(&book.ledger[0])),
            Some(Fault::Status(status)) => status.clone(),
            Some(
                Fault::LoseAnswer
                | Fault::ServerErrorAfterEffect
                | Fault::OtherAmount
                | Fault::Hang,
            )
            | None => RefundStatus::Succeeded,
        };
        let effect = match self.carry_out(&mut book, kind, payment, amount, key, status) {
            Ok(effect) => effect,
            Err(conflict) => return conflict,
        };
        match fault {
            Some(Fault::LoseAnswer) => lost(),
            Some(Fault::ServerErrorAfterEffect) => problem(500),
            Some(Fault::OtherAmount) => Answer::Refund(ProviderRefund {
                amount: effect.amount.minor().checked_add(minor(1)),
                ..fact(&effect)
            }),
            _ => Answer::Refund(fact(&effect)),
        }
    }

    /// Does it, or finds that it was done under this key before.
    fn carry_out(
        &self,
        book: &mut Book,
        kind: Kind,
        payment: &PaymentId,
        amount: Money,
        key: &ProviderKey,
        status: RefundStatus,
    ) -> Result<Effect, Answer> {
        let idempotency = match kind {
            Kind::Refund => self.capabilities.refund_key,
            Kind::Reversal => self.capabilities.reversal_key,
        };
        if let Idempotency::Key { on_repeat, .. } = idempotency {
            let before = book
                .ledger
                .iter()
                .find(|effect| effect.key.as_ref() == Some(key));
            match (before, on_repeat) {
                (Some(effect), OnRepeat::Replay) => return Ok(effect.clone()),
                (Some(_), OnRepeat::Conflict) => return Err(problem(409)),
                (None, _) => {}
            }
        }
        let effect = Effect {
            id: format!("rf_{}", book.forgotten + book.ledger.len() + 1)
                .parse()
                .unwrap(),
            payment: payment.clone(),
            kind,
            amount,
            key: Some(key.clone()),
            status,
        };
        book.ledger.push(effect.clone());
        Ok(effect)
    }

    fn read(&self, payment: &PaymentId) -> Result<Payment, ReadError> {
        let book = self.readable("payment")?;
        if !self.capabilities.shows_payments {
            let kind = ReadErrorKind::Unsupported;
            return Err(ReadError::new(kind, "the provider shows no payments"));
        }
        let missing = || ReadError::new(ReadErrorKind::NotFound, "no such payment");
        let mut read = book.payments.get(payment).cloned().ok_or_else(missing)?;
        let shown: Vec<&Effect> = book
            .ledger
            .iter()
            .filter(|effect| effect.payment == *payment && !book.stale)
            .collect();
        if shown.iter().any(|effect| effect.kind == Kind::Reversal) {
            read.stage = Stage::Reversed;
            return Ok(read);
        }
        let counted = shown
            .iter()
            .filter(|effect| effect.status != RefundStatus::Failed)
            .map(|effect| effect.amount.minor());
        read.refunded = Minor::checked_sum(counted);
        if self.capabilities.lookup == Lookup::ByToken {
            read.refunds = Some(ListedRefunds::whole(shown.into_iter().map(seen).collect()));
        }
        Ok(read)
    }

    fn readable(&self, call: &'static str) -> Result<MutexGuard<'_, Book>, ReadError> {
        let mut book = self.book();
        book.calls.push(call);
        if book.down {
            let mut away = ReadError::new(ReadErrorKind::Unavailable, "no answer in time");
            away.retry_after = book.asks_to_wait;
            return Err(away);
        }
        Ok(book)
    }
}

fn problem(status: u16) -> Answer {
    Answer::Problem {
        status,
        code: Some(format!("E{status}")),
        message: None,
        retry_after: None,
    }
}

fn fact(effect: &Effect) -> ProviderRefund {
    ProviderRefund {
        id: Some(effect.id.clone()),
        amount: Some(effect.amount.minor()),
        currency: Some(effect.amount.currency()),
        payment: Some(effect.payment.clone()),
        ..ProviderRefund::with_status(effect.status.clone())
    }
}

fn seen(effect: &Effect) -> ProviderRefund {
    ProviderRefund {
        id: Some(effect.id.clone()),
        token: effect.key.clone(),
        amount: Some(effect.amount.minor()),
        ..ProviderRefund::with_status(effect.status.clone())
    }
}

#[async_trait]
impl Provider for FakeProvider {
    fn adapter(&self) -> &str {
        "fake"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn payment(&self, payment: &PaymentId, _: Detail) -> Result<Payment, ReadError> {
        let read = self.read(payment);
        // What was read is old by the time that it is used: others have had their chance.
        tokio::task::yield_now().await;
        let meanwhile = self.book().meanwhile.take();
        if let Some(meanwhile) = meanwhile {
            meanwhile.clock.advance(Duration::from_secs(1));
            let (at, fact) = (meanwhile.clock.now(), meanwhile.fact);
            let evidence = Evidence { at, fact };
            let written = meanwhile.journal.append(&meanwhile.operation, &evidence);
            written.await;
            meanwhile.clock.advance(Duration::from_secs(1));
        }
        read
    }

    async fn refund_status(
        &self,
        payment: &PaymentId,
        refund: &RefundId,
    ) -> Result<ProviderRefund, ReadError> {
        let book = self.readable("refund_status")?;
        if book.mute {
            return Err(ReadError::new(ReadErrorKind::Unsupported, "no such call"));
        }
        book.ledger
            .iter()
            .find(|effect| effect.payment == *payment && effect.id == *refund)
            .map(fact)
            .ok_or_else(|| ReadError::new(ReadErrorKind::NotFound, "no such refund"))
    }

    async fn refunds(&self, _: &Period, _: Option<Cursor>) -> Result<RefundPage, ReadError> {
        let book = self.readable("refunds")?;
        let shown = |effect: &Effect| ProviderRefund {
            payment: Some(effect.payment.clone()),
            currency: Some(effect.amount.currency()),
            ..seen(effect)
        };
        Ok(RefundPage {
            refunds: book.ledger.iter().map(shown).collect(),
            next: None,
        })
    }

    async fn refund(&self, plan: &RefundPlan, attempt: Attempt) -> Answer {
        let (payment, amount) = (plan.payment(), plan.amount());
        self.send("refund", Kind::Refund, payment, amount, attempt)
            .await
    }

    async fn reverse(&self, plan: &ReversalPlan, attempt: Attempt) -> Answer {
        let (payment, amount) = (plan.payment(), plan.amount());
        self.send("reverse", Kind::Reversal, payment, amount, attempt)
            .await
    }

    fn preview(&self, plan: &Plan, key: &ProviderKey) -> Result<Preview, Refusal> {
        Ok(Preview {
            method: "POST".to_owned(),
            url: format!("https://fake.test/{}/{}", plan.payment(), plan.kind()),
            headers: vec![("Idempotency-Key".to_owned(), key.to_string())],
            body: Some(plan.amount().to_string()),
        })
    }
}
