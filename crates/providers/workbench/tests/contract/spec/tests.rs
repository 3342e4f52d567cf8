//! The machinery itself, on documents of a few lines.

mod answers;
mod bodies;
mod forms;
mod parameters;
mod routes;
mod stand_in;
mod strict;

use serde_json::{Value, json};

use super::{Answered, Spec, Verdict};

/// A document of one operation, `POST /refunds`, whose JSON body has this schema.
fn with_body(version: &str, schema: &Value) -> Spec {
    let body = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    with_operation(version, &json!({ "requestBody": body }))
}

/// A document whose only operation is `POST /refunds`.
fn with_operation(version: &str, operation: &Value) -> Spec {
    let document = json!({
        "openapi": version,
        "paths": { "/refunds": { "post": operation } },
        "components": {
            "schemas": {
                "Money": {
                    "type": "object",
                    "required": ["value"],
                    "properties": { "value": { "type": "integer" }, "currency": { "type": "string" } },
                },
                "Chain": { "type": "object", "properties": { "next": { "$ref": "#/components/schemas/Chain" } } },
                "Token": { "type": "string", "readOnly": true },
                "Free": { "type": "object" },
            },
        },
    });
    Spec::parse(&document.to_string()).unwrap()
}

/// What is said about a JSON body for `POST /refunds`.
fn sent(spec: &Spec, body: &Value) -> Vec<String> {
    let body = body.to_string();
    let body = Some(body.as_bytes());
    spec.request("POST", "/refunds", &[], &[], Some("application/json"), body)
}

#[track_caller]
fn fine(problems: &[String]) {
    assert!(problems.is_empty(), "{problems:#?}");
}

/// One problem, which names this.
#[track_caller]
fn refused(problems: &[String], name: &str) {
    assert!(
        matches!(problems, [only] if only.contains(name)),
        "{name} expected, told {problems:#?}"
    );
}

#[test]
fn a_document_is_json_or_yaml_of_a_known_version() {
    assert!(Spec::parse("openapi: 3.0.3\npaths: {}\n").is_ok());
    assert!(Spec::parse("{\"openapi\":\"3.1.1\",\"paths\":{}}").is_ok());
    for other in [
        "openapi: 2.0\n",
        "swagger: '2.0'\n",
        "paths: {}\n",
        "[",
        "{",
    ] {
        assert!(Spec::parse(other).is_err(), "{other}");
    }
}

#[test]
fn yaml_keeps_statuses_countries_and_leading_zeros() {
    let text = "openapi: 3.0.0\npaths:\n  /a:\n    get:\n      responses:\n        200:\n          content:\n            application/json:\n              example: {country: NO, code: 007, day: 2026-01-02}\n";
    let spec = Spec::parse(text).unwrap();
    let answers = spec.answers("GET", "/a");
    assert_eq!(answers.len(), 1);
    assert_eq!(
        answers.first().unwrap().body,
        json!({ "country": "NO", "code": "007", "day": "2026-01-02" })
    );
}

#[test]
fn references_that_lead_nowhere_are_told() {
    for reference in [
        "#/components/schemas/Gone",
        "other.yaml#/Refund",
        "https://example.com/s",
    ] {
        let spec = with_body("3.1.0", &json!({ "$ref": reference }));
        refused(&sent(&spec, &json!({})), reference);
    }
}
