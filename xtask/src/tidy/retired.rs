//! Names that were given up for better ones: whoever remembers an old one is told the new one.
//! Decisions keep the names of their time.

use super::files::File;

/// The old name as a whole word, and what it is called now.
const NAMES: &[(&str, &str)] = &[
    ("SeenRefund", "ProviderRefund"),
    ("Sighting", "ProviderRefund"),
    ("RefundFact", "ProviderRefund"),
    ("Lanes", "PaymentLocks"),
    ("Ladder", "PollSchedule"),
    ("Agenda", "WorkQueue"),
    ("Patience", "Backoff"),
    ("Loose", "Unmatched"),
    ("Crew", "Workers"),
    ("Parcel", "DeliveredCopy"),
    ("Seal", "SignatureCheck"),
    ("HoldAt", "PauseAt"),
    ("tie_up", "match_unmatched"),
    ("nobodys", "unowned"),
    ("census", "counts"),
    ("mended", "repaired"),
    ("look_at", "refresh_payment"),
    ("may_settle", "may_apply_reading"),
    ("settle_after", "complete_after"),
];
/// Where old names stand for good.
const EXCEPTIONS: &[&str] = &["xtask/src/tidy/retired.rs", "docs/decisions/"];

pub(super) fn complaints(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        if EXCEPTIONS.iter().any(|place| file.path.starts_with(place)) {
            continue;
        }
        for (number, line) in (1_u32..).zip(file.text.lines()) {
            let in_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            for word in line.split(|letter| !in_name(letter)) {
                if let Some((old, new)) = NAMES.iter().find(|(old, _)| *old == word) {
                    let path = &file.path;
                    found.push(format!("{path}:{number}: `{old}` is called `{new}` now"));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{File, complaints};

    #[test]
    fn an_old_name_is_told_with_the_new_one_and_only_as_a_whole_word() {
        let text = "//! Fine.\nstruct Lanes;\nfn look_at_it() {}\n";
        let found = complaints(&[File::new("crates/core/src/a.rs", text)]);
        assert_eq!(
            found,
            ["crates/core/src/a.rs:2: `Lanes` is called `PaymentLocks` now"]
        );
    }

    #[test]
    fn decisions_keep_the_names_of_their_time() {
        let page = File::new("docs/decisions/0001-a.md", "`Lanes` hold a payment.\n");
        assert_eq!(complaints(&[page]), [""; 0]);
    }
}
