//! What a profile says of error answers, as the rules by which core judges them.

use std::borrow::Cow;

use refundkit_core::capabilities::{AnswerRule, Meaning};

use super::document::Document;
use super::errors::{Means, Rule};

/// All rules of a profile, each with the profile's own word for what it means.
pub(crate) fn of(profile: &Document) -> Vec<(AnswerRule, Means)> {
    let answers = profile.errors.answers.iter();
    answers.flat_map(|rule| each(profile, rule)).collect()
}

/// What core judges error answers by. An error whose outcome is unknown by the profile's own word
/// never gets there.
pub(super) fn for_core(profile: &Document) -> Vec<AnswerRule> {
    let known = of(profile)
        .into_iter()
        .filter(|(_, means)| *means != Means::Unknown);
    known.map(|(rule, _)| rule).collect()
}

/// A rule as core knows it, once for each of its codes and statuses. One without a status holds for
/// errors inside of a success too, which core's own rules leave alone unless the status is named.
fn each(profile: &Document, rule: &Rule) -> Vec<(AnswerRule, Means)> {
    let codes: Vec<Option<&String>> = match rule.codes() {
        [] => vec![None],
        named => named.iter().map(Some).collect(),
    };
    let statuses = statuses(profile, rule);
    let each = codes
        .iter()
        .flat_map(|code| statuses.iter().map(move |status| (*code, *status)));
    each.map(|(code, status)| {
        let made = AnswerRule {
            status,
            code: code.cloned().map(Cow::Owned),
            message: rule.message.clone().map(Cow::Owned),
            without_body: rule.without_body,
            means: match rule.means {
                // An unknown outcome is said by the adapter itself; this is never looked at.
                Means::Refused | Means::Unknown => Meaning::Refused,
                Means::NotProcessed => Meaning::NotProcessed,
                Means::Later => Meaning::Later,
                Means::Exists => Meaning::Exists,
            },
        };
        (made, rule.means)
    })
    .collect()
}

/// The statuses of a rule; any of 400 to 499 is `None`. A rule that settles has some: the check refuses
/// it otherwise.
fn statuses(profile: &Document, rule: &Rule) -> Vec<Option<u16>> {
    let named = rule.statuses();
    if !named.is_empty() {
        return named.iter().copied().map(Some).collect();
    }
    let listed = profile.refund.success.as_slice();
    let inside = match listed {
        _ if profile.errors.inside.is_none() => &[],
        [] => &[200, 201, 202][..],
        listed => listed,
    };
    let inside = inside.iter().copied().map(Some);
    [None].into_iter().chain(inside).collect()
}
