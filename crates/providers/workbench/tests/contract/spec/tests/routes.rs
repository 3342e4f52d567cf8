//! Paths, methods and servers.

use serde_json::{Value, json};

use super::{Spec, fine, refused};

fn spec(servers: &Value) -> Spec {
    let none = json!({});
    let document = json!({
        "openapi": "3.0.3",
        "servers": servers,
        "paths": {
            "/payments/{id}": { "get": none },
            "/payments/{id}/{action}": {
                "post": { "parameters": [{ "name": "needed", "in": "query", "required": true }] },
            },
            "/payments/{id}/refunds": { "post": none },
            "/payments/latest": { "get": { "parameters": [{ "name": "since", "in": "query" }] } },
            "/payments/~own": { "get": { "parameters": [{ "name": "since", "in": "query" }] } },
            "/files/{name}.csv": { "get": none },
            "/elsewhere": { "servers": [{ "url": "https://files.example/f" }], "get": none },
        },
    });
    Spec::parse(&document.to_string()).unwrap()
}

fn plain(spec: &Spec, method: &str, path: &str) -> Vec<String> {
    spec.request(method, path, &[], &[], None, None)
}

#[test]
fn the_base_path_of_a_server_belongs_to_the_path() {
    let spec = spec(&json!([
        { "url": "https://test.example/v72/" },
        { "url": "https://{shop}.example/{base}", "variables": { "base": { "default": "live" } } },
    ]));
    fine(&plain(&spec, "GET", "/v72/payments/p1"));
    fine(&plain(&spec, "get", "/live/payments/p1"));
    fine(&plain(&spec, "GET", "/f/elsewhere"));
    refused(&plain(&spec, "GET", "/payments/p1"), "no documented path");
    refused(&plain(&spec, "GET", "/v72/elsewhere"), "no documented path");
    let operations = spec.operations();
    assert!(operations.contains(&("POST".to_owned(), "/v72/payments/{id}/refunds".to_owned())));
    assert!(operations.contains(&("GET".to_owned(), "/f/elsewhere".to_owned())));
    assert_eq!(operations.len(), 7);
}

#[test]
fn constants_go_before_parameters() {
    let spec = spec(&json!([{ "url": "https://pay.example" }]));
    fine(&plain(&spec, "POST", "/payments/p1/refunds"));
    refused(
        &plain(&spec, "POST", "/payments/p1/captures"),
        "`needed` is missing",
    );
    let since = [("since".to_owned(), "x".to_owned())];
    // The tilde sorts after the brace: which template comes first is of no account.
    for constant in ["/payments/latest", "/payments/~own"] {
        fine(&spec.request("GET", constant, &since, &[], None, None));
    }
    refused(
        &spec.request("GET", "/payments/p1", &since, &[], None, None),
        "since",
    );
}

#[test]
fn a_template_fits_whole_segments_only() {
    let spec = spec(&Value::Null);
    fine(&plain(&spec, "GET", "/files/may.csv"));
    for path in [
        "/files/may.txt",
        "/files/.csv",
        "/payments/",
        "/payments/p1/x/y",
        "/payments/p1/",
    ] {
        refused(&plain(&spec, "GET", path), path);
    }
    refused(
        &plain(&spec, "DELETE", "/payments/p1"),
        "DELETE is not among",
    );
}
