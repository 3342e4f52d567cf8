//! Keeps requests apart: no two of a client leave closer together than its rate says.
//!
//! A library for this would bring buckets, bursts and clocks of its own; what is needed is one moment
//! that is written on by whoever leaves, and two queues.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until, timeout};

use crate::Rate;

/// A request that moves money leaves so soon after it was asked for, or not at all: its mark says
/// that it is on its way, and the operation's next step waits for it.
const MONEY_WITHIN: Duration = Duration::from_secs(10);

/// Two fair queues. Readings first line up behind each other, so that there is never more than one
/// of them between two requests that move money.
#[derive(Debug)]
pub(crate) struct Pace {
    apart: Duration,
    reading_within: Duration,
    /// When the next request may leave.
    next: Mutex<Instant>,
    readings: Mutex<()>,
}

/// The request's turn didn't come in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the configured rate left no room for it within {0} s")]
pub(crate) struct NoRoom(u64);

impl Pace {
    pub(crate) fn new(rate: Rate, reading_within: Duration) -> Self {
        Self {
            apart: rate.apart(),
            reading_within,
            next: Mutex::new(Instant::now()),
            readings: Mutex::new(()),
        }
    }

    /// Waits until a request that moves money may leave, 10 s at most.
    pub(crate) async fn money(&self) -> Result<(), NoRoom> {
        in_time(MONEY_WITHIN, self.leave()).await
    }

    /// Waits until any other request may leave, as long as the client's deadline at most.
    pub(crate) async fn reading(&self) -> Result<(), NoRoom> {
        let turn = async {
            let _first = self.readings.lock().await;
            self.leave().await;
        };
        in_time(self.reading_within, turn).await
    }

    /// Counted from when it really leaves, so that one which was held up here isn't followed closely.
    /// Whoever gives up waiting takes no turn.
    async fn leave(&self) {
        let mut next = self.next.lock().await;
        sleep_until(*next).await;
        let now = Instant::now();
        *next = now.checked_add(self.apart).unwrap_or(now);
    }
}

async fn in_time(within: Duration, turn: impl Future<Output = ()>) -> Result<(), NoRoom> {
    let came = timeout(within, turn).await;
    came.map_err(|_| NoRoom(within.as_secs()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn pace(rate: &str) -> Arc<Pace> {
        let within = Duration::from_secs(100);
        Arc::new(Pace::new(rate.parse().unwrap(), within))
    }

    /// When each of so many requests left, since the start.
    async fn leave(pace: &Arc<Pace>, readings: usize, money: usize) -> Vec<(&'static str, u128)> {
        let start = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..readings {
            let pace = Arc::clone(pace);
            tasks.spawn(async move {
                let left = pace.reading().await;
                left.map(|()| ("reading", start.elapsed().as_millis()))
            });
        }
        // Behind all of them.
        tokio::task::yield_now().await;
        for _ in 0..money {
            let pace = Arc::clone(pace);
            tasks.spawn(async move {
                let left = pace.money().await;
                left.map(|()| ("money", start.elapsed().as_millis()))
            });
        }
        let mut left: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
        left.sort_by_key(|(_, at)| *at);
        left
    }

    #[tokio::test(start_paused = true)]
    async fn requests_leave_evenly_and_never_in_a_burst() {
        let pace = pace("10/s");
        for _ in 0..2 {
            let left = leave(&pace, 50, 0).await;
            assert_eq!(left.len(), 50);
            let apart: Vec<u128> = left.windows(2).map(|two| two[1].1 - two[0].1).collect();
            assert!(
                apart.iter().all(|apart| (105..=107).contains(apart)),
                "{apart:?}"
            );
            // What wasn't used isn't saved up.
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn money_waits_for_one_reading_at_most() {
        let left = leave(&pace("1/s"), 40, 3).await;
        let before = left.iter().rposition(|(kind, _)| *kind == "money").unwrap();
        assert!(before <= 6, "{left:?}");
        assert_eq!(left.len(), 43);
    }

    #[tokio::test(start_paused = true)]
    async fn money_that_would_be_too_late_does_not_leave_at_all() {
        let left = leave(&pace("1/s"), 0, 30).await;
        assert_eq!(left.len(), 10, "{left:?}");
        assert!(left.iter().all(|(_, at)| *at <= 10_000), "{left:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_nobody_waits_for_any_more_is_not_lost() {
        let pace = pace("15/min");
        pace.money().await.unwrap();
        let start = Instant::now();
        let gives_up = timeout(Duration::from_secs(1), pace.reading()).await;
        assert!(gives_up.is_err());
        pace.reading().await.unwrap();
        assert!(start.elapsed() < Duration::from_millis(4_300));
    }
}
