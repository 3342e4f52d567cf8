//! Access tokens that a login call gives out: kept while they are fresh, fetched once for all
//! callers.

use std::fmt;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use refundkit_core::Timestamp;
use refundkit_http::Secret;

/// What a token of unstated lifetime gets.
const LIFETIME_UNSTATED: Duration = Duration::from_secs(5 * 60);
/// No token is believed to live longer, whatever the answer says.
const LIFETIME_MOST: Duration = Duration::from_secs(24 * 60 * 60);
/// A token is given up this long before its end at least, so that a request under way doesn't
/// outlive it.
const MARGIN_LEAST: Duration = Duration::from_secs(60);
/// Callers read the clock one by one: a reading that is behind another by less than this isn't a
/// clock that went back.
const READINGS_APART: Duration = Duration::from_secs(1);

/// How many tokens are remembered after their time: a provider can still repeat them.
const REMEMBERED: usize = 4;

/// What a login call gave out.
pub(crate) struct Fresh {
    /// The token.
    pub(crate) token: Secret,
    /// How long it lives, counted from before the call, where the answer says so.
    pub(crate) expires_in: Option<Duration>,
}

/// The access token of one account, and the one place where it is fetched.
///
/// `E` is the failure of a fetch. It is cloned for those who waited for the same fetch.
pub(crate) struct TokenCache<E> {
    state: Mutex<State<E>>,
    /// Held while a fetch is under way. Dropping the fetch gives it to the next in the queue.
    turn: tokio::sync::Mutex<()>,
}

struct State<E> {
    kept: Option<Kept>,
    /// The newest of all that were given out, for masks.
    given: Vec<Secret>,
    /// How many fetches have ended.
    ended: u64,
    /// Why the one that ended last failed, if it did.
    failure: Option<E>,
}

struct Kept {
    token: Secret,
    /// From here on it isn't fresh any more.
    until: Timestamp,
    /// The latest reading of the clock that this token was asked for with.
    seen: Timestamp,
}

impl<E> TokenCache<E> {
    /// A cache without a token.
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                kept: None,
                given: Vec::new(),
                ended: 0,
                failure: None,
            }),
            turn: tokio::sync::Mutex::new(()),
        }
    }

    /// The token, if it is fresh at `now`; else the one that `fetch` gets.
    ///
    /// However many callers wait, one fetch is under way at a time, and all who waited for it get
    /// its outcome, a failure too. A failure isn't kept for those who ask later. A future that is
    /// dropped in the middle of its fetch leaves the next caller to fetch for itself.
    ///
    /// A token is fresh until a minute or a tenth of its lifetime before its end, whichever is
    /// more, but for half of its lifetime at least. The lifetime is five minutes where it isn't
    /// stated, and a day at most. When the clock has gone back nobody knows how old a token is, so
    /// it isn't fresh.
    ///
    /// The cache puts no limit on the time that `fetch` takes; the transport does.
    ///
    /// # Errors
    /// The failure of the caller's own fetch, or of the one that it waited for.
    pub(crate) async fn get<F, Fut>(&self, now: Timestamp, fetch: F) -> Result<Secret, E>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<Fresh, E>>,
        E: Clone,
    {
        let ended_before = {
            let mut state = self.state();
            if let Some(token) = state.fresh(now) {
                return Ok(token);
            }
            state.ended
        };
        let _turn = self.turn.lock().await;
        if let Some(outcome) = self.state().outcome_since(ended_before) {
            return outcome;
        }
        let fetched = fetch().await;
        self.state().store(now, fetched)
    }

    /// Throws `token` away, if it is the one that is kept: for the caller whom the provider told
    /// that it isn't valid. A token that took its place in the meantime stays.
    pub(crate) fn forget(&self, token: &Secret) {
        let mut state = self.state();
        let is_kept = |kept: &Kept| kept.token.expose() == token.expose();
        if state.kept.as_ref().is_some_and(is_kept) {
            state.kept = None;
        }
    }

    /// The tokens that were given out last, also those that aren't valid any more.
    pub(crate) fn given(&self) -> Vec<Secret> {
        self.state().given.clone()
    }

    /// Never held across an await. Each change is whole before the lock is left, so a panic
    /// elsewhere leaves nothing half done.
    fn state(&self) -> MutexGuard<'_, State<E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E: Clone> State<E> {
    /// The kept token, if it is fresh at `now`. One that isn't is dropped for good, so that a
    /// clock that jumps to and fro can't bring it back.
    fn fresh(&mut self, now: Timestamp) -> Option<Secret> {
        let is_fresh =
            |kept: &Kept| now < kept.until && now >= kept.seen.saturating_sub(READINGS_APART);
        if !self.kept.as_ref().is_some_and(is_fresh) {
            self.kept = None;
        }
        let kept = self.kept.as_mut()?;
        kept.seen = kept.seen.max(now);
        Some(kept.token.clone())
    }

    /// What the last fetch gave, if it ended after the caller began to wait. `None` also where
    /// its token has been forgotten since.
    fn outcome_since(&self, ended_before: u64) -> Option<Result<Secret, E>> {
        if self.ended == ended_before {
            return None;
        }
        match (&self.failure, &self.kept) {
            (Some(failure), _) => Some(Err(failure.clone())),
            (None, Some(kept)) => Some(Ok(kept.token.clone())),
            (None, None) => None,
        }
    }

    fn store(&mut self, now: Timestamp, fetched: Result<Fresh, E>) -> Result<Secret, E> {
        self.ended = self.ended.wrapping_add(1);
        match fetched {
            Ok(Fresh { token, expires_in }) => {
                self.failure = None;
                self.given.insert(0, token.clone());
                self.given.truncate(REMEMBERED);
                self.kept = Some(Kept {
                    token: token.clone(),
                    until: now.saturating_add(fresh_for(expires_in)),
                    seen: now,
                });
                Ok(token)
            }
            Err(failure) => {
                self.failure = Some(failure.clone());
                Err(failure)
            }
        }
    }
}

/// How long a token is used whose answer states this lifetime.
fn fresh_for(expires_in: Option<Duration>) -> Duration {
    let lifetime = expires_in.unwrap_or(LIFETIME_UNSTATED).min(LIFETIME_MOST);
    let part = |n| lifetime.checked_div(n).unwrap_or_default();
    let margin = MARGIN_LEAST.max(part(10)).min(part(2));
    lifetime.saturating_sub(margin)
}

impl<E> fmt::Debug for TokenCache<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.state().kept.is_some();
        f.debug_struct("TokenCache")
            .field("holds_a_token", &held)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
