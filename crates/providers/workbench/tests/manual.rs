//! The profile of the manual is one.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use refundkit_generic::Profile;
use refundkit_workbench::schema;
use refundkit_workbench::vectors::Vectors;

/// The blocks of the page that begin with `fence`.
fn blocks<'a>(page: &'a str, fence: &str) -> Vec<&'a str> {
    let parts = page.split("\n```");
    parts
        .filter_map(|part| part.strip_prefix(fence)?.strip_prefix('\n'))
        .collect()
}

#[test]
fn the_manuals_profile_does_what_its_vectors_say() {
    let page = include_str!("../../../../docs/manual/profiles.md");
    let toml = blocks(page, "toml");
    assert_eq!(toml.len(), 1);
    let profile = Profile::parse(toml[0]).unwrap();
    let plain = blocks(page, "");
    let vectors = plain.iter().find(|text| text.starts_with("[account]"));
    let vectors = Vectors::parse(vectors.unwrap()).unwrap();
    assert_eq!(vectors.len(), 2);
    let differences = vectors.run(&profile);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The words between backticks in the reference, such as `refund.body` or `{nonce.short}`.
fn named(page: &str) -> std::collections::BTreeSet<&str> {
    let reference = page.split("## Reference").nth(1).unwrap();
    let code = reference.split('`').skip(1).step_by(2);
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_.{}".contains(c);
    code.flat_map(|code| code.split(move |c| !is_part(c)))
        .flat_map(|word| word.split('.').chain([word]))
        .collect()
}

/// Every key of every table of the schema.
fn keys(schema: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
    if let Some(table) = schema.as_object() {
        let properties = table.get("properties").and_then(|keys| keys.as_object());
        found.extend(properties.into_iter().flat_map(|keys| keys.keys().cloned()));
        table.values().for_each(|inner| keys(inner, found));
    } else if let Some(list) = schema.as_array() {
        list.iter().for_each(|inner| keys(inner, found));
    }
}

#[test]
fn the_manual_names_every_key() {
    let page = include_str!("../../../../docs/manual/profiles.md");
    let mut all = std::collections::BTreeSet::new();
    keys(&schema(), &mut all);
    assert!(all.len() > 100, "{all:?}");
    let named = named(page);
    all.retain(|key| !named.contains(key.as_str()));
    assert!(all.is_empty(), "not in the manual: {all:?}");
}
