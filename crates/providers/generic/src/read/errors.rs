use std::borrow::Cow;

use refundkit_core::answer::Answer;
use refundkit_core::capabilities::{AnswerRule, Meaning};
use refundkit_http::Response;

use super::fields::{Around, Fields, Found};
use crate::profile::{Document, Means, Rule};

const CODE: usize = 0;
const MESSAGE: usize = 1;
const INSIDE: usize = 2;

/// What error answers look like, and mean.
#[derive(Clone, Debug)]
pub(crate) struct ErrorReader {
    fields: Fields,
    /// The words that stand for an error inside of a success; empty: anything does.
    inside: Option<Vec<String>>,
    rules: Vec<(AnswerRule, Means)>,
}

type CodeAndMessage = (Option<String>, Option<String>);

impl ErrorReader {
    pub(crate) fn new(profile: &Document) -> Self {
        let errors = &profile.errors;
        let inside = errors.inside.as_ref();
        Self {
            fields: Fields::new([
                errors.code.as_ref(),
                errors.message.as_ref(),
                inside.map(|inside| &inside.field),
            ]),
            inside: inside.map(|inside| {
                let words = inside.is.as_ref().map(|is| is.texts().to_vec());
                words.unwrap_or_default()
            }),
            rules: errors
                .answers
                .iter()
                .flat_map(|rule| rules(profile, rule))
                .collect(),
        }
    }

    /// What core judges error answers by. An error whose outcome is unknown by the profile's own
    /// word never gets there.
    pub(crate) fn for_core(&self) -> Vec<AnswerRule> {
        let known = self
            .rules
            .iter()
            .filter(|(_, means)| *means != Means::Unknown);
        known.map(|(rule, _)| rule.clone()).collect()
    }

    /// An error answer.
    pub(crate) fn answer(
        &self,
        response: &Response,
        code: Option<String>,
        message: Option<String>,
    ) -> Answer {
        let status = response.status();
        let (said_code, said_message) = (code.as_deref(), message.as_deref());
        // What isn't there could have been anything that comes with this status.
        let could = |rule: &AnswerRule| {
            let code = said_code.or(rule.code.as_deref());
            let message = said_message.or(rule.message.as_deref());
            rule.status.is_some() && rule.matches(status, code, message)
        };
        let means = self.rules.iter().find_map(|(rule, means)| {
            match rule.matches(status, said_code, said_message) {
                true => Some(*means),
                false => (!means.settles() && could(rule)).then_some(Means::Unknown),
            }
        });
        match means {
            // A body says that nothing happened in the provider's own words only: a gateway's page may have
            // any status, and come after the effect. Whether one without a body does is core's to say.
            Some(means)
                if means.settles()
                    && !response.json_bytes().is_empty()
                    && said_code.is_none()
                    && said_message.is_none() =>
            {
                response.unreadable("it is an error, and none of the provider's")
            }
            Some(Means::Unknown) => {
                let said = code.or(message).unwrap_or_default();
                response.unreadable(["it doesn't tell the outcome: ", &said].concat())
            }
            _ => response.problem(code, message),
        }
    }

    /// The code and message of an error that comes with a success.
    ///
    /// # Errors
    /// Where it can't be told whether there is one: a field twice, or no JSON.
    pub(crate) fn inside(&self, json: &str) -> Result<Option<CodeAndMessage>, String> {
        let Some(words) = self.inside.as_ref() else {
            return Ok(None);
        };
        let found = self.fields.read(json, Around::default())?;
        let is_error = match words.as_slice() {
            [] => found
                .raw(INSIDE)
                .is_some_and(|raw| !matches!(raw, "[]" | "{}" | "false" | "\"\"")),
            words => {
                let word = found.text(INSIDE);
                word.is_some_and(|word| words.iter().any(|known| *known == word))
            }
        };
        Ok(is_error.then(|| said(&found)))
    }

    /// The code and message of an error answer; none of what isn't JSON.
    pub(crate) fn code_and_message(&self, json: &str) -> CodeAndMessage {
        match self.fields.read(json, Around::default()) {
            Ok(found) => said(&found),
            Err(_) => (None, None),
        }
    }

    /// What an error answer says, for people.
    pub(crate) fn words(&self, json: &str) -> Option<String> {
        let (code, message) = self.code_and_message(json);
        message.or(code)
    }
}

/// Whole: a secret that was cut can't be found any more. They are shortened where they are kept.
fn said(found: &Found<'_>) -> CodeAndMessage {
    let text = |field| found.text(field).map(Cow::into_owned);
    (text(CODE), text(MESSAGE))
}

/// A rule as core knows it, once for each of its codes and statuses. One without a status holds for
/// errors inside of a success too, which core's own rules leave alone unless the status is named.
fn rules(profile: &Document, rule: &Rule) -> Vec<(AnswerRule, Means)> {
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
