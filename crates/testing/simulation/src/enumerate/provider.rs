//! A provider of any kind, whose first two answers are chosen.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use refundkit::core::ProviderRefund;
use refundkit::core::answer::Answer;
use refundkit::core::capabilities::{
    Amounts, AnswerRule, Capabilities, Idempotency, Lookup, Meaning, OnRepeat, Partial, Reversal,
    Texts, USUALLY_SETTLED,
};
use refundkit::core::ports::{Attempt, Cursor, Detail, Period, ReadErrorKind, RefundPage};
use refundkit::core::{
    ListedRefunds, ProviderKey, RefundPlan, RefundStatus, Refusal, ReversalPlan, Stage,
};
use refundkit::{Minor, Payment, PaymentId, Plan, Preview, Provider, ReadError, RefundId, State};

use super::fragile::{Crash, Fragile};
use crate::finish;

pub(crate) const AMOUNT: i64 = 1000;

/// What protects a repeated refund, and what can be read back; `None` where no payment is shown.
pub(crate) const MODES: [(&str, Idempotency, Option<Lookup>); 7] = [
    ("key replayed, total", REPLAY, Some(Lookup::Total)),
    ("key replayed, token", REPLAY, Some(Lookup::ByToken)),
    ("key in conflict, token", CONFLICT, Some(Lookup::ByToken)),
    ("no key, token", Idempotency::None, Some(Lookup::ByToken)),
    ("no key, total", Idempotency::None, Some(Lookup::Total)),
    ("nothing", Idempotency::None, Some(Lookup::No)),
    ("key replayed, no payment shown", REPLAY, None),
];
pub(crate) const REPLAY: Idempotency = Idempotency::Key {
    lifetime: None,
    on_repeat: OnRepeat::Replay,
};
pub(crate) const CONFLICT: Idempotency = Idempotency::Key {
    lifetime: None,
    on_repeat: OnRepeat::Conflict,
};

/// What an attempt meets. The third and later ones meet a provider in good health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Executed,
    Pending,
    Refused,
    NotSent,
    LostAfterEffect,
    LostBeforeEffect,
    ErrorAfterEffect,
    ErrorBeforeEffect,
    Throttled,
    Unreadable,
    OtherAmount,
}

pub(crate) const CLASSES: [Class; 11] = [
    Class::Executed,
    Class::Pending,
    Class::Refused,
    Class::NotSent,
    Class::LostAfterEffect,
    Class::LostBeforeEffect,
    Class::ErrorAfterEffect,
    Class::ErrorBeforeEffect,
    Class::Throttled,
    Class::Unreadable,
    Class::OtherAmount,
];

/// What the second attempt meets.
pub(crate) const SECOND: [Class; 4] = [
    Class::Executed,
    Class::Refused,
    Class::LostAfterEffect,
    Class::LostBeforeEffect,
];

impl Class {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Executed => "executed",
            Self::Pending => "pending",
            Self::Refused => "refused",
            Self::NotSent => "not sent",
            Self::LostAfterEffect => "lost after the effect",
            Self::LostBeforeEffect => "lost before the effect",
            Self::ErrorAfterEffect => "500 after the effect",
            Self::ErrorBeforeEffect => "500 before the effect",
            Self::Throttled => "429",
            Self::Unreadable => "unreadable",
            Self::OtherAmount => "another amount",
        }
    }

    pub(crate) const fn has_effect(self) -> bool {
        match self {
            Self::Executed
            | Self::Pending
            | Self::LostAfterEffect
            | Self::ErrorAfterEffect
            | Self::Unreadable
            | Self::OtherAmount => true,
            Self::Refused
            | Self::NotSent
            | Self::LostBeforeEffect
            | Self::ErrorBeforeEffect
            | Self::Throttled => false,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Simulated {
    pub(crate) capabilities: Capabilities,
    pub(crate) classes: [Class; 2],
    pub(crate) crash: Arc<Crash>,
    pub(crate) journal: Arc<Fragile>,
    /// The keys and amounts of the effects, in their order.
    pub(crate) effects: Mutex<Vec<(ProviderKey, i64)>>,
    pub(crate) sends: Mutex<u32>,
    /// The first thing that must not happen and did.
    pub(crate) broken: Mutex<Option<String>>,
}

impl Simulated {
    pub(crate) fn broke(&self, what: String) {
        self.broken.lock().unwrap().get_or_insert(what);
    }

    pub(crate) fn effects(&self) -> Vec<i64> {
        let effects = self.effects.lock().unwrap();
        effects.iter().map(|(_, amount)| *amount).collect()
    }

    fn apply(&self, key: &ProviderKey, class: Class) {
        let amount = if class == Class::OtherAmount {
            AMOUNT + 1
        } else {
            AMOUNT
        };
        self.effects.lock().unwrap().push((key.clone(), amount));
    }

    fn knows(&self, key: &ProviderKey) -> Option<OnRepeat> {
        match self.capabilities.refund_key {
            Idempotency::None => None,
            Idempotency::Key { on_repeat, .. } => self
                .effects
                .lock()
                .unwrap()
                .iter()
                .any(|(known, _)| known == key)
                .then_some(on_repeat),
        }
    }

    fn answer(&self, class: Class) -> Answer {
        let problem = |status, code: Option<&str>| Answer::Problem {
            status,
            code: code.map(str::to_owned),
            message: None,
            retry_after: None,
        };
        match class {
            Class::Executed => Answer::Refund(fact(RefundStatus::Succeeded, AMOUNT)),
            Class::Pending => Answer::Refund(fact(RefundStatus::Pending, AMOUNT)),
            Class::OtherAmount => Answer::Refund(fact(RefundStatus::Succeeded, AMOUNT + 1)),
            Class::Refused => problem(400, Some("no")),
            Class::Throttled => problem(429, None),
            Class::ErrorAfterEffect | Class::ErrorBeforeEffect => problem(500, None),
            Class::NotSent => Answer::NotSent {
                why: "no route".to_owned(),
            },
            Class::LostAfterEffect | Class::LostBeforeEffect => Answer::Lost {
                why: "silence".to_owned(),
            },
            Class::Unreadable => Answer::Unreadable {
                status: 200,
                why: "nonsense".to_owned(),
                retry_after: None,
            },
        }
    }
}

pub(crate) fn fact(status: RefundStatus, amount: i64) -> ProviderRefund {
    ProviderRefund {
        id: RefundId::new("re_1").ok(),
        amount: Minor::new(amount),
        currency: "GBP".parse().ok(),
        payment: PaymentId::new("pay_1").ok(),
        ..ProviderRefund::with_status(status)
    }
}

#[async_trait]
impl Provider for Simulated {
    fn adapter(&self) -> &str {
        "simulated"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn payment(&self, id: &PaymentId, _detail: Detail) -> Result<Payment, ReadError> {
        if !self.capabilities.shows_payments {
            self.broke("a payment is read where none is shown".to_owned());
        }
        self.crash.point("before a reading").await;
        let mut payment = Payment::new(id.clone(), "GBP".parse().unwrap(), Stage::Captured);
        payment.captured = Minor::new(5000).unwrap();
        payment.authorized = payment.captured;
        let effects = self.effects.lock().unwrap().clone();
        let sum = effects.iter().map(|(_, amount)| amount).sum();
        payment.refunded = Minor::new(sum);
        let seen = |(key, amount): (ProviderKey, i64)| ProviderRefund {
            id: RefundId::new("re_1").ok(),
            token: Some(key),
            amount: Minor::new(amount),
            ..ProviderRefund::with_status(RefundStatus::Succeeded)
        };
        if self.capabilities.lookup == Lookup::ByToken {
            payment.refunds = Some(ListedRefunds::whole(
                effects.into_iter().map(seen).collect(),
            ));
        }
        Ok(payment)
    }

    async fn refund_status(
        &self,
        _payment: &PaymentId,
        _refund: &RefundId,
    ) -> Result<ProviderRefund, ReadError> {
        Err(ReadError::new(ReadErrorKind::Unsupported, "no such call"))
    }

    async fn refunds(&self, _: &Period, _: Option<Cursor>) -> Result<RefundPage, ReadError> {
        Err(ReadError::new(ReadErrorKind::Unsupported, "no such call"))
    }

    async fn refund(&self, plan: &RefundPlan, attempt: Attempt) -> Answer {
        let kept = finish::all_in(&self.journal.store).into_iter();
        let mut kept = kept.filter(|operation| operation.intent.id == *attempt.operation());
        let operation = kept.next().unwrap();
        if operation.state() != State::Attempting {
            self.broke("a send has no mark of its own".to_owned());
        }
        if plan.amount().minor().get() != AMOUNT {
            self.broke("another amount is sent".to_owned());
        }
        self.crash.point("before the effect").await;
        let class = {
            let mut sends = self.sends.lock().unwrap();
            *sends += 1;
            match *sends {
                1 => self.classes[0],
                2 => self.classes[1],
                _ => Class::Executed,
            }
        };
        let repeated = self.knows(attempt.key());
        if repeated.is_none() && class.has_effect() {
            self.apply(attempt.key(), class);
        }
        self.crash.point("after the effect").await;
        match repeated.filter(|_| class == Class::Executed) {
            Some(OnRepeat::Conflict) => Answer::Problem {
                status: 409,
                code: Some("key_used".to_owned()),
                message: None,
                retry_after: None,
            },
            // The first answer once more.
            Some(OnRepeat::Replay) => {
                Answer::Refund(fact(RefundStatus::Succeeded, self.effects()[0]))
            }
            None => self.answer(class),
        }
    }

    async fn reverse(&self, _plan: &ReversalPlan, _attempt: Attempt) -> Answer {
        panic!("nobody asked for a reversal");
    }

    fn preview(&self, _plan: &Plan, _key: &ProviderKey) -> Result<Preview, Refusal> {
        panic!("nobody asked for a preview");
    }
}

pub(crate) fn capabilities(refund_key: Idempotency, lookup: Option<Lookup>) -> Capabilities {
    Capabilities {
        partial: Partial::ByAmount,
        by_item: false,
        reversal: Reversal::No,
        refund_key,
        reversal_key: Idempotency::None,
        lookup: lookup.unwrap_or(Lookup::No),
        enforces_cap: false,
        one_open_refund: true,
        shows_disputes: false,
        windows: Vec::new(),
        settles_within: USUALLY_SETTLED,
        amounts: Amounts::any(),
        largest_amount: i64::MAX,
        refund_texts: Texts {
            reason: None,
            notes: None,
            order_id: None,
            metadata: None,
        },
        shows_payments: lookup.is_some(),
        reasons: Vec::new(),
        reason_required: false,
        extras: Vec::new(),
        reversal_reason: None,
        answers: vec![
            AnswerRule::status_code(409, "key_used", Meaning::Exists),
            AnswerRule::status(400, Meaning::Refused),
            AnswerRule::status(429, Meaning::NotProcessed).without_body(),
        ],
    }
}
