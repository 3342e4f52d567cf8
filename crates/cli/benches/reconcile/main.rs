//! What comparing many refunds costs: time, and the most memory that the command had, for ten thousand
//! and for a hundred thousand refunds at three providers; one difference of each kind is among them.
//!
//! `cargo bench -p refundkit-cli --bench reconcile`
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark measures, and stops at the first surprise"
)]

mod books;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use refundkit::DifferenceKind;
use refundkit_sandbox::{Sandbox, SandboxConfig};
use serde_json::Value;

/// The memory that 70,000 refunds more may cost: the noise of an allocator. Thirty bytes a refund would
/// be as much.
const FLAT_KIB: u64 = 2 * 1024;

/// What one comparison came to.
struct Ran {
    differences: BTreeMap<String, String>,
    peak_kib: u64,
    took: Duration,
    lines: Vec<Value>,
}

fn reconcile(folder: &Path) -> Ran {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_refundkit"))
        .args(["--output", "json", "reconcile"])
        .current_dir(folder)
        .env_remove("REFUNDKIT_CONFIG")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut peak_kib = 0;
    while child.try_wait().unwrap().is_none() {
        // It only ever grows, and is gone with the process.
        peak_kib = high_water(child.id()).unwrap_or(peak_kib);
        std::thread::sleep(Duration::from_millis(5));
    }
    let took = started.elapsed();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(9));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let found = lines.iter().filter_map(|line| {
        let kind = line.get("difference")?.as_str()?;
        Some((line["payment"].as_str()?.to_owned(), kind.to_owned()))
    });
    Ran {
        differences: found.collect(),
        peak_kib,
        took,
        lines,
    }
}

/// The most memory that the process has had so far.
fn high_water(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn measure(runtime: &tokio::runtime::Runtime, refunds: usize) -> u64 {
    let mut config = SandboxConfig::default();
    config.payments = 0;
    let sandbox = runtime.block_on(Sandbox::start(config)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let planted = runtime.block_on(books::fill(&sandbox, folder.path(), refunds));
    println!(
        "{refunds} refunds written down in {:.1?}",
        started.elapsed()
    );
    let ran = reconcile(folder.path());
    for line in ran.lines.iter().filter_map(|line| line.get("reconciled")) {
        println!(
            "  {}: {} operations, {} refunds listed, {} payments read, {} differences",
            line["provider"].as_str().unwrap(),
            line["operations"],
            line["refunds"],
            line["payments"],
            line["differences"]
        );
    }
    assert_eq!(ran.differences, planted, "what was planted, and no more");
    println!(
        "  compared in {:.1?}, {} KiB at most, all {} planted differences found",
        ran.took,
        ran.peak_kib,
        planted.len()
    );
    ran.peak_kib
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    measure(&runtime, 10_000);
    // By then the journal's page cache is full, which is 16 MiB however large the journal.
    let small = measure(&runtime, 30_000);
    let large = measure(&runtime, 100_000);
    let growth = large.saturating_sub(small);
    println!("70,000 refunds more: {growth} KiB more memory");
    assert!(growth < FLAT_KIB, "memory grows with the refunds");
    assert_eq!(DifferenceKind::ALL.len(), 12);
}
