//! Primer: refunds and cancellations of payments, version 2.4.

use serde_json::{Map, Value, json};

use crate::call::{Call, Reply, set};
use crate::clock;
use crate::ledger::{Payment, Progress, Provider, Refund, Stage};
use crate::world::{NewRefund, World};

const PROCESSOR: &str = "SANDBOX";
const MERCHANT: &str = "acct_sandbox";

pub(crate) fn handle(world: &mut World, call: &Call) -> Reply {
    if call.header("x-api-key") != Some(world.api_key.as_str()) {
        return error(401, "Unauthorized", "the key is not valid");
    }
    if call.header("x-api-version") != Some("2.4") {
        return error(400, "UnsupportedApiVersion", "X-API-VERSION must be 2.4");
    }
    match (call.method.as_str(), call.segments().as_slice()) {
        ("POST", ["payments", id, "refund"]) => refund(world, call, id),
        ("POST", ["payments", id, "cancel"]) => cancel(world, call, id),
        ("GET", ["payments", id]) => read(world, id),
        _ => error(404, "NotFound", "no such resource"),
    }
}

fn refund(world: &mut World, call: &Call, id: &str) -> Reply {
    let Some(body) = call.json() else {
        return error(422, "RequestValidationError", "the body is not valid JSON");
    };
    let known = [
        "amount",
        "orderId",
        "reason",
        "transactionEventId",
        "expand",
    ];
    if let Err(refusal) = only(&body, &known) {
        return refusal;
    }
    let asked = match body.get("amount") {
        None | Some(Value::Null) => None,
        Some(amount) => match amount.as_i64().filter(|amount| *amount >= 0) {
            Some(amount) => Some(amount),
            None => return error(422, "RequestValidationError", "amount is no whole number"),
        },
    };
    if let Some(reply) = used(world, call) {
        return reply;
    }
    let now = world.now();
    let entry = (Provider::Primer, id.to_owned());
    let Some(payment) = world.book.get(&entry) else {
        return error(400, "PaymentError", "The payment could not be found");
    };
    let left = payment.left(now);
    let amount = asked.unwrap_or(left);
    if !matches!(payment.stage, Stage::Captured | Stage::PartiallyCaptured) {
        return error(400, "PaymentError", "The payment is not settled");
    }
    if left <= 0 {
        return error(409, "PaymentAlreadyRefunded", "The payment was refunded");
    }
    if !(1..=left).contains(&amount) {
        let description = "The amount can't be refunded";
        return error(422, "UnprocessableRefundAmount", description);
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let new = NewRefund {
        id: ["prim_", &world.next_id()].concat(),
        amount,
        reason: text("reason"),
        order_id: text("orderId"),
        key: call.header("x-idempotency-key").map(str::to_owned),
        ..NewRefund::default()
    };
    world.refund(&entry, new);
    remember(world, call, id);
    read(world, id)
}

fn cancel(world: &mut World, call: &Call, id: &str) -> Reply {
    let Some(body) = call.json() else {
        return error(422, "RequestValidationError", "the body is not valid JSON");
    };
    if let Err(refusal) = only(&body, &["reason", "expand"]) {
        return refusal;
    }
    if let Some(reply) = used(world, call) {
        return reply;
    }
    let entry = (Provider::Primer, id.to_owned());
    let Some(payment) = world.book.get(&entry) else {
        return error(400, "PaymentError", "The payment could not be found");
    };
    if payment.stage != Stage::Authorized {
        return error(400, "PaymentError", "The payment can't be cancelled");
    }
    let number = ["void_", &world.next_id()].concat();
    let key = call.header("x-idempotency-key").map(str::to_owned);
    world.reverse(&entry, &number, key);
    remember(world, call, id);
    read(world, id)
}

/// Primer takes no field that it doesn't know.
fn only(body: &Map<String, Value>, known: &[&str]) -> Result<(), Reply> {
    match body.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let description = format!("unknown field {unknown}");
            Err(error(422, "RequestValidationError", &description))
        }
    }
}

/// A key that was processed before is not processed again, and its answer isn't repeated: what is
/// told is the payment that it was for. A refund that failed was processed too, so its key is
/// spent; a request that was refused was not, and its key can come again.
fn used(world: &World, call: &Call) -> Option<Reply> {
    let key = call.header("x-idempotency-key")?;
    let (id, _) = world.remembered(Provider::Primer, key)?;
    let id = String::from_utf8_lossy(id).into_owned();
    let status = find(world, &id).map(status);
    let description = "A request with this key was processed successfully";
    let error = json!({
        "errorId": "IdempotencyKeyAlreadyExists", "description": description,
        "diagnosticsId": "sandbox", "paymentId": id, "paymentStatus": status,
    });
    Some(Reply::json(409, &json!({"error": error})))
}

fn remember(world: &mut World, call: &Call, id: &str) {
    if let Some(key) = call.header("x-idempotency-key") {
        let entry = (Provider::Primer, key.to_owned());
        let reply = read(world, id);
        world.keys.insert(entry, (id.as_bytes().to_vec(), reply));
    }
}

fn find<'a>(world: &'a World, id: &str) -> Option<&'a Payment> {
    world.book.get(&(Provider::Primer, id.to_owned()))
}

fn read(world: &World, id: &str) -> Reply {
    match find(world, id) {
        Some(payment) => Reply::json(200, &shown(payment, world.now())),
        None => error(400, "PaymentError", "The payment could not be found"),
    }
}

/// Of the payment. It stays as it is when money goes back.
fn status(payment: &Payment) -> &'static str {
    match payment.stage {
        Stage::Created => "PENDING",
        Stage::Authorized => "AUTHORIZED",
        Stage::PartiallyCaptured => "PARTIALLY_SETTLED",
        Stage::Captured => "SETTLED",
        Stage::Reversed => "CANCELLED",
        Stage::Failed => "DECLINED",
    }
}

fn shown(payment: &Payment, now: i64) -> Value {
    let status = status(payment);
    let order = ["order-", &payment.id].concat();
    let mut transactions = vec![json!({
        "date": clock::show_naive(payment.created_at), "amount": payment.authorized,
        "currencyCode": payment.currency, "orderId": order, "transactionType": "SALE",
        "processorName": PROCESSOR, "processorMerchantId": MERCHANT,
        "processorTransactionId": "sale", "processorStatus": status,
    })];
    transactions.extend(
        payment
            .refunds
            .iter()
            .map(|refund| transaction(payment, refund, now)),
    );
    json!({
        "id": payment.id, "date": clock::show_naive(payment.created_at),
        "dateUpdated": clock::show_naive(now), "status": status, "orderId": order,
        "currencyCode": payment.currency, "amount": payment.authorized, "customerId": "customer",
        "processor": {
            "name": PROCESSOR, "processorMerchantId": MERCHANT,
            "amountCaptured": payment.captured, "amountRefunded": payment.refunded(now),
        },
        "transactions": transactions,
    })
}

fn transaction(payment: &Payment, refund: &Refund, now: i64) -> Value {
    let status = match refund.progress(now) {
        Progress::Pending => "PENDING",
        Progress::Succeeded => "SETTLED",
        Progress::Failed => "FAILED",
    };
    let default = ["order-", &payment.id].concat();
    let mut transaction = json!({
        "date": clock::show_naive(refund.created_at), "amount": refund.amount,
        "currencyCode": payment.currency,
        "orderId": refund.order_id.as_ref().unwrap_or(&default),
        "transactionType": "REFUND", "processorName": PROCESSOR, "processorMerchantId": MERCHANT,
        "processorTransactionId": "sale", "processorStatus": status,
    });
    // A text where there is one; the document has no null.
    if let Some(reason) = &refund.reason {
        set(&mut transaction, "reason", reason.as_str());
    }
    transaction
}

pub(crate) fn error(status: u16, id: &str, description: &str) -> Reply {
    Reply::json(
        status,
        &json!({"error": {"errorId": id, "description": description, "diagnosticsId": "sandbox"}}),
    )
}
