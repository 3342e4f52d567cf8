//! The journal's entries about an operation, one by one: as flat objects, whose names are a contract, and
//! as sentences for people. All that is in them was masked before it was written down.

use refundkit::core::operation::{Fact, Source};
use refundkit::core::{Actor, ProviderRefund};
use refundkit::{Money, Operation, Plan, State};
use serde::Serialize;

use super::AmountJson;

mod answered;

/// One entry as programs read it. What an entry doesn't say isn't there. The names are a contract.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EntryJson {
    /// refundkit's id of the operation.
    pub operation: String,
    /// The configured provider.
    pub provider: String,
    /// The provider's id of the payment.
    pub payment: String,
    /// Which entry of the operation, counted from 1.
    pub entry: usize,
    /// When it became known.
    pub at: String,
    /// What it is: `begun`, `sent`, `answered`, `seen`, `contradicted`, `cancelled`, `absent`, `no_room`,
    /// `parked` or `decided`.
    pub event: &'static str,
    /// The operation's state with it.
    pub state: String,
    /// The attempt that it is about, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// `refund` or `reversal`, of what was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `full` or `partial`, of what was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'static str>,
    /// How much was asked for, or is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountJson>,
    /// The caller's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_key: Option<String>,
    /// The key or the token that is sent to the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_key: Option<String>,
    /// The plan that requests are made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// What an answer means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<&'static str>,
    /// The HTTP status of an answer, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// The provider's error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_code: Option<String>,
    /// The provider's message, what differs, or why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// How long the provider asks to wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_seconds: Option<u64>,
    /// Where the provider's word was seen: `listed`, `asked`, `total` or `webhook`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'static str>,
    /// The provider's id of the refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_refund_id: Option<String>,
    /// The provider's word for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_status: Option<String>,
    /// What a person decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<&'static str>,
    /// What the decision rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Who decided, or for whom it was begun, by the person's own word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Who was logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The ticket that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The reason, of the shop's own list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same as a sentence.
    pub text: String,
}

impl EntryJson {
    /// All entries of an operation, oldest first.
    #[must_use]
    pub fn all(operation: &Operation) -> Vec<Self> {
        let mut known = Operation::new(operation.intent.clone());
        let mut entries = vec![Self::begun(&known)];
        for evidence in &operation.evidence {
            let mut entry = Self::of(
                &known,
                entries.len().saturating_add(1),
                evidence.at.to_string(),
            );
            known.evidence.push(evidence.clone());
            entry.state = known.state().to_string();
            entry.tell(&evidence.fact, operation.intent.plan.amount());
            entries.push(entry);
        }
        entries
    }

    fn of(operation: &Operation, entry: usize, at: String) -> Self {
        let intent = &operation.intent;
        Self {
            operation: intent.id.to_string(),
            provider: intent.provider.to_string(),
            payment: intent.plan.payment().to_string(),
            entry,
            at,
            state: operation.state().to_string(),
            ..Self::default()
        }
    }

    fn begun(operation: &Operation) -> Self {
        let intent = &operation.intent;
        let plan = &intent.plan;
        let scope = if plan.is_full() { "full" } else { "partial" };
        let origin = &intent.origin;
        let words = |text: &Option<refundkit::Text>| text.as_ref().map(ToString::to_string);
        let mut entry = Self {
            event: "begun",
            kind: Some(plan.kind().to_string()),
            scope: Some(scope),
            amount: Some(plan.amount().into()),
            request_key: Some(intent.request_key.to_string()),
            provider_key: Some(intent.key.to_string()),
            plan: Some(plan.clone()),
            by: words(&origin.on_behalf_of),
            actor: origin.actor.as_ref().map(actor),
            ticket: words(&origin.ticket),
            reason: words(&origin.reason),
            ..Self::of(operation, 1, intent.created_at.to_string())
        };
        let mut text = vec![format!(
            "{} of {} ({scope}) of {} at {}, request key {}, key at the provider {}",
            plan.kind(),
            plan.amount(),
            plan.payment(),
            intent.provider,
            intent.request_key,
            intent.key,
        )];
        let besides = [
            ("for ", &entry.by),
            ("ticket ", &entry.ticket),
            ("because of ", &entry.reason),
        ];
        text.extend(
            besides
                .into_iter()
                .filter_map(|(what, words)| Some([what, words.as_deref()?].concat())),
        );
        entry.text = text.join(", ");
        entry
    }

    fn tell(&mut self, fact: &Fact, asked: Money) {
        match fact {
            Fact::Marked { attempt } => {
                self.event = "sent";
                self.attempt = Some(*attempt);
                self.text = "written down as about to be sent, and sent".to_owned();
            }
            Fact::Answered {
                attempt,
                outcome,
                wait_seconds,
            } => {
                self.event = "answered";
                self.attempt = Some(*attempt);
                self.wait_seconds = *wait_seconds;
                self.answered(outcome, asked);
            }
            Fact::Seen { by, refund } => {
                self.event = "seen";
                let (source, wherein) = source(*by);
                self.source = Some(source);
                self.shown(refund, asked);
                self.text = format!("{wherein} shows {}", said(refund, asked));
            }
            Fact::Contradicted { what, refund } => {
                self.event = "contradicted";
                self.message = Some(what.clone());
                self.shown(refund, asked);
                self.text = format!("{what}; the provider shows {}", said(refund, asked));
            }
            Fact::Cancelled {
                by,
                actor: login,
                ticket,
            } => {
                self.event = "cancelled";
                self.by = by.as_ref().map(ToString::to_string);
                self.actor = login.as_ref().map(actor);
                self.ticket = ticket.as_ref().map(ToString::to_string);
                let by = self.by.as_ref();
                let by = by.map_or_else(String::new, |by| format!(" for {by}"));
                let ticket = self.ticket.as_ref();
                let ticket = ticket.map_or_else(String::new, |ticket| format!(", ticket {ticket}"));
                self.text = format!("called off{by}{ticket}; nothing of it was under way");
            }
            Fact::Absent { attempt } => {
                self.event = "absent";
                self.attempt = Some(*attempt);
                self.text = "a complete reading shows nothing of it".to_owned();
            }
            Fact::NoRoom { attempt } => {
                self.event = "no_room";
                self.attempt = Some(*attempt);
                self.text =
                    "nothing tells whether it happened, and it can't happen twice".to_owned();
            }
            Fact::Parked { attempt, why, .. } => {
                self.event = "parked";
                self.attempt = Some(*attempt);
                self.message = Some(why.clone());
                self.text = format!("waits for a person: {why}");
            }
            Fact::Decided {
                attempt,
                decision,
                evidence,
                by,
                actor: login,
                ticket,
                ..
            } => {
                self.event = "decided";
                self.attempt = Some(*attempt);
                let decided = State::as_str(decision.state());
                self.decision = Some(decided);
                self.evidence = Some(evidence.to_string());
                self.by = Some(by.to_string());
                self.actor = login.as_ref().map(actor);
                self.ticket = ticket.as_ref().map(ToString::to_string);
                self.text = format!("{by} decided {decided}, on this evidence: {evidence}");
            }
            // A fact that a later version tells: that it is there is said.
            _ => {
                self.event = "other";
                self.text =
                    "something that this version of the command has no words for".to_owned();
            }
        }
    }

    fn shown(&mut self, refund: &ProviderRefund, asked: Money) {
        self.provider_refund_id = refund.id.as_ref().map(ToString::to_string);
        self.provider_status = Some(refund.status.to_string());
        self.amount = amount(refund, asked).map(AmountJson::from);
    }
}

/// The login's or the token's name.
fn actor(actor: &Actor) -> String {
    actor.id.to_string()
}

fn source(source: Source) -> (&'static str, &'static str) {
    match source {
        Source::Listed => ("listed", "the payment's list of refunds"),
        Source::Asked => ("asked", "the provider, asked about the refund,"),
        Source::Total => ("total", "the payment's total"),
        Source::Webhook => ("webhook", "a message of the provider"),
        _ => ("other", "the provider"),
    }
}

/// What is shown of it; in the currency of the payment, where the provider states none.
fn amount(refund: &ProviderRefund, asked: Money) -> Option<Money> {
    let currency = refund.currency.unwrap_or_else(|| asked.currency());
    Money::new(refund.amount?, currency).ok()
}

fn said(refund: &ProviderRefund, asked: Money) -> String {
    let id = refund.id.as_ref();
    let id = id.map_or_else(String::new, |id| format!("refund {id}: "));
    let amount = amount(refund, asked);
    let amount = amount.map_or_else(String::new, |amount| format!(", {amount}"));
    format!("{id}{}{amount}", refund.status)
}
