//! Judging a whole request.

use serde_json::{Map, Value};

use super::Spec;
use super::form::{self, Reader};
use super::json;
use super::schema::Way;

impl Spec {
    /// Everything that the document has against a request; nothing where it is as documented.
    ///
    /// `path` is the whole path as sent, with the base path of the document's servers. Query and
    /// headers are decoded pairs; headers that the document doesn't name are nobody's business.
    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        query: &[(String, String)],
        headers: &[(String, String)],
        content_type: Option<&str>,
        body: Option<&[u8]>,
    ) -> Vec<String> {
        let operation = match self.operation(method, path) {
            Ok(operation) => operation,
            Err(problem) => return vec![problem],
        };
        let mut problems = self.judge_path(&operation);
        problems.extend(self.judge_query(&operation, query));
        problems.extend(self.judge_headers(&operation, headers));
        let documented = operation.operation.get("requestBody");
        problems.extend(match (documented, body) {
            (None, None | Some([])) => Vec::new(),
            (None, Some(_)) => vec!["a body is sent, none is documented".to_owned()],
            (Some(documented), body) => match self.resolve(documented) {
                Ok(documented) => self.judge_body(documented, content_type, body),
                Err(problem) => vec![problem],
            },
        });
        problems
    }

    fn judge_body(
        &self,
        documented: &Value,
        content_type: Option<&str>,
        body: Option<&[u8]>,
    ) -> Vec<String> {
        let required = documented.get("required") == Some(&Value::Bool(true));
        let body = match body {
            Some(body) => body,
            None if required => return vec!["the body is missing".to_owned()],
            None => return Vec::new(),
        };
        let Some(essence) = content_type.map(essence) else {
            return vec!["a body is sent without a content type".to_owned()];
        };
        let content = documented.get("content").and_then(Value::as_object);
        let Some(media) = content.and_then(|content| media(content, &essence)) else {
            return vec![format!("the document lists no body of type {essence}")];
        };
        let schema = media.get("schema").unwrap_or(&Value::Bool(true));
        if is_json(&essence) {
            match json::parse(body) {
                Ok(value) => self.judge("body", schema, Way::Request, &value),
                Err(error) => vec![format!("the body is not JSON as it should be: {error}")],
            }
        } else if essence == "application/x-www-form-urlencoded" {
            self.judge_form(media, schema, body)
        } else {
            vec![format!("a body of type {essence} can't be judged")]
        }
    }

    fn judge_form(&self, media: &Value, schema: &Value, body: &[u8]) -> Vec<String> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
        let (fields, mut problems) = form::tree(&pairs);
        let mut values = Map::new();
        for (name, field) in &fields {
            let style = media
                .get("encoding")
                .and_then(|all| all.get(name)?.get("style"));
            let reader = Reader {
                spec: self,
                brackets: style.and_then(Value::as_str) == Some("deepObject"),
            };
            match reader.read(field, &reader.property(schema, name)) {
                Ok(value) => {
                    values.insert(name.clone(), value);
                }
                Err(problem) => {
                    problems.push(format!("body/{name}: {problem}"));
                }
            }
        }
        // What could not be read would be missed a second time.
        if problems.is_empty() {
            problems.extend(self.judge("body", schema, Way::Request, &Value::Object(values)));
        }
        problems
    }
}

/// A content type without its parameters.
pub(super) fn essence(content_type: &str) -> String {
    let essence = content_type.split(';').next().unwrap_or(content_type);
    essence.trim().to_lowercase()
}

pub(super) fn is_json(essence: &str) -> bool {
    essence == "application/json" || essence.ends_with("+json")
}

/// What the document says about a content type; its own name goes before ranges.
fn media<'a>(content: &'a Map<String, Value>, wanted: &str) -> Option<&'a Value> {
    let range = wanted
        .split_once('/')
        .map(|(kind, _)| format!("{kind}/*"))?;
    [wanted, range.as_str(), "*/*"]
        .into_iter()
        .find_map(|name| {
            let mut listed = content.iter();
            listed
                .find(|(key, _)| essence(key) == name)
                .map(|(_, media)| media)
        })
}
