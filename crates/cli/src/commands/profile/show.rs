use refundkit_generic::Profile;

use crate::failure::{Failure, exit};
use crate::output::Printer;

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
