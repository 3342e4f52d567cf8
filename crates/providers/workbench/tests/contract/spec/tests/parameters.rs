//! Parameters in paths, queries and headers.

use serde_json::json;

use super::{Spec, fine, refused};

fn spec() -> Spec {
    let document = json!({
        "openapi": "3.0.3",
        "paths": {
            "/refunds/{id}": {
                "parameters": [
                    { "name": "id", "in": "path", "required": true,
                      "schema": { "type": "string", "pattern": "^re_" } },
                    { "name": "limit", "in": "query", "schema": { "type": "integer", "maximum": 9 } },
                ],
                "get": {
                    "parameters": [
                        { "$ref": "#/components/parameters/Version" },
                        { "name": "limit", "in": "query", "schema": { "type": "integer", "maximum": 5 } },
                        { "name": "Authorization", "in": "header", "required": true },
                        { "name": "status", "in": "query",
                          "schema": { "type": "array", "items": { "enum": ["open", "done"] } } },
                        { "name": "tags", "in": "query", "explode": false,
                          "schema": { "type": "array", "items": { "type": "integer" } } },
                        { "name": "created", "in": "query", "style": "deepObject",
                          "schema": { "type": "object", "properties": { "gte": { "type": "integer" } } } },
                        { "name": "amount[lte]", "in": "query", "schema": { "type": "integer" } },
                    ],
                },
            },
        },
        "components": {
            "parameters": {
                "Version": { "name": "X-Version", "in": "header", "required": true,
                             "schema": { "type": "string", "enum": ["2.4"] } },
            },
        },
    });
    Spec::parse(&document.to_string()).unwrap()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

fn asked(query: &[(&str, &str)]) -> Vec<String> {
    let headers = owned(&[("x-version", "2.4")]);
    spec().request("GET", "/refunds/re_1", &owned(query), &headers, None, None)
}

#[test]
fn required_headers_are_there_and_fit() {
    let with = |headers: &[(&str, &str)]| {
        spec().request("GET", "/refunds/re_1", &[], &owned(headers), None, None)
    };
    fine(&with(&[("x-VERSION", "2.4"), ("X-Other", "1")]));
    refused(
        &with(&[("x-api-key", "k")]),
        "header parameter `X-Version` is missing",
    );
    refused(&with(&[("x-version", "2.3")]), "X-Version");
    refused(
        &with(&[("x-version", "2.4"), ("X-Version", "2.4")]),
        "written 2 times",
    );
}

#[test]
fn query_parameters_are_documented_and_fit() {
    fine(&asked(&[("limit", "5")]));
    refused(&asked(&[("limit", "6")]), "limit");
    refused(&asked(&[("limit", "x")]), "limit");
    refused(&asked(&[("limit", "1"), ("limit", "2")]), "written 2 times");
    refused(&asked(&[("offset", "1")]), "`offset` is not documented");
    refused(
        &asked(&[("limit[gte]", "1")]),
        "`limit[gte]` is not documented",
    );
}

#[test]
fn lists_and_objects_in_a_query_are_written_in_their_style() {
    fine(&asked(&[("status", "open"), ("status", "done")]));
    refused(&asked(&[("status", "open,done")]), "status");
    fine(&asked(&[("tags", "1,2")]));
    refused(&asked(&[("tags", "1,x")]), "tags");
    fine(&asked(&[("created[gte]", "1")]));
    refused(&asked(&[("created[gte]", "x")]), "created");
    refused(&asked(&[("created[since]", "1")]), "since");
    fine(&asked(&[("amount[lte]", "1")]));
    refused(&asked(&[("amount[lte]", "x")]), "amount[lte]");
}

#[test]
fn path_parameters_are_decoded_and_fit() {
    let headers = owned(&[("X-Version", "2.4")]);
    let with = |path: &str| spec().request("GET", path, &[], &headers, None, None);
    fine(&with("/refunds/re%5F1"));
    refused(&with("/refunds/pi_1"), "path parameter `id`");
}
