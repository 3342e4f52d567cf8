//! What the matrix has to come to: written down beside it, so that less is a change that somebody sees.

use std::fmt::Write as _;

use toml::{Table, Value};

use super::{End, Report};

/// So many more cases may be left to a person than were written down, out of a thousand.
const MORE: u64 = 10;

/// The list of least counts, and of what is known to be broken.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    table: Table,
}

impl Expected {
    /// Reads the list.
    ///
    /// # Errors
    /// A line that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table = text.parse::<Table>().map_err(|error| error.to_string())?;
        Ok(Self { table })
    }

    /// What has fallen short of the list, one line each.
    #[must_use]
    pub fn complaints(&self, report: &Report) -> Vec<String> {
        let mut found = Vec::new();
        let lists = [("sites", &report.sites), ("kinds", &report.kinds)];
        for (list, counted) in lists {
            let Some(Value::Table(expected)) = self.table.get(list) else {
                found.push(format!("the list has no [{list}]"));
                continue;
            };
            for name in counted.keys().filter(|name| !expected.contains_key(**name)) {
                found.push(format!("{name} is not in the list: write it anew"));
            }
            for (name, least) in expected {
                let counts = counted.get(name.as_str()).cloned().unwrap_or_default();
                let of = |what: &str| {
                    let number = least.get(what).and_then(Value::as_integer);
                    number.and_then(|n| u64::try_from(n).ok()).unwrap_or(0)
                };
                if counts.cases < of("cases") {
                    let (now, least) = (counts.cases, of("cases"));
                    found.push(format!("{name}: {now} cases, and there were {least}"));
                }
                for (what, now) in [
                    ("person", counts.of(End::Person)),
                    ("left_out", counts.beyond),
                ] {
                    let most = of(what) + of(what) * MORE / 1000;
                    if now > most {
                        found.push(format!(
                            "{name}: {what} {now}, and at most {most} are expected"
                        ));
                    }
                }
            }
        }
        found
    }

    /// What a broken case is known for; `None` where it isn't.
    #[must_use]
    pub fn known(&self, name: &str) -> Option<&str> {
        let known = self.table.get("known").and_then(Value::as_array)?;
        let entry = known.iter().find(|entry| {
            let cases = entry.get("cases").and_then(Value::as_str);
            cases.is_some_and(|cases| fits(cases, name))
        })?;
        Some(entry.get("why").and_then(Value::as_str).unwrap_or_default())
    }

    /// The list that a report comes to, with what is known as before.
    #[must_use]
    pub fn written(&self, report: &Report) -> String {
        let mut text = HEAD.to_owned();
        for (list, counted) in [("sites", &report.sites), ("kinds", &report.kinds)] {
            // Writing into a string doesn't fail.
            let _ = writeln!(text, "\n[{list}]");
            for (name, counts) in counted {
                let (cases, person) = (counts.cases, counts.of(End::Person));
                let left_out = counts.beyond;
                let _ = writeln!(
                    text,
                    "{name:?} = {{ cases = {cases}, person = {person}, left_out = {left_out} }}"
                );
            }
        }
        let known = self.table.get("known").and_then(Value::as_array);
        for entry in known.into_iter().flatten() {
            let of = |what: &str| entry.get(what).and_then(Value::as_str).unwrap_or_default();
            let (cases, why) = (of("cases"), of("why"));
            let _ = writeln!(text, "\n[[known]]\ncases = {cases:?}\nwhy = {why:?}");
        }
        text
    }
}

const HEAD: &str = "\
# What `cargo xtask lies` has to come to: at least so many cases, and at most about so many left to a
# person, or left out because nobody could tell. Written by `cargo xtask lies --write`.
#
# [[known]] lists broken promises that somebody is at work on: `*` in `cases` stands for anything. A run
# with any of them fails all the same, unless it is told `--allow-known`.
";

/// Whether a name fits a pattern in which `*` stands for anything.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(name) = name.strip_prefix(first) else {
        return false;
    };
    (0..=name.len())
        .filter_map(|at| name.get(at..))
        .any(|name| fits(rest, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lies::judge::Verdict;

    fn report(kept: u64, parked: u64) -> Report {
        let mut report = Report::default();
        for (count, end) in [(kept, End::Succeeded), (parked, End::Person)] {
            for _ in 0..count {
                report.add("dojo", "null", &Verdict::Kept(end), String::new);
            }
        }
        report
    }

    #[test]
    fn fewer_cases_and_more_for_a_person_are_complaints() {
        let written = Expected::default().written(&report(900, 100));
        let expected = Expected::parse(&written).unwrap();
        assert!(expected.complaints(&report(900, 100)).is_empty());
        assert!(expected.complaints(&report(1_000, 101)).is_empty());
        assert_eq!(
            expected.complaints(&report(899, 100)).len(),
            2,
            "site and kind"
        );
        assert_eq!(expected.complaints(&report(900, 102)).len(), 2);
        assert_eq!(expected.complaints(&Report::default()).len(), 2);
    }

    #[test]
    fn what_is_known_is_known_by_a_pattern() {
        let list = "[[known]]\ncases = \"dojo-*/x/*\"\nwhy = \"y\"";
        let expected = Expected::parse(list).unwrap();
        assert_eq!(expected.known("dojo-2022/x/a/always"), Some("y"));
        assert_eq!(expected.known("dojo-2022/y/a"), None);
        let again = expected.written(&Report::default());
        assert_eq!(
            Expected::parse(&again).unwrap().known("dojo-1/x/"),
            Some("y")
        );
    }
}
