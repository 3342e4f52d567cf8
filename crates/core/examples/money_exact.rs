//! Money in whole minor units: read, printed and shared out, and never rounded.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use refundkit_core::{Minor, Money};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let price: Money = "10.00 GBP".parse()?;
    println!("{price} is {} minor units", price.minor());

    for text in [
        "10.001 GBP",
        "1.5 JPY",
        "0.00 GBP",
        "-1.00 GBP",
        "ten pounds",
    ] {
        match text.parse::<Money>() {
            Ok(money) => println!("{text:?} is {money}"),
            Err(error) => println!("{text:?}: {error}"),
        }
    }

    // Shared out by weight: the parts are whole, and together exactly what there was.
    let weights = [1, 1, 1].map(|weight| Minor::new(weight).unwrap_or_default());
    let shares = price.minor().allocate(&weights).ok_or("no such shares")?;
    let total = Minor::checked_sum(shares.iter().copied()).ok_or("too large")?;
    for share in &shares {
        println!("a share: {}", Money::new(*share, price.currency())?);
    }
    println!("together: {}", Money::new(total, price.currency())?);
    Ok(())
}
