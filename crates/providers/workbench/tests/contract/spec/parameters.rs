//! The parameters of an operation: in its path, query and headers.

use serde_json::Value;

use super::Spec;
use super::form::{self, Reader};
use super::route::Operation;
use super::schema::Way;

/// A parameter with its `$ref` followed.
struct Parameter<'a> {
    name: &'a str,
    place: &'a str,
    node: &'a Value,
}

/// Header parameters of these names say nothing, by OpenAPI's word.
const SAID_ELSEWHERE: &[&str] = &["accept", "authorization", "content-type"];

impl Spec {
    pub(super) fn judge_path(&self, operation: &Operation<'_>) -> Vec<String> {
        let mut problems = Vec::new();
        for (name, text) in &operation.arguments {
            for parameter in self.parameters(operation, "path") {
                if parameter.name == name {
                    problems.extend(self.judge_texts(&parameter, std::slice::from_ref(text)));
                }
            }
        }
        problems
    }

    pub(super) fn judge_query(
        &self,
        operation: &Operation<'_>,
        query: &[(String, String)],
    ) -> Vec<String> {
        let parameters = self.parameters(operation, "query");
        let owner = |name: &str| {
            let exact = parameters.iter().find(|parameter| parameter.name == name);
            exact.or_else(|| {
                let (outer, _) = name.split_once('[')?;
                parameters
                    .iter()
                    .find(|parameter| parameter.name == outer && parameter.has_brackets())
            })
        };
        let mut problems: Vec<String> = query
            .iter()
            .filter(|(name, _)| owner(name).is_none())
            .map(|(name, _)| format!("query parameter `{name}` is not documented"))
            .collect();
        for parameter in &parameters {
            let pairs: Vec<(String, String)> = query
                .iter()
                .filter(|(name, _)| owner(name).is_some_and(|owner| owner.name == parameter.name))
                .filter_map(|(name, text)| {
                    // The parameter's own name may have brackets: only those after it have a meaning.
                    let brackets = name.strip_prefix(parameter.name)?;
                    Some((format!("value{brackets}"), text.clone()))
                })
                .collect();
            problems.extend(self.judge_pairs(parameter, &pairs));
        }
        problems
    }

    pub(super) fn judge_headers(
        &self,
        operation: &Operation<'_>,
        headers: &[(String, String)],
    ) -> Vec<String> {
        let mut problems = Vec::new();
        for parameter in self.parameters(operation, "header") {
            if SAID_ELSEWHERE.contains(&parameter.name.to_lowercase().as_str()) {
                continue;
            }
            let texts: Vec<String> = headers
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(parameter.name))
                .map(|(_, text)| text.clone())
                .collect();
            problems.extend(self.judge_texts(&parameter, &texts));
        }
        problems
    }

    /// The parameters of one place. Those of the operation replace those of its path.
    fn parameters<'a>(&'a self, operation: &Operation<'a>, place: &str) -> Vec<Parameter<'a>> {
        let mut found: Vec<Parameter<'a>> = Vec::new();
        for owner in [operation.operation, operation.item] {
            let list = owner.get("parameters").and_then(Value::as_array);
            for node in list.into_iter().flatten() {
                let Some(parameter) = self.resolve(node).ok().and_then(Parameter::of) else {
                    continue;
                };
                let known = found.iter().any(|other| other.name == parameter.name);
                if parameter.place == place && !known {
                    found.push(parameter);
                }
            }
        }
        found
    }

    /// A parameter that is written without brackets.
    fn judge_texts(&self, parameter: &Parameter<'_>, texts: &[String]) -> Vec<String> {
        let pairs: Vec<(String, String)> = texts
            .iter()
            .map(|text| ("value".to_owned(), text.clone()))
            .collect();
        self.judge_pairs(parameter, &pairs)
    }

    fn judge_pairs(&self, parameter: &Parameter<'_>, pairs: &[(String, String)]) -> Vec<String> {
        let what = format!("{} parameter `{}`", parameter.place, parameter.name);
        if pairs.is_empty() {
            return match parameter.flag("required") {
                true => vec![format!("{what} is missing")],
                false => Vec::new(),
            };
        }
        let reader = Reader {
            spec: self,
            brackets: parameter.has_brackets(),
        };
        let split: Vec<(String, String)>;
        let pairs = match pairs {
            // `a,b` is a list where the document says so, and always in paths and headers.
            [(name, text)] if !parameter.has_brackets() && !parameter.explodes() => {
                let items = text.split(',').map(|item| (name.clone(), item.to_owned()));
                split = items.collect();
                if reader.items(parameter.schema()).is_some() {
                    &split
                } else {
                    pairs
                }
            }
            _ => pairs,
        };
        let (fields, mut problems) = form::tree(pairs);
        for field in fields.values() {
            match reader.read(field, parameter.schema()) {
                Ok(value) => {
                    problems.extend(self.judge(&what, parameter.schema(), Way::Request, &value));
                }
                Err(problem) => problems.push(format!("{what} is {problem}")),
            }
        }
        problems
    }
}

impl<'a> Parameter<'a> {
    fn of(node: &'a Value) -> Option<Self> {
        Some(Self {
            name: node.get("name")?.as_str()?,
            place: node.get("in")?.as_str()?,
            node,
        })
    }

    fn schema(&self) -> &'a Value {
        self.node.get("schema").unwrap_or(&Value::Bool(true))
    }

    fn flag(&self, name: &str) -> bool {
        self.node.get(name).and_then(Value::as_bool) == Some(true)
    }

    fn style(&self) -> Option<&'a str> {
        self.node.get("style").and_then(Value::as_str)
    }

    fn has_brackets(&self) -> bool {
        self.style() == Some("deepObject")
    }

    /// Whether a list is written by repeating the name, which only a query does.
    fn explodes(&self) -> bool {
        let said = self.node.get("explode").and_then(Value::as_bool);
        self.place == "query" && said.unwrap_or(matches!(self.style(), None | Some("form")))
    }
}
