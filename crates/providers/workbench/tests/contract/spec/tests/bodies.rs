//! JSON bodies, and 3.0's own words.

use serde_json::json;

use super::{fine, refused, sent, with_body, with_operation};

#[test]
fn a_body_is_judged_by_its_schema() {
    let spec = with_body("3.0.3", &json!({ "$ref": "#/components/schemas/Money" }));
    fine(&sent(&spec, &json!({ "value": 1050, "currency": "EUR" })));
    refused(&sent(&spec, &json!({ "currency": "EUR" })), "\"value\"");
    refused(&sent(&spec, &json!({ "value": "1050" })), "body/value");
    refused(&sent(&spec, &json!([])), "body");
}

#[test]
fn a_body_is_there_where_it_must_be_and_only_where_it_may() {
    let with = with_body("3.0.3", &json!({}));
    let without = with_operation("3.0.3", &json!({}));
    let json = Some("application/json");
    refused(
        &with.request("POST", "/refunds", &[], &[], None, None),
        "body is missing",
    );
    refused(
        &with.request("POST", "/refunds", &[], &[], None, Some(b"{}")),
        "without a content type",
    );
    refused(
        &with.request("POST", "/refunds", &[], &[], json, Some(b"")),
        "not JSON",
    );
    refused(
        &with.request(
            "POST",
            "/refunds",
            &[],
            &[],
            Some("text/plain"),
            Some(b"{}"),
        ),
        "text/plain",
    );
    refused(
        &without.request("POST", "/refunds", &[], &[], json, Some(b"{}")),
        "none is documented",
    );
    fine(&without.request("POST", "/refunds", &[], &[], None, Some(b"")));
    fine(&with.request(
        "POST",
        "/refunds",
        &[],
        &[],
        Some("Application/JSON; charset=utf-8"),
        Some(b"{}"),
    ));
    let optional = json!({ "requestBody": { "content": { "application/*": { "schema": {} } } } });
    let optional = with_operation("3.0.3", &optional);
    fine(&optional.request("POST", "/refunds", &[], &[], None, None));
    fine(&optional.request("POST", "/refunds", &[], &[], json, Some(b"{}")));
}

#[test]
fn a_name_that_is_written_twice_is_refused_at_every_level() {
    let spec = with_body("3.1.0", &json!({}));
    let raw = |body: &str| {
        let json = Some("application/json");
        spec.request("POST", "/refunds", &[], &[], json, Some(body.as_bytes()))
    };
    fine(&raw(r#"{"a":[null,true,-1,1,0.5,"x"],"b":{"a":1}}"#));
    for twice in [
        r#"{"a":1,"b":2,"a":1}"#,
        r#"{"b":{"a":1,"a":2}}"#,
        r#"[{"a":1,"\u0061":2}]"#,
    ] {
        refused(&raw(twice), "`a` is written twice");
    }
}

#[test]
fn nullable_admits_null_and_nothing_else() {
    for version in ["3.0.3", "3.1.0"] {
        let spec = with_body(
            version,
            &json!({
                "type": "object",
                "properties": {
                    "note": { "type": "string", "nullable": true },
                    "reason": { "type": "string", "enum": ["fraud"], "nullable": true },
                    "fee": { "$ref": "#/components/schemas/Money", "nullable": true },
                    "plain": { "type": "string" },
                },
            }),
        );
        fine(&sent(
            &spec,
            &json!({ "note": null, "reason": null, "fee": null }),
        ));
        fine(&sent(
            &spec,
            &json!({ "note": "x", "reason": "fraud", "fee": { "value": 1 } }),
        ));
        refused(&sent(&spec, &json!({ "plain": null })), "body/plain");
        refused(&sent(&spec, &json!({ "note": 1 })), "body/note");
        refused(&sent(&spec, &json!({ "reason": "other" })), "body/reason");
        refused(&sent(&spec, &json!({ "fee": 1 })), "body/fee");
    }
}

#[test]
fn exclusive_bounds_are_read_in_both_spellings() {
    for minimum in [
        json!({ "type": "integer", "minimum": 0, "exclusiveMinimum": true }),
        json!({ "type": "integer", "exclusiveMinimum": 0 }),
    ] {
        let spec = with_body("3.0.3", &minimum);
        refused(&sent(&spec, &json!(0)), "0");
        fine(&sent(&spec, &json!(1)));
    }
    let inclusive = json!({ "type": "integer", "maximum": 5, "exclusiveMaximum": false });
    let spec = with_body("3.0.3", &inclusive);
    fine(&sent(&spec, &json!(5)));
    refused(&sent(&spec, &json!(6)), "6");
}

#[test]
fn what_stands_beside_a_reference_counts_since_3_1() {
    let schema = json!({ "$ref": "#/components/schemas/Money", "required": ["currency"] });
    fine(&sent(&with_body("3.0.3", &schema), &json!({ "value": 1 })));
    refused(
        &sent(&with_body("3.1.0", &schema), &json!({ "value": 1 })),
        "currency",
    );
}

#[test]
fn schemas_may_refer_to_themselves() {
    let spec = with_body("3.1.0", &json!({ "$ref": "#/components/schemas/Chain" }));
    fine(&sent(&spec, &json!({ "next": { "next": {} } })));
    refused(
        &sent(&spec, &json!({ "next": { "next": 1 } })),
        "body/next/next",
    );
}

#[test]
fn what_a_validator_need_not_know_is_left_out() {
    let spec = with_body(
        "3.0.3",
        &json!({
            "type": "string",
            "format": "date-time",
            "example": 5,
            "discriminator": { "propertyName": "x" },
            "x-note": { "$ref": "#/gone" },
        }),
    );
    fine(&sent(&spec, &json!("no date")));
}

#[test]
fn a_schema_that_is_no_schema_is_told() {
    let spec = with_body("3.1.0", &json!({ "type": "money" }));
    refused(&sent(&spec, &json!("x")), "schema is wrong");
}
