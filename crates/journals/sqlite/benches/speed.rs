//! What a refund costs in the journal: two commits (begun and marked, then answered), in groups of 64.
//! Beside it the same entries appended to a bare file, with as many syncs, in the same run.
//!
//! `cargo bench -p refundkit-sqlite --bench speed [-- OPERATIONS…]`, 10,000 operations without a number.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a benchmark measures, and stops at the first surprise"
)]

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "speed/shared.rs"]
mod shared;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{derived, executed, worker};
use refundkit_core::ports::{Commit, Committed};
use refundkit_core::{Change, Evidence, Intent, PaymentLedger, Store, Timestamp};
use refundkit_sqlite::SqliteStore;

const GROUP: u32 = 64;
const SLICES: u32 = 5;

/// Letters that look random, as those of providers do.
fn scrambled(number: u32) -> String {
    let mut bits = u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03;
    let mut text = String::new();
    for _ in 0..22 {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        text.push(char::from(
            b"abcdefghijklmnopqrstuvwxyz234567"[(bits >> 59) as usize],
        ));
    }
    text
}

fn wanted(number: u32) -> Intent {
    let intent = derived(number, "dojo", &format!("pi_{}", scrambled(number)), 1000);
    // As it is now, and not in 1970.
    let millis = 1_796_000_000_000 + i64::from(number) * 37;
    Intent {
        created_at: Timestamp::from_unix_millis(millis).unwrap(),
        ..intent
    }
}

/// Begun and marked.
fn first(intent: &Intent) -> Change {
    let new = PaymentLedger::new(intent.provider.clone(), intent.plan.payment().clone(), 0);
    let mut change = Change::of(&new, &worker());
    change.begin(intent.clone()).unwrap();
    change.mark(&intent.id, intent.created_at).unwrap();
    change
}

/// Answered.
fn second(ledger: &PaymentLedger, intent: &Intent, number: u32) -> Change {
    let mut change = Change::of(ledger, &worker());
    let fact = executed(&format!("rfnd_{}", scrambled(number ^ 0x5555_5555)));
    let at = intent.created_at.saturating_add(Duration::from_millis(312));
    assert!(change.note(&intent.id, &Evidence { at, fact }).unwrap());
    change
}

async fn done(store: &SqliteStore, change: Change) -> PaymentLedger {
    let commit = Commit::from(change);
    match store.commit(&commit).await.unwrap() {
        Committed::Done(durable) => commit.change.unwrap().committed(durable).0,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn refund(store: &SqliteStore, number: u32) {
    let intent = wanted(number);
    let ledger = done(store, first(&intent)).await;
    done(store, second(&ledger, &intent, number)).await;
}

/// Refunds by 64 callers at once.
async fn refunds(store: &Arc<SqliteStore>, from: u32, count: u32) {
    let callers: Vec<_> = (0..GROUP)
        .map(|caller| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                for number in (caller..count).step_by(GROUP as usize) {
                    refund(&store, from + number).await;
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
}

/// The CPU time of this process' thread of that name, by the kernel's count.
fn worked(name: &str) -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let of_thread = tasks.filter_map(|task| {
        let task = task.ok()?.path();
        let its = std::fs::read_to_string(task.join("comm")).ok()?;
        let spent = std::fs::read_to_string(task.join("schedstat")).ok()?;
        let spent = spent.split(' ').next()?.parse().ok()?;
        (its.trim() == name).then_some(Duration::from_nanos(spent))
    });
    of_thread.sum()
}

/// The same entries, appended to a bare file in the same groups, with a sync after each.
fn bare(folder: &Path, from: u32, count: u32) -> (Duration, u64) {
    let mut file = std::fs::File::create(folder.join("bare")).unwrap();
    let (mut took, mut bytes) = (Duration::ZERO, 0);
    for start in (from..from + count).step_by(GROUP as usize) {
        let (mut begun, mut answered) = (Vec::new(), Vec::new());
        for number in start..start + GROUP {
            let intent = wanted(number);
            let change = first(&intent);
            change
                .entries()
                .for_each(|(_, body)| begun.extend_from_slice(body));
            let change = second(change.ledger(), &intent, number);
            change
                .entries()
                .for_each(|(_, body)| answered.extend_from_slice(body));
        }
        let began = Instant::now();
        for part in [begun, answered] {
            file.write_all(&part).unwrap();
            file.sync_data().unwrap();
            bytes += part.len() as u64;
        }
        took += began.elapsed();
    }
    (took, bytes)
}

/// What it takes to make the changes alone, and to throw them away.
fn making(from: u32, count: u32) -> Duration {
    let began = Instant::now();
    for number in from..from + count {
        let intent = wanted(number);
        let change = first(&intent);
        let _ = std::hint::black_box(second(change.ledger(), &intent, number));
    }
    began.elapsed()
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

async fn at(operations: u32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let measured = 20_000.min(operations / 2) / SLICES / GROUP * GROUP * SLICES;
    let before = operations - measured;
    let store = Arc::new(SqliteStore::open(&path).await.unwrap());
    refunds(&store, 0, before).await;
    let one = f64::from(measured);
    let micros = |spent: Duration| spent.as_secs_f64() * 1e6 / one;
    let (mut took, mut spent, mut bare_took) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let mut bytes = 0;
    let slice = measured / SLICES;
    // One after the other, so that both have the same neighbours on the machine.
    for from in (before..operations).step_by(slice as usize) {
        let (start, already) = (Instant::now(), worked("rk-writer"));
        refunds(&store, from, slice).await;
        took += start.elapsed();
        spent += worked("rk-writer") - already;
        let (more, written) = bare(folder.path(), from, slice);
        bare_took += more;
        bytes += written;
    }
    let making = making(before, measured);
    let (rate, bare): (f64, f64) = (one / took.as_secs_f64(), one / bare_took.as_secs_f64());
    println!(
        "{operations} operations: {:.1} µs of CPU in the writing thread a refund ({:.1} µs to make its changes); {rate:.0} refunds/s; the same {:.0} bytes in a bare file {bare:.0}/s; ratio {:.3}",
        micros(spent),
        micros(making),
        bytes as f64 / one,
        rate / bare,
    );
    let log = size(&folder.path().join("journal.db-wal")) >> 20;
    println!("  the log has come to {log} MiB");
    drop(store);
    println!(
        "  {:.0} bytes of file an operation",
        size(&path) as f64 / f64::from(operations)
    );
    let mut opening = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        drop(SqliteStore::open(&path).await.unwrap());
        opening = opening.min(start.elapsed());
    }
    let store = SqliteStore::open(&path).await.unwrap();
    let start = Instant::now();
    let pages = Arc::new(std::sync::Mutex::new(Vec::new()));
    let told = Arc::clone(&pages);
    let found = store
        .verify(move |_| {
            let spent = worked("rk-checker");
            told.lock().unwrap().push((start.elapsed(), spent));
        })
        .await
        .unwrap();
    let all = start.elapsed();
    let pages = std::mem::take(&mut *pages.lock().unwrap());
    let (first, last) = (pages[0], pages[pages.len() - 1]);
    let entries = found.entries as f64;
    println!(
        "  opening and closing {:.2} ms; verify: pages {:.2} s, {:.0} entries/s after that, {:.0} in all; {:.2} µs of CPU an entry",
        opening.as_secs_f64() * 1e3,
        first.0.as_secs_f64(),
        entries / (all - first.0).as_secs_f64(),
        entries / all.as_secs_f64(),
        (last.1 - first.1).as_secs_f64() * 1e6 / entries,
    );
    let stored = store
        .load(&common::dojo(), wanted(0).plan.payment())
        .await
        .unwrap();
    let start = Instant::now();
    for _ in 0..10_000 {
        std::hint::black_box(PaymentLedger::replay(&stored).unwrap());
    }
    println!(
        "  a replay {:.2} µs an entry",
        start.elapsed().as_secs_f64() * 1e6 / 30_000.0
    );
    let start = Instant::now();
    let counts = store.counts().await.unwrap();
    let counted = start.elapsed();
    let start = Instant::now();
    for number in (0..operations).step_by((operations / 1000).max(1) as usize) {
        let intent = wanted(number);
        store
            .load(&intent.provider, intent.plan.payment())
            .await
            .unwrap();
    }
    println!(
        "  counts {:.1} ms of {} kinds; a load {:.1} µs",
        counted.as_secs_f64() * 1e3,
        counts.len(),
        start.elapsed().as_secs_f64() * 1e6 / 1000.0
    );
}

fn main() {
    if shared::is_child() {
        return shared::child();
    }
    // `cargo bench` passes `--bench` along.
    let mut numbers: Vec<u32> = std::env::args()
        .filter_map(|word| word.parse().ok())
        .collect();
    if numbers.is_empty() {
        numbers.push(10_000);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    for operations in numbers {
        runtime.block_on(at(operations));
    }
    shared::together();
}
