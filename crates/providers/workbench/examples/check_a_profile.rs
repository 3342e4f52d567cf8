//! A first draft of a profile, and all mistakes at once of the same text after two slips.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use refundkit_workbench::draft::{Draft, draft};
use refundkit_workbench::{check, explain};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = draft(&Draft::new("shop", "https://api.sandbox.example.com"));
    println!("the draft has {} mistakes", check(&text).len());

    let slips = text
        .replace("amounts = \"minor\"", "amounts = \"pence\"")
        .replace("encoding = \"json\"", "encoding = \"jason\"");
    for mistake in check(&slips) {
        let line = mistake.line.unwrap_or_default();
        println!("line {line}, {}: {}", mistake.key, mistake.problem);
    }

    let primer = refundkit_generic::Profile::builtin("primer")?;
    if let Some(line) = explain(&primer).lines().next() {
        println!("of Primer's profile: {line}");
    }
    Ok(())
}
