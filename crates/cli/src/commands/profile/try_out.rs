//! `refundkit profile test`: a payment is read, refunded and read again by a profile, with the real
//! engine over a journal in memory. Before money moves it asks, unless it is told not to.

mod account;
mod steps;

use std::sync::Arc;

use refundkit::core::answer::Answer;
use refundkit::{
    MemoryStore, Money, Operation, Payment, Problem, Provider, ProviderName, RefundCommand,
    Refunds, State,
};

use super::{prompt, repeat::Twice};
use crate::args::{Grace, RefundArgs, Target, TestArgs, Way};
use crate::clock::CommandClock;
use crate::failure::{Failure, exit, exit_of};
use crate::output::Printer;
use crate::request;
use steps::Steps;

/// How often the payment is read until it shows the refund, and how long to wait between.
const READINGS: u32 = 5;
const PAUSE: std::time::Duration = std::time::Duration::from_secs(1);

/// Tries a profile on one payment: each step is ok, or says why not.
pub(super) async fn run(args: &TestArgs, printer: Printer) -> Result<u8, Failure> {
    let wanted = wanted(args)?;
    let generic = account::open(args)?;
    let shows = generic.capabilities().shows_payments;
    let twice = Arc::new(Twice::new(generic));
    let input = |error: refundkit::core::IdError| Failure::input(&error);
    let provider: Arc<dyn Provider> = twice.clone();
    let refunds = Refunds::builder()
        .namespace("profile-test".parse().map_err(input)?)
        .provider(wanted.provider.clone(), provider)
        .journal(Arc::new(MemoryStore::new()))
        .clock(Arc::new(CommandClock))
        .build()?;
    let trial = Trial {
        refunds: &refunds,
        twice: &twice,
        provider: &wanted.provider,
        command: &wanted.command,
        shows,
        steps: Steps::new(printer),
    };
    trial.run(args).await
}

/// The refund under a fresh key, so that every trial is one of its own.
fn wanted(args: &TestArgs) -> Result<request::Wanted, Failure> {
    let asked = RefundArgs {
        target: Target {
            by: None,
            ticket: None,
            provider: "profile-test".to_owned(),
            payment: args.payment.clone(),
            key: None,
            reason: args.reason.clone(),
            yes: args.yes,
            grace: Grace::usual(),
            dry_run: false,
            wait: None,
        },
        amount: args.amount.clone(),
        paid: args.paid.clone(),
        item: Vec::new(),
        tax_exclusive: false,
        notes: None,
        order_id: None,
        meta: args.meta.clone(),
    };
    request::refund(&asked, Way::Refund)
}

struct Trial<'a> {
    refunds: &'a Refunds,
    twice: &'a Twice,
    provider: &'a ProviderName,
    command: &'a RefundCommand,
    shows: bool,
    steps: Steps,
}

impl Trial<'_> {
    async fn run(mut self, args: &TestArgs) -> Result<u8, Failure> {
        let before = self.read_first().await?;
        let planned = self.refunds.plan(self.provider, self.command).await;
        let planned = self.steps.unless("plan", planned.map_err(Failure::from))?;
        self.steps.plan(&planned)?;
        if !args.yes {
            confirm(&planned.plan, &args.against)?;
        }
        let operation = self.send().await;
        let operation = self.steps.unless("refund", operation)?;
        let done = matches!(operation.state(), State::Accepted | State::Succeeded);
        let problem = Problem::of(&operation).map(|problem| problem.message);
        let said = problem.unwrap_or_else(|| described(&operation));
        self.steps.say("refund", done, &said)?;
        if !done {
            return Ok(self.steps.exit(exit_of(&operation)));
        }
        self.again(&operation).await?;
        if let Some(before) = &before {
            self.read_back(before, &operation).await?;
        }
        let asked = self.refunds.refresh(&operation.intent.id).await;
        let asked = self.steps.unless("status", asked.map_err(Failure::from))?;
        let good = matches!(asked.state(), State::Accepted | State::Succeeded);
        let problem = Problem::of(&asked).map(|problem| problem.message);
        let said = problem.unwrap_or_else(|| described(&asked));
        self.steps.say("status", good, &said)?;
        Ok(self.steps.exit(exit_of(&asked)))
    }

    async fn read_first(&mut self) -> Result<Option<Payment>, Failure> {
        if !self.shows {
            let why = "left out: the profile reads no payments";
            self.steps.say("payment", true, why)?;
            return Ok(None);
        }
        let payment = self.payment().await;
        let payment = self.steps.unless("payment", payment)?;
        self.steps.payment(&payment)?;
        Ok(Some(payment))
    }

    async fn payment(&self) -> Result<Payment, Failure> {
        let read = self.refunds.payment(self.provider, self.command.payment());
        Ok(read.await?)
    }

    async fn send(&self) -> Result<Operation, Failure> {
        match self.command {
            RefundCommand::Refund(request) => {
                Ok(self.refunds.refund(self.provider, request).await?)
            }
            RefundCommand::Reverse(_) | RefundCommand::ReverseOrRefund(_) => Err(Failure::usage(
                "RK4006",
                "a trial is of a refund",
                "try a refund",
            )),
        }
    }

    /// The same request key is the same operation here; and at the provider, where it was sent
    /// twice, the same refund.
    async fn again(&mut self, first: &Operation) -> Result<(), Failure> {
        let again = self.send().await;
        let again = self.steps.unless("again", again)?;
        let same = again.intent.id == first.intent.id
            && again.summary().attempts() == first.summary().attempts();
        let ours = first.summary().refund().cloned();
        let (same, why) = match self.twice.second() {
            _ if !same => (false, "the same request key began another operation"),
            None => (true, "the same operation, and nothing was sent for it"),
            Some(Answer::Refund(fact)) if fact.id.is_none() || fact.id == ours => (
                true,
                "the same operation; the provider repeats the same refund",
            ),
            Some(Answer::Refund(_)) => (
                false,
                "the provider made another refund for the same key: the profile must not claim one",
            ),
            Some(Answer::Problem {
                status: 400..500, ..
            }) => (
                true,
                "the same operation; the provider turns the used key away",
            ),
            Some(_) => (
                false,
                "what the provider says to a used key could not be read",
            ),
        };
        self.steps.say("again", same, why)
    }

    /// Exactly the amount has gone back, once, and the refund is found as after a lost answer.
    async fn read_back(&mut self, before: &Payment, operation: &Operation) -> Result<(), Failure> {
        let amount = operation.intent.plan.amount().minor();
        let mut after = before.clone();
        for _ in 0..READINGS {
            let read = self.payment().await;
            after = self.steps.unless("returned", read)?;
            if after.refunded != before.refunded {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        let returned = after
            .returned()
            .get()
            .saturating_sub(before.returned().get());
        let exact = returned == amount.get() || !after.amounts_comparable;
        let currency = after.currency;
        let more = Money::from_minor(returned, currency).map_or_else(
            |_| format!("{returned} minor units of {currency}"),
            |money| money.to_string(),
        );
        let why = format!("{more} more than before");
        self.steps.say("returned", exact, &why)?;
        let key = &operation.intent.key;
        let summary = operation.summary();
        let (found, why) = match &after.refunds {
            None if exact => (true, "by the refunded total".to_owned()),
            None => (false, "the refunded total doesn't show it".to_owned()),
            Some(listed) => {
                let refunds = &listed.refunds;
                let token = refunds
                    .iter()
                    .filter(|seen| seen.token.as_ref() == Some(key));
                let id = refunds
                    .iter()
                    .filter(|seen| seen.id.is_some() && seen.id.as_ref() == summary.refund());
                match (token.count(), id.count()) {
                    (1, _) => (true, "by our token, once".to_owned()),
                    (0, 1) => (
                        false,
                        "by its id only: nothing of ours comes back, so that after a lost answer it could not be told from another".to_owned(),
                    ),
                    (0, 0) => (false, "it isn't among the payment's refunds".to_owned()),
                    _ => (false, "it is there more than once".to_owned()),
                }
            }
        };
        self.steps.say("found", found, &why)
    }
}

fn described(operation: &Operation) -> String {
    let state = operation.state();
    match operation.summary().refund() {
        Some(refund) => format!("{state}, {refund}"),
        None => state.to_string(),
    }
}

fn confirm(plan: &refundkit::Plan, against: &str) -> Result<(), Failure> {
    let unanswered = |message: &str| Failure {
        help: Some("nothing was sent that moves money; --yes refunds without asking".to_owned()),
        ..prompt::unanswered(message)
    };
    if !prompt::is_terminal() {
        return Err(unanswered("there is no terminal to ask on"));
    }
    let question = format!(
        "Refund {} of {} at {against}, and send a key twice where the profile has one? yes or no",
        plan.amount(),
        plan.payment()
    );
    let answer = prompt::terminal().ask(&question, "no")?;
    if matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure {
        exit: exit::REFUSED,
        ..unanswered("the answer was no")
    })
}
