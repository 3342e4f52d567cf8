//! `cargo xtask tidy`: habits that a compiler doesn't check.

mod cited;
mod codes;
mod files;
mod heads;
mod retired;
mod sizes;
mod stores;
mod words;

use crate::shell::{Outcome, judge, root};
use files::File;

type Guard = fn(&[File]) -> Vec<String>;

const GUARDS: &[Guard] = &[
    sizes::complaints,
    heads::complaints,
    codes::complaints,
    words::complaints,
    retired::complaints,
    stores::complaints,
    cited::complaints,
];

pub(crate) fn run() -> Outcome {
    let files = files::all(&root())?;
    println!(
        "tidy: {} Rust files, median {} lines",
        sizes::count(&files),
        sizes::median(&files)
    );
    judge("tidy", &complaints(&files))
}

fn complaints(files: &[File]) -> Vec<String> {
    GUARDS.iter().flat_map(|guard| guard(files)).collect()
}

#[cfg(test)]
mod tests {
    use super::{File, complaints};

    #[test]
    fn every_guard_is_asked() {
        let unwanted = ["TO", "DO"].concat();
        let files = [
            File::new("xtask/src/long.rs", &"line\n".repeat(451)),
            File::new("crates/core/src/code.rs", "\"RK9999\""),
            File::new("README.md", &unwanted),
            File::new("crates/journals/sqlite/src/rule.rs", "Budget"),
            File::new("docs/style.md", &["`none.rs`, `Lan", "es`"].concat()),
        ];
        let found = complaints(&files).join("\n");
        for word in [
            "451 lines",
            "code.rs: say at its head",
            "RK9999",
            &unwanted,
            "`Budget`",
            "`none.rs`",
            "PaymentLocks",
        ] {
            assert!(found.contains(word), "{word}: {found}");
        }
    }
}
