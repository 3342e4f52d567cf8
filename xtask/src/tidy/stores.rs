//! A store keeps ledgers and knows no rule of money: what the rules are made of isn't named in one.

use super::files::File;

/// Where stores are.
const STORES: &[&str] = &["crates/journals/", "crates/refundkit/src/memory"];
/// What only rules need.
const RULES: &[&str] = &[
    "Budget",
    "Summary",
    "checked_sum",
    "holds_money",
    "in_flight",
    "is_sendable",
    "next_mark",
    "of_another",
    "to_add",
];

pub(super) fn complaints(files: &[File]) -> Vec<String> {
    let stores = files.iter().filter(|file| is_store(file));
    stores.flat_map(named).collect()
}

fn is_store(file: &File) -> bool {
    file.is_library() && STORES.iter().any(|place| file.path.starts_with(place))
}

fn named(file: &File) -> Vec<String> {
    let lines = (1_u32..).zip(file.text.lines());
    lines
        .flat_map(|(number, line)| {
            let rules = RULES.iter().filter(move |rule| names(line, rule));
            rules.map(move |rule| {
                let path = &file.path;
                format!("{path}:{number}: `{rule}` is a rule, and a store knows none")
            })
        })
        .collect()
}

/// Whether the name stands in the line by itself, and not as a part of a longer one.
fn names(line: &str, rule: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    line.split(|character| !is_part(character))
        .any(|name| name == rule)
}

#[cfg(test)]
mod tests {
    use super::{File, RULES, complaints};

    #[test]
    fn a_rule_is_found_in_every_store() {
        for rule in RULES {
            for path in [
                "crates/journals/sqlite/src/commit.rs",
                "crates/journals/postgres/src/lib.rs",
                "crates/refundkit/src/memory.rs",
                "crates/refundkit/src/memory/inbox.rs",
            ] {
                let files = [File::new(path, &format!("fine\nlet x = a.{rule}();\n"))];
                let expected = format!("{path}:2: `{rule}` is a rule, and a store knows none");
                assert_eq!(complaints(&files), [expected]);
            }
        }
    }

    #[test]
    fn a_rule_may_be_named_elsewhere_and_a_longer_name_is_another_one() {
        let files = [
            File::new("crates/core/src/ledger.rs", "state.holds_money()"),
            File::new("crates/refundkit/src/refunds.rs", "state.in_flight()"),
            File::new("crates/journals/sqlite/tests/rules.rs", "state.in_flight()"),
            File::new(
                "crates/journals/sqlite/src/a.rs",
                "let to_address = TheSummary;",
            ),
        ];
        assert_eq!(complaints(&files), [""; 0]);
    }
}
