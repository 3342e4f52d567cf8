//! `cargo xtask lies` runs this: the matrix of lies, or one of its cases with its trace.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "it talks to the person that runs it, and says how long it took"
)]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;
use std::{fs, io};

use clap::Parser;
use refundkit_simulation::lies::{Expected, Matrix, Report};

/// So many broken cases are named of each kind.
const NAMED: usize = 3;

#[derive(Parser)]
#[command(about = "The adapters and the engine where the provider's answers lie")]
struct Arguments {
    /// Run this case only, and print its trace
    #[arg(long)]
    case: Option<String>,
    /// Run the cases whose names hold this, and compare nothing with the list
    #[arg(long, conflicts_with = "case")]
    only: Option<String>,
    /// The list of least counts
    #[arg(long, default_value = "crates/testing/simulation/lies.toml")]
    list: String,
    /// Write the list anew
    #[arg(long, conflicts_with_all = ["case", "only"])]
    write: bool,
    /// Let broken promises pass that are in the list
    #[arg(long)]
    allow_known: bool,
    /// Name every case that is broken or left out
    #[arg(long)]
    all_names: bool,
    /// How many threads; as many as there are cores unless said otherwise
    #[arg(long)]
    threads: Option<usize>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("lies: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<bool, String> {
    let start = Instant::now();
    let matrix = Matrix::prepare();
    if let Some(name) = &arguments.case {
        let run = matrix.one(name).ok_or("there is no case of that name")?;
        print!("{}", run.trace);
        println!("{}", run.end);
        return Ok(run.kept);
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = arguments.threads.unwrap_or(cores);
    let part = arguments.only.as_deref().unwrap_or_default();
    let report = matrix.run(threads, part);
    print!("{report}");
    if arguments.all_names {
        report
            .beyond
            .values()
            .flatten()
            .for_each(|name| println!("left out: {name}"));
    }
    let expected = expected(&arguments.list)?;
    let mut kept = broken(&report, &expected, arguments);
    if arguments.write {
        fs::write(&arguments.list, expected.written(&report)).map_err(|error| error.to_string())?;
    } else if part.is_empty() {
        let complaints = expected.complaints(&report);
        complaints
            .iter()
            .for_each(|complaint| println!("lies: {complaint}"));
        kept &= complaints.is_empty();
    }
    let (total, seconds) = (report.total(), start.elapsed().as_secs());
    println!(
        "{} cases, {} broken promises, {threads} threads, {seconds} s",
        total.cases, total.broken
    );
    Ok(kept)
}

fn expected(list: &str) -> Result<Expected, String> {
    match fs::read_to_string(list) {
        Ok(text) => Expected::parse(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Expected::default()),
        Err(error) => Err(format!("{list}: {error}")),
    }
}

/// Names what is broken; whether nothing is that counts.
fn broken(report: &Report, expected: &Expected, arguments: &Arguments) -> bool {
    let mut new: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
    let mut known: BTreeMap<&str, u64> = BTreeMap::new();
    for (name, what) in &report.broken {
        if let Some(why) = expected.known(name) {
            let count = known.entry(why).or_default();
            *count = count.saturating_add(1);
            continue;
        }
        let mut parts = name.split('/');
        let site = parts.next().unwrap_or_default();
        let scenario = parts.next().unwrap_or_default();
        new.entry((what, site, scenario)).or_default().push(name);
    }
    for (why, count) in &known {
        println!("known to be broken, {count}: {why}");
    }
    for ((what, ..), names) in &new {
        let shown = if arguments.all_names {
            names.len()
        } else {
            NAMED
        };
        println!("broken, {}: {what}", names.len());
        names
            .iter()
            .take(shown)
            .for_each(|name| println!("  {name}"));
    }
    if let Some((name, _)) = report.broken.first() {
        println!("see it with: cargo xtask lies --case '{name}'");
    }
    new.is_empty() && (known.is_empty() || arguments.allow_known)
}
