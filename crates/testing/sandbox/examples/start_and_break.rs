//! A simulated provider that loses an answer: the caller sees an error, and the money has moved. With the
//! same key the second try moves nothing more.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use refundkit_sandbox::{FaultKind, Payment, Provider, Sandbox, SandboxConfig};

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start(SandboxConfig::default()).await?;
    let made_at = sandbox.now();
    sandbox.add_payment(Payment::captured(
        Provider::Dojo,
        "pi_1",
        5000,
        "GBP",
        made_at,
    ));
    sandbox.inject_next(FaultKind::AnswerLost, 1);

    let addresses = sandbox.addresses().clone();
    let tries = tokio::task::spawn_blocking(move || {
        [1, 2].map(|number| {
            let url = format!("{}/payment-intents/pi_1/refunds", addresses.dojo);
            let sent = ureq::post(url)
                .header("authorization", format!("Basic {}", addresses.api_key))
                .header("version", "2024-02-05")
                .header("content-type", "application/json")
                .header("idempotencyKey", "order-7-refund-1")
                .send(r#"{"amount":1000}"#);
            let seen = match sent {
                Ok(answer) => answer.status().to_string(),
                Err(error) => error.to_string(),
            };
            (number, seen)
        })
    });
    for (number, seen) in tries.await? {
        println!("try {number}: {seen}");
    }
    for effect in sandbox.effects() {
        let (amount, key) = (effect.amount, effect.key.unwrap_or_default());
        println!(
            "what happened: {} {} for {key}",
            amount.minor, amount.currency
        );
    }
    sandbox.stop().await;
    Ok(())
}
