//! What a profile makes of an answer, beside what its vector says.

use refundkit_core::ProviderRefund;
use refundkit_core::answer::{Outcome, classify};
use refundkit_core::fingerprint::Fingerprint;
use refundkit_core::payment::Stage;
use refundkit_core::plan::{History, Plan, RefundPlan, plan_refund};
use refundkit_core::ports::ReadError;
use refundkit_core::reading::about;
use refundkit_core::{
    Intent, Minor, Money, OperationId, Payment, PaymentId, ProviderKey, ProviderName,
    RefundRequest, RequestKey, Timestamp,
};
use refundkit_generic::offline::{FirstPage, Offline};
use refundkit_http::Response;

use super::document::{Answer, Call};
use super::fixed::KEY;

const PAYMENT: &str = "pay_1";
const AMOUNT: &str = "10.00 EUR";

/// What a profile makes of an answer.
#[derive(Debug)]
pub(super) struct Judged {
    /// `executed`, `refused`, `read` and so on.
    pub(super) name: &'static str,
    /// Why, where it isn't good news.
    pub(super) why: String,
    found: Found,
}

#[derive(Debug)]
enum Found {
    Nothing,
    Refund(ProviderRefund),
    Payment(Box<Payment>),
    List(FirstPage),
}

/// What is asked, as far as an answer is understood by it.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) call: Call,
    pub(super) payment: PaymentId,
    pub(super) amount: Money,
}

impl Asked {
    pub(super) fn new(
        call: Call,
        payment: Option<&str>,
        amount: Option<&str>,
    ) -> Result<Self, String> {
        Ok(Self {
            call,
            payment: PaymentId::new(payment.unwrap_or(PAYMENT)).map_err(text)?,
            amount: amount.unwrap_or(AMOUNT).parse().map_err(text)?,
        })
    }
}

/// Whether the profile makes of the answer what the vector says.
pub(super) fn run(account: &Offline, vector: &Answer) -> Result<(), String> {
    let mut response = Response::new(vector.status, vector.body.clone());
    for (name, value) in &vector.headers {
        response = response.with_header(name, value);
    }
    let asked = Asked::new(
        vector.call,
        vector.payment.as_deref(),
        vector.amount.as_deref(),
    )?;
    let judged = judge(account, &asked, &response)?;
    if vector.outcome != judged.name {
        return Err([
            judged.name,
            " instead of ",
            &vector.outcome,
            ": ",
            &judged.why,
        ]
        .concat());
    }
    match &judged.found {
        Found::Nothing => Ok(()),
        Found::Refund(found) => fact(vector, asked.amount, found),
        Found::Payment(found) => payment(vector, asked.amount, found),
        Found::List(page) => {
            for (what, wanted, found) in [
                ("more", vector.more, page.more),
                ("whole", vector.whole, page.whole),
            ] {
                let fits = wanted.is_none_or(|wanted| wanted == found);
                check(fits, what, &found.to_string())?;
            }
            refunds(vector, asked.amount, &page.refunds)
        }
    }
}

/// What the profile makes of the answer.
pub(super) fn judge(
    account: &Offline,
    asked: &Asked,
    response: &Response,
) -> Result<Judged, String> {
    let read = |found: Result<Found, ReadError>| match found {
        Ok(found) => Judged {
            name: "read",
            why: String::new(),
            found,
        },
        Err(error) => Judged {
            name: "unreadable",
            why: error.to_string(),
            found: Found::Nothing,
        },
    };
    Ok(match asked.call {
        Call::Refund | Call::Reversal => moved(account, asked, response)?,
        Call::Payment => {
            let payment = account.payment(response);
            let payment = payment.and_then(|payment| about(&asked.payment, payment));
            read(payment.map(|payment| Found::Payment(Box::new(payment))))
        }
        Call::Refunds => {
            let page = account.refunds(&asked.payment, asked.amount.currency(), response);
            read(page.map(Found::List))
        }
        Call::RefundStatus => read(account.refund_status(response).map(Found::Refund)),
    })
}

fn moved(account: &Offline, asked: &Asked, response: &Response) -> Result<Judged, String> {
    let key = ProviderKey::new(KEY).map_err(text)?;
    let answer = if asked.call == Call::Reversal {
        let answer = account.reversal(response);
        answer.ok_or("the profile has no reversal")?
    } else {
        account.refund(asked.amount.currency(), &key, response)
    };
    // A reversal's answer is judged by the same rules; only its amount isn't stated.
    let mut read = Payment::new(
        asked.payment.clone(),
        asked.amount.currency(),
        Stage::Captured,
    );
    read.captured = asked.amount.minor();
    read.refunded = Some(Minor::ZERO);
    read.disputes = Some(Vec::new());
    let request_key = RequestKey::new("vector").map_err(text)?;
    let request = RefundRequest::new(asked.payment.clone(), request_key);
    let mut capabilities = account.capabilities().clone();
    capabilities.shows_payments = true;
    capabilities.reason_required = false;
    capabilities.extras.clear();
    let plan = plan_refund(&read, &History::default(), &request, &capabilities).map_err(text)?;
    let outcome = classify(&capabilities.answers, &intent(plan, key)?, answer);
    let told = |name, why: String| Judged {
        name,
        why,
        found: Found::Nothing,
    };
    let found = |name, fact| Judged {
        name,
        why: String::new(),
        found: Found::Refund(fact),
    };
    Ok(match outcome {
        Outcome::NotSent { why } => told("not_sent", why),
        Outcome::Deferred { message, code, .. } => {
            told("later", message.or(code).unwrap_or_default())
        }
        Outcome::Unlisted { message, code, .. } => {
            told("unlisted", message.or(code).unwrap_or_default())
        }
        Outcome::Refused { message, code, .. } => {
            told("refused", message.or(code).unwrap_or_default())
        }
        Outcome::Accepted(fact) => found("accepted", fact),
        Outcome::Executed(fact) => found("executed", fact),
        Outcome::Exists => told("exists", String::new()),
        Outcome::Unknown { why } => told("unknown", why),
        Outcome::Contradiction { what, .. } => told("contradiction", what),
    })
}

/// An intent as the answer is judged by: sent with this key.
fn intent(plan: RefundPlan, key: ProviderKey) -> Result<Intent, String> {
    let provider = ProviderName::new("vector").map_err(text)?;
    Ok(Intent {
        id: OperationId::new("op_vector").map_err(text)?,
        fingerprint: Fingerprint::of(&provider, "refund", &0),
        provider,
        request_key: RequestKey::new("vector").map_err(text)?,
        key,
        origin: Default::default(),
        plan: Plan::Refund(plan),
        created_at: Timestamp::epoch(),
    })
}

fn fact(vector: &Answer, asked: Money, found: &ProviderRefund) -> Result<(), String> {
    let id = found
        .id
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

fn payment(vector: &Answer, asked: Money, payment: &Payment) -> Result<(), String> {
    let stage = if let Stage::Other(word) = &payment.stage {
        word.clone()
    } else {
        let word = serde_json::to_string(&payment.stage).unwrap_or_default();
        word.trim_matches('"').to_owned()
    };
    same("stage", vector.stage.as_ref(), &stage)?;
    let disputed = payment.disputes.is_some().then(|| payment.disputed());
    let returned = payment.returned();
    let refunded = payment.total().map(|total| total.max(returned));
    // What no total states is told by the refunds that are listed, where there are any.
    let refunded = refunded.or_else(|| payment.refunds.as_ref().map(|_| returned));
    for (what, wanted, sum) in [
        ("authorized", &vector.authorized, Some(payment.authorized)),
        ("captured", &vector.captured, Some(payment.captured)),
        ("refunded", &vector.refunded, refunded),
        ("disputed", &vector.disputed, disputed),
    ] {
        let shown = sum.map_or_else(|| "unstated".to_owned(), |sum| show(sum, payment.currency));
        same(what, wanted.as_ref(), &shown)?;
    }
    let Some(listed) = &payment.refunds else {
        return check(vector.whole.is_none(), "whole", "said of no list");
    };
    check(
        vector.whole.is_none_or(|whole| whole == listed.whole),
        "whole",
        &listed.whole.to_string(),
    )?;
    refunds(vector, asked, &listed.refunds)
}

fn refunds(vector: &Answer, asked: Money, listed: &[ProviderRefund]) -> Result<(), String> {
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

pub(super) fn show(amount: Minor, currency: refundkit_core::Currency) -> String {
    match Money::new(amount, currency) {
        Ok(money) => money.to_string(),
        Err(_) => ["0 ", currency.code()].concat(),
    }
}

pub(super) fn same(what: &str, wanted: Option<&String>, found: &str) -> Result<(), String> {
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

pub(super) fn text(error: impl ToString) -> String {
    error.to_string()
}
