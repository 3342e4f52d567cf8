//! The profile of the manual is one.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use refundkit_generic::Profile;
use refundkit_generic::vectors::Vectors;

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
