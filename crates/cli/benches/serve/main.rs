//! How many signed messages a second `refundkit serve` takes in, each of them durable before its
//! answer, beside an echo on the same server, in the same run, from the same client.
//!
//! Server and client are processes of their own. Where there are four cores and `taskset`, the
//! server has two of them to itself, with the journal's thread, and the client the others. The
//! worker, which would ask the provider about the same refunds meanwhile, is left out.
//!
//! `cargo bench -p refundkit-cli --bench serve`; `REFUNDKIT_MESSAGES=50000` for longer rounds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    reason = "a benchmark measures, and stops at the first surprise"
)]

mod client;
mod server;
#[path = "../../tests/common/signed.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod signed;
#[path = "../../tests/common/wire.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod wire;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use refundkit_sqlite::SqliteStore;

const ROUNDS: u32 = 3;
const PATH: &str = "/webhooks/dodo";

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match args.get(1).map(String::as_str) {
        Some("echo") => return server::echo(),
        Some("take-in") => return server::take_in(Path::new(&args[2])),
        _ => {}
    }
    let given = std::env::var("REFUNDKIT_MESSAGES").ok();
    let messages: u32 = given.map_or(20_000, |given| given.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), messages * ROUNDS);
    let pinned = pin_client();
    println!(
        "{messages} messages a round over {} connections; {}",
        client::CONNECTIONS,
        if pinned {
            "server on cores 0 and 1, client on the others"
        } else {
            "not pinned to cores"
        }
    );
    let taking_in = Side::start(&["take-in", folder.path().to_str().unwrap()], pinned);
    let echo = Side::start(&["echo"], pinned);
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        let numbers = round * messages + 1..=(round + 1) * messages;
        let requests: Vec<Vec<u8>> = numbers
            .map(|number| signed::Message::about(number, "succeeded").request(PATH))
            .collect();
        // Each goes first in half of the rounds.
        let (durable, bare) = if round % 2 == 0 {
            let durable = taking_in.rate(&requests, 204);
            (durable, echo.rate(&requests, 200))
        } else {
            let bare = echo.rate(&requests, 200);
            (taking_in.rate(&requests, 204), bare)
        };
        println!(
            "round {}: {:.0} a second durable ({:.0} us of CPU each), echo {:.0} ({:.0} us), ratio {:.2}",
            round + 1,
            durable.0,
            durable.1,
            bare.0,
            bare.1,
            durable.0 / bare.0
        );
        rounds.push((durable.0, durable.0 / bare.0));
    }
    let told = taking_in.told();
    assert_eq!(
        told,
        messages * ROUNDS,
        "each is the provider's word about an operation of its own"
    );
    rounds.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (rate, ratio) = rounds[rounds.len() / 2];
    println!("median: {rate:.0} signed messages a second, durable; {ratio:.2} of the echo");
}

fn fill(folder: &Path, operations: u32) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let journal = SqliteStore::open(server::journal(folder)).await.unwrap();
        signed::fill(Arc::new(journal), operations).await;
    });
}

fn taskset(args: &[&str]) -> bool {
    let mut command = Command::new("taskset");
    command
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Leaves the first two cores to the server.
fn pin_client() -> bool {
    let cores = std::thread::available_parallelism().unwrap().get();
    let others = format!("2-{}", cores - 1);
    cores >= 4 && taskset(&["-a", "-c", "-p", &others, &std::process::id().to_string()])
}

/// A server in a process of its own. It ends when its standard input does.
struct Side {
    child: Child,
    address: String,
}

impl Side {
    fn start(args: &[&str], pinned: bool) -> Self {
        let own = std::env::current_exe().unwrap();
        let mut command = if pinned {
            let mut command = Command::new("taskset");
            command.args(["-c", "0,1"]).arg(own);
            command
        } else {
            Command::new(own)
        };
        let mut child = command
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        Self { child, address }
    }

    /// Answers a second, and microseconds of the server's CPU for each.
    fn rate(&self, requests: &[Vec<u8>], expected: u16) -> (f64, f64) {
        let before = self.cpu_seconds();
        let seconds = client::send(&self.address, requests, expected);
        let cpu = self.cpu_seconds() - before;
        let messages = requests.len() as f64;
        (messages / seconds, cpu / messages * 1e6)
    }

    /// Not a number where the system doesn't tell.
    fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.unwrap_or_default();
        let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
        let ticks: Vec<f64> = fields
            .split(' ')
            .skip(11)
            .take(2)
            .filter_map(|ticks| ticks.parse().ok())
            .collect();
        match ticks.as_slice() {
            [user, system] => (user + system) / 100.0,
            _ => f64::NAN,
        }
    }

    fn told(&self) -> u32 {
        let mut connection = wire::Connection::open(&self.address).unwrap();
        let metrics = connection.send(&wire::get("/metrics")).unwrap().body;
        let name = "refundkit_webhooks_total{provider=\"dodo\",result=\"told\"} ";
        let value = metrics.lines().find_map(|line| line.strip_prefix(name));
        value.unwrap().parse().unwrap()
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
