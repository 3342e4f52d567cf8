//! The built-in profiles whose providers the sandbox simulates.

use std::time::Duration;

use refundkit_sandbox::Provider as Place;

use super::{Keys, Route, Site, segments};
use crate::adapters;

const HOUR: Duration = Duration::from_secs(3600);

pub(super) fn all() -> Vec<Site> {
    vec![primer(), stripe(), mollie(), polar()]
}

fn primer() -> Site {
    const KEY: &str = "sk_primer_matrix";
    Site {
        name: "primer",
        at: Place::Primer,
        api_key: KEY,
        currency: "USD",
        keys: Keys::Unpromised,
        reverses: true,
        volatile: &["dateUpdated"],
        errors: &[
            (
                "refused",
                r#"{"error":{"errorId":"PaymentAlreadyRefunded","description":"The payment was refunded"}}"#,
            ),
            (
                "wrong-amount",
                r#"{"error":{"errorId":"UnprocessableRefundAmount","description":"The amount can't be refunded"}}"#,
            ),
            (
                "unlisted",
                r#"{"error":{"errorId":"SomethingElse","description":"Something else"}}"#,
            ),
        ],
        own: r#""errorId""#,
        noes: &[
            (409, "PaymentAlreadyRefunded"),
            (422, "UnprocessableRefundAmount"),
            (410, ""),
            (429, ""),
        ],
        states_ends: false,
        route: |method, _| match method {
            "GET" => Route::Payment,
            _ => Route::Send,
        },
        adapter: adapters::profile("primer", KEY),
    }
}

fn stripe() -> Site {
    const KEY: &str = "sk_test_matrix";
    Site {
        name: "stripe",
        at: Place::Stripe,
        api_key: KEY,
        currency: "USD",
        keys: Keys::For(HOUR.saturating_mul(24)),
        reverses: true,
        volatile: &[],
        errors: &[
            (
                "refused",
                r#"{"error":{"type":"invalid_request_error","code":"charge_already_refunded","message":"It was refunded."}}"#,
            ),
            (
                "wrong-field",
                r#"{"error":{"type":"invalid_request_error","message":"It is too large.","param":"amount"}}"#,
            ),
            (
                "unlisted",
                r#"{"error":{"type":"card_error","code":"something_else","message":"Something else."}}"#,
            ),
        ],
        own: r#""type""#,
        noes: &[
            (400, "charge_already_refunded"),
            (400, r#""type":"invalid_request_error","message""#),
            (401, r#""type":"invalid_request_error","message""#),
            (403, r#""type":"invalid_request_error","message""#),
            (429, ""),
        ],
        states_ends: true,
        route: |method, target| match (method, segments(target).as_slice()) {
            ("GET", ["v1", "refunds"]) => Route::Refunds,
            ("GET", ["v1", "refunds", _]) => Route::Status,
            ("GET", _) => Route::Payment,
            _ => Route::Send,
        },
        adapter: adapters::profile("stripe", KEY),
    }
}

fn mollie() -> Site {
    const KEY: &str = "test_matrix";
    Site {
        name: "mollie",
        at: Place::Mollie,
        api_key: KEY,
        currency: "EUR",
        keys: Keys::For(HOUR),
        reverses: true,
        volatile: &[],
        errors: &[
            (
                "refused",
                r#"{"status":422,"title":"Unprocessable Entity","detail":"The amount is higher than what is left","_links":{}}"#,
            ),
            (
                "unlisted",
                r#"{"status":409,"title":"Conflict","detail":"A duplicate refund has been detected","_links":{}}"#,
            ),
        ],
        own: r#""title""#,
        noes: &[(422, ""), (429, "")],
        states_ends: true,
        route: |method, target| match (method, segments(target).as_slice()) {
            ("GET", [_, "payments", _, "refunds"]) => Route::Refunds,
            ("GET", [_, "payments", _, "refunds", _]) => Route::Status,
            ("GET", _) => Route::Payment,
            _ => Route::Send,
        },
        adapter: adapters::profile("mollie", KEY),
    }
}

fn polar() -> Site {
    const KEY: &str = "polar_oat_matrix";
    Site {
        name: "polar",
        at: Place::Polar,
        api_key: KEY,
        currency: "USD",
        keys: Keys::None,
        reverses: false,
        volatile: &[],
        errors: &[
            (
                "refused",
                r#"{"error":"RefundedAlready","detail":"The order has been refunded whole."}"#,
            ),
            (
                "unlisted",
                r#"{"error":"RefundPaymentTransactionNotFound","detail":"Not found."}"#,
            ),
        ],
        own: r#""error""#,
        noes: &[
            (403, "RefundedAlready"),
            (404, "RefundPaymentTransactionNotFound"),
            (422, ""),
            (429, ""),
        ],
        states_ends: true,
        route: |method, target| match (method, segments(target).as_slice()) {
            ("GET", ["v1", "refunds", _]) if target.contains("?id=") => Route::Status,
            ("GET", ["v1", "refunds", _]) => Route::Refunds,
            ("GET", _) => Route::Payment,
            _ => Route::Send,
        },
        adapter: adapters::profile("polar", KEY),
    }
}
