//! One story from the request to the ledger.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use refundkit::{
    Currency, Filter, MemoryStore, Minor, Money, Operation, Provider, ProviderName, RefundRequest,
    Refunds, RequestKey, ReversalRequest, Text, Worker,
};
use refundkit_sandbox::{Payment, Sandbox, SandboxConfig, Stage};

use super::json::Json;
use super::judge::End;
use super::scenario::{Before, Scenario};
use super::site::{Route, Site};
use super::wire::{Story, Wire};
use crate::world::at_once;

/// Noon, so that no day ends within the hour.
const NOON: i64 = 1_795_003_200_000;
const HOUR_MILLIS: i64 = 3_600_000;
/// The payment, and what is paid.
pub(super) const PAYMENT: &str = "pay_matrix";
pub(super) const CAPTURED: i64 = 5_000;
/// What the operation that is watched returns, and what others return: no two are the same, so that
/// each effect tells whose it is.
pub(super) const AMOUNT: i64 = 1_000;
pub(super) const FIRST: i64 = 720;
const EARLIER: i64 = 300;
/// So many refunds that a list has two pages, and what each of them returned.
const MANY: u16 = 104;
const EACH: i64 = 10;
/// Longer than what leaves room for a token behind it.
const LONG_REASON: usize = 2_990;
/// Another payment, whose answers are told for those of the first.
const OTHER: &str = "pay_another";
/// One that is alike.
const TWIN: &str = "pay_twin";
const OTHER_CAPTURED: i64 = 6_400;
const OTHER_EARLIER: i64 = 450;
const OTHER_AMOUNT: i64 = 650;
/// When the worker looks, in minutes after the request.
const LOOKS: [u64; 10] = [
    1,
    16,
    18,
    20,
    61,
    2 * 60,
    13 * 60,
    25 * 60,
    25 * 60 + 2,
    26 * 60,
];
const MINUTE: Duration = Duration::from_secs(60);
/// Between a first refund and the one that is watched.
const BETWEEN: Duration = Duration::from_secs(300);

/// The adapter of a site, and the way that it sends by.
pub(super) struct Line {
    wire: Arc<Wire>,
    adapter: Arc<dyn Provider>,
}

impl Line {
    pub(super) fn to(site: &Site) -> Self {
        let wire = Arc::new(Wire::default());
        let adapter = (site.adapter)(Arc::clone(&wire) as _);
        Self { wire, adapter }
    }
}

/// A story at its beginning, with the truth told in it.
pub(super) fn story(site: &Arc<Site>, scenario: Scenario) -> Story {
    Story::new(site, sandbox(site, &scenario), scenario)
}

/// A sandbox with three payments in it, and nothing that happens by chance.
fn sandbox(site: &Site, scenario: &Scenario) -> Sandbox {
    let mut config = SandboxConfig::default();
    config.api_key = site.api_key.to_owned();
    config.still_at = Some(NOON);
    config.complete_after = scenario.completes_after;
    let sandbox = Sandbox::without_ports(&config);
    let made = NOON - HOUR_MILLIS;
    let paid = |id: &str, amount: i64, item: i64| {
        let paid = Payment::captured(site.at, id, amount, site.currency, made);
        if site.at == refundkit_sandbox::Provider::Dodo {
            return paid.auto().with_items(&[(item, 0), (amount - item, 0)]);
        }
        paid
    };
    let mut payment = paid(PAYMENT, CAPTURED, 3_000);
    match scenario.before {
        Before::Nothing => {}
        Before::One => {
            payment = payment.with_refund("rf_earlier", EARLIER, Some("by hand"), made);
        }
        Before::Many => {
            for number in 0..MANY {
                let (id, at) = (format!("rf_{number}"), made + i64::from(number));
                payment = payment.with_refund(&id, EACH, Some(&format!("by hand {number}")), at);
            }
        }
    }
    let mut other = paid(OTHER, OTHER_CAPTURED, 4_000);
    let mut twin = paid(TWIN, CAPTURED, 3_000);
    if scenario.reversal {
        payment = payment.at(Stage::Authorized);
        other = other.at(Stage::Authorized);
        twin = twin.at(Stage::Authorized);
    } else {
        other = other.with_refund("rf_other", OTHER_EARLIER, Some("by hand too"), made);
    }
    for payment in [payment, other, twin] {
        sandbox.add_payment(payment);
    }
    sandbox
}

/// What had been returned of the payment before.
pub(super) fn earlier(scenario: &Scenario) -> i64 {
    match scenario.before {
        Before::Nothing => 0,
        Before::One => EARLIER,
        Before::Many => i64::from(MANY) * EACH,
    }
}

/// A story that was told to its end.
pub(super) struct Told {
    pub(super) story: Story,
    pub(super) operations: Vec<Operation>,
    /// What the engine could not carry out though nobody kept it from it.
    pub(super) trouble: Vec<String>,
}

/// Tells a story to its end.
pub(super) fn run(line: &Line, story: Story) -> Told {
    let scenario = story.scenario;
    line.wire.begin(story);
    let engine = engine(line);
    let name = name();
    let mut trouble = Vec::new();
    if scenario.second {
        let first = Wanted::of(PAYMENT, "first", FIRST, &scenario);
        trouble.extend(ask(line, &engine, &first).err());
        wait(line, BETWEEN);
    }
    line.wire.with(|story| story.armed = true);
    // A refusal before anything was written down is no trouble: nothing was sent then.
    let watched = Wanted::of(PAYMENT, "watched", AMOUNT, &scenario);
    drop(ask(line, &engine, &watched));
    let mut worker = Worker::new(&engine, &name);
    let mut passed = Duration::ZERO;
    for minutes in LOOKS {
        if operations(&engine).iter().all(|one| one.state().is_final()) {
            break;
        }
        let at = MINUTE.saturating_mul(u32::try_from(minutes).unwrap());
        if let Some(forgets) = scenario.forgets_after
            && passed < forgets
            && forgets <= at
        {
            line.wire.with(|story| {
                story.sandbox.forget_keys();
                story.forgotten = true;
                story.note(format_args!("all keys are forgotten"));
            });
        }
        wait(line, at.saturating_sub(passed));
        passed = at;
        match at_once(worker.round()) {
            Ok(round) => {
                for operation in round.changed {
                    note(line, &operation);
                }
            }
            Err(error) => trouble.push(error.to_string()),
        }
    }
    Told {
        operations: operations(&engine),
        story: line.wire.end(),
        trouble,
    }
}

/// The answers about another payment, which is refunded or reversed in peace: the last of each kind.
pub(super) fn answers_of_another(line: &Line, story: Story) -> HashMap<Route, Json> {
    let samples = in_peace(line, story, OTHER, OTHER_AMOUNT);
    samples.into_iter().collect()
}

/// The same of the one that is alike: the first of each kind.
pub(super) fn answers_of_twin(line: &Line, story: Story) -> HashMap<Route, Json> {
    let samples = in_peace(line, story, TWIN, AMOUNT);
    samples.into_iter().rev().collect()
}

fn in_peace(line: &Line, story: Story, payment: &'static str, amount: i64) -> Vec<(Route, Json)> {
    let wanted = Wanted::of(payment, "other", amount, &story.scenario);
    line.wire.begin(story);
    let engine = engine(line);
    line.wire.with(|story| story.armed = true);
    ask(line, &engine, &wanted).unwrap();
    wait(line, MINUTE);
    for operation in operations(&engine) {
        drop(at_once(engine.refresh(&operation.intent.id)));
    }
    drop(at_once(
        engine.refresh_payment(&name(), &payment.parse().unwrap()),
    ));
    let samples = line.wire.end().samples.unwrap_or_default().into_iter();
    samples
        .filter_map(|sample| Some((sample.about, Json::read(&sample.body)?)))
        .collect()
}

fn engine(line: &Line) -> Refunds {
    Refunds::builder()
        .namespace("matrix".parse().unwrap())
        .provider(name(), Arc::clone(&line.adapter))
        .journal(Arc::new(MemoryStore::new()))
        .clock(Arc::clone(&line.wire) as _)
        .build()
        .unwrap()
}

fn name() -> ProviderName {
    "provider".parse().unwrap()
}

/// What is asked for; without an amount, all that is left.
struct Wanted {
    payment: &'static str,
    key: &'static str,
    amount: Option<i64>,
    reversal: bool,
    long_reason: bool,
}

impl Wanted {
    fn of(payment: &'static str, key: &'static str, amount: i64, scenario: &Scenario) -> Self {
        let part = !scenario.whole && !scenario.reversal;
        Self {
            payment,
            key,
            amount: part.then_some(amount),
            reversal: scenario.reversal,
            long_reason: scenario.long_reason,
        }
    }

    fn request(&self, currency: &str) -> RefundRequest {
        let mut request = RefundRequest::new(self.payment.parse().unwrap(), self.key());
        if let Some(amount) = self.amount {
            let currency: Currency = currency.parse().unwrap();
            let amount = Money::new(Minor::new(amount).unwrap(), currency).unwrap();
            request = request.amount(amount);
        }
        if self.long_reason {
            request = request.reason(Text::new("x".repeat(LONG_REASON)).unwrap());
        }
        request
    }

    fn key(&self) -> RequestKey {
        RequestKey::new(self.key).unwrap()
    }
}

fn ask(line: &Line, engine: &Refunds, wanted: &Wanted) -> Result<(), String> {
    let done = if wanted.reversal {
        let request = ReversalRequest::new(wanted.payment.parse().unwrap(), wanted.key());
        at_once(engine.reverse(&name(), &request))
    } else {
        let currency = line.wire.with(|story| story.site.currency);
        at_once(engine.refund(&name(), &wanted.request(currency)))
    };
    match done {
        Ok(operation) => {
            note(line, &operation);
            Ok(())
        }
        Err(error) => {
            line.wire
                .with(|story| story.note(format_args!("== {error}")));
            Err(error.to_string())
        }
    }
}

fn note(line: &Line, operation: &Operation) {
    line.wire.with(|story| {
        if story.trace.is_some() {
            let what = operation.evidence.last();
            let what = what.map(|evidence| format!("{:?}", evidence.fact));
            let key = &operation.intent.request_key;
            let (state, what) = (operation.state(), what.unwrap_or_default());
            story.note(format_args!("== {key} is {state}: {what}"));
        }
    });
}

fn wait(line: &Line, time: Duration) {
    line.wire.with(|story| story.sandbox.advance(time));
}

fn operations(engine: &Refunds) -> Vec<Operation> {
    at_once(engine.list(&Filter::default())).unwrap()
}

/// The state in which the operation that is watched is left.
pub(super) fn end(operations: &[Operation]) -> End {
    let watched = operations
        .iter()
        .find(|one| one.intent.request_key.as_str() == "watched");
    watched.map_or(End::NotBegun, |one| End::of(one.state()))
}
