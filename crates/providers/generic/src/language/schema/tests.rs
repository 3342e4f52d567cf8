//! The JSON Schema of profiles that is kept in a file is the one that the types make; where a variable
//! is set, it is written anew.

use std::path::Path;

use super::super::Document;

fn made() -> String {
    let mut schema = schemars::schema_for!(Document).to_value();
    let root = schema.as_object_mut().unwrap();
    root.insert("title".to_owned(), "A profile of refundkit".into());
    serde_json::to_string_pretty(&schema).unwrap() + "\n"
}

/// With `REFUNDKIT_WRITE_SCHEMA` set, the file is written anew.
#[test]
fn the_schema_is_that_of_the_types() {
    let made = made();
    if std::env::var_os("REFUNDKIT_WRITE_SCHEMA").is_some() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/profile.json");
        std::fs::write(file, made).unwrap();
        return;
    }
    assert!(
        made == super::TEXT,
        "schema/profile.json isn't that of the types: write it anew with REFUNDKIT_WRITE_SCHEMA=1 cargo test -p refundkit-generic schema"
    );
}
