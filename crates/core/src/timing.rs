//! Every length of time that a promise rests on, in one place, and what has to hold between them.
//!
//! A send is marked, leaves within [`SEND_WITHIN`], is under way for [`LONGEST_REQUEST`] at most, and a
//! provider's lists show it [`LIST_LAG`] later at the latest. Clocks lie [`CLOCK_SLACK`] apart at most.
//!
//! All of them shrink together, [`HURRY`] times, where this is compiled with `--cfg refundkit_hurried`:
//! a trial of minutes with real processes then sees what otherwise takes hours. It is not a feature of
//! the crate, so that no dependency can switch it on.

use std::time::Duration;

/// How many times shorter every time here is than it should be: 1, but in trials.
pub const HURRY: u64 = if cfg!(refundkit_hurried) { 40 } else { 1 };

/// A marked attempt is sent so soon or not at all, counted from before its ledger was loaded. Whoever
/// takes over counts on it: an attempt that a machine slept over leaves no later than this.
pub const SEND_WITHIN: Duration = secs(60);
/// No request is waited for longer; a client's own deadline may be shorter.
pub const LONGEST_REQUEST: Duration = secs(100);
/// How long a provider's lists and totals may lag behind what it has done.
pub const LIST_LAG: Duration = secs(5 * 60);
/// How far clocks may lie apart: a provider's and ours, and those of workers.
pub const CLOCK_SLACK: Duration = secs(5 * 60);

/// So long after an attempt's mark nobody writes down its answer any more, unless it is late: it may
/// be taken for interrupted.
pub const INTERRUPTED_AFTER: Duration = secs(8 * 60);
/// So long after an attempt's mark nothing of it can still be on its way, and every reading shows what
/// became of it.
pub const QUIESCENCE: Duration = secs(15 * 60);
/// Two readings that prove absence lie at least so far apart.
pub const READINGS_APART: Duration = secs(60);

/// What a reading has shown of a payment holds for so long for whoever is about to send: what it was too
/// early to show is known by its key until then.
pub const SIGHT_HOLDS: Duration = secs(10 * 60);

/// Whoever asks for the same once more within this time, and names no key, may not know that it was done.
pub const TWIN_WITHIN: Duration = secs(24 * 60 * 60);

/// However long a provider asks to wait, its word is not taken for longer.
pub const LONGEST_WAIT: Duration = secs(60 * 60);
/// An attempt that has to leave while its key is known leaves so long before the end at the latest.
pub const LAST_MINUTES: Duration = secs(5 * 60);
/// The shortest time for which a provider is trusted to know a key.
pub const SHORTEST_KEY: Duration = secs(60 * 60);

// What was marked has left and come back before somebody takes it for interrupted.
const _: () =
    assert!(sum(&[SEND_WITHIN, LONGEST_REQUEST, CLOCK_SLACK]) <= INTERRUPTED_AFTER.as_millis());
// And shows, before a reading counts as proof that it doesn't exist.
const _: () =
    assert!(sum(&[SEND_WITHIN, LONGEST_REQUEST, LIST_LAG, CLOCK_SLACK]) <= QUIESCENCE.as_millis());
const _: () = assert!(INTERRUPTED_AFTER.as_millis() <= QUIESCENCE.as_millis());
// A key that is sent in its last minutes arrives while it is known.
const _: () = assert!(sum(&[SEND_WITHIN, LONGEST_REQUEST]) <= LAST_MINUTES.as_millis());
const _: () = assert!(sum(&[LAST_MINUTES, CLOCK_SLACK]) < SHORTEST_KEY.as_millis());
// What a reading doesn't show is younger than its key.
const _: () = assert!(
    sum(&[
        SIGHT_HOLDS,
        LIST_LAG,
        SEND_WITHIN,
        LONGEST_REQUEST,
        CLOCK_SLACK
    ]) <= SHORTEST_KEY.as_millis()
);
// The second of the two readings is another one.
const _: () = assert!(READINGS_APART.as_millis() < QUIESCENCE.as_millis());
// A wait never outlasts the shortest key by itself.
const _: () = assert!(LONGEST_WAIT.as_millis() <= SHORTEST_KEY.as_millis());

const fn secs(seconds: u64) -> Duration {
    Duration::from_millis(seconds.saturating_mul(1000) / HURRY)
}

const fn sum(parts: &[Duration]) -> u128 {
    let mut sum: u128 = 0;
    let mut at = 0;
    while at < parts.len() {
        #[expect(
            clippy::indexing_slicing,
            reason = "no iterators in constants; a mistake doesn't compile"
        )]
        let part = parts[at].as_millis();
        sum = sum.saturating_add(part);
        at = at.saturating_add(1);
    }
    sum
}
