//! What a profile looks like, for editors.

use refundkit_generic::Profile;
use serde_json::Value;

/// The JSON Schema (2020-12) of a profile, for editors.
#[must_use]
pub fn schema() -> Value {
    serde_json::from_str(Profile::schema_text()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
