//! Checks a whole journal against itself: the pages, each payment's ledger, and what is kept beside.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use refundkit_conformance::{begin, intent};
use refundkit_core::State;
use refundkit_core::{Filter, Store as _};
use refundkit_sqlite::SqliteStore;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(folder.path().join("refundkit.db")).await?;
    for number in 1..=5 {
        let payment = format!("pi_{number}");
        begin(&store, &intent(number, "dojo", &payment, 1000)).await?;
    }
    let ready = Filter {
        states: vec![State::Ready],
        ..Filter::default()
    };
    println!("{} operations are ready", store.list(&ready).await?.len());

    let told = |progress: refundkit_sqlite::Progress| {
        println!("checked {} of {} payments", progress.payments, progress.of);
    };
    let verified = store.verify(told).await?;
    println!(
        "{} payments, {} operations, {} entries: all as they were written",
        verified.payments, verified.operations, verified.entries
    );
    Ok(())
}
