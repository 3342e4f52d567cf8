//! The way between an adapter and the sandbox.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use refundkit_http::{Request, Response, SendError, Transport};
use refundkit_sandbox::{Sandbox, Told};

use super::sites::Site;
use super::twist;
use crate::adapters;
use crate::check::moment;
use crate::knobs::SECOND;
use crate::world::World;

/// Statuses under which no provider's documents say that nothing was done.
const STATUSES: [u16; 8] = [202, 204, 302, 418, 451, 500, 502, 503];

pub(super) struct Wire {
    world: World,
    site: &'static Site,
    sandbox: Sandbox,
    /// How often something befalls an exchange, out of a thousand.
    trouble: u64,
    past: Mutex<Past>,
    /// Whether answers come at once.
    hurries: AtomicBool,
}

/// What has been told so far.
#[derive(Default)]
struct Past {
    /// The last true answer to a reading, by address.
    answers: BTreeMap<String, String>,
    /// Whether a reading has told what was true a while ago: one does, and no second one.
    is_told: bool,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    pub(super) fn new(world: &World, site: &'static Site, sandbox: Sandbox) -> Self {
        Self {
            world: world.clone(),
            site,
            sandbox,
            trouble: [0, 200, 500, 800][world.below(4) as usize],
            past: Mutex::default(),
            hurries: AtomicBool::new(false),
        }
    }

    /// From now on answers come at once.
    pub(super) fn hurry(&self) {
        self.hurries.store(true, Ordering::Relaxed);
    }

    async fn travel(&self) {
        if !self.hurries.load(Ordering::Relaxed) {
            self.world.sleep(1 + self.world.below(SECOND)).await;
        }
    }

    /// Every key has run out.
    pub(super) fn forget_keys(&self) {
        self.sandbox.forget_keys();
    }

    /// What was really returned, by payment.
    pub(super) fn effects(&self) -> Vec<(String, i64)> {
        let effects = self.sandbox.effects().into_iter();
        effects
            .map(|effect| (effect.payment, effect.amount.minor))
            .collect()
    }

    /// The request arrives now. `None` where no whole answer comes back.
    fn arrives(&self, request: &Request) -> Option<Told> {
        let late = moment(self.world.now()).unix_millis() - self.sandbox.now();
        let late = Duration::from_millis(u64::try_from(late).unwrap_or(0));
        self.sandbox.advance(late);
        adapters::tell(&self.sandbox, self.site.at, request)
    }

    fn lost(&self, why: &str) -> SendError {
        self.world.note(format_args!("<- nothing: {why}"));
        SendError::MaybeSent {
            why: why.to_owned(),
        }
    }

    /// The answer, true or not.
    fn told(&self, is_reading: bool, target: &str, mut told: Told) -> Told {
        let world = &self.world;
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let other = past.answers.iter().find(|(address, _)| *address != target);
        let other = other.map(|(_, body)| body.clone()).filter(|_| is_reading);
        if is_reading && told.status == 200 {
            past.answers.insert(target.to_owned(), told.body.clone());
        }
        if !world.misfortune(self.trouble) {
            return told;
        }
        match world.below(8) {
            0 => {
                world.count("a real adapter got another status");
                told.status = STATUSES[world.below(STATUSES.len() as u64) as usize];
            }
            1 => {
                world.count("a real adapter got half an answer");
                let half = told.body.len() / 2;
                told.body = told.body.get(..half).unwrap_or_default().to_owned();
            }
            2 if other.is_some() => {
                world.count("a real adapter got another's answer");
                told.body = other.unwrap_or_default();
            }
            _ => {
                let may_be_old = !past.is_told;
                if let Some(body) = twist::twisted(world, &told.body, may_be_old) {
                    world.count("a real adapter got a twisted answer");
                    past.is_told |= is_reading;
                    told.body = body;
                }
            }
        }
        world.note(format_args!("<~ {} {}", told.status, told.body));
        told
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request) -> Result<Response, SendError> {
        let world = &self.world;
        if let Some(why) = request.problem() {
            return Err(SendError::NotSent {
                why: why.to_owned(),
            });
        }
        let target = request.path_and_query().to_owned();
        let is_reading = request.method().as_str() == "GET";
        let body = String::from_utf8_lossy(request.body_bytes().unwrap_or_default()).into_owned();
        world.note(format_args!("-> {target} {body}"));
        if world.misfortune(self.trouble / 5) {
            return Err(SendError::NotSent {
                why: "no route".to_owned(),
            });
        }
        self.travel().await;
        if world.misfortune(self.trouble / 4) {
            return Err(self.lost("the request is lost"));
        }
        let answer = self.arrives(&request);
        if let Some(told) = &answer {
            world.note(format_args!("<- {} {}", told.status, told.body));
        }
        self.travel().await;
        if world.misfortune(self.trouble / 4) {
            return Err(self.lost("its answer is lost"));
        }
        let told = answer.ok_or_else(|| self.lost("the connection breaks"))?;
        let told = self.told(is_reading, &target, told);
        Ok(adapters::response(&request, told))
    }
}
