//! Which errors mean that nothing happened: this is where a profile could do harm.

use super::super::document::Document;
use super::super::{Mistake, Rule};

/// A problem, and what to do.
type Problem = (&'static str, &'static str);

pub(super) fn check(profile: &Document, found: &mut Vec<Mistake>) {
    let answers = &profile.errors.answers;
    if answers.len() > 200 {
        found.push(Mistake::at("errors.answers", "at most 200 kinds of errors"));
        return;
    }
    for (at, rule) in answers.iter().enumerate() {
        let key = ["errors.answers.", &at.to_string()].concat();
        let whole = of_rule(profile, rule);
        let named = rule.statuses().iter();
        let first = named.filter_map(|status| of_status(profile, rule, *status));
        let problems = whole.into_iter().chain(first);
        let problems = problems.chain(wordless(profile, rule)).take(1);
        for (problem, hint) in problems.chain(places(profile, rule)) {
            found.push(Mistake::at(&key, problem).hint(hint));
        }
    }
}

fn of_rule(profile: &Document, rule: &Rule) -> Option<Problem> {
    let named = rule.statuses();
    let is_code = |code: &String| !code.is_empty() && code.len() <= 200;
    match &rule.code {
        _ if rule.without_body && !is_by_status_alone(rule) => Some((
            "it comes without a body, and names a code or a message of one",
            "leave one of them out",
        )),
        None if named.is_empty() => Some((
            "it names neither a status nor a code",
            "write status = 400, or code = \"…\"",
        )),
        Some(_) if rule.codes().is_empty() || !rule.codes().iter().all(is_code) => {
            Some(("it names no code", "a code has 1 to 200 characters"))
        }
        // A code alone would count under a 5xx too, or be another thing under another status.
        Some(_) if named.is_empty() && rule.means.is_conclusive() => Some((
            "it says that nothing happened, and names no status",
            match profile.errors.inside {
                None => "name the status that the code comes with, or several: status = [400, 422]",
                Some(_) => "name the status that the code comes with, such as status = 200",
            },
        )),
        _ => None,
    }
}

const fn is_by_status_alone(rule: &Rule) -> bool {
    rule.code.is_none() && rule.message.is_none()
}

/// A rule that settles by its status alone, where nothing tells the provider's words from a gateway's.
fn wordless(profile: &Document, rule: &Rule) -> Option<Problem> {
    let errors = &profile.errors;
    let has_words = errors.code.is_some() || errors.message.is_some();
    let counts = has_words || rule.without_body || !rule.means.is_conclusive();
    (is_by_status_alone(rule) && !counts).then_some((
        "nothing tells it from a gateway's answer with that status",
        "say under [errors] where the code or the message is; or write without_body = true, where the provider's document says that it comes without one",
    ))
}

/// What is wrong with the rule under one of its statuses.
fn of_status(profile: &Document, rule: &Rule, status: u16) -> Option<Problem> {
    use super::super::Means;
    let inside = profile.errors.inside.is_some() && (200..300).contains(&status);
    let conclusive = rule.means.is_conclusive();
    let has_code = rule.code.is_some();
    match status {
        _ if inside && conclusive && !has_code => Some((
            "an error inside of a success needs its code: without one, every error would settle it",
            "name the code, or leave it out",
        )),
        _ if !inside && !(400..600).contains(&status) => Some((
            "an error's status is 400 to 599",
            "an error that comes with a success needs errors.inside",
        )),
        500.. if conclusive => Some((
            "after a 5xx nobody can tell what happened",
            "leave it out: what isn't listed leaves the outcome unknown",
        )),
        401 | 403 | 404 | 405 | 407 if conclusive && is_by_status_alone(rule) => Some((
            "any gateway in front of the provider answers so: by its status alone it settles nothing",
            "name the codes that the provider's own list has for it, or leave it out",
        )),
        408 | 425 if conclusive => Some((
            "it says that the request took too long or came too early, not that nothing happened",
            "leave it out: what isn't listed leaves the outcome unknown",
        )),
        409 if conclusive && !has_code => Some((
            "a 409 without a code can mean that the refund is under way",
            "name the code, or leave it out",
        )),
        429 if rule.means == Means::Refused && !has_code => Some((
            "a 429 is no refusal: nothing was looked at",
            "write means = \"not_processed\"",
        )),
        _ => None,
    }
}

/// What the rule names and the profile doesn't say where to find.
fn places(profile: &Document, rule: &Rule) -> impl Iterator<Item = Problem> {
    let errors = &profile.errors;
    let message = rule.message.is_some() && errors.message.is_none();
    let code = rule.code.is_some() && errors.code.is_none();
    [
        (
            message,
            (
                "it names a message, but errors.message doesn't say where messages are",
                "write message = \"path.to.message\" under [errors]",
            ),
        ),
        (
            code,
            (
                "it names a code, but errors.code doesn't say where codes are",
                "write code = \"path.to.code\" under [errors]",
            ),
        ),
    ]
    .into_iter()
    .filter_map(|(is_wrong, problem)| is_wrong.then_some(problem))
}
