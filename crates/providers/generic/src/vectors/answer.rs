use refundkit_core::answer::{Outcome, RefundFact, classify};
use refundkit_core::payment::{SeenRefund, Stage};
use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::{Minor, Money, Payment, PaymentId, ProviderKey, RefundRequest, RequestKey};
use refundkit_http::Response;

use super::KEY;
use super::document::{Answer, Call};
use crate::capabilities;
use crate::send::Account;

const PAYMENT: &str = "pay_1";
const AMOUNT: &str = "10.00 EUR";

/// Whether the profile makes of the answer what the vector says.
pub(super) fn run(account: &Account, vector: &Answer) -> Result<(), String> {
    let mut response = Response::new(vector.status, vector.body.clone());
    for (name, value) in &vector.headers {
        response = response.with_header(name, value);
    }
    let payment = PaymentId::new(vector.payment.as_deref().unwrap_or(PAYMENT)).map_err(text)?;
    let asked: Money = vector
        .amount
        .as_deref()
        .unwrap_or(AMOUNT)
        .parse()
        .map_err(text)?;
    match vector.call {
        Call::Refund | Call::Reversal => moved(account, vector, &response, payment, asked),
        Call::Payment => read(
            vector,
            asked,
            account.profile.readers().payment(&payment, &response),
        ),
        Call::Refunds => match account.profile.readers().page(asked.currency(), &response) {
            Err(error) => unreadable(vector, &error.to_string()),
            Ok(page) => {
                same("outcome", Some(&vector.outcome), "read")?;
                check(
                    vector.more.is_none_or(|more| more == page.more),
                    "more",
                    &page.more.to_string(),
                )?;
                refunds(vector, asked, &page.refunds)
            }
        },
        Call::RefundStatus => match account.profile.readers().refund_status(&response) {
            Err(error) => unreadable(vector, &error.to_string()),
            Ok(found) => {
                same("outcome", Some(&vector.outcome), "read")?;
                fact(vector, asked, &found)
            }
        },
    }
}

fn moved(
    account: &Account,
    vector: &Answer,
    response: &Response,
    payment: PaymentId,
    asked: Money,
) -> Result<(), String> {
    let key = ProviderKey::new(KEY).map_err(text)?;
    let readers = account.profile.readers();
    let document = account.document();
    let answer = match (&document.reversal, vector.call) {
        (Some(call), Call::Reversal) => readers.reversal(call, response),
        (None, Call::Reversal) => return Err("the profile has no reversal".to_owned()),
        _ => readers.refund(&document.refund, asked.currency(), &key, response),
    };
    // A reversal's answer is judged by the same rules; only its amount isn't stated.
    let mut read = Payment::new(payment.clone(), asked.currency(), Stage::Captured);
    read.captured = asked.minor();
    let request = RefundRequest::new(payment, RequestKey::new("vector").map_err(text)?);
    let mut capabilities = capabilities::of(&account.profile);
    capabilities.shows_payments = true;
    capabilities.reason_required = false;
    capabilities.extras.clear();
    let plan = plan_refund(&read, &History::default(), &request, &capabilities).map_err(text)?;
    let outcome = classify(&capabilities.answers, &Plan::Refund(plan), answer);
    let (name, found) = match &outcome {
        Outcome::NotSent { why } => ("not_sent", Err(why.clone())),
        Outcome::Refused { .. } => ("refused", Err(String::new())),
        Outcome::Accepted(fact) => ("accepted", Ok(fact)),
        Outcome::Executed(fact) => ("executed", Ok(fact)),
        Outcome::Exists => ("exists", Err(String::new())),
        Outcome::Unknown { why } => ("unknown", Err(why.clone())),
        Outcome::Contradiction { what, .. } => ("contradiction", Err(what.clone())),
    };
    match found {
        Ok(found) => {
            same("outcome", Some(&vector.outcome), name)?;
            fact(vector, asked, found)
        }
        Err(why) if vector.outcome != name => {
            Err([name, " instead of ", &vector.outcome, ": ", &why].concat())
        }
        Err(_) => Ok(()),
    }
}

fn fact(vector: &Answer, asked: Money, found: &RefundFact) -> Result<(), String> {
    let id = found
        .refund
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    same("refund", vector.refund.as_ref(), &id)?;
    same(
        "refund_status",
        vector.refund_status.as_ref(),
        &found.status.to_string(),
    )?;
    let currency = found.currency.unwrap_or(asked.currency());
    let amount = found
        .amount
        .map(|amount| show(amount, currency))
        .unwrap_or_default();
    same("refund_amount", vector.refund_amount.as_ref(), &amount)
}

fn read(
    vector: &Answer,
    asked: Money,
    found: Result<Payment, refundkit_core::ports::ReadError>,
) -> Result<(), String> {
    let payment = match found {
        Ok(payment) => payment,
        Err(error) => return unreadable(vector, &error.to_string()),
    };
    same("outcome", Some(&vector.outcome), "read")?;
    let stage = if let Stage::Other(word) = &payment.stage {
        word.clone()
    } else {
        let word = serde_json::to_string(&payment.stage).unwrap_or_default();
        word.trim_matches('"').to_owned()
    };
    same("stage", vector.stage.as_ref(), &stage)?;
    for (what, wanted, sum) in [
        ("authorized", &vector.authorized, payment.authorized),
        ("captured", &vector.captured, payment.captured),
        ("refunded", &vector.refunded, payment.refunded),
    ] {
        same(what, wanted.as_ref(), &show(sum, payment.currency))?;
    }
    match &payment.refunds {
        Some(listed) => refunds(vector, asked, listed),
        None => Ok(()),
    }
}

fn refunds(vector: &Answer, asked: Money, listed: &[SeenRefund]) -> Result<(), String> {
    let Some(wanted) = &vector.refunds else {
        return Ok(());
    };
    let found: Vec<String> = listed
        .iter()
        .map(|seen| {
            let id = seen.id.as_ref().map_or("-".to_owned(), ToString::to_string);
            let amount = seen
                .amount
                .map_or("-".to_owned(), |amount| show(amount, asked.currency()));
            let ours = seen
                .token
                .as_ref()
                .is_some_and(|token| token.as_str() == KEY);
            let mut line = [&id, " ", &seen.status.to_string(), " ", &amount].concat();
            if ours {
                line.push_str(" ours");
            }
            line
        })
        .collect();
    check(*wanted == found, "refunds", &format!("{found:?}"))
}

fn unreadable(vector: &Answer, why: &str) -> Result<(), String> {
    if vector.outcome == "unreadable" {
        return Ok(());
    }
    Err(["unreadable instead of ", &vector.outcome, ": ", why].concat())
}

fn show(amount: Minor, currency: refundkit_core::Currency) -> String {
    match Money::new(amount, currency) {
        Ok(money) => money.to_string(),
        Err(_) => ["0 ", currency.code()].concat(),
    }
}

fn same(what: &str, wanted: Option<&String>, found: &str) -> Result<(), String> {
    let fits = wanted.is_none_or(|wanted| wanted == found);
    match wanted {
        Some(wanted) if !fits => Err([what, " is ", found, " instead of ", wanted].concat()),
        _ => Ok(()),
    }
}

fn check(fits: bool, what: &str, found: &str) -> Result<(), String> {
    if fits {
        return Ok(());
    }
    Err([what, " is ", found].concat())
}

fn text(error: impl ToString) -> String {
    error.to_string()
}
