//! The manual names what the language has.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

/// The names are read from the source, so that none can be left out here either.
#[test]
fn the_manual_names_every_placeholder() {
    let page = include_str!("../../../../docs/manual/profiles.md");
    let source = include_str!("../src/language/placeholder.rs");
    let names = |line: &'static str| Some(line.trim().strip_prefix("(\"")?.split_once("\", ")?.0);
    let names: Vec<&str> = source.lines().filter_map(names).collect();
    assert!(names.len() >= 29, "{names:?}");
    for name in names {
        let plain = format!("`{{{name}}}`");
        let with_a_name = format!("`{{{name}.NAME}}`");
        assert!(
            page.contains(&plain) || page.contains(&with_a_name),
            "{name}"
        );
    }
}
