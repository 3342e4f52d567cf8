//! An operation's state is never stored: it is a fold over its evidence, in whatever order that came.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use refundkit_core::ProviderRefund;
use refundkit_core::operation::{Source, Summary};
use refundkit_core::{Evidence, Fact, Outcome, RefundStatus, Timestamp};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lost = Outcome::Unknown {
        why: "the connection broke".to_owned(),
    };
    let seen = Fact::Seen {
        by: Source::Listed,
        refund: ProviderRefund::with_status(RefundStatus::Succeeded),
    };
    let facts = [
        ("an attempt is marked", Fact::Marked { attempt: 1 }),
        ("its answer is lost", Fact::answered(1, lost, None)),
        ("the payment shows the refund", seen),
    ];
    let mut evidence = Vec::new();
    println!("begun: {}", Summary::fold(&evidence).state());
    for (second, (what, fact)) in (1_i64..).zip(facts) {
        let at = Timestamp::from_unix_millis(second.saturating_mul(1000))?;
        evidence.push(Evidence { at, fact });
        println!("{what}: {}", Summary::fold(&evidence).state());
    }

    evidence.reverse();
    println!("backwards: {}", Summary::fold(&evidence).state());
    let twice = evidence.iter().chain(&evidence);
    println!("all of it twice: {}", Summary::fold(twice).state());
    Ok(())
}
