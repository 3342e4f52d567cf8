//! Two processes that write to one journal and one that reads it, beside one process alone.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use refundkit_core::{Filter, Store};
use refundkit_sqlite::SqliteStore;

const ROLE: &str = "REFUNDKIT_BENCH_ROLE";
const PATH: &str = "REFUNDKIT_BENCH_JOURNAL";
const CALLERS: u32 = 64;
const LONG: Duration = Duration::from_secs(5);

pub(crate) fn is_child() -> bool {
    std::env::var_os(ROLE).is_some()
}

/// Writes or reads for so long, and says how often, and how long it waited at worst.
pub(crate) fn child() {
    let path = PathBuf::from(std::env::var_os(PATH).unwrap());
    let role: u32 = std::env::var(ROLE).unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let (times, worst) = runtime.block_on(async {
        if role == 0 {
            return reads(&path).await;
        }
        let store = Arc::new(SqliteStore::open(&path).await.unwrap());
        let end = Instant::now() + LONG;
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let store = Arc::clone(&store);
                let local = async move {
                    let (mut times, mut worst) = (0, Duration::ZERO);
                    while Instant::now() < end {
                        let start = Instant::now();
                        let number = role * 10_000_000 + caller * 100_000 + times;
                        crate::refund(&store, number).await;
                        worst = worst.max(start.elapsed());
                        times += 1;
                    }
                    (times, worst)
                };
                tokio::spawn(local)
            })
            .collect();
        let (mut times, mut worst) = (0, Duration::ZERO);
        for caller in callers {
            let (more, waited) = caller.await.unwrap();
            times += more;
            worst = worst.max(waited);
        }
        (times, worst)
    });
    println!("{times} {}", worst.as_micros());
}

/// Lists what is open, again and again.
async fn reads(path: &Path) -> (u32, Duration) {
    let store = SqliteStore::open_read_only(path).await.unwrap();
    let end = Instant::now() + LONG;
    let (mut times, mut worst) = (0, Duration::ZERO);
    while Instant::now() < end {
        let start = Instant::now();
        let filter = Filter {
            limit: Some(1000),
            ..Filter::default()
        };
        store.list(&filter).await.unwrap();
        worst = worst.max(start.elapsed());
        times += 1;
        tokio::task::yield_now().await;
        std::thread::sleep(Duration::from_millis(10));
    }
    (times, worst)
}

fn run(path: &Path, roles: &[u32]) -> Vec<(u32, Duration)> {
    let children: Vec<_> = roles
        .iter()
        .map(|role| {
            Command::new(std::env::current_exe().unwrap())
                .env(ROLE, role.to_string())
                .env(PATH, path)
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let outputs = children.into_iter().map(|child| {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        let (times, worst) = text.trim().split_once(' ').unwrap();
        let worst = Duration::from_micros(worst.parse().unwrap());
        (times.parse().unwrap(), worst)
    });
    outputs.collect()
}

pub(crate) fn together() {
    for round in 0..2 {
        let (alone, shared) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let alone = run(&made(alone.path()), &[1]);
        let shared = run(&made(shared.path()), &[1, 2, 0]);
        let ([alone], [first, second, reader]) = (&alone[..], &shared[..]) else {
            return;
        };
        let one = f64::from(alone.0) / LONG.as_secs_f64();
        let two = f64::from(first.0 + second.0) / LONG.as_secs_f64();
        let millis = |waited: Duration| waited.as_secs_f64() * 1e3;
        println!(
            "round {round}: one process {one:.0} refunds/s, worst wait {:.1} ms; two and a reader {two:.0}/s ({} and {}), worst wait {:.1} and {:.1} ms, {} lists, the longest {:.1} ms; ratio {:.2}",
            millis(alone.1),
            first.0,
            second.0,
            millis(first.1),
            millis(second.1),
            reader.0,
            millis(reader.1),
            two / one
        );
    }
}

/// A journal, made before anybody opens it.
fn made(folder: &Path) -> PathBuf {
    let path = folder.join("journal.db");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    drop(runtime.block_on(SqliteStore::open(&path)).unwrap());
    path
}
