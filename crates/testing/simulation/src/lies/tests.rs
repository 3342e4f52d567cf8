//! That the truth is told and judged as such, and that the judge sees what is wrong.

use std::sync::Arc;

use super::case::{self, AMOUNT, Line, PAYMENT, Told};
use super::json::{Part, Place};
use super::judge::{End, Verdict, judge};
use super::lie::{Dress, Lie, Tale, Twist};
use super::scenario;
use super::site::{self, Route, Site};
use super::wire::When;

fn sites() -> Vec<Arc<Site>> {
    site::all().into_iter().map(Arc::new).collect()
}

/// A site's scenario, with a lie in it.
fn told(site: &str, scenario: &str, lie: Option<(Lie, When)>) -> Told {
    let sites = sites();
    let site = sites.iter().find(|one| one.name == site).unwrap();
    let mut scenarios = scenario::of(site).into_iter();
    let scenario = scenarios.find(|one| one.name == scenario).unwrap();
    let mut story = case::story(site, scenario);
    story.lie = lie;
    case::run(&Line::to(site), story)
}

fn lie(about: Route, told: Tale, when: When) -> Option<(Lie, When)> {
    Some((Lie { about, told }, when))
}

fn field(name: &str, twist: Twist) -> Tale {
    Tale::At(Place(vec![Part::Key(name.to_owned())]), twist)
}

fn is_broken(told: &Told) -> bool {
    matches!(judge(told), Verdict::Broken(_))
}

#[test]
fn where_nobody_lies_every_scenario_succeeds_that_can() {
    for site in sites() {
        let line = Line::to(&site);
        for scenario in scenario::of(&site) {
            let told = case::run(&line, case::story(&site, scenario));
            // What names another refund is a contradiction; Primer's answers name none, and its key can
            // be sent again. Polar's list may miss what isn't in it, and Dojo's oldest version states
            // no total: where no answer ever comes, nothing tells.
            let end = match (site.name, scenario.name) {
                ("primer", "second-stored") => End::Succeeded,
                (_, "second-stored") => End::Person,
                ("polar", lost) if lost.ends_with("request-lost") => End::Person,
                ("dojo-2022-01-03", "answers-lost" | "forgotten-early") => End::Person,
                _ => End::Succeeded,
            };
            let what = (site.name, scenario.name);
            assert_eq!(judge(&told), Verdict::Kept(end), "{what:?}");
        }
    }
}

#[test]
fn the_ledger_judges() {
    let fine = || told("dojo-2026-02-27", "fine", None);
    let twice = fine();
    let sandbox = &twice.story.sandbox;
    sandbox.tamper(twice.story.site.at, PAYMENT, AMOUNT);
    assert!(is_broken(&twice), "two effects");
    let stray = fine();
    let sandbox = &stray.story.sandbox;
    sandbox.tamper(stray.story.site.at, "pay_another", AMOUNT);
    assert!(is_broken(&stray), "an effect of another payment");
    let mut lost = told("dojo-2026-02-27", "request-lost", None);
    lost.story.sandbox = told("polar", "request-lost", None).story.sandbox;
    assert!(is_broken(&lost), "succeeded without effect");
    let mut troubled = fine();
    troubled.trouble.push("the journal is away".to_owned());
    assert!(is_broken(&troubled));
}

#[test]
fn a_documented_no_is_believed_and_any_other_is_not() {
    let refusal = |status| Tale::Status(status, Dress::Error(0));
    let say = |status| {
        let lie = lie(Route::Send, refusal(status), When::Always);
        told("dojo-2026-02-27", "fine", lie)
    };
    let mut denied = say(400);
    assert!(matches!(judge(&denied), Verdict::Beyond(_)));
    denied.story.seen.no = false;
    assert!(is_broken(&denied), "it is left out for its reason only");
    assert!(matches!(judge(&say(500)), Verdict::Kept(_)));
}

#[test]
fn a_reading_from_the_past_is_beyond_anybody() {
    let total = field("refundedAmount", Twist::Emptied);
    let lie = lie(Route::Payment, total, When::SinceSend);
    let mut past = told("dojo-2026-02-27", "forgotten-early", lie);
    assert!(matches!(judge(&past), Verdict::Beyond(_)));
    past.story.seen.blind = false;
    assert!(is_broken(&past), "it is left out for its reason only");
}

#[test]
fn what_changes_nothing_is_no_case() {
    let nothing = field("no such field", Twist::Removed);
    let vacuous = told("dodo", "fine", lie(Route::Payment, nothing, When::Always));
    assert_eq!(judge(&vacuous), Verdict::Vacuous);
    let removed = field("refunds", Twist::Removed);
    let tried = told("dodo", "fine", lie(Route::Payment, removed, When::Always));
    assert!(matches!(judge(&tried), Verdict::Kept(_)));
}
