//! Which operation a request goes to.

use serde_json::{Map, Value};

use super::Spec;

/// An operation, and what the path says for its parameters.
pub(super) struct Operation<'a> {
    /// The path item, whose parameters hold for all of its operations.
    pub(super) item: &'a Value,
    pub(super) operation: &'a Value,
    /// The path's parameters by name, decoded.
    pub(super) arguments: Vec<(String, String)>,
}

const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

impl Spec {
    /// Every operation as (method, path with the base path of the first server), in the document's
    /// spelling of paths.
    pub(crate) fn operations(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (template, item) in self.paths().into_iter().flatten() {
            let Ok(item) = self.resolve(item) else {
                continue;
            };
            for method in METHODS {
                if let Some(operation) = item.get(*method) {
                    let bases = self.bases(item, operation);
                    let base = bases.first().map_or("", String::as_str);
                    found.push((method.to_uppercase(), format!("{base}{template}")));
                }
            }
        }
        found
    }

    /// The operation of a method and a whole path. Where several templates fit, the one with a
    /// constant where the others have a parameter is meant.
    pub(super) fn operation(&self, method: &str, path: &str) -> Result<Operation<'_>, String> {
        let method_in_document = method.to_lowercase();
        let mut best: Option<(Vec<bool>, Operation<'_>)> = None;
        let mut other_methods = false;
        for (template, item) in self.paths().into_iter().flatten() {
            let item = self.resolve(item)?;
            let Some(operation) = item.get(&method_in_document) else {
                let bases = self.bases(item, item);
                other_methods |= bases.iter().any(|base| fit(base, template, path).is_some());
                continue;
            };
            for base in self.bases(item, operation) {
                let Some((constants, arguments)) = fit(&base, template, path) else {
                    continue;
                };
                if best.as_ref().is_none_or(|(known, _)| constants > *known) {
                    let found = Operation {
                        item,
                        operation,
                        arguments,
                    };
                    best = Some((constants, found));
                }
            }
        }
        best.map(|(_, operation)| operation).ok_or_else(|| {
            if other_methods {
                format!("{path} is documented, {method} is not among its methods")
            } else {
                format!("no documented path fits {path}")
            }
        })
    }

    fn paths(&self) -> Option<&Map<String, Value>> {
        self.root.get("paths").and_then(Value::as_object)
    }

    /// The paths of the servers, without the slash at their end. The nearest `servers` holds.
    fn bases(&self, item: &Value, operation: &Value) -> Vec<String> {
        let servers = [operation, item, &self.root]
            .into_iter()
            .find_map(|node| node.get("servers").and_then(Value::as_array));
        let mut bases: Vec<String> = servers.into_iter().flatten().map(base).collect();
        if bases.is_empty() {
            bases.push(String::new());
        }
        bases
    }
}

/// A server's path: its URL without scheme and host, variables replaced by their defaults.
fn base(server: &Value) -> String {
    let url = server.get("url").and_then(Value::as_str).unwrap_or("/");
    let mut url = url.to_owned();
    let variables = server.get("variables").and_then(Value::as_object);
    for (name, variable) in variables.into_iter().flatten() {
        if let Some(default) = variable.get("default").and_then(Value::as_str) {
            url = url.replace(&format!("{{{name}}}"), default);
        }
    }
    let after_host = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or(""),
        None => url.as_str(),
    };
    after_host.trim_end_matches('/').to_owned()
}

/// Which segments are constants, from the left, and the arguments of the others.
type Fit = (Vec<bool>, Vec<(String, String)>);

fn fit(base: &str, template: &str, path: &str) -> Option<Fit> {
    let path = path.strip_prefix(base)?;
    if path.split('/').count() != template.split('/').count() {
        return None;
    }
    let mut constants = Vec::new();
    let mut arguments = Vec::new();
    for (pattern, segment) in template.split('/').zip(path.split('/')) {
        match parameter(pattern) {
            None if pattern == segment => constants.push(true),
            None => return None,
            Some((before, name, after)) => {
                let value = segment.strip_prefix(before)?.strip_suffix(after)?;
                if value.is_empty() {
                    return None;
                }
                let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
                arguments.push((name.to_owned(), value.into_owned()));
                constants.push(false);
            }
        }
    }
    Some((constants, arguments))
}

/// `before{name}after`
fn parameter(pattern: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = pattern.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}
