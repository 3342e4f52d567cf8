//! How the steps of trying a profile are told, to people or as JSON, and the exit code that follows
//! from them. What is tried isn't decided here.

use refundkit::{Minor, Money, Payment, Planned};
use serde_json::json;

use crate::failure::{Failure, exit};
use crate::output::Printer;

/// What was tried so far, shown as it goes.
pub(super) struct Steps {
    printer: Printer,
    failed: bool,
}

impl Steps {
    pub(super) const fn new(printer: Printer) -> Self {
        Self {
            printer,
            failed: false,
        }
    }

    /// Shows how a step went.
    pub(super) fn say(&mut self, step: &str, ok: bool, why: &str) -> Result<(), Failure> {
        self.failed |= !ok;
        if self.printer.is_json() {
            return self
                .printer
                .json(&json!({ "step": step, "ok": ok, "why": why }));
        }
        let word = if ok { "ok" } else { "failed" };
        self.printer.line(&format!("{step}: {word}: {why}"))
    }

    /// A step that has to go well for the others to make sense.
    pub(super) fn unless<T>(&mut self, step: &str, done: Result<T, Failure>) -> Result<T, Failure> {
        match done {
            Ok(done) => Ok(done),
            Err(failure) => {
                self.say(step, false, &failure.message)?;
                Err(failure)
            }
        }
    }

    /// What was understood of the payment.
    pub(super) fn payment(&mut self, payment: &Payment) -> Result<(), Failure> {
        if self.printer.is_json() {
            return self
                .printer
                .json(&json!({ "step": "payment", "ok": true, "payment": payment }));
        }
        let money = |minor: Minor| match Money::from_minor(minor.get(), payment.currency) {
            Ok(money) => money.to_string(),
            Err(_) => format!("{minor} {}", payment.currency),
        };
        let stage = format!("{:?}", payment.stage).to_lowercase();
        let refunds = match &payment.refunds {
            None => "its refunds aren't listed".to_owned(),
            Some(refunds) => format!("{} refunds listed", refunds.refunds.len()),
        };
        let why = format!(
            "{stage}; authorised {}, captured {}, refunded {}; {refunds}",
            money(payment.authorized),
            money(payment.captured),
            money(payment.returned())
        );
        self.say("payment", true, &why)
    }

    /// What would be done, with the exact request.
    pub(super) fn plan(&mut self, planned: &Planned) -> Result<(), Failure> {
        let plan = &planned.plan;
        let scope = if plan.is_full() { "full" } else { "partial" };
        if self.printer.is_json() {
            return self.printer.json(&json!({
                "step": "plan", "ok": true, "scope": scope,
                "amount": crate::output::AmountJson::from(plan.amount()),
                "request": planned.preview,
            }));
        }
        let why = format!("refund {} of {} ({scope})", plan.amount(), plan.payment());
        self.say("plan", true, &why)?;
        let preview = &planned.preview;
        self.printer
            .line(&format!("  {} {}", preview.method, preview.url))?;
        for (name, value) in &preview.headers {
            self.printer.line(&format!("  {name}: {value}"))?;
        }
        match &preview.body {
            Some(body) => self.printer.line(&format!("  {body}")),
            None => Ok(()),
        }
    }

    /// The exit code, where the operation's own is `code`: a step that failed all the same
    /// contradicts it.
    pub(super) const fn exit(&self, code: u8) -> u8 {
        match code {
            exit::DONE if self.failed => exit::CONTRADICTION,
            code => code,
        }
    }
}
