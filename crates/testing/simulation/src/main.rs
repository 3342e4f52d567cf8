//! `cargo xtask sim` runs this: seeds, the enumeration, or one seed with its trace.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it talks to the person that runs it, and says how long it took"
)]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use clap::Parser;
use refundkit_simulation::{Trace, Violation, enumerate, run};

#[derive(Parser)]
#[command(about = "The engine over simulated providers, journal and clocks")]
struct Arguments {
    /// How many seeds to run
    #[arg(long, default_value_t = 10_000)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Run this seed only, and print its trace
    #[arg(long, conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,
    /// How many threads; as many as there are cores unless said otherwise
    #[arg(long)]
    threads: Option<usize>,
    /// Leave out the enumeration of boundaries, answers and crashes
    #[arg(long)]
    no_enumeration: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(seed) = arguments.seed {
        return one(seed);
    }
    let enumerated = arguments.no_enumeration || every_case();
    if enumerated && many(&arguments) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// One seed, twice: its trace, and that it is the same again.
fn one(seed: u64) -> ExitCode {
    let trace = run(seed, Trace::with_lines());
    print!("{}", trace.lines.as_deref().unwrap_or_default());
    println!("trace hash {:016x}", trace.hash());
    if run(seed, Trace::default()).hash() != trace.hash() {
        println!("the same seed gave another trace");
        return ExitCode::FAILURE;
    }
    match &trace.violation {
        None => ExitCode::SUCCESS,
        Some(violation) => {
            println!("{} is broken: {}", violation.rule, violation.what);
            ExitCode::FAILURE
        }
    }
}

fn every_case() -> bool {
    for crashes in 0..=2 {
        let counts = enumerate(crashes);
        println!(
            "enumeration, {crashes} crashes: {} cases, {} of them left to a person",
            counts.cases, counts.parked
        );
        for (what, cases) in [
            ("last crash", &counts.by_boundary),
            ("first answer", &counts.by_class),
        ] {
            let cases = cases.iter().map(|(name, cases)| format!("{name} {cases}"));
            println!("  by {what}: {}", cases.collect::<Vec<_>>().join(", "));
        }
        if let Some(broken) = counts.broken {
            println!("enumeration: {broken}");
            return false;
        }
    }
    true
}

#[derive(Default)]
struct Sum {
    counts: BTreeMap<&'static str, u64>,
    /// Of the traces, in no order: threads take seeds as they come.
    hash: u64,
    broken: Option<(u64, Violation)>,
}

fn many(arguments: &Arguments) -> bool {
    let start = Instant::now();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = arguments.threads.unwrap_or(cores).max(1);
    let (next, stop) = (AtomicU64::new(arguments.from), AtomicBool::new(false));
    let end = arguments.from.saturating_add(arguments.seeds);
    let sum = Mutex::new(Sum::default());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| work(&next, end, &stop, &sum));
        }
    });
    let sum = sum.into_inner().unwrap_or_default();
    let seconds = start.elapsed().as_secs_f64();
    for (what, count) in &sum.counts {
        println!("  {what}: {count}");
    }
    if let Some((seed, violation)) = &sum.broken {
        println!("seed {seed} breaks {}: {}", violation.rule, violation.what);
        println!("see it with: cargo xtask sim --seed {seed}");
        return false;
    }
    let done = Seconds(seconds);
    println!(
        "{} seeds, no violation, trace hash {:016x}, {threads} threads, {done}",
        arguments.seeds, sum.hash
    );
    println!("{}", done.rate(arguments.seeds, threads));
    true
}

struct Seconds(f64);

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1} s", self.0)
    }
}

impl Seconds {
    #[allow(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        clippy::float_arithmetic,
        reason = "a rate for a person to read"
    )]
    fn rate(&self, seeds: u64, threads: usize) -> String {
        format!(
            "{:.0} seeds a second and thread",
            seeds as f64 / self.0 / threads as f64
        )
    }
}

/// Takes seeds in small lots until there are none left, or one has broken something.
fn work(next: &AtomicU64, end: u64, stop: &AtomicBool, sum: &Mutex<Sum>) {
    const LOT: u64 = 64;
    let mut own = Sum::default();
    while !stop.load(Ordering::Relaxed) {
        let first = next.fetch_add(LOT, Ordering::Relaxed);
        if first >= end {
            break;
        }
        for seed in first..end.min(first.saturating_add(LOT)) {
            let trace = run(seed, Trace::default());
            own.hash ^= trace
                .hash()
                .rotate_left((seed % 64).try_into().unwrap_or(0));
            for (what, count) in trace.counts {
                let sum = own.counts.entry(what).or_default();
                *sum = sum.saturating_add(count);
            }
            if let Some(violation) = trace.violation {
                own.broken.get_or_insert((seed, violation));
                stop.store(true, Ordering::Relaxed);
                break;
            }
        }
    }
    let Ok(mut sum) = sum.lock() else {
        return;
    };
    for (what, count) in own.counts {
        let sum = sum.counts.entry(what).or_default();
        *sum = sum.saturating_add(count);
    }
    sum.hash ^= own.hash;
    if let Some((seed, violation)) = own.broken
        && sum.broken.as_ref().is_none_or(|(first, _)| seed < *first)
    {
        sum.broken = Some((seed, violation));
    }
}
