//! What is printed of profiles as they are: one in prose, the text of a built-in one, and the JSON
//! Schema of all.

use refundkit_generic::Profile;
use refundkit_workbench as workbench;

use crate::config::load_profile;
use crate::failure::{Failure, exit};
use crate::output::Printer;

/// Says in prose what a profile does.
pub(super) fn explain(wanted: &str, printer: Printer) -> Result<u8, Failure> {
    let profile = load_profile(wanted)?;
    let text = workbench::explain(&profile);
    if printer.is_json() {
        printer.json(&serde_json::json!({
            "profile": profile.name(),
            "title": profile.title(),
            "verified_against": profile.verified_against(),
            "unverified": profile.unverified(),
            "text": text,
        }))?;
    } else {
        printer.line(text.trim_end())?;
    }
    Ok(exit::DONE)
}

/// Writes the JSON Schema; on one line for programs.
pub(super) fn schema(printer: Printer) -> Result<u8, Failure> {
    let schema = workbench::schema();
    if printer.is_json() {
        printer.json(&schema)?;
    } else {
        let text = serde_json::to_string_pretty(&schema);
        let text = text.map_err(|error| Failure::io("the schema", &error.into()))?;
        printer.line(&text)?;
    }
    Ok(exit::DONE)
}

/// Writes the text of a built-in profile.
pub(super) fn text(name: &str, printer: Printer) -> Result<u8, Failure> {
    let Some(text) = Profile::builtin_text(name) else {
        let error = Profile::builtin(name).err();
        return Err(error.map_or_else(
            || Failure::usage("RK4006", "the profile has no text", "name another"),
            |error| Failure::input(&error),
        ));
    };
    if printer.is_json() {
        printer.json(&serde_json::json!({ "profile": name, "text": text }))?;
    } else {
        printer.line(text.trim_end())?;
    }
    Ok(exit::DONE)
}
