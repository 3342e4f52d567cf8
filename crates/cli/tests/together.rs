//! A server, two workers, twenty shells that refund, a comparison and a check of the journal, all at once
//! over one journal and providers in bad weather, each killed now and then: one effect each, none lost.
//!
//! Here for some seconds; `cargo xtask trial --minutes 10` goes on for longer, with shorter windows.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise, and shows what it counted"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::Shop;
use common::ledgers::{SITES, add_payment};
use refundkit_core::timing::HURRY;
use refundkit_sandbox::Fault;
use serde_json::Value;

/// So long a command waits for the journal while others write.
const LOCK_WITHIN: Duration = Duration::from_secs(5);
const SHELLS: u64 = 20;
const PAYMENTS: u64 = 40;
/// What the weather is made of; each kind comes and goes.
const WEATHER: [&str; 9] = [
    "answer-lost=0.2",
    "request-lost=0.2",
    "error-after-effect=0.2",
    "error-before-effect=0.2",
    "truncated=0.1",
    "html=0.1",
    "stale-read=0.2",
    "slow=0.1",
    "throttle=0.02",
];

/// A process that anybody here may kill.
type Victim = Arc<Mutex<Child>>;

struct Trial {
    shop: Shop,
    over: AtomicBool,
    /// Nothing is killed any more.
    without_faults: AtomicBool,
    victims: Mutex<Vec<Victim>>,
    kills: AtomicU64,
    /// What was told of each request: its operation.
    told: Mutex<BTreeMap<String, String>>,
    answers: Mutex<BTreeMap<String, u64>>,
    files: AtomicU64,
}

/// How a process ended, and what it has said.
struct Ended {
    /// `None` where it was killed.
    code: Option<i32>,
    out: String,
    err: String,
    took: Duration,
}

impl Ended {
    /// Whether it gave up on the journal's lock, after all the time that it has for it: a disk that
    /// stands still for seconds does that. Sooner, it is a fault.
    fn waited_in_vain(&self) -> bool {
        self.took >= LOCK_WITHIN && (self.out.contains("RK3001") || self.err.contains("RK3001"))
    }
}

impl Trial {
    fn new() -> Self {
        let shop = Shop::open();
        for (provider, prefix, currency) in SITES {
            for number in 0..PAYMENTS {
                add_payment(&shop, provider, &format!("{prefix}_t{number}"), currency);
            }
        }
        Self {
            shop,
            over: AtomicBool::new(false),
            without_faults: AtomicBool::new(false),
            victims: Mutex::default(),
            kills: AtomicU64::new(0),
            told: Mutex::default(),
            answers: Mutex::default(),
            files: AtomicU64::new(0),
        }
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Runs a process to its end, or until it is killed. What it says goes to files: nobody has to listen.
    fn run(&self, args: &[&str]) -> Ended {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let path = |kind| self.shop.folder.path().join(format!("{kind}-{number}"));
        let file = |kind| Stdio::from(File::create(path(kind)).unwrap());
        let mut command = self.shop.command();
        command.args(["--output", "json"]).args(args);
        command
            .stdin(Stdio::null())
            .stdout(file("out"))
            .stderr(file("err"));
        let began = Instant::now();
        let child: Victim = Arc::new(Mutex::new(command.spawn().unwrap()));
        self.victims.lock().unwrap().push(Arc::clone(&child));
        let status = loop {
            if let Some(status) = child.lock().unwrap().try_wait().unwrap() {
                break status;
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut victims = self.victims.lock().unwrap();
        victims.retain(|victim| !Arc::ptr_eq(victim, &child));
        drop(victims);
        let said = |kind| {
            let text = std::fs::read_to_string(path(kind)).unwrap();
            std::fs::remove_file(path(kind)).unwrap();
            text
        };
        Ended {
            code: status.code(),
            out: said("out"),
            err: said("err"),
            took: began.elapsed(),
        }
    }

    /// Runs it again and again; each end has to be one of these, or a kill.
    fn keep(&self, args: &[&str], ends: &[i32]) {
        while !self.is_over() {
            self.once(args, ends);
        }
    }

    fn once(&self, args: &[&str], ends: &[i32]) {
        let ended = self.run(args);
        if let Some(code) = ended.code {
            assert!(
                ends.contains(&code) || ended.waited_in_vain(),
                "{args:?} ended with {code}: {}{}",
                ended.out,
                ended.err
            );
            self.count(&format!("{} {code}", args[0]));
        }
    }

    fn count(&self, what: &str) {
        *self
            .answers
            .lock()
            .unwrap()
            .entry(what.to_owned())
            .or_default() += 1;
    }

    /// A person at a shell: each refund once more, with its key, for as long as it was killed or isn't clear.
    fn shell(&self, number: u64, seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed ^ number);
        let mut count = 0;
        while !self.is_over() {
            count += 1;
            let (provider, prefix, currency) = SITES[random.usize(..SITES.len())];
            let payment = format!("{prefix}_t{}", random.u64(..PAYMENTS));
            // No two refunds are of the same amount.
            let minor = 100 + count * SHELLS + number;
            let amount = format!("{}.{:02} {currency}", minor / 100, minor % 100);
            let key = format!("shell-{number}-{count}");
            let mut args = vec!["refund", "--provider", provider, "--payment", &payment];
            args.extend(["--amount", &amount, "--key", &key]);
            while !self.is_over() && !self.asked(&args, &key) {
                std::thread::sleep(Duration::from_millis(random.u64(50..500)));
            }
        }
    }

    /// Whether nothing more has to be asked.
    fn asked(&self, args: &[&str], key: &str) -> bool {
        let ended = self.run(args);
        let Some(code) = ended.code else {
            return false;
        };
        let line = ended.out.lines().next();
        let answer: Value = line.map_or(Value::Null, |line| serde_json::from_str(line).unwrap());
        // What a rule refuses is not written down.
        if code != 3
            && let Some(operation) = answer["operation"].as_str()
        {
            let mut told = self.told.lock().unwrap();
            let before = told.insert(key.to_owned(), operation.to_owned());
            assert!(
                before.is_none_or(|before| before == operation),
                "{key} has two operations"
            );
        }
        let why = answer["error"]["code"].as_str().unwrap_or("");
        self.count(&format!("refund {code} {why}"));
        match code {
            // Done, refused by a rule or by the provider, for a person, contradicted.
            0 | 3 | 4 | 6 | 7 => true,
            // Not known yet; the payment could not be read; another attempt goes first.
            5 | 10 => false,
            8 if ["RK3007", "RK3011"].contains(&why) || ended.waited_in_vain() => false,
            _ => panic!("{args:?} ended with {code}: {}{}", ended.out, ended.err),
        }
    }

    /// Kills one process after the other, and changes the weather.
    fn harm(&self, seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed);
        while !self.without_faults.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(random.u64(20..400)));
            let faults: Vec<Fault> = WEATHER
                .iter()
                .filter(|_| random.u8(..3) == 0)
                .map(|fault| fault.parse().unwrap())
                .collect();
            if random.u8(..8) == 0 {
                self.shop.sandbox.set_faults(faults);
            }
            let victim = {
                let victims = self.victims.lock().unwrap();
                random.choice(victims.iter()).cloned()
            };
            if let Some(victim) = victim
                && victim.lock().unwrap().kill().is_ok()
            {
                self.kills.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn operations(&self) -> Vec<Value> {
        let listed = self.shop.json(&["list"]);
        assert_eq!(listed.code, 0, "{}{}", listed.out, listed.err);
        let lines = listed.out.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// After the weather has cleared: until nothing is open, or for as long as there is patience.
    fn until_idle(&self, patience: Duration) -> Vec<Value> {
        let began = Instant::now();
        loop {
            self.once(&["work", "--once"], &[0, 5, 6]);
            let operations = self.operations();
            let open = ["ready", "attempting", "unknown"];
            let is_open = |one: &Value| open.contains(&one["state"].as_str().unwrap());
            if !operations.iter().any(is_open) || began.elapsed() > patience {
                return operations;
            }
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    /// The journal against what the providers have really done.
    fn judge(&self, operations: &[Value]) {
        let mut effects: BTreeMap<(String, i64), u64> = BTreeMap::new();
        for effect in self.shop.sandbox.effects() {
            *effects
                .entry((effect.payment, effect.amount.minor))
                .or_default() += 1;
        }
        let twice: Vec<_> = effects.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twice.is_empty(), "went out more than once: {twice:?}");
        let mut states: BTreeMap<&str, u64> = BTreeMap::new();
        for operation in operations {
            let state = operation["state"].as_str().unwrap();
            *states.entry(state).or_default() += 1;
            let payment = operation["payment"].as_str().unwrap().to_owned();
            let minor = operation["amount"]["minor"].as_i64().unwrap();
            let went = effects.remove(&(payment, minor)).is_some();
            match state {
                "succeeded" | "accepted" => assert!(went, "nothing went out: {operation}"),
                "rejected" | "refused" | "cancelled" | "failed" | "ready" => {
                    assert!(!went, "it went out: {operation}");
                }
                "unknown" | "attempting" | "parked" | "failed_late" => {}
                _ => panic!("no such state: {operation}"),
            }
        }
        assert!(effects.is_empty(), "nobody's: {effects:?}");
        let known: BTreeSet<&str> = operations
            .iter()
            .map(|one| one["operation"].as_str().unwrap())
            .collect();
        for (key, operation) in self.told.lock().unwrap().iter() {
            assert!(known.contains(operation.as_str()), "{key} is lost");
        }
        for payment in self.shop.sandbox.payments() {
            assert!(payment.refunded.minor <= 5_000, "{payment:?}");
        }
        let verified = self.shop.run(&["journal", "verify"]);
        assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
        println!("{} operations: {states:?}", operations.len());
    }
}

#[test]
fn many_processes_on_one_journal_have_one_effect_each_and_lose_none() {
    let told = |name: &str, otherwise: u64| {
        let told = std::env::var(name).ok();
        told.map_or(otherwise, |told| told.parse().unwrap())
    };
    let seconds = told("REFUNDKIT_TRIAL_SECONDS", 15);
    let seed = told("REFUNDKIT_TRIAL_SEED", 1);
    let trial = Trial::new();
    // A journal is made by the first refund; what reads or works needs one.
    trial.once(
        &[
            "refund",
            "--provider",
            "dojo",
            "--payment",
            "pi_t0",
            "--amount",
            "0.99 GBP",
            "--key",
            "first",
        ],
        &[0],
    );
    std::thread::scope(|scope| {
        let trial = &trial;
        scope.spawn(|| trial.keep(&["serve", "--listen", "127.0.0.1:0"], &[]));
        for _ in 0..2 {
            scope.spawn(|| trial.keep(&["work"], &[]));
        }
        scope.spawn(|| trial.keep(&["reconcile"], &[0, 5, 9]));
        scope.spawn(|| trial.keep(&["list"], &[0]));
        scope.spawn(|| trial.keep(&["journal", "verify"], &[0]));
        for number in 0..SHELLS {
            scope.spawn(move || trial.shell(number, seed));
        }
        scope.spawn(move || trial.harm(seed));
        std::thread::sleep(Duration::from_secs(seconds));
        trial.over.store(true, Ordering::Relaxed);
        // Servers and workers end by a kill only; it goes on until all have.
        let began = Instant::now();
        while !trial.victims.lock().unwrap().is_empty() && began.elapsed().as_secs() < 60 {
            std::thread::sleep(Duration::from_millis(50));
        }
        trial.without_faults.store(true, Ordering::Relaxed);
    });
    trial.shop.sandbox.set_faults([]);
    let operations = trial.until_idle(if HURRY > 1 {
        Duration::from_secs(240)
    } else {
        Duration::from_secs(5)
    });
    if HURRY > 1 {
        let open = operations.iter().filter(|one| {
            ["ready", "attempting", "unknown"].contains(&one["state"].as_str().unwrap())
        });
        assert_eq!(open.count(), 0, "some never end");
    }
    trial.judge(&operations);
    println!(
        "{} kills; {:?}",
        trial.kills.load(Ordering::Relaxed),
        trial.answers.lock().unwrap()
    );
}
