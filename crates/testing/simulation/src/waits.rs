//! I15 and I19: when a request may leave, as far as the provider's answers and readings say.

use std::time::Duration;

use refundkit::core::capabilities::{GuardedBy, Idempotency};
use refundkit::core::timing::LONGEST_WAIT;
use refundkit::core::{Fact, Outcome};
use refundkit::{Operation, Timestamp};

use crate::check::moment;
use crate::site::{Request, Site, short};

/// By so much the clocks of those differ who write down and who send, and so long after its mark an
/// attempt leaves at the latest.
const SLACK: Duration = Duration::from_secs(2 * 60 + 5);
/// Before the end of its key's window by so much an attempt may leave in spite of a wait.
const LAST_MINUTES: Duration = Duration::from_secs(5 * 60);

/// As a request leaves that was sent before, at `last`.
pub(crate) fn again(site: &Site, request: &Request, operation: &Operation, last: u64) {
    let (world, id) = (site.world(), short(&request.operation));
    let shown = site.knobs().capabilities.shows_payments;
    let read = site.ledger().messages.last_read(&request.payment);
    if shown && read.is_none_or(|read| read < last) {
        let what = format_args!("{id} is sent again without a look at its payment");
        world.violate("I15", what);
    }
    if unlisted(operation) > 1 {
        let what = format_args!("{id} is sent again after two errors that nobody knows");
        world.violate("I15", what);
    }
    // A clock that goes back is compared with nothing.
    if site.clock_is_turned() {
        return;
    }
    let now = moment(world.now());
    let until = waits_until(operation);
    if until.is_some_and(|until| now.saturating_add(SLACK) < until)
        && !is_last_chance(site, request, operation, now)
    {
        let what = format_args!("{id} is sent though its provider has asked to wait");
        world.violate("I19", what);
    }
}

/// How many attempts met with such an error since a person has decided.
fn unlisted(operation: &Operation) -> usize {
    let facts = || operation.evidence.iter().map(|evidence| &evidence.fact);
    let decided = facts().filter_map(|fact| match fact {
        Fact::Decided { attempt, .. } => Some(*attempt),
        _ => None,
    });
    let decided = decided.max().unwrap_or_default();
    let met = facts().filter(|fact| match fact {
        Fact::Answered {
            attempt,
            outcome: Outcome::Unlisted { .. },
            ..
        } => *attempt > decided,
        _ => false,
    });
    met.count()
}

fn waits_until(operation: &Operation) -> Option<Timestamp> {
    let waits = operation.evidence.iter().filter_map(|one| match &one.fact {
        Fact::Answered {
            wait_seconds: Some(seconds),
            ..
        } => {
            let wait = Duration::from_secs(*seconds).min(LONGEST_WAIT);
            Some(one.at.saturating_add(wait))
        }
        _ => None,
    });
    waits.max()
}

/// Whether its key isn't trusted for much longer: then it leaves before the wait is over.
fn is_last_chance(site: &Site, request: &Request, operation: &Operation, now: Timestamp) -> bool {
    let Some(first) = operation.first_mark() else {
        return false;
    };
    let ends = |window: Duration| {
        first
            .saturating_add(window)
            .saturating_sub(LAST_MINUTES.saturating_add(SLACK))
    };
    let rule = site.rule(request.kind);
    let windows =
        [GuardedBy::KeyAndReading, GuardedBy::KeyAlone].map(|guard| rule.safe_window(guard));
    rule != Idempotency::None
        && windows
            .into_iter()
            .flatten()
            .any(|window| now >= ends(window))
}
