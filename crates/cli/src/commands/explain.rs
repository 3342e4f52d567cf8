//! An error's page, from the command itself: who reads a code in a log at night has no repository at hand.

mod pages;

use serde::Serialize;

use crate::failure::{Failure, exit};
use crate::output::{Column, Printer, Table};
use pages::{PAGES, Page};

/// How many codes are suggested at most.
const MOST_SUGGESTIONS: usize = 5;

#[derive(Serialize)]
struct PageJson<'a> {
    code: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'a str>,
}

/// Shows one page, or the codes with their titles.
pub(super) fn run(printer: Printer, code: Option<&str>) -> Result<u8, Failure> {
    match code {
        Some(code) => one(printer, code)?,
        None => all(printer)?,
    }
    Ok(exit::DONE)
}

fn one(printer: Printer, asked: &str) -> Result<(), Failure> {
    let wanted = asked.trim().to_ascii_uppercase();
    let wanted = wanted.trim_start_matches("ERROR[").trim_end_matches(']');
    let wanted = match wanted.parse::<u16>() {
        Ok(number) => format!("RK{number}"),
        Err(_) => wanted.to_owned(),
    };
    let Some((code, page)) = PAGES.iter().find(|(code, _)| *code == wanted) else {
        return Err(unknown(&wanted));
    };
    if printer.is_json() {
        let title = title(page);
        return printer.json(&PageJson {
            code,
            title,
            page: Some(page),
        });
    }
    printer.line(page.trim_end())
}

fn all(printer: Printer) -> Result<(), Failure> {
    if printer.is_json() {
        return PAGES.iter().try_for_each(|(code, page)| {
            let title = title(page);
            let page = None;
            printer.json(&PageJson { code, title, page })
        });
    }
    let mut table = Table::of([Column::whole("code", 0), Column::text("meaning", 1)]);
    for (code, page) in PAGES {
        table.row([(*code).to_owned(), title(page).to_owned()]);
    }
    printer.table(&table)
}

/// What stands behind the code in the page's first line.
fn title(page: &str) -> &str {
    let first = page.lines().next().unwrap_or_default();
    first.split_once(": ").map_or(first, |(_, title)| title)
}

/// What was typed isn't repeated unless it has the form of a code: it may be anything.
fn unknown(wanted: &str) -> Failure {
    let digits = wanted.strip_prefix("RK");
    let is_code = digits.is_some_and(|digits| {
        digits.len() <= 6 && digits.chars().all(|digit| digit.is_ascii_digit())
    });
    let message = if is_code {
        format!("no error has the code {wanted}")
    } else {
        "that is no error's code".to_owned()
    };
    let near = suggestions(wanted);
    let help = if near.is_empty() {
        "`refundkit explain` lists all of them".to_owned()
    } else {
        let near = near.join(", ");
        format!("there are {near}; `refundkit explain` lists all of them")
    };
    Failure::usage("RK4006", message, help)
}

/// The codes that differ in one place, or else those of the same family.
fn suggestions(wanted: &str) -> Vec<&'static str> {
    let codes = || PAGES.iter().map(|(code, _): &Page| *code);
    let differs = |code: &str| {
        let places = code.chars().zip(wanted.chars());
        places.filter(|(one, other)| one != other).count()
    };
    let near = codes().filter(|code| code.len() == wanted.len() && differs(code) == 1);
    let near: Vec<&str> = near.take(MOST_SUGGESTIONS).collect();
    if !near.is_empty() {
        return near;
    }
    let family: String = wanted.chars().take(4).collect();
    let family = codes().filter(|code| family.len() == 4 && code.starts_with(&family));
    family.take(MOST_SUGGESTIONS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_are_near_are_suggested() {
        let near = |digits: &str| suggestions(&["RK", digits].concat());
        assert!(near("1233").contains(&"RK1203"));
        assert!(near("1288").iter().all(|code| code.starts_with("RK12")));
        assert!(suggestions("nonsense").is_empty());
    }

    #[test]
    fn every_page_has_a_title() {
        for (code, page) in PAGES {
            assert!(page.starts_with(&format!("# {code}: ")), "{code}");
            assert!(!title(page).is_empty(), "{code}");
        }
    }
}
