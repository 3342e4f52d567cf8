//! `cargo xtask tidy`: habits that a compiler doesn't check.

mod codes;
mod files;
mod sizes;
mod words;

use crate::shell::{Outcome, judge, root};

pub(crate) fn run() -> Outcome {
    let files = files::all(&root())?;
    println!(
        "tidy: {} Rust files, median {} lines",
        sizes::count(&files),
        sizes::median(&files)
    );
    let mut complaints = sizes::complaints(&files);
    complaints.extend(codes::complaints(&files));
    complaints.extend(words::complaints(&files));
    judge("tidy", &complaints)
}
