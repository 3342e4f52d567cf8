//! What an error answer says, and what the profile makes of it.

use std::borrow::Cow;

use refundkit_core::answer::Answer;
use refundkit_core::capabilities::AnswerRule;
use refundkit_http::Response;

use super::fields::{Around, Fields, Found};
use crate::language::{Document, Means, rules};

const CODE: usize = 0;
const MESSAGE: usize = 1;
const INSIDE: usize = 2;

/// What error answers look like, and mean.
#[derive(Clone, Debug)]
pub(super) struct ErrorReader {
    fields: Fields,
    /// The words that stand for an error inside of a success; empty: anything does.
    inside: Option<Vec<String>>,
    rules: Vec<(AnswerRule, Means)>,
}

type CodeAndMessage = (Option<String>, Option<String>);

impl ErrorReader {
    pub(super) fn new(profile: &Document) -> Self {
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
            rules: rules::of(profile),
        }
    }

    /// An error answer.
    pub(super) fn answer(
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
                false => (!means.is_conclusive() && could(rule)).then_some(Means::Unknown),
            }
        });
        match means {
            // A body says that nothing happened in the provider's own words only: a gateway's page may have
            // any status, and come after the effect. Whether one without a body does is core's to say.
            Some(means)
                if means.is_conclusive()
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
    pub(super) fn inside(&self, json: &str) -> Result<Option<CodeAndMessage>, String> {
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
    pub(super) fn code_and_message(&self, json: &str) -> CodeAndMessage {
        match self.fields.read(json, Around::default()) {
            Ok(found) => said(&found),
            Err(_) => (None, None),
        }
    }

    /// What an error answer says, for people.
    pub(super) fn words(&self, json: &str) -> Option<String> {
        let (code, message) = self.code_and_message(json);
        message.or(code)
    }
}

/// Whole: a secret that was cut can't be found any more. They are shortened where they are kept.
fn said(found: &Found<'_>) -> CodeAndMessage {
    let text = |field| found.text(field).map(Cow::into_owned);
    (text(CODE), text(MESSAGE))
}
