//! A stranger's application with the facade and one adapter, made, compiled and looked at.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::metadata::Metadata;
use crate::shell::{Outcome, capture, cargo, run};

const NAME: &str = "refundkit-scratch";
const PRESENT: &[&str] = &["refundkit", "refundkit-core", "refundkit-dojo"];
const ABSENT: &[&str] = &[
    "refundkit-dodo",
    "refundkit-generic",
    "refundkit-workbench",
    "refundkit-sqlite",
    "rusqlite",
    "libsqlite3-sys",
];
const PROGRAM: &str = "use refundkit as _;\nuse refundkit_dojo as _;\n\nfn main() {}\n";

pub(super) fn complaints(metadata: &Metadata) -> Outcome<Vec<String>> {
    let folder = tempfile::tempdir()?;
    make(folder.path(), &metadata.workspace_root)?;
    let check = |network: &[&str]| {
        let mut command = cargo();
        command.current_dir(folder.path());
        command.env("CARGO_TARGET_DIR", &metadata.target_directory);
        command.args(["check", "--quiet"]).args(network);
        command
    };
    // Without the network when the crates are here already, which they are after any build.
    if capture(&mut check(&["--offline"])).is_err() {
        run(&mut check(&[]))?;
    }
    let closure = super::closure(folder.path(), NAME)?;
    println!(
        "an application with refundkit and refundkit-dojo: {} crates",
        closure.len()
    );
    Ok(judged(&closure))
}

fn judged(closure: &BTreeSet<String>) -> Vec<String> {
    let missing = PRESENT.iter().filter(|name| !closure.contains(**name));
    let missing = missing.map(|name| format!("the application lacks {name}: it proves nothing"));
    let unwanted = ABSENT.iter().filter(|name| closure.contains(**name));
    let unwanted = unwanted.map(|name| format!("the application pulls in {name}"));
    missing.chain(unwanted).collect()
}

fn make(folder: &Path, repository: &Path) -> Outcome {
    fs::create_dir(folder.join("src"))?;
    fs::write(folder.join("src/main.rs"), PROGRAM)?;
    fs::write(folder.join("Cargo.toml"), manifest(repository))?;
    // The versions that the repository is tested with.
    fs::copy(repository.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(())
}

fn manifest(repository: &Path) -> String {
    let path = |place: &str| repository.join("crates").join(place).display().to_string();
    format!(
        "[package]\nname = {NAME:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [workspace]\n\n\
         [dependencies]\nrefundkit = {{ path = {:?} }}\nrefundkit-dojo = {{ path = {:?} }}\n",
        path("refundkit"),
        path("providers/dojo"),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{PRESENT, judged};

    fn closure(more: &[&str]) -> BTreeSet<String> {
        PRESENT
            .iter()
            .chain(more)
            .map(|name| (*name).to_owned())
            .collect()
    }

    #[test]
    fn the_other_adapter_and_sqlite_are_found() {
        assert_eq!(judged(&closure(&["reqwest"])), [""; 0]);
        assert_eq!(
            judged(&closure(&["refundkit-dodo", "libsqlite3-sys"])),
            [
                "the application pulls in refundkit-dodo",
                "the application pulls in libsqlite3-sys"
            ]
        );
    }

    #[test]
    fn an_application_without_the_adapter_proves_nothing() {
        let mut closure = closure(&[]);
        closure.remove("refundkit-dojo");
        assert_eq!(
            judged(&closure),
            ["the application lacks refundkit-dojo: it proves nothing"]
        );
    }
}
