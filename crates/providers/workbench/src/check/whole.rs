//! What a profile says as a whole, told at the places that it is about, and once.

use refundkit_generic::language::{Mistake, nearest};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::schema_check::{Findings, within};

/// The mistakes of the whole without those that follow from what is taken out of it already.
pub(super) fn sorted(
    found: Vec<Mistake>,
    text: &str,
    table: &Spanned<DeTable<'_>>,
    findings: &Findings,
) -> Vec<Mistake> {
    let mut all: Vec<Mistake> = Vec::new();
    for mut mistake in found {
        mistake.key = as_written(&mistake.key, &findings.broken);
        for mistake in at_its_fields(mistake, table) {
            let same =
                |other: &Mistake| other.key == mistake.key && other.problem == mistake.problem;
            if !all.iter().any(same) {
                all.push(mistake);
            }
        }
    }
    let undeclared: Vec<&str> = all
        .iter()
        .filter_map(names_nothing)
        .map(|(_, kind)| kind)
        .collect();
    // What is left unused is often what a misspelt name, or a value that was taken out, means.
    let stood_for = |mistake: &Mistake| {
        let Some((section, name)) = mistake.key.split_once('.') else {
            return false;
        };
        let of_its_kind = undeclared
            .iter()
            .any(|kind| section.strip_suffix('s') == Some(kind));
        let uses = [[".", name, "}"].concat(), ["\"", name, "\""].concat()];
        let taken_out = !findings.broken.is_empty() && uses.iter().any(|uses| text.contains(uses));
        mistake.problem.ends_with("is not used") && (of_its_kind || taken_out)
    };
    let touched = || {
        findings
            .broken
            .iter()
            .chain(&findings.missing)
            .chain(&findings.meant)
    };
    let mut left: Vec<Mistake> = all
        .iter()
        .filter(|mistake| {
            let follows = touched().any(|key| overlap(key, &mistake.key));
            !follows && !stood_for(mistake)
        })
        .cloned()
        .collect();
    for mistake in &mut left {
        if mistake.hint.is_none()
            && let Some((name, kind)) = names_nothing(mistake)
        {
            mistake.hint = Some(declaration(name, kind, table));
        }
    }
    Mistake::locate(&mut left, text);
    left
}

/// Whether one key is the other, or lies in it.
fn overlap(one: &str, other: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        inner == outer
            || inner
                .strip_prefix(outer)
                .is_some_and(|rest| rest.starts_with('.'))
    };
    !one.is_empty() && !other.is_empty() && (within(one, other) || within(other, one))
}

/// The key in the file: entries of lists that were taken out count there.
fn as_written(key: &str, broken: &[String]) -> String {
    let mut parts: Vec<String> = key.split('.').map(str::to_owned).collect();
    for at in 0..parts.len() {
        let before = parts.get(..at).unwrap_or_default().join(".");
        let Some(number) = parts.get(at).and_then(|part| part.parse::<usize>().ok()) else {
            continue;
        };
        let mut gone: Vec<usize> = broken
            .iter()
            .filter_map(|key| key.strip_prefix(&before)?.strip_prefix('.')?.parse().ok())
            .collect();
        gone.sort_unstable();
        let moved = gone.into_iter().fold(number, |number, gone| {
            number.saturating_add(usize::from(gone <= number))
        });
        if let Some(part) = parts.get_mut(at) {
            *part = moved.to_string();
        }
    }
    parts.join(".")
}

/// A placeholder of a body that is wrong there, at each of the fields that it stands in.
fn at_its_fields(mistake: Mistake, table: &Spanned<DeTable<'_>>) -> Vec<Mistake> {
    let placeholder = mistake.problem.strip_prefix('{');
    let placeholder = placeholder.and_then(|rest| rest.split_once('}'));
    let Some((placeholder, _)) = placeholder else {
        return vec![mistake];
    };
    let wanted = ["{", placeholder, "}"].concat();
    let mut keys = Vec::new();
    if let Some(DeValue::Table(fields)) = value_at(table, &mistake.key) {
        for (name, value) in fields {
            holding(
                value.get_ref(),
                &wanted,
                &within(&mistake.key, name.get_ref()),
                &mut keys,
            );
        }
    }
    if keys.is_empty() {
        return vec![mistake];
    }
    let there = |key| {
        let mut there = mistake.clone();
        there.key = key;
        there
    };
    keys.into_iter().map(there).collect()
}

fn value_at<'t>(table: &'t Spanned<DeTable<'t>>, key: &str) -> Option<&'t DeValue<'t>> {
    let mut parts = key.split('.');
    let mut at = table.get_ref().get(parts.next()?)?.get_ref();
    for part in parts {
        at = at.as_table()?.get(part)?.get_ref();
    }
    Some(at)
}

/// The keys of the texts that hold `wanted`. A body is at most a few tables deep: the walk has seen to it.
fn holding(value: &DeValue<'_>, wanted: &str, key: &str, keys: &mut Vec<String>) {
    match value {
        DeValue::String(text) if text.contains(wanted) => keys.push(key.to_owned()),
        DeValue::Table(fields) => {
            for (name, value) in fields {
                holding(value.get_ref(), wanted, &within(key, name.get_ref()), keys);
            }
        }
        DeValue::Array(entries) => {
            for (number, entry) in entries.iter().enumerate() {
                holding(
                    entry.get_ref(),
                    wanted,
                    &within(key, &number.to_string()),
                    keys,
                );
            }
        }
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => {}
    }
}

/// The name in a placeholder that nothing declares, and what kind of name it is.
fn names_nothing(mistake: &Mistake) -> Option<(&str, &str)> {
    let (placeholder, problem) = mistake.problem.strip_prefix('{')?.split_once('}')?;
    let (kind, name) = placeholder.split_once('.')?;
    problem
        .trim_start()
        .starts_with("names nothing")
        .then_some((name, kind))
}

/// The declared name that is meant, or how to declare the one that is there.
fn declaration(name: &str, kind: &str, table: &Spanned<DeTable<'_>>) -> String {
    let section = [kind, "s"].concat();
    let declared = table.get_ref().get(section.as_str());
    let declared = declared.and_then(|section| section.get_ref().as_table());
    let names = declared.into_iter().flat_map(|section| section.keys());
    let mut names: Vec<String> = names.map(|name| name.get_ref().to_string()).collect();
    if kind == "secret" && declared.is_none() {
        names.push("api_key".to_owned());
    }
    match (nearest(name, names.iter().map(String::as_str)), kind) {
        (Some(near), _) => format!("is {{{kind}.{near}}} meant?"),
        (None, "signed") => format!("write an [[auth.sign]] with name = \"{name}\""),
        (None, "extra") => format!("write {name} = {{ kind = \u{2026} }} under [extras]"),
        (None, _) => format!("write {name} = \"where to find it\" under [{section}]"),
    }
}
