//! The adapters that are written as code.

use refundkit_dojo::Version;
use refundkit_sandbox::Provider as Place;

use super::{Keys, Route, Site, segments};
use crate::adapters;

/// Every version of Dojo's API.
pub(super) fn dojo() -> Vec<Site> {
    const NAMES: [(&str, Version); 5] = [
        ("dojo-2022-01-03", Version::V2022_01_03),
        ("dojo-2022-04-07", Version::V2022_04_07),
        ("dojo-2024-02-05", Version::V2024_02_05),
        ("dojo-2025-09-10", Version::V2025_09_10),
        ("dojo-2026-02-27", Version::V2026_02_27),
    ];
    NAMES
        .into_iter()
        .map(|(name, version)| of(name, version))
        .collect()
}

fn of(name: &'static str, version: Version) -> Site {
    const KEY: &str = "sk_sandbox_matrix";
    const OWN: &str = "etail\"";
    Site {
        name,
        at: Place::Dojo,
        api_key: KEY,
        currency: "GBP",
        keys: Keys::Unpromised,
        reverses: true,
        volatile: &["updatedAt"],
        errors: &[
            (
                "refused",
                r#"{"Status":400,"Detail":"Your refund request was not successful. Status: Failed.","Extensions":{}}"#,
            ),
            (
                "wrong-field",
                r#"{"title":"One or more validation errors occurred.","status":400,"errors":{"amount":["It is wrong."]}}"#,
            ),
            (
                "unlisted",
                r#"{"title":"Error","status":400,"detail":"Something is not as it should be."}"#,
            ),
        ],
        own: OWN,
        noes: &[
            (
                400,
                "Your refund request was not successful. Status: Failed.",
            ),
            (400, r#""errors":{"#),
        ],
        states_ends: false,
        route: |method, target| match (method, segments(target).as_slice()) {
            ("GET", ["payment-intents", "refunds", _]) => Route::Status,
            ("GET", _) => Route::Payment,
            _ => Route::Send,
        },
        adapter: adapters::dojo(KEY, version),
    }
}

pub(super) fn dodo() -> Site {
    const KEY: &str = "dodo_matrix";
    Site {
        name: "dodo",
        at: Place::Dodo,
        api_key: KEY,
        currency: "USD",
        keys: Keys::None,
        reverses: false,
        volatile: &[],
        errors: &[
            (
                "refused",
                r#"{"code":"PAYMENT_ALREADY_REFUNDED","message":"the payment was refunded"}"#,
            ),
            (
                "wrong-field",
                r#"{"code":"INTEGER_CONVERSION_FAILURE","message":"the amount is no int32"}"#,
            ),
            (
                "unlisted",
                r#"{"code":"SOMETHING_ELSE","message":"something else"}"#,
            ),
        ],
        // No status is documented for a code.
        own: r#""code""#,
        noes: &[
            (0, "PAYMENT_ALREADY_REFUNDED"),
            (0, "INTEGER_CONVERSION_FAILURE"),
        ],
        states_ends: false,
        route: |method, target| match (method, segments(target).as_slice()) {
            ("GET", ["refunds", _]) => Route::Status,
            ("GET", ["refunds"]) => Route::Refunds,
            ("GET", ["payments", _, "line-items"]) => Route::Items,
            ("GET", _) => Route::Payment,
            _ => Route::Send,
        },
        adapter: adapters::dodo(KEY),
    }
}
