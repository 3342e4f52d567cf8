//! Access tokens: how many logins many callers make, and until when a token is used, whatever the clock
//! does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::*;

/// A login call that counts, and waits until it is let through.
struct Login {
    calls: AtomicUsize,
    gate: Semaphore,
}

type Cache = TokenCache<&'static str>;

impl Login {
    fn open() -> Arc<Self> {
        Self::with(Semaphore::MAX_PERMITS)
    }

    fn closed() -> Arc<Self> {
        Self::with(0)
    }

    fn with(permits: usize) -> Arc<Self> {
        Arc::new(Self {
            calls: AtomicUsize::new(0),
            gate: Semaphore::new(permits),
        })
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// The n-th call gives `a-token-n`.
    async fn call(&self, expires_in: Option<u64>) -> Result<Fresh, &'static str> {
        let before = self.calls.fetch_add(1, Ordering::SeqCst);
        self.gate.acquire().await.unwrap().forget();
        let call = before.saturating_add(1);
        Ok(Fresh {
            token: Secret::new(format!("a-token-{call}")).unwrap(),
            expires_in: expires_in.map(Duration::from_secs),
        })
    }

    async fn fail(&self) -> Result<Fresh, &'static str> {
        self.call(None).await.and(Err("the login was refused"))
    }
}

fn at(seconds: i64) -> Timestamp {
    let millis = seconds.saturating_mul(1000);
    Timestamp::from_unix_millis(millis.saturating_add(1_700_000_000_000)).unwrap()
}

/// The token at that second, from a login whose tokens live an hour.
async fn token(cache: &Cache, login: &Login, seconds: i64) -> String {
    let token = cache.get(at(seconds), || login.call(Some(3600))).await;
    token.unwrap().expose().to_owned()
}

/// Lets every task that can run do so.
async fn settle() {
    for _ in 0..500 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_hundred_callers_make_one_login() {
    let (cache, login) = (Arc::new(Cache::new()), Login::closed());
    let mut callers = JoinSet::new();
    for _ in 0..100 {
        let (cache, login) = (Arc::clone(&cache), Arc::clone(&login));
        callers.spawn(async move { token(&cache, &login, 0).await });
    }
    settle().await;
    login.gate.add_permits(100);
    assert_eq!(callers.join_all().await, vec!["a-token-1"; 100]);
    assert_eq!(login.calls(), 1);
}

/// The readings of threads that run at once differ a little, either way.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readings_that_differ_by_less_than_a_second_make_one_login() {
    let (cache, login) = (Arc::new(Cache::new()), Login::open());
    let mut callers = JoinSet::new();
    for n in 0..100 {
        let (cache, login) = (Arc::clone(&cache), Arc::clone(&login));
        let now = at(0).saturating_add(Duration::from_millis(n * 37 % 900));
        callers.spawn(async move { cache.get(now, || login.call(Some(3600))).await.unwrap() });
    }
    callers.join_all().await;
    assert_eq!(login.calls(), 1);
}

#[test]
fn the_margin_is_a_minute_or_a_tenth_but_half_at_most() {
    for (lifetime, fresh) in [
        (Some(3600), 3240),
        (Some(600), 540),
        (Some(300), 240),
        (Some(121), 61),
        (Some(120), 60),
        (Some(90), 45),
        (Some(2), 1),
        (Some(0), 0),
        (None, 240),
        (Some(86_400), 77_760),
        (Some(86_401), 77_760),
        (Some(u64::MAX), 77_760),
    ] {
        assert_eq!(
            fresh_for(lifetime.map(Duration::from_secs)),
            Duration::from_secs(fresh),
            "{lifetime:?}"
        );
    }
}

#[tokio::test]
async fn a_token_is_used_until_its_margin_and_not_a_millisecond_longer() {
    let (cache, login) = (Cache::new(), Login::open());
    assert_eq!(token(&cache, &login, 0).await, "a-token-1");
    assert_eq!(token(&cache, &login, 3239).await, "a-token-1");
    let last = at(3240).saturating_sub(Duration::from_millis(1));
    let kept = cache.get(last, || login.call(None)).await.unwrap();
    assert_eq!(kept.expose(), "a-token-1");
    assert_eq!(token(&cache, &login, 3240).await, "a-token-2");
    // And it stays gone, whatever the clock says afterwards.
    assert_eq!(token(&cache, &login, 3240).await, "a-token-2");
    assert_eq!(login.calls(), 2);
}

#[tokio::test]
async fn a_clock_that_went_back_makes_no_token_fresh() {
    let (cache, login) = (Cache::new(), Login::open());
    token(&cache, &login, 0).await;
    assert_eq!(token(&cache, &login, 1000).await, "a-token-1");
    // Still after the moment of the login, but before one that has been seen since.
    assert_eq!(token(&cache, &login, 500).await, "a-token-2");
    // The new one counts from there, without another login.
    assert_eq!(token(&cache, &login, 501).await, "a-token-2");
    assert_eq!(token(&cache, &login, -1_000_000).await, "a-token-3");
    assert_eq!(login.calls(), 3);
}

/// Else a clock that comes back to where it was would make a token of unknown age fresh again.
#[tokio::test]
async fn a_token_whose_age_got_lost_doesnt_come_back() {
    let (cache, login) = (Cache::new(), Login::open());
    token(&cache, &login, 0).await;
    token(&cache, &login, 1000).await;
    cache.get(at(500), || login.fail()).await.unwrap_err();
    assert_eq!(token(&cache, &login, 1001).await, "a-token-3");
}

#[tokio::test]
async fn a_token_that_was_refused_is_forgotten_once() {
    let (cache, login) = (Cache::new(), Login::open());
    let first = cache.get(at(0), || login.call(None)).await.unwrap();
    cache.forget(&first);
    assert_eq!(token(&cache, &login, 1).await, "a-token-2");
    // Somebody else who was refused with the first comes late: the second stays.
    cache.forget(&first);
    assert_eq!(token(&cache, &login, 2).await, "a-token-2");
    assert_eq!(login.calls(), 2);
}

/// The one who waited was promised a token that nobody has disowned.
#[tokio::test]
async fn a_token_that_is_forgotten_while_others_wait_isnt_given_to_them() {
    let (cache, login) = (Arc::new(Cache::new()), Login::closed());
    let mut callers = JoinSet::new();
    for _ in 0..2 {
        let (cache, login) = (Arc::clone(&cache), Arc::clone(&login));
        callers.spawn(async move {
            let token = cache.get(at(0), || login.call(None)).await.unwrap();
            cache.forget(&token);
            token.expose().to_owned()
        });
    }
    settle().await;
    login.gate.add_permits(2);
    let mut tokens = callers.join_all().await;
    tokens.sort();
    assert_eq!(tokens, ["a-token-1", "a-token-2"]);
}

#[tokio::test]
async fn a_failure_is_shared_by_those_who_waited_and_kept_for_nobody_else() {
    let (cache, login) = (Arc::new(Cache::new()), Login::closed());
    let mut callers = JoinSet::new();
    for _ in 0..100 {
        let (cache, login) = (Arc::clone(&cache), Arc::clone(&login));
        callers.spawn(async move { cache.get(at(0), || login.fail()).await.unwrap_err() });
    }
    settle().await;
    login.gate.add_permits(200);
    let failures = callers.join_all().await;
    assert_eq!(failures, vec!["the login was refused"; 100]);
    assert_eq!(login.calls(), 1);
    assert_eq!(token(&cache, &login, 0).await, "a-token-2");
}

#[tokio::test]
async fn a_login_that_is_dropped_leaves_the_next_in_the_queue_to_make_its_own() {
    let (cache, login) = (Arc::new(Cache::new()), Login::closed());
    let caller = || {
        let (cache, login) = (Arc::clone(&cache), Arc::clone(&login));
        tokio::spawn(async move { token(&cache, &login, 0).await })
    };
    let first = caller();
    settle().await;
    let (second, third) = (caller(), caller());
    settle().await;
    assert_eq!(login.calls(), 1);
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    settle().await;
    login.gate.add_permits(3);
    assert_eq!(second.await.unwrap(), "a-token-2");
    assert_eq!(third.await.unwrap(), "a-token-2");
    assert_eq!(login.calls(), 2);
}

#[tokio::test]
async fn nothing_shows_the_token() {
    let (cache, login) = (Cache::new(), Login::open());
    assert_eq!(
        format!("{cache:?}"),
        "TokenCache { holds_a_token: false, .. }"
    );
    token(&cache, &login, 0).await;
    assert_eq!(
        format!("{cache:?}"),
        "TokenCache { holds_a_token: true, .. }"
    );
}

#[tokio::test]
async fn a_failure_of_an_earlier_round_isnt_given_to_those_who_wait_later() {
    let (cache, login) = (Arc::new(Cache::new()), Login::with(1));
    cache.get(at(0), || login.fail()).await.unwrap_err();
    let mut callers = JoinSet::new();
    for _ in 0..2 {
        let (cache, login) = (Arc::clone(&cache), Arc::clone(&login));
        callers.spawn(async move { token(&cache, &login, 1).await });
    }
    settle().await;
    login.gate.add_permits(2);
    assert_eq!(callers.join_all().await, ["a-token-2", "a-token-2"]);
}
