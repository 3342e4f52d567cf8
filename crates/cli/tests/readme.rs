//! The README's example is the one that compiles, and its commands exist.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use clap::CommandFactory;

const README: &str = include_str!("../../../README.md");
const EXAMPLE: &str = include_str!("../examples/library.rs");

#[test]
fn the_library_example_is_the_compiled_one() {
    let (_, rest) = README.split_once("```rust\n").unwrap();
    let (code, _) = rest.split_once("```").unwrap();
    let lines: Vec<&str> = code.lines().map(str::trim).collect();
    let compiled: Vec<&str> = EXAMPLE.lines().map(str::trim).collect();
    assert!(lines.len() >= 15);
    assert!(
        compiled.windows(lines.len()).any(|window| window == lines),
        "README.md and examples/library.rs differ"
    );
}

#[test]
fn the_commands_that_it_shows_exist() {
    let command = refundkit_cli::args::Cli::command();
    let known: Vec<&str> = command
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    let shown = README
        .lines()
        .filter_map(|line| line.strip_prefix("refundkit "))
        .filter_map(|line| line.split_whitespace().next());
    let mut count = 0;
    for name in shown {
        assert!(known.contains(&name), "{name}");
        count += 1;
    }
    assert!(count >= 6);
}
