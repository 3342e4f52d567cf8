//! Journal against providers, through the command: what is planted is found, and nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use common::by_hand::ByHand;
use common::{Ran, Shop, adapters};
use refundkit::{Clock, Operation, ProviderName, RefundRequest, Refunds, State};
use refundkit_core::{Evidence, Fact};
use refundkit_sandbox::{FaultKind, Payment, Plant, Provider};
use refundkit_sqlite::SqliteStore;
use serde_json::Value;

const AGO: Duration = Duration::from_secs(2 * 3600);

/// A shop whose refunds were made two hours ago.
struct Past {
    shop: Shop,
    runtime: tokio::runtime::Runtime,
    journal: Arc<SqliteStore>,
    refunds: Refunds,
    clock: Arc<ByHand>,
}

fn site(provider: &str) -> (Provider, &'static str) {
    match provider {
        "dojo" => (Provider::Dojo, "GBP"),
        "dodo" => (Provider::Dodo, "USD"),
        _ => (Provider::Primer, "EUR"),
    }
}

impl Past {
    fn begin() -> Self {
        let shop = Shop::open();
        shop.sandbox.rewind(AGO);
        let clock = Arc::new(ByHand::at(&shop.sandbox));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let journal = runtime.block_on(SqliteStore::open(shop.journal()));
        let journal = Arc::new(journal.unwrap());
        let refunds = adapters::all(&shop.sandbox)
            .namespace("test-shop".parse().unwrap())
            .journal(journal.clone())
            .clock(clock.clone())
            .build()
            .unwrap();
        Self {
            shop,
            runtime,
            journal,
            refunds,
            clock,
        }
    }

    fn payment(&self, provider: &str, id: &str) -> Payment {
        let (site, currency) = site(provider);
        Payment::captured(site, id, 2_500, currency, self.shop.sandbox.now())
            .with_items(&[(2_000, 0), (500, 0)])
    }

    /// A refund of 10.00 of a payment of 25.00, asked about until nothing more is to be learnt.
    fn refund(&self, provider: &str, id: &str) -> Operation {
        self.shop.sandbox.add_payment(self.payment(provider, id));
        let name: ProviderName = provider.parse().unwrap();
        let amount = format!("10.00 {}", site(provider).1);
        let request = RefundRequest::new(id.parse().unwrap(), id.parse().unwrap());
        let request = request.amount(amount.parse().unwrap());
        self.runtime.block_on(async {
            let made = self.refunds.refund(&name, &request).await.unwrap();
            self.refunds.refresh(&made.intent.id).await.unwrap()
        })
    }

    /// The same, which has succeeded; with the refund's id at the provider's.
    fn done(&self, provider: &str, id: &str) -> String {
        let operation = self.refund(provider, id);
        assert_eq!(operation.state(), State::Succeeded, "{provider} {id}");
        let effects = self.shop.sandbox.effects();
        let effect = effects.iter().find(|effect| effect.payment == id);
        effect.unwrap().refund.clone()
    }

    fn planted(&self, provider: &str, id: &str, plant: Plant) {
        let refund = self.done(provider, id);
        assert!(self.shop.sandbox.plant(site(provider).0, &refund, plant));
    }

    /// One that never arrived as far as anybody can see, and waits for a person.
    fn parked(&self, provider: &str, id: &str) -> Operation {
        self.shop.sandbox.inject_next(FaultKind::RequestLost, 2);
        let lost = self.refund(provider, id);
        self.shop.sandbox.set_faults([]);
        assert_eq!(lost.state(), State::Unknown, "{provider} {id}");
        let intent = &lost.intent;
        let evidence = Evidence {
            at: self.clock.now(),
            fact: Fact::parked(lost.summary().last_attempt(), "nobody knows"),
        };
        self.runtime.block_on(async {
            let added = refundkit_conformance::add(&*self.journal, intent, &evidence);
            added.await.unwrap();
            self.refunds.status(&intent.id).await.unwrap()
        })
    }

    /// Two hours later, with the journal free for the command.
    fn end(self) -> Shop {
        self.shop.sandbox.advance(AGO);
        drop(self.refunds);
        drop(self.journal);
        self.shop
    }
}

/// What was found, by payment.
fn found(ran: &Ran) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows(ran) {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        found
            .entry(text("payment"))
            .or_default()
            .push(text("difference"));
    }
    found
}

fn rows(ran: &Ran) -> Vec<Value> {
    let lines = ran.out.lines();
    let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .filter(|line| line.get("difference").is_some())
        .collect()
}

fn expected(pairs: &[(&str, &str)]) -> BTreeMap<String, Vec<String>> {
    pairs
        .iter()
        .map(|(payment, kind)| ((*payment).to_owned(), vec![(*kind).to_owned()]))
        .collect()
}

/// Everything of the sandbox that a person could do harm to, at a provider with a list of refunds.
fn dodo(past: &Past) -> Vec<(&'static str, &'static str)> {
    past.planted("dodo", "pay_missing", Plant::Remove);
    past.planted("dodo", "pay_doubled", Plant::Double);
    past.planted("dodo", "pay_amount", Plant::Amount(1_001));
    past.planted("dodo", "pay_currency", Plant::Currency("CAD".to_owned()));
    past.planted("dodo", "pay_status", Plant::Pending);
    past.planted("dodo", "pay_late", Plant::Fail);
    past.shop
        .sandbox
        .add_payment(past.payment("dodo", "pay_stranger"));
    let moved = Plant::Move("pay_stranger".to_owned());
    past.planted("dodo", "pay_other", moved);
    past.done("dodo", "pay_dashboard");
    past.shop
        .sandbox
        .tamper(Provider::Dodo, "pay_dashboard", 300);
    past.shop
        .sandbox
        .tamper(Provider::Dodo, "pay_more_1", 1_234);
    let extra = past.payment("dodo", "pay_extra");
    let text = "[rk:abcdefghijklmnopqrstuvwxyz234567]";
    let now = past.shop.sandbox.now();
    let extra = extra.with_refund("ref_extra", 700, Some(text), now);
    past.shop.sandbox.add_payment(extra);
    let parked = past.parked("dodo", "pay_parked");
    let text = format!("[rk:{}]", parked.intent.key.as_str());
    let there = past.payment("dodo", "pay_parked");
    let there = there.with_refund("ref_parked", 1_000, Some(&text), now);
    past.shop.sandbox.add_payment(there);
    vec![
        ("pay_missing", "missing"),
        ("pay_doubled", "doubled"),
        ("pay_amount", "amount"),
        ("pay_currency", "currency"),
        ("pay_status", "status"),
        ("pay_late", "late_failure"),
        ("pay_other", "other_payment"),
        ("pay_dashboard", "dashboard"),
        ("pay_more_1", "dashboard"),
        ("pay_extra", "extra"),
        ("pay_parked", "went_through"),
    ]
}

/// The same at one that shows totals.
fn dojo(past: &Past) -> Vec<(&'static str, &'static str)> {
    past.planted("dojo", "pi_missing", Plant::Remove);
    past.planted("dojo", "pi_sum", Plant::Amount(600));
    past.done("dojo", "pi_reversed");
    assert!(past.shop.sandbox.take_back(Provider::Dojo, "pi_reversed"));
    past.done("dojo", "pi_dashboard");
    past.shop
        .sandbox
        .tamper(Provider::Dojo, "pi_dashboard", 300);
    past.parked("dojo", "pi_parked");
    past.shop.sandbox.tamper(Provider::Dojo, "pi_parked", 1_000);
    vec![
        ("pi_missing", "missing"),
        ("pi_sum", "sum"),
        ("pi_reversed", "reversed_and_refunded"),
        ("pi_dashboard", "dashboard"),
        ("pi_parked", "went_through"),
    ]
}

/// The same at one that lists the refunds of a payment, and not those of the account.
fn primer(past: &Past) -> Vec<(&'static str, &'static str)> {
    past.planted("primer", "prim_missing", Plant::Remove);
    past.planted("primer", "prim_doubled", Plant::Double);
    past.planted("primer", "prim_amount", Plant::Amount(1_001));
    past.planted("primer", "prim_late", Plant::Fail);
    past.done("primer", "prim_dashboard");
    past.shop
        .sandbox
        .tamper(Provider::Primer, "prim_dashboard", 300);
    past.done("primer", "prim_stranger");
    let moved = Plant::Move("prim_stranger".to_owned());
    past.planted("primer", "prim_other", moved);
    vec![
        ("prim_missing", "missing"),
        ("prim_doubled", "doubled"),
        ("prim_amount", "amount"),
        ("prim_late", "late_failure"),
        ("prim_dashboard", "dashboard"),
        ("prim_other", "other_payment"),
    ]
}

fn ordinary(past: &Past) {
    for (provider, prefix) in [("dojo", "pi"), ("dodo", "pay"), ("primer", "prim")] {
        for number in 0..3 {
            past.done(provider, &format!("{prefix}_fine_{number}"));
        }
    }
}

/// The journal's content, as the command tells it.
fn journal(shop: &Shop) -> (String, String) {
    let verified = shop.run(&["journal", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.err);
    (shop.json(&["journal", "info"]).out, verified.out)
}

#[test]
fn books_that_agree_agree() {
    let past = Past::begin();
    ordinary(&past);
    past.parked("dodo", "pay_lost");
    past.parked("dojo", "pi_lost");
    let shop = past.end();
    let moves = shop.moves();
    let ran = shop.json(&["reconcile"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(found(&ran), BTreeMap::new());
    let told: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let dodo = told
        .iter()
        .find(|line| line["reconciled"]["provider"] == "dodo");
    let dodo = &dodo.unwrap()["reconciled"];
    assert_eq!(
        (&dodo["operations"], &dodo["refunds"]),
        (&4.into(), &3.into())
    );
    assert_eq!(dodo["payments"], 0, "the list alone says it all");
    assert_eq!(dodo["complete"], true);
    let ran = shop.run(&["reconcile"]);
    assert_eq!((ran.code, ran.out.trim()), (0, "no differences"));
    assert_eq!(shop.moves(), moves, "nothing was sent that moves money");
}

#[test]
fn a_provider_that_was_taken_out_of_the_configuration_is_no_silent_pass() {
    let past = Past::begin();
    ordinary(&past);
    let shop = past.end();
    let file = shop.folder.path().join("refundkit.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let parts: Vec<&str> = text.split("[providers.").collect();
    let kept: Vec<&str> = parts
        .into_iter()
        .filter(|part| !part.starts_with("dodo]"))
        .collect();
    std::fs::write(&file, kept.join("[providers.")).unwrap();
    let ran = shop.run(&["reconcile"]);
    assert_eq!(ran.code, 9, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("dodo was not compared"), "{}", ran.err);
    assert!(ran.err.contains("RK4012"), "{}", ran.err);
    assert_eq!(shop.run(&["reconcile", "--provider", "dojo"]).code, 0);
}

#[test]
fn every_planted_difference_is_found_and_nothing_else() {
    let past = Past::begin();
    ordinary(&past);
    let planted = [dodo(&past), dojo(&past), primer(&past)].concat();
    let shop = past.end();
    let (before, moves) = (journal(&shop), shop.moves());
    let report = shop.folder.path().join("report.csv");
    let ran = shop.json(&["reconcile", "--report", "report.csv"]);
    assert_eq!(ran.code, 9, "{}{}", ran.out, ran.err);
    assert_eq!(found(&ran), expected(&planted));
    let last: Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["error"]["code"], "RK4011");
    let csv = std::fs::read_to_string(&report).unwrap();
    assert_eq!(csv.lines().count(), 1 + planted.len());
    for (payment, kind) in &planted {
        let row = |line: &&str| line.starts_with(&format!("{kind},")) && line.contains(payment);
        assert!(csv.lines().any(|line| row(&line)), "{kind} of {payment}");
    }
    let again = shop.run(&["reconcile", "--report", "report.csv"]);
    assert_eq!(again.code, 2, "a report is never written over");
    assert_eq!(journal(&shop), before, "nothing was written");
    assert_eq!(shop.moves(), moves, "nothing was sent that moves money");
    let table = shop.run(&["reconcile", "--provider", "dojo"]);
    assert_eq!(table.code, 9);
    assert!(table.out.contains("pi_sum at dojo"), "{}", table.out);
    assert!(
        table.err.contains("error[RK4011]: 5 differences"),
        "{}",
        table.err
    );
    assert!(table.err.contains("can't be seen"), "{}", table.err);
}

#[test]
fn one_payment_or_a_period_can_be_compared() {
    let past = Past::begin();
    past.planted("dodo", "pay_late", Plant::Fail);
    past.planted("dodo", "pay_currency", Plant::Currency("CAD".to_owned()));
    past.done("dodo", "pay_fine");
    let shop = past.end();
    let of = |payment: &str| {
        let ran = shop.json(&["reconcile", "--provider", "dodo", "--payment", payment]);
        (ran.code, found(&ran))
    };
    assert_eq!(
        of("pay_late"),
        (9, expected(&[("pay_late", "late_failure")]))
    );
    let currency = expected(&[("pay_currency", "currency")]);
    assert_eq!(of("pay_currency"), (9, currency));
    assert_eq!(of("pay_fine"), (0, BTreeMap::new()));
    let since = shop.json(&["reconcile", "--since", "1h"]);
    assert_eq!((since.code, found(&since)), (0, BTreeMap::new()));
    let until = shop.json(&["reconcile", "--since", "3h", "--until", "1h"]);
    assert_eq!((until.code, found(&until).len()), (9, 2));
}

#[test]
fn apply_adds_the_providers_word_and_nothing_else() {
    let past = Past::begin();
    past.planted("dodo", "pay_late", Plant::Fail);
    past.planted("dodo", "pay_missing", Plant::Remove);
    past.planted("dojo", "pi_missing", Plant::Remove);
    past.parked("dojo", "pi_parked");
    past.shop.sandbox.tamper(Provider::Dojo, "pi_parked", 1_000);
    let shop = past.end();
    let first = shop.json(&["reconcile", "--apply"]);
    assert_eq!((first.code, rows(&first).len()), (9, 4));
    let written = |row: &&Value| row["written"] == true;
    assert_eq!(rows(&first).iter().filter(written).count(), 2);
    let state = |payment: &str, provider: &str| {
        let ran = shop.json(&["status", "--provider", provider, "--payment", payment]);
        ran.json()["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state("pay_late", "dodo"), "failed_late");
    assert_eq!(state("pi_parked", "dojo"), "succeeded");
    assert_eq!(
        state("pay_missing", "dodo"),
        "succeeded",
        "absence is no evidence"
    );
    let second = shop.json(&["reconcile", "--apply"]);
    let missing = expected(&[("pay_missing", "missing"), ("pi_missing", "missing")]);
    assert_eq!(found(&second), missing);
    let before = journal(&shop);
    assert_eq!(found(&shop.json(&["reconcile", "--apply"])), missing);
    assert_eq!(journal(&shop), before);
}

#[test]
fn what_was_found_is_told_though_another_provider_turns_us_away() {
    let past = Past::begin();
    past.planted("dodo", "pay_missing", Plant::Remove);
    past.done("dojo", "pi_fine");
    let shop = past.end();
    let file = shop.folder.path().join("refundkit.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, dojo) = text.split_once("[providers.dojo]").unwrap();
    let dojo = dojo.replacen("SHOP_KEY", "WRONG_KEY", 1);
    std::fs::write(&file, [before, "[providers.dojo]", &dojo].concat()).unwrap();
    let mut command = shop.command();
    command.env("WRONG_KEY", "sk_sandbox_of_another");
    let ran = Ran::of(command.arg("reconcile").output().unwrap());
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("pay_missing"), "{}{}", ran.out, ran.err);
}
