//! How many providers' messages a second the journal takes in, beside bare commits of as many empty
//! rows on the same disk in the same run.
//!
//! `cargo bench -p refundkit-sqlite --bench take_in [-- MESSAGES CALLERS]`
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::unreachable,
    reason = "a benchmark measures, and stops at the first surprise"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use refundkit_conformance::{begin, intent, mark};
use refundkit_core::operation::Fact;
use refundkit_core::payment::SeenRefund;
use refundkit_core::{
    Event, EventId, Evidence, Intent, Journal, News, Outcome, References, RefundFact, RefundId,
    RefundStatus, Sighting, State, Taken, Timestamp,
};
use refundkit_sqlite::SqliteJournal;

const ROUNDS: usize = 3;
/// As many as share a commit of the journal where enough wait.
const GROUP: usize = 256;

fn wanted(number: usize) -> Intent {
    let number = u32::try_from(number).unwrap();
    intent(number, "dojo", &format!("pi_{number}"), 1000)
}

fn refund(number: usize) -> RefundId {
    RefundId::new(format!("rfnd_{number}")).unwrap()
}

/// Begun, marked, and accepted by the provider: what waits for a message.
async fn accepted(journal: &SqliteJournal, number: usize) {
    let (wanted, at) = (wanted(number), Timestamp::epoch());
    let _ = begin(journal, &wanted).await.unwrap();
    let attempt = mark(journal, &wanted, at).await.unwrap().attempt();
    let fact = RefundFact {
        refund: Some(refund(number)),
        ..RefundFact::with_status(RefundStatus::Pending)
    };
    let outcome = Outcome::Accepted(fact);
    let fact = Fact::answered(attempt, outcome, None);
    let evidence = Evidence { at, fact };
    let operation = journal.record(&wanted.id, &evidence).await.unwrap();
    assert_eq!(operation.state(), State::Accepted);
}

/// That the refund has succeeded.
fn message(number: usize) -> Event {
    let wanted = wanted(number);
    // Ids of messages come in no order.
    let id = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    Event {
        id: EventId::new(format!("msg_{id:016x}{number:08x}")).unwrap(),
        at: None,
        news: News::Refund(Box::new(Sighting {
            payment: wanted.plan.payment().clone(),
            currency: "GBP".parse().ok(),
            refund: SeenRefund {
                references: References::none(),
                id: Some(refund(number)),
                token: Some(wanted.key),
                status: RefundStatus::Succeeded,
                amount: Some(wanted.plan.amount().minor()),
                created_at: None,
            },
        })),
    }
}

/// Does `work` for each number below `count`, by so many callers at once.
async fn crowd<F: Future<Output = ()> + Send + 'static>(
    count: usize,
    callers: usize,
    work: impl Fn(usize) -> F + Copy + Send + 'static,
) {
    let callers: Vec<_> = (0..callers)
        .map(|caller| {
            tokio::spawn(async move {
                for number in (caller..count).step_by(callers) {
                    work(number).await;
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
}

/// How long it took, and how much of that all threads were working.
async fn take_in(folder: &Path, messages: usize, callers: usize) -> (Duration, Duration) {
    let path = folder.join("journal.db");
    let journal: &'static SqliteJournal =
        Box::leak(Box::new(SqliteJournal::open(&path).await.unwrap()));
    crowd(messages, callers, move |number| accepted(journal, number)).await;
    let events: &'static Vec<Event> = Box::leak(Box::new((0..messages).map(message).collect()));
    let (start, worked) = (Instant::now(), ProcessTime::now());
    crowd(messages, callers, move |number| async move {
        let provider = "dojo".parse().unwrap();
        let event = events.get(number).unwrap();
        let taken = journal.take_in(&provider, event, Timestamp::epoch()).await;
        let Taken::Told { operation, .. } = taken.unwrap() else {
            unreachable!("every message is about an operation");
        };
        assert_eq!(operation.state(), State::Succeeded);
    })
    .await;
    (start.elapsed(), worked.elapsed())
}

/// As many rows with nothing in them, as many a commit.
fn bare(folder: &Path, rows: usize, group: usize) -> Duration {
    let connection = rusqlite::Connection::open(folder.join("bare.db")).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE row (n INTEGER PRIMARY KEY) STRICT",
        )
        .unwrap();
    let start = Instant::now();
    let mut left = rows;
    while left > 0 {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        for _ in 0..left.min(group) {
            let mut statement = connection
                .prepare_cached("INSERT INTO row VALUES (NULL)")
                .unwrap();
            statement.execute([]).unwrap();
        }
        connection.execute_batch("COMMIT").unwrap();
        left = left.saturating_sub(group);
    }
    start.elapsed()
}

fn main() {
    // `cargo bench` passes `--bench` along.
    let mut numbers = std::env::args().filter_map(|word| word.parse().ok());
    let messages = numbers.next().unwrap_or(50_000);
    let callers: usize = numbers.next().unwrap_or(512);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    for _ in 0..ROUNDS {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let (taken, worked) = runtime.block_on(take_in(folder.path(), messages, callers));
        let bare = bare(folder.path(), messages, callers.min(GROUP));
        let rate = |took: Duration| messages as f64 / took.as_secs_f64();
        println!(
            "{:.0} messages/s from {callers} callers, {:.1} µs of CPU each; bare rows in commits of {}: {:.0}/s; ratio {:.3}",
            rate(taken),
            worked.as_secs_f64() * 1e6 / messages as f64,
            callers.min(GROUP),
            rate(bare),
            rate(taken) / rate(bare)
        );
    }
}
