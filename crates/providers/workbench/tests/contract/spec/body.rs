//! Judging values by the document's schemas.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError};
use serde_json::Value;

use super::Spec;
use super::schema::{self, Way};

impl Spec {
    /// What is wrong with a value, each problem with its place in it. `what` names the value.
    pub(super) fn judge(&self, what: &str, schema: &Value, way: Way, value: &Value) -> Vec<String> {
        let validator = schema::translate(self, schema, way).and_then(|schema| {
            jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(way == Way::StandIn)
                .build(&schema)
                .map_err(|error| format!("the document's schema is wrong: {error}"))
        });
        let validator = match validator {
            Ok(validator) => validator,
            Err(problem) => return vec![format!("{what}: {problem}")],
        };
        let errors: Vec<ValidationError<'_>> = validator.iter_errors(value).collect();
        errors
            .iter()
            .filter(|error| !follows(error, &errors))
            .map(|error| format!("{what}{}: {error}", error.instance_path()))
            .collect()
    }
}

/// Where no choice fits, nobody knows the properties of any: that they are unknown is no news.
fn follows(error: &ValidationError<'_>, all: &[ValidationError<'_>]) -> bool {
    let is_unknown = matches!(
        error.kind(),
        ValidationErrorKind::UnevaluatedProperties { .. }
    );
    let no_choice = |other: &ValidationError<'_>| {
        let kind = other.kind();
        matches!(
            kind,
            ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::OneOfNotValid { .. }
        ) && other.instance_path() == error.instance_path()
    };
    is_unknown && all.iter().any(no_choice)
}
