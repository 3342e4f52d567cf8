//! What the manual and the README show is so: each `refundkit` line of a block runs, page by page, against
//! the sandbox in a folder of its own, and ends as the page says; each line and each mention is one that
//! the command line takes; what is marked as compiled or as run by a test is.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and says what it left out"
)]

mod desk;
mod pages;

use clap::CommandFactory;
use clap::error::ErrorKind;
use desk::Desk;
use pages::{Block, Page};

/// Lines that parse and can't be run here, each with its reason. One that is gone has to go here too.
const NOT_RUN: [(&str, &str, &str); 2] = [
    (
        "README.md",
        "refundkit resolve",
        "nothing is open on that page",
    ),
    (
        "README.md",
        "refundkit profile check mine.toml",
        "there is no such file yet",
    ),
];

/// Providers that the sandbox doesn't simulate.
const NOT_SIMULATED: [&str; 1] = ["--provider adyen"];

fn is_left_out(page: &Page, line: &str) -> bool {
    NOT_RUN
        .iter()
        .any(|(name, start, _)| page.name == *name && line.starts_with(start))
        || NOT_SIMULATED.iter().any(|words| line.contains(words))
}

/// What is wrong with a command line, apart from what is still missing in it.
fn complaint(line: &str, whole: bool) -> Option<String> {
    let words = pages::words(line);
    let parsed = refundkit_cli::args::Cli::command().try_get_matches_from(words);
    let error = parsed.err()?;
    let is_asked_for = [ErrorKind::DisplayHelp, ErrorKind::DisplayVersion];
    let is_unfinished = [
        ErrorKind::MissingRequiredArgument,
        ErrorKind::MissingSubcommand,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
    ];
    let kind = error.kind();
    let is_fine = is_asked_for.contains(&kind) || (!whole && is_unfinished.contains(&kind));
    (!is_fine).then(|| format!("{line}: {error}"))
}

#[test]
fn every_command_line_is_one_that_exists() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in Page::all() {
        for line in page.lines() {
            count += 1;
            wrong.extend(complaint(&line, true).map(|why| format!("{}: {why}", page.name)));
        }
        for mention in page.mentions() {
            count += 1;
            wrong.extend(complaint(&mention, false).map(|why| format!("{}: {why}", page.name)));
        }
    }
    assert!(count > 150, "{count} only: are they still found?");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_command_ends_as_its_page_says() {
    let mut wrong = Vec::new();
    let mut run = 0;
    for page in Page::all() {
        if page.lines().is_empty() {
            continue;
        }
        let mut desk = Desk::open();
        for line in page.shell_lines() {
            if is_left_out(&page, &line) {
                println!("{}: not run: {line}", page.name);
                continue;
            }
            run += usize::from(line.starts_with("refundkit "));
            wrong.extend(desk.run(&line).map(|why| format!("{}: {why}", page.name)));
        }
    }
    assert!(run > 80, "{run} only: are they still found?");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_is_left_out_is_still_there() {
    let pages = Page::all();
    for (name, start, _) in NOT_RUN {
        let page = pages.iter().find(|page| page.name == name).unwrap();
        assert!(
            page.lines().iter().any(|line| line.starts_with(start)),
            "{name} has no {start} any more"
        );
    }
}

#[test]
fn each_refund_has_a_key() {
    for page in Page::all() {
        for line in page.lines() {
            let words = pages::words(&line);
            let sends = ["refund", "reverse", "reverse-or-refund"];
            if words.iter().any(|word| sends.contains(&word.as_str())) {
                assert!(words.iter().any(|word| word == "--key"), "{line}");
            }
        }
    }
}

#[test]
fn what_is_said_to_be_compiled_stands_in_the_compiled_file() {
    let mut count = 0;
    for page in Page::all() {
        for Block { text, mark, .. } in &page.blocks {
            let Some(file) = mark
                .as_deref()
                .and_then(|mark| mark.strip_prefix("compiled: "))
            else {
                continue;
            };
            count += 1;
            let source = std::fs::read_to_string(pages::root().join(file)).unwrap();
            let lines = |text: &str| -> Vec<String> {
                text.lines()
                    .map(|line| line.trim().to_owned())
                    .filter(|line| !line.is_empty())
                    .collect()
            };
            let (wanted, there) = (lines(text), lines(&source));
            assert!(
                there.windows(wanted.len()).any(|some| some == wanted),
                "{} and {file} differ:\n{text}",
                page.name
            );
        }
    }
    assert!(count >= 3, "{count}");
}

#[test]
fn a_message_signed_by_hand_is_taken_in() {
    if !desk::has(&["openssl", "curl", "bash"]) {
        println!("openssl, curl or bash is missing: not run");
        return;
    }
    let mut desk = Desk::open();
    let refund = "refundkit refund --provider dodo --payment pay_paid_3 --key order-40-return-1";
    assert_eq!(desk.run(refund), None);
    assert_eq!(desk.run("refundkit serve --listen 127.0.0.1:8080"), None);
    for provider in ["dodo", "dojo"] {
        let block =
            Page::named("testing-messages.md").marked(&format!("run by a test: {provider}"));
        let told = desk.shell(&block);
        assert_eq!(told.trim(), "204", "{provider}");
        let changed = block
            .replace("BODY='{", "BODY=' {")
            .replace("--data-binary \"$BODY\"", "--data-binary \"$BODY \"");
        assert_eq!(desk.shell(&changed).trim(), "401", "{provider}");
    }
}

#[test]
fn the_loop_over_a_spreadsheet_refunds_each_row_once() {
    if !desk::has(&["bash"]) {
        println!("bash is missing: not run");
        return;
    }
    let desk = Desk::open();
    let block = Page::named("many-refunds.md").marked("run by a test: loop");
    // As another system ends its lines, and without an end of the last.
    let rows = "pi_more_2,1.00 GBP,recall-1\r\npi_more_3,2.00 GBP,recall-2\r\npi_more_2,900.00 GBP,recall-3";
    desk.write("rows.csv", rows);
    for _ in 0..2 {
        desk.shell(&block);
    }
    let codes = desk.read("codes.csv");
    assert_eq!(codes, "recall-1,0\nrecall-2,0\nrecall-3,3\n");
    assert_eq!(desk.effects("pi_more_2") + desk.effects("pi_more_3"), 2);
}

#[test]
fn every_link_leads_somewhere() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in Page::all() {
        for link in page.links() {
            count += 1;
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() {
                page.path.clone()
            } else {
                page.path.parent().unwrap().join(file)
            };
            let Ok(text) = std::fs::read_to_string(&target) else {
                wrong.push(format!("{}: {link}: no such file", page.name));
                continue;
            };
            if !heading.is_empty() && !pages::headings(&text).contains(&heading.to_owned()) {
                wrong.push(format!("{}: {link}: no such heading", page.name));
            }
        }
    }
    assert!(count > 200, "{count} only: are they still found?");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
