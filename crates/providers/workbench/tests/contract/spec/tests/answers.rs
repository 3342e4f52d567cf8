//! Documented answers.

use serde_json::{Value, json};

use super::{Spec, fine, refused, with_operation};

fn found(spec: &Spec) -> Vec<(u16, String, Value)> {
    let answers = spec.answers("POST", "/refunds");
    answers
        .into_iter()
        .map(|one| (one.status, one.name, one.body))
        .collect()
}

fn answering(schema: &Value) -> Spec {
    let content = json!({ "application/json": { "schema": schema } });
    with_operation(
        "3.0.3",
        &json!({ "responses": { "200": { "content": content } } }),
    )
}

#[test]
fn examples_are_found_wherever_they_stand() {
    let document = json!({
        "openapi": "3.1.0",
        "paths": {
            "/refunds": {
                "post": {
                    "responses": {
                        "201": { "content": { "application/hal+json": { "examples": {
                            "first": { "value": { "id": 1 } },
                            "second": { "$ref": "#/components/examples/Second" },
                            "far": { "externalValue": "https://example.com/refund.json" },
                        } } } },
                        "409": { "$ref": "#/components/responses/Conflict" },
                        "4XX": { "content": { "text/html": { "example": "<p>" } } },
                        "5XX": { "content": { "application/json": { "example": { "id": 5 } } } },
                        "default": { "content": { "application/json": { "schema": { "example": { "id": 6 } } } } },
                    },
                },
            },
        },
        "components": {
            "examples": { "Second": { "value": { "id": 2 } } },
            "responses": { "Conflict": { "content": { "application/json; charset=utf-8": {
                "schema": { "$ref": "#/components/schemas/Error" },
            } } } },
            "schemas": { "Error": { "examples": [{ "id": 3 }, { "id": 4 }] } },
        },
    });
    let spec = Spec::parse(&document.to_string()).unwrap();
    let named = |status: u16, name: &str, id: u8| (status, name.to_owned(), json!({ "id": id }));
    assert_eq!(
        found(&spec),
        [
            named(201, "first", 1),
            named(201, "second", 2),
            named(409, "schema", 3),
            named(409, "schema 2", 4),
            named(500, "example", 5),
            named(0, "schema", 6),
        ]
    );
}

#[test]
fn examples_of_properties_make_one_of_the_whole() {
    let spec = answering(&json!({
        "allOf": [{
            "type": "object",
            "required": ["id", "amount"],
            "properties": {
                "id": { "type": "string", "example": "re_1" },
                "note": { "type": "string" },
                "lines": { "type": "array", "items": { "type": "integer", "example": 7 } },
            },
        }, {
            "properties": { "amount": { "properties": { "value": { "example": 5 } } } },
        }],
    }));
    let body = json!({
        "id": "re_1", "lines": [7], "amount": { "value": 5 },
    });
    assert_eq!(found(&spec), [(200, "properties".to_owned(), body)]);
}

#[test]
fn every_error_that_a_schema_fixes_is_shown() {
    let issue = |issue: &str| json!({ "properties": { "issue": { "enum": [issue] } } });
    let schema = json!({
        "properties": {
            "name": { "const": "UNPROCESSABLE" },
            "details": { "type": "array", "items": { "anyOf": [issue("TOO_MUCH"), issue("TOO_LATE")] } },
            "link": { "enum": ["a", "b"] },
        },
    });
    let content = json!({ "application/json": { "schema": schema } });
    let response = json!({ "content": content });
    let responses = json!({ "201": response, "422": response });
    let spec = with_operation("3.1.0", &json!({ "responses": responses }));
    let body = |issue: &str| json!({ "name": "UNPROCESSABLE", "details": [{ "issue": issue }] });
    assert_eq!(
        found(&spec),
        [
            (422, "properties".to_owned(), body("TOO_MUCH")),
            (422, "properties 2".to_owned(), body("TOO_LATE")),
        ]
    );
}

#[test]
fn no_example_is_made_up() {
    for schema in [
        json!({ "required": ["id"], "properties": { "id": {}, "note": { "example": "x" } } }),
        json!({ "properties": { "status": { "enum": ["open", "done"] } } }),
        json!({ "$ref": "#/components/schemas/Chain" }),
        json!({ "type": "object" }),
    ] {
        assert_eq!(found(&answering(&schema)), []);
    }
}

#[test]
fn an_answer_is_judged_and_may_say_more_than_is_documented() {
    let spec = answering(&json!({
        "type": "object",
        "required": ["id", "secret"],
        "properties": {
            "id": { "type": "string", "readOnly": true },
            "secret": { "type": "string", "writeOnly": true },
        },
    }));
    let judged = |status, body: &Value| spec.answer("POST", "/refunds", status, body);
    fine(&judged(200, &json!({ "id": "re_1", "new": true })));
    refused(&judged(200, &json!({ "id": 1 })), "body/id");
    refused(&judged(200, &json!({})), "\"id\"");
    refused(&judged(404, &json!({})), "404");
}
