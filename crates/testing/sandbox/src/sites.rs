//! The providers: what each answers to what.

mod dodo;
mod dojo;
mod mollie;
mod polar;
mod primer;
mod stripe;

use serde_json::{Value, json};

use crate::call::{Call, Reply};
use crate::ledger::Provider;
use crate::world::World;

pub(crate) fn handle(world: &mut World, provider: Provider, call: &Call) -> Reply {
    match provider {
        Provider::Dojo => dojo::handle(world, call),
        Provider::Dodo => dodo::handle(world, call),
        Provider::Primer => primer::handle(world, call),
        Provider::Stripe => stripe::handle(world, call),
        Provider::Mollie => mollie::handle(world, call),
        Provider::Polar => polar::handle(world, call),
    }
}

/// Too many requests, in the provider's own words.
pub(crate) fn throttled(provider: Provider) -> Reply {
    match provider {
        Provider::Dojo => dojo::problem(429, "Too many requests."),
        Provider::Dodo => dodo::error(429, "TOO_MANY_REQUESTS", "too many requests"),
        Provider::Primer => primer::error(429, "TooManyRequests", "too many requests"),
        Provider::Stripe => stripe::error(429, Some("rate_limit"), "Too many requests.", None),
        Provider::Mollie => mollie::error(429, "Too many requests", None),
        Provider::Polar => polar::error(429, "TooManyRequests", "Too many requests."),
    }
}

/// Something went wrong, in the provider's own words.
pub(crate) fn broken(provider: Provider) -> Reply {
    match provider {
        Provider::Dojo => dojo::problem(500, "An error occurred."),
        Provider::Dodo => dodo::error(500, "INTERNAL_SERVER_ERROR", "something went wrong"),
        Provider::Primer => primer::error(500, "InternalServerError", "something went wrong"),
        Provider::Stripe => stripe::error(500, None, "Something went wrong.", None),
        Provider::Mollie => mollie::error(500, "Something went wrong", None),
        Provider::Polar => polar::error(500, "InternalServerError", "Something went wrong."),
    }
}

/// The answer with every amount larger than it is.
pub(crate) fn with_wrong_amount(body: &str) -> String {
    changed(body, &|name, value| {
        if name == "amount"
            && let Some(amount) = value.as_i64()
        {
            *value = json!(amount.saturating_add(1));
        }
        // Major units as text: a digit more in front.
        if name == "value"
            && let Some(text) = value.as_str()
        {
            *value = json!(["1", text].concat());
        }
    })
}

/// The answer with every currency another one, in small letters where the provider writes them so.
pub(crate) fn with_wrong_currency(body: &str) -> String {
    changed(body, &|name, value| {
        if matches!(name, "currency" | "currencyCode")
            && let Some(code) = value.as_str()
        {
            let small = code.bytes().all(|letter| letter.is_ascii_lowercase());
            *value = json!(if small { "chf" } else { "CHF" });
        }
    })
}

fn changed(body: &str, change: &dyn Fn(&str, &mut Value)) -> String {
    let Ok(mut document) = serde_json::from_str::<Value>(body) else {
        return body.to_owned();
    };
    walk(&mut document, change);
    document.to_string()
}

fn walk(value: &mut Value, change: &dyn Fn(&str, &mut Value)) {
    if let Value::Array(entries) = value {
        entries.iter_mut().for_each(|entry| walk(entry, change));
        return;
    }
    if let Value::Object(map) = value {
        for (name, value) in map {
            change(name, value);
            walk(value, change);
        }
    }
}
