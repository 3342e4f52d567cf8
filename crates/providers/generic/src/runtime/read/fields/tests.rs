//! Fields of answers by their paths: in JSON that is nested, escaped, doubled, broken or deep, in
//! headers, and beside a token.

use super::*;
use crate::language::OneOrMore;

fn paths(texts: &[&str]) -> Paths {
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    OneOrMore::More(texts).try_into().unwrap()
}

fn find(texts: &[&str], json: &str) -> Option<String> {
    let paths = paths(texts);
    let fields = Fields::new([Some(&paths)]);
    let found = fields.read(json, Around::default()).unwrap();
    found.text(0).map(Cow::into_owned)
}

#[test]
fn fields_are_found_wherever_a_path_leads() {
    let json = r#"{"a": {"b": [{"c": "x"}, {"c": 7}], "d": true, "n": null, "é\n": 1}, "big": 12345678901234567890.10}"#;
    assert_eq!(find(&["a.b[0].c"], json).as_deref(), Some("x"));
    assert_eq!(find(&["a.b[1].c"], json).as_deref(), Some("7"));
    assert_eq!(find(&["a.b[2].c"], json), None);
    assert_eq!(find(&["a.d"], json).as_deref(), Some("true"));
    assert_eq!(find(&["a.n"], json), None, "null is absent");
    assert_eq!(find(&["a.n", "a.d"], json).as_deref(), Some("true"));
    assert_eq!(find(&["a"], json), None, "an object is no text");
    assert_eq!(find(&["a.b"], json), None);
    assert_eq!(
        find(&["big"], json).as_deref(),
        Some("12345678901234567890.10")
    );
    assert_eq!(
        find(&["big + a.d"], json).as_deref(),
        Some("12345678901234567890.10+true")
    );
    assert_eq!(find(&["big + a.n"], json), None);
    assert_eq!(find(&["a.b.c"], json), None);
}

#[test]
fn texts_are_unescaped() {
    assert_eq!(
        find(&["a"], r#"{"a": "x\"\u00e9"}"#).as_deref(),
        Some("x\"é")
    );
    assert_eq!(find(&["a"], r#"{"\u0061": "x"}"#).as_deref(), Some("x"));
}

#[test]
fn an_object_and_a_field_in_it_can_both_be_wanted() {
    let (whole, inner) = (paths(&["a"]), paths(&["a.b"]));
    let fields = Fields::new([Some(&whole), Some(&inner), None]);
    let found = fields
        .read(r#"{"a": {"b": 1}}"#, Around::default())
        .unwrap();
    assert_eq!(found.raw(0), Some(r#"{"b": 1}"#));
    assert_eq!(found.text(1).as_deref(), Some("1"));
    assert_eq!(found.text(2), None);
    assert_eq!(found.text(9), None);
}

#[test]
fn headers_and_the_token_stand_beside_the_body() {
    let response = Response::new(201, "")
        .with_header("X-Id", "r 1")
        .with_header("Location", "https://api.example.com/refunds/re_1/?x=/y");
    let (header, tail, own) = (
        paths(&["header:x-id"]),
        paths(&["tail:location"]),
        paths(&["own:token"]),
    );
    let fields = Fields::new([Some(&header), Some(&tail), Some(&own)]);
    let around = Around {
        response: Some(&response),
        token: Some("tok"),
    };
    let found = fields.read("", around).unwrap();
    assert_eq!(found.text(0).as_deref(), Some("r 1"));
    assert_eq!(found.text(1).as_deref(), Some("re_1"));
    assert_eq!(found.text(2).as_deref(), Some("tok"));
}

#[test]
fn what_is_no_json_or_says_a_thing_twice_is_refused() {
    let wanted = paths(&["a.b"]);
    let fields = Fields::new([Some(&wanted)]);
    for bad in [
        "<html>",
        "{",
        r#"{"a": {"b": 1}} x"#,
        r#"{"a": {"b": 1, "b": 2}}"#,
        r#"{"a": {"b": 1}, "a": {"b": 2}}"#,
        r#"{"a": {"b": 1}, "\u0061": {"b": 2}}"#,
        "{\"a\": {\"b\": 1\u{0}}}",
        r#"{"a": {"b": 01}}"#,
    ] {
        let problem = fields.read(bad, Around::default()).unwrap_err();
        assert!(
            !problem.contains('\n') && problem.contains("line"),
            "{bad}: {problem}"
        );
    }
    // Something unwanted may stand there twice.
    assert!(
        fields
            .read(r#"{"x": 1, "x": 2, "a": {"b": 3}}"#, Around::default())
            .is_ok()
    );
}

#[test]
fn depth_beyond_reason_does_no_harm() {
    let deep = format!(
        "{{\"x\": {}{}, \"a\": 1}}",
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    let wanted = paths(&["a"]);
    let fields = Fields::new([Some(&wanted)]);
    // Read or refused: never a stack that overflows.
    let _ = fields.read(&deep, Around::default());
    let within = format!("{{\"a\": {}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    let _ = fields.read(&within, Around::default());
}

#[test]
fn lists_are_split_into_entries() {
    assert_eq!(entries(r#"[{"a": 1}, 2]"#), Some(vec![r#"{"a": 1}"#, "2"]));
    assert_eq!(entries("[]"), Some(vec![]));
    assert_eq!(entries("{}"), None);
}
