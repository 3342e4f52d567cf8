//! Judging what somebody answers in the provider's stead: a simulated provider.

use serde_json::{Map, Value};

use super::Spec;
use super::json;
use super::request::{essence, is_json};
use super::schema::Way;

/// An answer, and what it answers.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) method: String,
    /// The whole path as sent, without its query.
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// What a document says about an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was held against its schema. No problems: the provider could have written it.
    Judged(Vec<String>),
    /// The document lists the status, and no body for it.
    NoSchema,
    /// The document doesn't list the status.
    NoStatus,
    /// The document doesn't have the operation.
    NoOperation,
}

impl Spec {
    /// Holds an answer against the document as an official client does that validates: what is
    /// required is there, words are among those listed, formats are kept. And what isn't documented
    /// is no part of it, for a stand-in that invents a property teaches its users to rely on it.
    pub(crate) fn stand_in(&self, answered: &Answered) -> Verdict {
        let Ok(found) = self.operation(&answered.method, &answered.path) else {
            return Verdict::NoOperation;
        };
        let responses = found.operation.get("responses").and_then(Value::as_object);
        let response = responses.and_then(|all| listed(all, answered.status));
        let Some(response) = response.and_then(|response| self.resolve(response).ok()) else {
            return Verdict::NoStatus;
        };
        let Some(content) = response.get("content").and_then(Value::as_object) else {
            return Verdict::NoSchema;
        };
        let kind = essence(&answered.content_type);
        let Some((_, media)) = content.iter().find(|(name, _)| essence(name) == kind) else {
            return Verdict::Judged(vec![format!("the document lists no body of type {kind}")]);
        };
        Verdict::Judged(match (media.get("schema"), is_json(&kind)) {
            (Some(schema), true) => match json::parse(&answered.body) {
                Ok(body) => self.judge("body", schema, Way::StandIn, &body),
                Err(error) => vec![format!("the body is not JSON as it should be: {error}")],
            },
            (_, _) => return Verdict::NoSchema,
        })
    }
}

/// What the document lists for a status: by its number, its hundred (`4XX`), or by `default`, which
/// is what all errors are.
fn listed(responses: &Map<String, Value>, status: u16) -> Option<&Value> {
    let number = status.to_string();
    let hundred = [number.get(..1)?, "XX"].concat();
    let is_error = status >= 400;
    let named = |wanted: &str| {
        let mut all = responses.iter();
        all.find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, response)| response)
    };
    named(&number)
        .or_else(|| named(&hundred))
        .or_else(|| is_error.then(|| named("default"))?)
}
