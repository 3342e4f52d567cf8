//! Properties that a document doesn't know.

use serde_json::{Value, json};

use super::{fine, refused, sent, with_body};

#[test]
fn unknown_properties_are_refused_at_every_level() {
    let spec = with_body(
        "3.0.3",
        &json!({
            "type": "object",
            "properties": {
                "amount": { "$ref": "#/components/schemas/Money" },
                "lines": { "type": "array", "items": { "$ref": "#/components/schemas/Money" } },
            },
        }),
    );
    fine(&sent(
        &spec,
        &json!({ "amount": { "value": 1 }, "lines": [{ "value": 1 }] }),
    ));
    refused(
        &sent(&spec, &json!({ "ammount": { "value": 1 } })),
        "ammount",
    );
    refused(
        &sent(&spec, &json!({ "amount": { "value": 1, "minor": 2 } })),
        "body/amount",
    );
    refused(
        &sent(&spec, &json!({ "lines": [{ "value": 1, "minor": 2 }] })),
        "body/lines/0",
    );
}

#[test]
fn parts_of_a_composition_know_each_others_properties() {
    let parts = json!([
        { "$ref": "#/components/schemas/Money" },
        { "type": "object", "required": ["currency"], "properties": { "note": { "type": "string" } } },
        { "type": "object", "required": ["value"] },
    ]);
    for version in ["3.0.3", "3.1.0"] {
        let spec = with_body(version, &json!({ "allOf": parts }));
        fine(&sent(
            &spec,
            &json!({ "value": 1, "currency": "EUR", "note": "x" }),
        ));
        refused(
            &sent(
                &spec,
                &json!({ "value": 1, "currency": "EUR", "more": "x" }),
            ),
            "more",
        );
    }
    let choices = json!([
        { "properties": { "card": { "type": "string" } }, "required": ["card"] },
        { "properties": { "iban": { "type": "string" } }, "required": ["iban"] },
    ]);
    for keyword in ["anyOf", "oneOf"] {
        let spec = with_body("3.0.3", &json!({ "type": "object", keyword: choices }));
        fine(&sent(&spec, &json!({ "iban": "x" })));
        refused(&sent(&spec, &json!({ "iban": "x", "more": 1 })), "more");
    }
}

#[test]
fn a_document_may_open_an_object() {
    let anything = json!({ "any": { "thing": 1 } });
    for open in [
        json!({}),
        json!({ "type": "object" }),
        json!({ "type": ["object", "null"] }),
        json!({ "$ref": "#/components/schemas/Free" }),
        json!({ "allOf": [{ "$ref": "#/components/schemas/Free" }] }),
        json!({ "anyOf": [{ "type": "string" }, { "type": "object" }] }),
        json!({ "properties": { "a": {} }, "additionalProperties": true }),
        json!({ "properties": { "a": {} }, "additionalProperties": { "type": "object" } }),
        json!({ "properties": { "a": {} }, "patternProperties": { "^a": {} } }),
    ] {
        let schema = json!({ "type": "object", "properties": { "meta": open } });
        fine(&sent(
            &with_body("3.1.0", &schema),
            &json!({ "meta": anything }),
        ));
        fine(&sent(&with_body("3.1.0", &open), &anything));
    }
    let closed = json!({ "type": "object", "additionalProperties": false });
    refused(&sent(&with_body("3.0.3", &closed), &anything), "body");
}

#[test]
fn what_only_answers_have_is_unknown_in_a_request() {
    for marked in [
        json!({ "type": "string", "readOnly": true }),
        json!({ "$ref": "#/components/schemas/Token" }),
        json!({ "$ref": "#/components/schemas/Chain", "readOnly": true }),
    ] {
        let spec = with_body(
            "3.1.0",
            &json!({
                "type": "object",
                "required": ["id", "note"],
                "properties": { "id": marked, "note": { "type": "string" } },
            }),
        );
        fine(&sent(&spec, &json!({ "note": "x" })));
        refused(&sent(&spec, &json!({ "note": "x", "id": "re_1" })), "id");
        refused(&sent(&spec, &Value::Object(serde_json::Map::new())), "note");
    }
}
