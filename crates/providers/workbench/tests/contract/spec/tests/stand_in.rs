//! Answers of somebody who stands in for the provider.

use serde_json::{Value, json};

use super::{Answered, Spec, Verdict, with_operation};

/// `POST /refunds` with one answer of 200, and `default` for errors.
fn spec() -> Spec {
    let schema = json!({
        "type": "object",
        "required": ["id", "made", "secret"],
        "properties": {
            "id": { "type": "string", "readOnly": true },
            "made": { "type": "string", "format": "date-time" },
            "status": { "enum": ["open", "done"] },
            "amount": { "type": "integer", "format": "int32" },
            "notes": { "type": "object" },
            "secret": { "type": "string", "writeOnly": true },
        },
    });
    let shows = |schema: &Value| json!({ "content": { "application/json": { "schema": schema } } });
    let error = |name: &str| json!({ "required": [name], "properties": { name: {} } });
    let (hundred, default) = (shows(&error("code")), shows(&error("reason")));
    with_operation(
        "3.1.0",
        &json!({ "responses": {
            "200": shows(&schema), "202": {}, "422": {}, "4XX": hundred, "default": default,
        } }),
    )
}

fn verdict(status: u16, body: &[u8]) -> Verdict {
    spec().stand_in(&Answered {
        method: "POST".to_owned(),
        path: "/refunds".to_owned(),
        status,
        content_type: "application/json; charset=utf-8".to_owned(),
        body: body.to_vec(),
    })
}

#[track_caller]
fn refused(status: u16, body: &Value, reason: &str) {
    let Verdict::Judged(problems) = verdict(status, body.to_string().as_bytes()) else {
        panic!("not judged");
    };
    let told = problems.iter().any(|problem| problem.contains(reason));
    assert!(told, "{reason} expected, told {problems:#?}");
}

#[test]
fn a_whole_answer_passes() {
    let body = json!({ "id": "re_1", "made": "2026-01-31T09:30:00Z", "status": "done",
        "amount": 5, "notes": { "any": "thing" } });
    let body = body.to_string();
    assert_eq!(verdict(200, body.as_bytes()), Verdict::Judged(vec![]));
}

#[test]
fn what_is_missing_or_made_up_or_out_of_its_format_is_told() {
    let with = |name: &str, value: Value| {
        let mut body = json!({ "id": "re_1", "made": "2026-01-31T09:30:00Z" });
        body[name] = value;
        body
    };
    refused(200, &json!({ "made": "2026-01-31T09:30:00Z" }), "\"id\"");
    refused(200, &with("made", json!("yesterday")), "body/made");
    refused(200, &with("status", json!("lost")), "body/status");
    refused(
        200,
        &with("amount", json!(2_147_483_648_i64)),
        "body/amount",
    );
    refused(
        200,
        &with("amount", json!(-2_147_483_649_i64)),
        "body/amount",
    );
    refused(200, &with("brand", json!("b")), "brand");
    refused(200, &with("secret", json!("s")), "secret");
}

#[test]
fn a_property_that_is_written_twice_is_told() {
    let body = br#"{"id":"re_1","id":"re_2","made":"2026-01-31T09:30:00Z"}"#;
    let Verdict::Judged(problems) = verdict(200, body) else {
        panic!("not judged");
    };
    assert!(
        problems[0].contains("`id` is written twice"),
        "{problems:?}"
    );
}

#[test]
fn errors_are_found_by_number_by_hundred_and_by_default() {
    for (status, name) in [(404, "code"), (500, "reason")] {
        refused(status, &json!({}), name);
        let body = json!({ name: 1 }).to_string();
        assert_eq!(verdict(status, body.as_bytes()), Verdict::Judged(vec![]));
    }
    assert_eq!(
        verdict(422, b"{}"),
        Verdict::NoSchema,
        "the number comes first"
    );
    assert_eq!(verdict(202, b"{}"), Verdict::NoSchema);
    assert_eq!(
        verdict(201, b"{}"),
        Verdict::NoStatus,
        "no success is an error"
    );
}

#[test]
fn what_the_document_does_not_have_is_not_judged() {
    let answered = |path: &str, kind: &str| Answered {
        method: "POST".to_owned(),
        path: path.to_owned(),
        status: 200,
        content_type: kind.to_owned(),
        body: b"{}".to_vec(),
    };
    let elsewhere = spec().stand_in(&answered("/payments", "application/json"));
    assert_eq!(elsewhere, Verdict::NoOperation);
    let page = spec().stand_in(&answered("/refunds", "text/html"));
    assert!(matches!(page, Verdict::Judged(problems) if problems.len() == 1));
}
