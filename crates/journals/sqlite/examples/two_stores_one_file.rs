//! Two holders of one journal, as two processes are: both decide on the same reading of a payment, and one
//! of them is told that it was overtaken.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use refundkit_conformance::intent;
use refundkit_core::ports::{Commit, Committed};
use refundkit_core::{Change, PaymentLedger, Store as _};
use refundkit_sqlite::SqliteStore;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("refundkit.db");
    let (one, two) = (
        SqliteStore::open(&file).await?,
        SqliteStore::open(&file).await?,
    );

    // Two refunds of one payment of 50.00 GBP, which has room for either and not for both.
    let intents = [1, 2].map(|number| intent(number, "dojo", "pi_1", 3000));
    let mut commits = Vec::new();
    for (store, intent) in [&one, &two].into_iter().zip(intents) {
        let stored = store.load(&intent.provider, intent.plan.payment()).await?;
        let ledger = PaymentLedger::replay(&stored)?;
        let mut change = Change::of(&ledger, &store.join().await?);
        println!("{}: {:?}", intent.id, change.begin(intent.clone())?);
        commits.push((store, Commit::from(change)));
    }
    for (store, commit) in &commits {
        match store.commit(commit).await? {
            Committed::Done(_) => println!("written down"),
            Committed::Conflict => println!("overtaken: load it anew, and decide anew"),
            other @ (Committed::IdTaken | Committed::Known) => println!("{other:?}"),
        }
    }
    println!("{} operation in the file", two.info().await?.operations);
    Ok(())
}
