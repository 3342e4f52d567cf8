//! Planting the variants: changes of the sources that a word in the environment turns on.

use serde::Deserialize;

/// One wrong variant of the protocol.
#[derive(Deserialize)]
pub(super) struct Mutant {
    /// What is wrong with it.
    pub(super) name: String,
    /// The test that catches it where no seed does, in the words that `cargo test` takes.
    pub(super) caught_by: Option<String>,
    edit: Vec<Edit>,
}

#[derive(Deserialize)]
struct Edit {
    file: String,
    find: String,
    plant: String,
}

#[derive(Deserialize)]
struct List {
    mutant: Vec<Mutant>,
}

/// Which variant is on.
pub(super) const VARIABLE: &str = "REFUNDKIT_PLANTED";
/// What the core says about it, in the copy only.
const SWITCH: &str = r#"
/// Which wrong variant is tried.
pub mod planted {
    /// Whether it is this one.
    pub fn is(name: &str) -> bool {
        static CHOSEN: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
        let chosen = CHOSEN.get_or_init(|| std::env::var("REFUNDKIT_PLANTED").ok());
        chosen.as_deref() == Some(name)
    }
}
"#;
const CORE: &str = "crates/core/";

/// Reads the list.
///
/// # Errors
/// What the parser says.
pub(super) fn parse(text: &str) -> Result<Vec<Mutant>, toml::de::Error> {
    toml::from_str(text).map(|list: List| list.mutant)
}

/// The text of a source file with every variant in it.
///
/// # Errors
/// A line for each change whose place isn't there exactly once: the source has moved on.
pub(super) fn plant(file: &str, source: &str, mutants: &[Mutant]) -> Result<String, Vec<String>> {
    let mut text = source.to_owned();
    let mut lost = Vec::new();
    for mutant in mutants {
        for edit in mutant.edit.iter().filter(|edit| edit.file == file) {
            let (find, plant) = (edit.find.trim_matches('\n'), edit.plant.trim_matches('\n'));
            match text.matches(find).count() {
                1 => text = text.replacen(find, &switched(file, &mutant.name, plant), 1),
                count => lost.push(format!(
                    "{file}: the place of '{}' is there {count} times",
                    mutant.name
                )),
            }
        }
    }
    if file == "crates/core/src/lib.rs" {
        text.push_str(SWITCH);
    }
    if lost.is_empty() { Ok(text) } else { Err(lost) }
}

fn switched(file: &str, name: &str, plant: &str) -> String {
    let path = if file.starts_with(CORE) {
        "crate"
    } else {
        "refundkit_core"
    };
    plant.replace("PLANTED", &format!("{path}::planted::is({name:?})"))
}

/// The files that changes name and that are not among `files`.
pub(super) fn strangers(mutants: &[Mutant], files: &[String]) -> Vec<String> {
    let edits = mutants
        .iter()
        .flat_map(|mutant| mutant.edit.iter().map(|edit| (&mutant.name, &edit.file)));
    edits
        .filter(|(_, file)| !files.contains(file))
        .map(|(name, file)| format!("{file}, where '{name}' is planted, isn't there"))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    const LIST: &str = r#"
[[mutant]]
name = "always"
[[mutant.edit]]
file = "crates/core/src/a.rs"
find = "if safe() {"
plant = "if PLANTED || safe() {"
"#;

    #[test]
    fn a_change_stands_behind_its_switch() {
        let mutants = parse(LIST).unwrap();
        let planted = plant("crates/core/src/a.rs", "if safe() { }", &mutants).unwrap();
        assert_eq!(planted, "if crate::planted::is(\"always\") || safe() { }");
        let other = plant("crates/core/src/b.rs", "if safe() { }", &mutants).unwrap();
        assert_eq!(other, "if safe() { }");
    }

    #[test]
    fn a_place_that_is_gone_or_doubled_is_a_complaint() {
        let mutants = parse(LIST).unwrap();
        for source in ["", "if safe() { } if safe() { }"] {
            assert!(plant("crates/core/src/a.rs", source, &mutants).is_err());
        }
        let files = ["crates/core/src/b.rs".to_owned()];
        assert_eq!(strangers(&mutants, &files).len(), 1);
    }

    #[test]
    fn the_core_tells_which_is_on() {
        let core = plant("crates/core/src/lib.rs", "", &[]).unwrap();
        assert!(core.contains(VARIABLE));
    }
}
