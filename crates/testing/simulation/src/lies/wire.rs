//! The way between an adapter and the sandbox, on which a lie is told.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use refundkit::{Clock, Timestamp};
use refundkit_http::{Request, Response, SendError, Transport};
use refundkit_sandbox::{Sandbox, Told};

use super::json::Json;
use super::lie::Lie;
use super::scenario::{Harm, Scenario};
use super::site::{Route, Site};
use crate::adapters;

/// When a lie is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum When {
    /// In every answer, also in those before the refund is sent.
    Always,
    /// In every answer once it was sent.
    SinceSend,
    /// In the first answer only.
    Once,
}

/// Answers about others, one of a kind each.
#[derive(Default)]
pub(super) struct Donors {
    /// Of a payment with other amounts, after it was refunded.
    pub(super) another: HashMap<Route, Json>,
    /// Of a payment that is alike in all but its ids, before it was refunded.
    pub(super) twin: HashMap<Route, Json>,
}

impl Donors {
    pub(super) fn of(&self, about: Route) -> [Option<&Json>; 2] {
        [self.another.get(&about), self.twin.get(&about)]
    }
}

/// What was answered on the way, for those who collect it.
pub(super) struct Sample {
    pub(super) about: Route,
    pub(super) status: u16,
    pub(super) body: String,
    pub(super) before_send: bool,
}

/// One story: what is told in it, and what has been told so far.
pub(super) struct Story {
    pub(super) site: Arc<Site>,
    pub(super) sandbox: Sandbox,
    pub(super) scenario: Scenario,
    pub(super) lie: Option<(Lie, When)>,
    pub(super) donors: Arc<Donors>,
    /// Whether the operation that it is about has begun; before it nobody lies.
    pub(super) armed: bool,
    pub(super) forgotten: bool,
    /// How often that operation was sent.
    pub(super) sends: u32,
    /// How many effects that had.
    effects: u32,
    /// What the first send of all was answered.
    stored: Option<Told>,
    /// What was read before the send, by address, without what changes by itself: in truth, and as it
    /// was told.
    before: HashMap<String, (Json, Option<Json>)>,
    pub(super) seen: Seen,
    pub(super) samples: Option<Vec<Sample>>,
    pub(super) trace: Option<String>,
}

/// What has been told so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// Some answer was another than the true one.
    pub(super) lied: bool,
    /// A reading was, word for word, what the provider had truly said before the refund was sent.
    pub(super) past: bool,
    /// A reading was anything else than that.
    pub(super) news: bool,
    /// A reading was told just as it had been told before the send.
    pub(super) same: bool,
    /// A reading was told otherwise than before.
    pub(super) other: bool,
    /// When the operation had its second effect, the past was all that had been told.
    pub(super) blind: bool,
    /// Then all had been told as before the send.
    pub(super) fooled: bool,
    /// A send that had its effect was answered with the documented word that nothing was done.
    pub(super) no: bool,
}

impl Story {
    pub(super) fn new(site: &Arc<Site>, sandbox: Sandbox, scenario: Scenario) -> Self {
        Self {
            site: Arc::clone(site),
            sandbox,
            scenario,
            lie: None,
            donors: Arc::default(),
            armed: false,
            forgotten: false,
            sends: 0,
            effects: 0,
            stored: None,
            before: HashMap::new(),
            seen: Seen::default(),
            samples: None,
            trace: None,
        }
    }

    pub(super) fn note(&mut self, line: fmt::Arguments<'_>) {
        if let Some(trace) = &mut self.trace {
            let at = Timestamp::from_unix_millis(self.sandbox.now());
            let at = at.map(|at| at.to_string()).unwrap_or_default();
            trace.push_str(&format!("{at} {line}\n"));
        }
    }

    fn exchange(&mut self, request: &Request) -> Result<Told, SendError> {
        let method = request.method().as_str();
        let target = request.path_and_query();
        let route = (self.site.route)(method, target);
        let is_send = route == Route::Send;
        if let Some(body) = request.body_bytes().filter(|_| self.trace.is_some()) {
            let body = String::from_utf8_lossy(body).into_owned();
            self.note(format_args!("-> {method} {target} {body}"));
        } else {
            self.note(format_args!("-> {method} {target}"));
        }
        let harm = if is_send && self.armed {
            self.sends += 1;
            self.harm()
        } else {
            Harm::None
        };
        if harm == Harm::RequestLost {
            return Err(self.lost("the request is lost"));
        }
        if harm == Harm::Stored
            && let Some(stored) = self.stored.clone()
        {
            self.note(format_args!(
                "<- stored before: {} {}",
                stored.status, stored.body
            ));
            return Ok(stored);
        }
        let effects = || self.sandbox.effects().len();
        let had = if is_send { effects() } else { 0 };
        let Some(honest) = adapters::tell(&self.sandbox, self.site.at, request) else {
            return Err(self.lost("the connection breaks"));
        };
        if is_send && self.armed && effects() > had {
            self.effects += 1;
            if self.effects == 2 {
                self.seen.blind = self.seen.past && !self.seen.news;
                self.seen.fooled = self.seen.same && !self.seen.other;
            }
        }
        if matches!(harm, Harm::AnswerLost | Harm::AnswersLost) {
            return Err(self.lost("its effect is there, and its answer is lost"));
        }
        if is_send && !self.armed {
            self.stored.get_or_insert_with(|| honest.clone());
        }
        if self.armed
            && let Some(samples) = &mut self.samples
        {
            samples.push(Sample {
                about: route,
                status: honest.status,
                body: honest.body.clone(),
                before_send: self.sends == 0,
            });
        }
        let told = self.told(route, &honest);
        self.note(format_args!("<- {} {}", honest.status, honest.body));
        if told != honest {
            self.note(format_args!("<~ {} {}", told.status, told.body));
        }
        if is_send {
            let happened = (200..300).contains(&honest.status);
            self.seen.no |= happened && self.site.says_no(told.status, &told.body);
        } else if self.armed {
            self.compare(target, &honest, &told);
        }
        Ok(told)
    }

    fn harm(&self) -> Harm {
        match self.scenario.harm {
            Harm::AnswersLost if !self.forgotten => Harm::AnswersLost,
            Harm::AnswersLost => Harm::None,
            once if self.sends == 1 => once,
            _ => Harm::None,
        }
    }

    fn lost(&mut self, why: &str) -> SendError {
        self.note(format_args!("<- nothing: {why}"));
        SendError::MaybeSent {
            why: why.to_owned(),
        }
    }

    /// The answer, with the lie in it where this is one to lie in.
    fn told(&mut self, route: Route, honest: &Told) -> Told {
        let Some((lie, when)) = self.lie.as_ref().filter(|_| self.armed) else {
            return honest.clone();
        };
        let due = match when {
            When::Always => true,
            When::SinceSend => self.sends > 0,
            When::Once => !self.seen.lied,
        };
        if lie.about != route || !due {
            return honest.clone();
        }
        let donors = self.donors.of(route);
        let (status, body) = lie.tell(&self.site, (honest.status, &honest.body), donors);
        let told = Told { status, body };
        self.seen.lied |= told != *honest;
        told
    }

    /// Whether a reading tells nothing but the past, though there is something new to tell.
    fn compare(&mut self, target: &str, honest: &Told, told: &Told) {
        let masked = |told: &Told| {
            let json = Json::read(&told.body).filter(|_| told.status == 200);
            json.map(|json| json.without(self.site.volatile))
        };
        let (truth, tale) = (masked(honest), masked(told));
        if self.sends == 0 {
            if let Some(truth) = truth {
                self.before.insert(target.to_owned(), (truth, tale));
            }
            return;
        }
        let (before, told_before) = match self.before.get(target) {
            Some((before, told)) => (Some(before), told.as_ref()),
            None => (None, None),
        };
        if truth.as_ref() == before {
            return;
        }
        let is = |earlier: Option<&Json>| earlier.is_some() && tale.as_ref() == earlier;
        let (past, same) = (is(before), is(told_before));
        let seen = &mut self.seen;
        seen.past |= past;
        seen.news |= !past;
        seen.same |= same;
        seen.other |= !same;
    }
}

/// What a thread's adapters send through: it takes up one story after the other.
#[derive(Default)]
pub(super) struct Wire(Mutex<Option<Story>>);

impl Wire {
    fn story(&self) -> MutexGuard<'_, Option<Story>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, story: Story) {
        *self.story() = Some(story);
    }

    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Story) -> T) -> T {
        work(self.story().as_mut().unwrap())
    }

    pub(super) fn end(&self) -> Story {
        self.story().take().unwrap()
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

/// The sandbox's time is everybody's.
impl Clock for Wire {
    fn now(&self) -> Timestamp {
        let now = self.with(|story| story.sandbox.now());
        Timestamp::from_unix_millis(now).unwrap()
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request) -> Result<Response, SendError> {
        if let Some(why) = request.problem() {
            return Err(SendError::NotSent {
                why: why.to_owned(),
            });
        }
        let told = self.with(|story| story.exchange(&request))?;
        Ok(adapters::response(&request, told))
    }
}
