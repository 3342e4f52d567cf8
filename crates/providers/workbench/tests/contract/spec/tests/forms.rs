//! Forms.

use serde_json::json;

use super::{Spec, fine, refused, with_operation};

fn spec() -> Spec {
    let schema = json!({
        "type": "object",
        "required": ["amount"],
        "properties": {
            "amount": { "type": "integer" },
            "share": { "type": "number" },
            "full": { "type": "boolean" },
            "note": { "type": "string", "maxLength": 6 },
            "code": { "anyOf": [{ "type": "integer" }, { "type": "string", "enum": [""] }] },
            "mark": { "anyOf": [{ "type": "string", "enum": [""] }, { "type": "integer" }] },
            "money": { "$ref": "#/components/schemas/Money" },
            "metadata": {
                "anyOf": [
                    { "type": "object", "additionalProperties": { "type": "string" } },
                    { "type": "string", "enum": [""] },
                ],
            },
            "expand": { "type": "array", "items": { "type": "string" } },
            "ids": { "type": "array", "items": { "type": "integer" } },
            "lines": { "type": "array", "items": { "$ref": "#/components/schemas/Money" } },
        },
    });
    let deep = json!({ "style": "deepObject", "explode": true });
    let media = json!({ "schema": schema, "encoding": { "expand": deep, "metadata": deep } });
    let content = json!({ "application/x-www-form-urlencoded": media });
    with_operation("3.0.0", &json!({ "requestBody": { "content": content } }))
}

fn sent(form: &str) -> Vec<String> {
    let kind = Some("application/x-www-form-urlencoded");
    spec().request("POST", "/refunds", &[], &[], kind, Some(form.as_bytes()))
}

#[test]
fn texts_mean_what_the_schema_says() {
    fine(&sent("amount=1050&share=0.5&full=true&note=1050"));
    fine(&sent("amount=1050&code=7"));
    fine(&sent("amount=1050&code="));
    fine(&sent("amount=1050&mark=7"));
    fine(&sent("amount=1050&mark="));
    refused(&sent("amount=10.50"), "body/amount");
    refused(&sent("amount=%2B5"), "body/amount");
    refused(&sent("amount=05"), "body/amount");
    refused(&sent("amount=9223372036854775808"), "body/amount");
    refused(&sent("amount=1&full=yes"), "body/full");
    refused(&sent("amount=1&share=half"), "body/share");
    refused(&sent("amount=1&code=x"), "body/code");
    refused(&sent("amount=1&note=too+long"), "body/note");
    refused(&sent(""), "amount");
}

#[test]
fn brackets_name_what_is_inside() {
    fine(&sent("amount=1&metadata[order]=7&metadata%5Bother%5D=true"));
    fine(&sent("amount=1&metadata="));
    fine(&sent("amount=1&money[value]=5&money[currency]=EUR"));
    refused(&sent("amount=1&money[value]=x"), "body/money/value");
    refused(&sent("amount=1&money[value]=5&money[minor]=5"), "minor");
    refused(&sent("amount=1&metadata[a][b]=7"), "body/metadata");
}

#[test]
fn lists_are_written_as_the_document_says() {
    fine(&sent("amount=1&expand[]=charge&expand[]=payment"));
    fine(&sent("amount=1&expand[1]=b&expand[0]=a"));
    fine(&sent("amount=1&ids=1&ids=2"));
    fine(&sent("amount=1&ids=1"));
    fine(&sent("amount=1&lines[0][value]=1&lines[1][value]=2"));
    refused(&sent("amount=1&expand=charge"), "body/expand");
    refused(
        &sent("amount=1&expand=charge&expand=payment"),
        "written 2 times",
    );
    refused(&sent("amount=1&expand[0]=a&expand[2]=b"), "body/expand");
    refused(&sent("amount=1&ids=1&ids=x"), "body/ids/1");
    refused(&sent("amount=1&lines[0][value]=x"), "body/lines/0/value");
}

#[test]
fn a_name_means_one_thing() {
    refused(&sent("amount=1&amount=1"), "written 2 times");
    refused(&sent("amount=1&unknown=1"), "unknown");
    for name in [
        "metadata[a",
        "metadata]",
        "metadata[a]b",
        "metadata[[a]]",
        "[a]",
        "",
    ] {
        refused(&sent(&format!("amount=1&{name}=x")), "malformed");
    }
    refused(&sent("amount=1&metadata=x&metadata[a]=x"), "at odds");
    refused(&sent("amount=1&expand[]=x&expand[0]=x"), "at odds");
}
