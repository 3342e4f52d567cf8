//! The real command over a real file, killed at named points of a refund and run again: the
//! providers' ledgers and the journal must agree afterwards, and no operation is left open.
//!
//! The sandbox holds a request exactly where the kill is to fall. What takes a quarter of an hour
//! to become clear is found out by the library over the same file, with its clock turned by hand.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use common::Shop;
use common::by_hand::ByHand;
use common::ledgers::{SITES, add_payment, agree, effects};
use refundkit_sandbox::Pause;
use refundkit_sandbox::PauseAt::{self, AfterEffect, Answered, BeforeEffect, HalfAnswer, Read};
use refundkit_sqlite::SqliteStore;
use serde_json::Value;

use Then::{GoesOn, GoesOnLate, Lost};

/// Far more than a held command takes to come to its point.
const LIMIT: Duration = Duration::from_secs(20);

/// What becomes of a held request once its command is dead.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// It never has an effect, or its answer never arrives.
    Lost,
    /// It goes on at once.
    GoesOn,
    /// It goes on after the command was run again.
    GoesOnLate,
}

/// A kill: which request is held, how long after that the command dies, and what follows.
#[derive(Clone, Copy)]
struct Kill {
    at: PauseAt,
    after: Duration,
    then: Then,
}

const fn kill(at: PauseAt, then: Then) -> Kill {
    let after = Duration::ZERO;
    Kill { at, after, then }
}

const fn answered(millis: u64) -> [Kill; 1] {
    [Kill {
        at: Answered,
        after: Duration::from_millis(millis),
        then: Lost,
    }]
}

/// The points, each with the kills of one operation in their order, and the states in which the
/// last of them may leave it.
struct Point {
    name: &'static str,
    kills: &'static [Kill],
    leaves: &'static [&'static str],
    /// Whether it takes a provider that knows keys.
    resends: bool,
}

const fn point(
    name: &'static str,
    kills: &'static [Kill],
    leaves: &'static [&'static str],
) -> Point {
    Point {
        name,
        kills,
        leaves,
        resends: false,
    }
}

const fn resending(name: &'static str, kills: &'static [Kill]) -> Point {
    Point {
        resends: true,
        ..point(name, kills, &["attempting"])
    }
}

const ANY: &[&str] = &["attempting", "accepted", "succeeded"];
const MARKED: &[&str] = &["attempting"];
/// Dojo's repeated answer states no status, so that its reading follows an acceptance.
const LOOKING: &[&str] = &["unknown", "accepted"];
const POINTS: [Point; 14] = [
    point("before-the-intent", &[kill(Read, Lost)], &["none"]),
    point("marked-not-arrived", &[kill(BeforeEffect, Lost)], MARKED),
    point("before-the-effect", &[kill(BeforeEffect, GoesOn)], MARKED),
    point(
        "long-before-the-effect",
        &[kill(BeforeEffect, GoesOnLate)],
        MARKED,
    ),
    point("after-the-effect", &[kill(AfterEffect, Lost)], MARKED),
    point("half-an-answer", &[kill(HalfAnswer, Lost)], MARKED),
    point("answered", &answered(0), ANY),
    point("answered-1-ms-ago", &answered(1), ANY),
    point("answered-2-ms-ago", &answered(2), ANY),
    point("answered-3-ms-ago", &answered(3), ANY),
    point(
        "while-looking",
        &[kill(AfterEffect, Lost), kill(Read, Lost)],
        LOOKING,
    ),
    resending(
        "while-resending-not-arrived",
        &[kill(BeforeEffect, Lost), kill(BeforeEffect, Lost)],
    ),
    resending(
        "while-resending",
        &[kill(BeforeEffect, Lost), kill(BeforeEffect, GoesOn)],
    ),
    resending(
        "while-resending-both-late",
        &[
            kill(BeforeEffect, GoesOnLate),
            kill(BeforeEffect, GoesOnLate),
        ],
    ),
];

/// One refund under the point's kills.
struct Case<'a> {
    shop: &'a Shop,
    site: (&'a str, &'a str),
    payment: String,
    amount: String,
}

impl Case<'_> {
    fn args(&self) -> [&str; 9] {
        let (provider, _) = self.site;
        let (payment, amount) = (self.payment.as_str(), self.amount.as_str());
        [
            "refund",
            "--provider",
            provider,
            "--payment",
            payment,
            "--amount",
            amount,
            "--key",
            payment,
        ]
    }

    /// Runs the command until its request is held, and kills it there.
    fn crash(&self, kill: Kill) -> Pause {
        let pause = self.shop.sandbox.pause(kill.at);
        let mut child = self
            .shop
            .command()
            .args(self.args())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        assert!(pause.reached(LIMIT), "{}: never there", self.payment);
        std::thread::sleep(kill.after);
        let alive = child.try_wait().unwrap().is_none();
        assert!(alive || kill.at == Answered, "{}", self.payment);
        child.kill().unwrap();
        child.wait().unwrap();
        pause
    }

    /// What the journal says of the operation; null where it knows of none.
    fn word(&self) -> Value {
        let (provider, _) = self.site;
        let listed = self.shop.json(&["list", "--provider", provider]);
        assert_eq!(listed.code, 0, "{}: {}", self.payment, listed.out);
        let all = listed
            .out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        all.into_iter()
            .find(|operation: &Value| operation["payment"] == self.payment.as_str())
            .unwrap_or_default()
    }

    fn state(&self) -> String {
        self.word()["state"].as_str().unwrap_or("none").to_owned()
    }

    fn effects(&self) -> Vec<i64> {
        effects(self.shop).remove(&self.payment).unwrap_or_default()
    }

    /// The requests for this payment that move money.
    fn sends(&self) -> usize {
        let requests = self.shop.sandbox.requests();
        let of_payment = requests.iter().filter(|request| {
            let found =
                request.path.contains(&self.payment) || request.body.contains(&self.payment);
            request.method == "POST" && found
        });
        of_payment.count()
    }

    /// What time tells: the operation is taken further over the same file, an hour at most.
    fn wait(&self) {
        let id = self.word()["operation"].as_str().unwrap().parse().unwrap();
        let clock = Arc::new(ByHand::at(&self.shop.sandbox));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let journal = SqliteStore::open(self.shop.journal()).await.unwrap();
            let refunds = common::adapters::all(&self.shop.sandbox)
                .namespace("test-shop".parse().unwrap())
                .journal(Arc::new(journal))
                .clock(clock.clone())
                .build()
                .unwrap();
            for minutes in [16, 2, 16, 2] {
                clock.turn(minutes);
                refunds.resume_one(&id).await.unwrap();
            }
        });
    }

    /// Through the kills and to the end; the table's cell.
    fn run(&self, point: &Point) -> String {
        let mut late = Vec::new();
        for kill in point.kills {
            let pause = self.crash(*kill);
            match kill.then {
                Lost => drop(pause),
                GoesOn => assert!(pause.let_go(LIMIT)),
                GoesOnLate => late.push(pause),
            }
        }
        let left = self.state();
        assert!(
            point.leaves.contains(&left.as_str()),
            "{}: {left}",
            self.payment
        );
        let sent = self.sends();
        let ran = self.shop.json(&self.args());
        assert!(
            [0, 5].contains(&ran.code),
            "{}: {}{}",
            self.payment,
            ran.out,
            ran.err
        );
        // Without a key nothing is sent again before it is quiet.
        assert!(self.site.0 != "dodo" || left == "none" || self.sends() == sent);
        for pause in late {
            assert!(pause.let_go(LIMIT));
        }
        if matches!(self.state().as_str(), "unknown" | "accepted") {
            self.shop.json(&["work", "--once"]);
        }
        if self.state() == "unknown" {
            self.wait();
        }
        self.check();
        format!(
            "{left} → {}, {} of {} sent",
            self.state(),
            self.effects().len(),
            self.sends()
        )
    }

    /// Nothing is left open, and the ledger says what the journal says.
    fn check(&self) {
        let (word, effects, sends) = (self.word(), self.effects(), self.sends());
        let right = match word["state"].as_str().unwrap() {
            "succeeded" | "accepted" => effects == [1000],
            "rejected" => effects.is_empty(),
            "parked" => effects.len() <= 1,
            _ => false,
        };
        assert!(right, "{}: {word}, effects {effects:?}", self.payment);
        let marks = usize::try_from(word["attempts"].as_u64().unwrap()).unwrap();
        assert!(
            sends <= marks,
            "{}: {sends} sent, {marks} marked",
            self.payment
        );
        assert!(marks <= 4, "{}: {word}", self.payment);
    }
}

/// All points of one provider; the cells, and how many kills there were.
fn column((provider, prefix, currency): (&str, &str, &str)) -> (Vec<String>, usize) {
    let shop = Shop::open();
    let (mut cells, mut kills, mut operations) = (Vec::new(), 0, 0);
    for (number, point) in POINTS.iter().enumerate() {
        if point.resends && provider == "dodo" {
            cells.push("(no key)".to_owned());
            continue;
        }
        let payment = format!("{prefix}_point_{number}");
        add_payment(&shop, provider, &payment, currency);
        let case = Case {
            shop: &shop,
            site: (provider, currency),
            payment,
            amount: format!("10.00 {currency}"),
        };
        cells.push(case.run(point));
        kills += point.kills.len();
        operations += 1;
    }
    assert_eq!(agree(&shop), operations);
    let verified = shop.run(&["journal", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.err);
    (cells, kills)
}

#[test]
fn killed_at_a_named_point_it_ends_with_one_effect_and_the_journal_knows() {
    // One after the other: a command that is just being started holds on to whatever this process
    // has open, the lock of a journal that another provider's case reads by itself included.
    let columns = SITES.map(column);
    let mut line = format!("{:<28}", "killed");
    for (provider, ..) in SITES {
        line += &format!("{provider:<42}");
    }
    println!("{line}");
    for (number, point) in POINTS.iter().enumerate() {
        let mut line = format!("{:<28}", point.name);
        for (cells, _) in &columns {
            line += &format!("{:<42}", cells[number]);
        }
        println!("{line}");
    }
    let kills: usize = columns.iter().map(|(_, kills)| kills).sum();
    println!("{kills} kills at named points, nothing left open, 0 differences");
}
