//! The bodies that a document shows.

use serde_json::Value;

use super::Spec;
use super::request::{essence, is_json};
use super::schema::Way;

/// A documented answer.
pub(crate) struct Example {
    /// The status it comes with: 400 for a document's `4XX`, and 0 for its `default`.
    pub(crate) status: u16,
    /// The document's name for it; `example` where it has none, `schema` for the example of a whole
    /// schema, and `properties` where it is put together from the examples of properties. Several of
    /// the last two are numbered.
    pub(crate) name: String,
    pub(crate) body: Value,
}

impl Spec {
    /// Every documented example of a JSON answer to an operation. `path` may be the document's own
    /// template, with its server's base path.
    pub(crate) fn answers(&self, method: &str, path: &str) -> Vec<Example> {
        let mut found = Vec::new();
        for (status, media) in self.media(method, path) {
            let mut here = self.shown(media);
            if let (true, Some(schema)) = (here.is_empty(), media.get("schema")) {
                // What a schema fixes tells one error from another. Of a success it tells nothing.
                let fixed = !(200..300).contains(&status);
                here = numbered("properties", self.composed(schema, fixed));
            }
            for (name, body) in here {
                found.push(Example { status, name, body });
            }
        }
        found
    }

    /// The documented examples of JSON bodies to send to an operation, with their names.
    pub(crate) fn requests(&self, method: &str, path: &str) -> Vec<(String, Value)> {
        let operation = self.operation(method, path).ok();
        let body =
            operation.and_then(|found| self.resolve(found.operation.get("requestBody")?).ok());
        let content = body.and_then(|body| body.get("content")?.as_object());
        let all = content.into_iter().flatten();
        let json = all.filter(|(kind, _)| is_json(&essence(kind)));
        json.flat_map(|(_, media)| self.shown(media)).collect()
    }

    /// What the document has against an answer. Properties that it doesn't know are no problem.
    pub(crate) fn answer(
        &self,
        method: &str,
        path: &str,
        status: u16,
        body: &Value,
    ) -> Vec<String> {
        let media = self.media(method, path);
        let Some((_, media)) = media.into_iter().find(|(known, _)| *known == status) else {
            return vec![format!("no JSON answer of status {status} is documented")];
        };
        let schema = media.get("schema").unwrap_or(&Value::Bool(true));
        self.judge("body", schema, Way::Answer, body)
    }

    /// The JSON media types of an operation's answers, by status.
    fn media(&self, method: &str, path: &str) -> Vec<(u16, &Value)> {
        let operation = self.operation(method, path).ok();
        let responses = operation.and_then(|found| found.operation.get("responses")?.as_object());
        let mut found = Vec::new();
        for (status, response) in responses.into_iter().flatten() {
            let status = match status.as_str() {
                "default" => Some(0),
                status => status.to_uppercase().replace('X', "0").parse().ok(),
            };
            let response = self.resolve(response).ok();
            let content = response.and_then(|response| response.get("content")?.as_object());
            for (kind, media) in content.into_iter().flatten() {
                if let (Some(status), true) = (status, is_json(&essence(kind))) {
                    found.push((status, media));
                }
            }
        }
        found
    }

    /// The examples that stand at a media type, or else at its schema.
    fn shown(&self, media: &Value) -> Vec<(String, Value)> {
        let mut found: Vec<(String, Value)> = Vec::new();
        if let Some(body) = media.get("example") {
            found.push(("example".to_owned(), body.clone()));
        }
        let named = media.get("examples").and_then(Value::as_object);
        for (name, example) in named.into_iter().flatten() {
            // An example may also stand behind a URL. That one isn't in the document.
            let example = self.resolve(example).ok();
            let body = example.and_then(|example| example.get("value"));
            found.extend(body.map(|body| (name.clone(), body.clone())));
        }
        match media.get("schema") {
            Some(schema) if found.is_empty() => numbered("schema", self.stated(schema)),
            _ => found,
        }
    }

    /// The examples that a schema states as a whole, beside its `$ref` and behind it, in the spelling
    /// of 3.0 and in that of 3.1.
    pub(super) fn stated(&self, schema: &Value) -> Vec<Value> {
        let mut found: Vec<Value> = Vec::new();
        for place in [schema, self.resolve(schema).unwrap_or(schema)] {
            let one = place.get("example");
            let several = place.get("examples").and_then(Value::as_array);
            for body in one.into_iter().chain(several.into_iter().flatten()) {
                if !found.contains(body) {
                    found.push(body.clone());
                }
            }
        }
        found
    }
}

/// The first has the name alone.
fn numbered(name: &str, bodies: Vec<Value>) -> Vec<(String, Value)> {
    let others = (2..).map(|number: u32| format!("{name} {number}"));
    let names = std::iter::once(name.to_owned()).chain(others);
    names.zip(bodies).collect()
}
