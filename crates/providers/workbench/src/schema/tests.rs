//! By the JSON Schema of profiles, a validator takes every built-in one and refuses slips.

use refundkit_generic::Profile;

use super::*;

#[test]
fn editors_get_the_same_verdict() {
    let schema = schema();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert!(schema["properties"]["refund"]["description"].is_string());
    assert_eq!(schema, super::schema(), "the same each time");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let as_json = |text: &str| {
        let table: toml::Table = toml::from_str(text).unwrap();
        serde_json::to_value(table).unwrap()
    };
    for name in Profile::builtins() {
        let profile = as_json(Profile::builtin_text(name).unwrap());
        let problems: Vec<String> = validator
            .iter_errors(&profile)
            .map(|e| e.to_string())
            .collect();
        assert!(problems.is_empty(), "{name}: {problems:?}");
    }
    let text = Profile::builtin_text("primer").unwrap();
    for (from, to) in [
        ("amounts = \"minor\"", "amounts = \"pence\""),
        ("amounts = \"minor\"", ""),
        ("[limits]", "[limist]"),
        ("encoding = \"json\"", "encoding = 3"),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(
            !validator.is_valid(&as_json(&text.replacen(from, to, 1))),
            "{to}"
        );
    }
}
