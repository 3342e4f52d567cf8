//! The demo's refunds and reversals, one after the other: each with the end that it has to come to, and
//! with how many requests that move money.

use refundkit::core::IdError;
use refundkit::{
    Error, ItemRequest, Operation, ProviderName, RefundRequest, Refunds, ReversalRequest, State,
};
use refundkit_sandbox::{Fault, FaultKind, Sandbox};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::{Column, Printer, Table};

/// One row of the story.
#[derive(Serialize)]
struct Row {
    what: &'static str,
    asked: String,
    state: String,
    requests: usize,
    because: String,
    as_expected: bool,
}

/// What a row has to end in.
#[derive(Clone, Copy)]
enum Expect {
    /// The money is on its way or back; that many requests that move money.
    Returned(usize),
    /// A rule forbids it; no request that moves money.
    Refused,
}

struct Teller<'a> {
    refunds: &'a Refunds,
    sandbox: &'a Sandbox,
    rows: Vec<Row>,
}

/// Tells the story; whether everything went as it should have.
pub(super) async fn tell(
    refunds: &Refunds,
    sandbox: &Sandbox,
    printer: Printer,
) -> Result<bool, Failure> {
    let mut teller = Teller {
        refunds,
        sandbox,
        rows: Vec::new(),
    };
    use Expect::{Refused, Returned};
    teller
        .refund(
            "all of a payment",
            "dojo",
            request("pi_paid_1", "demo-1")?,
            Returned(1),
        )
        .await?;
    let part = request("prim_paid_1", "demo-2")?.amount(money("20.00 USD")?);
    teller
        .refund("part of a payment", "primer", part.clone(), Returned(1))
        .await?;
    let item = ItemRequest::whole("pdt_paid_1_2".parse().map_err(id)?);
    teller
        .refund(
            "one item of two",
            "dodo",
            request("pay_paid_1", "demo-3")?.items([item]),
            Returned(1),
        )
        .await?;
    let spread = request("pay_paid_3", "demo-4")?.amount(money("12.34 GBP")?);
    teller
        .refund(
            "an amount where only items can be refunded",
            "dodo",
            spread,
            Returned(1),
        )
        .await?;
    let over = request("prim_paid_1", "demo-5")?.amount(money("50.01 USD")?);
    teller
        .refund("a penny more than is left", "primer", over, Refused)
        .await?;
    teller
        .refund(
            "money that was never taken",
            "dojo",
            request("pi_auth_1", "demo-6")?,
            Refused,
        )
        .await?;
    let reversal = ReversalRequest::new(
        "pi_auth_1".parse().map_err(id)?,
        "demo-7".parse().map_err(id)?,
    );
    teller
        .reverse("the same, reversed", "dojo", reversal, Returned(1))
        .await?;
    teller.lose_the_next_answer();
    let lost = request("pi_paid_3", "demo-8")?.amount(money("30.00 EUR")?);
    teller
        .refund(
            "the answer is lost; the payment's refunded total tells",
            "dojo",
            lost,
            Returned(1),
        )
        .await?;
    teller.lose_the_next_answer();
    let lost = request("pay_paid_2", "demo-9")?;
    teller
        .refund(
            "the answer is lost; without a key, our token is looked for",
            "dodo",
            lost,
            Returned(1),
        )
        .await?;
    teller.sandbox.set_faults([]);
    teller
        .refund("the second request once more", "primer", part, Returned(0))
        .await?;
    teller.show(printer)?;
    Ok(teller.rows.iter().all(|row| row.as_expected))
}

impl Teller<'_> {
    fn lose_the_next_answer(&self) {
        let next = u64::try_from(self.moves())
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        self.sandbox
            .set_faults([Fault::at(FaultKind::AnswerLost, [next])]);
    }

    /// How many requests that move money the providers have seen.
    fn moves(&self) -> usize {
        let requests = self.sandbox.requests();
        requests
            .iter()
            .filter(|request| request.method == "POST")
            .count()
    }

    async fn refund(
        &mut self,
        what: &'static str,
        provider: &str,
        request: RefundRequest,
        expect: Expect,
    ) -> Result<(), Failure> {
        let before = self.moves();
        let done = self.refunds.refund(&named(provider)?, &request).await;
        self.note(
            what,
            provider,
            request.payment.as_str(),
            before,
            done,
            expect,
        )
    }

    async fn reverse(
        &mut self,
        what: &'static str,
        provider: &str,
        request: ReversalRequest,
        expect: Expect,
    ) -> Result<(), Failure> {
        let before = self.moves();
        let done = self.refunds.reverse(&named(provider)?, &request).await;
        self.note(
            what,
            provider,
            request.payment.as_str(),
            before,
            done,
            expect,
        )
    }

    fn note(
        &mut self,
        what: &'static str,
        provider: &str,
        payment: &str,
        before: usize,
        done: Result<Operation, Error>,
        expect: Expect,
    ) -> Result<(), Failure> {
        let requests = self.moves().saturating_sub(before);
        let (asked, state, because) = match done {
            Ok(operation) => {
                let asked = format!(
                    "{} {} of {payment} at {provider}",
                    operation.intent.plan.kind(),
                    operation.intent.plan.amount()
                );
                let notices = operation
                    .intent
                    .plan
                    .notices()
                    .iter()
                    .map(ToString::to_string);
                (
                    asked,
                    operation.state(),
                    notices.collect::<Vec<_>>().join("; "),
                )
            }
            Err(Error::Refused(refusal)) => (
                format!("refund of {payment} at {provider}"),
                State::Refused,
                refusal.to_string(),
            ),
            Err(error) => return Err(error.into()),
        };
        let as_expected = match expect {
            Expect::Returned(sent) => {
                matches!(state, State::Succeeded | State::Accepted) && requests == sent
            }
            Expect::Refused => state == State::Refused && requests == 0,
        };
        let state = state.to_string();
        self.rows.push(Row {
            what,
            asked,
            state,
            requests,
            because,
            as_expected,
        });
        Ok(())
    }

    fn show(&self, printer: Printer) -> Result<(), Failure> {
        if printer.is_json() {
            return self.rows.iter().try_for_each(|row| printer.json(row));
        }
        printer.line("Refunds through three simulated payment providers, written down before they are sent.\n")?;
        let mut table = Table::of([
            Column::whole("", 0),
            Column::text("what", 1),
            Column::text("asked", 5),
            Column::whole("state", 2),
            Column::whole("sent", 6),
            Column::text("why", 4),
            Column::whole("as it should be", 3),
        ]);
        for (number, row) in (1..).zip(&self.rows) {
            table.row([
                i32::to_string(&number),
                row.what.to_owned(),
                row.asked.clone(),
                row.state.clone(),
                row.requests.to_string(),
                row.because.clone(),
                if row.as_expected { "yes" } else { "NO" }.to_owned(),
            ]);
        }
        printer.drawn(&table)
    }
}

fn request(payment: &str, key: &str) -> Result<RefundRequest, Failure> {
    Ok(RefundRequest::new(
        payment.parse().map_err(id)?,
        key.parse().map_err(id)?,
    ))
}

fn money(text: &str) -> Result<refundkit::Money, Failure> {
    text.parse()
        .map_err(|error: refundkit::core::MoneyError| Failure::input(&error))
}

fn named(provider: &str) -> Result<ProviderName, Failure> {
    provider.parse().map_err(id)
}

fn id(error: IdError) -> Failure {
    Failure::input(&error)
}
