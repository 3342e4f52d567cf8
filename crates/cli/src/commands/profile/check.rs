//! The mistakes and doubts of a profile's file, shown at their places, and its vectors tried. They are
//! found by `refundkit-workbench`.

use std::path::{Path, PathBuf};

use refundkit_generic::{Mistake, Profile};
use refundkit_workbench::vectors::Vectors;
use refundkit_workbench::{check, warnings};
use serde::Serialize;

use crate::config::read_profile;
use crate::failure::{Failure, exit};
use crate::output::Printer;

#[derive(Serialize)]
struct MistakeJson<'a> {
    /// `error`, or `warning` for what isn't wrong and should be known.
    level: &'a str,
    file: &'a Path,
    line: Option<usize>,
    column: Option<usize>,
    key: &'a str,
    problem: &'a str,
    hint: Option<&'a str>,
}

/// Shows all that is wrong with a profile and its vectors.
pub(super) fn run(file: &Path, vectors: Option<&Path>, printer: Printer) -> Result<u8, Failure> {
    let is_name = file
        .to_str()
        .is_some_and(|name| Profile::builtin(name).is_ok());
    if is_name && !file.exists() {
        let name = file.display();
        let message = format!("{name} is a built-in profile, and no file");
        let help = format!("`refundkit profile show {name} > mine.toml` writes one to begin with");
        return Err(Failure::usage("RK4006", message, help));
    }
    let text = read_profile(file)?;
    let mistakes = check(&text);
    for mistake in &mistakes {
        show(file, ERROR, mistake, printer)?;
    }
    if !mistakes.is_empty() {
        return Ok(exit::USAGE);
    }
    for warning in &warnings(&text) {
        show(file, "warning", warning, printer)?;
    }
    let profile = Profile::parse(&text).map_err(|error| Failure::input(&error))?;
    let tried = match vectors.map(Path::to_owned).or_else(|| beside(file)) {
        Some(vectors) => try_all(&vectors, &profile, printer)?,
        None => Some(0),
    };
    let Some(tried) = tried else {
        return Ok(exit::USAGE);
    };
    right(file, &profile, tried, printer)?;
    Ok(exit::DONE)
}

fn right(file: &Path, profile: &Profile, tried: usize, printer: Printer) -> Result<(), Failure> {
    let unverified = profile.unverified();
    if printer.is_json() {
        return printer.json(&serde_json::json!({
            "file": file, "ok": true, "vectors": tried, "unverified": unverified,
        }));
    }
    let vectors = match tried {
        0 => "it has no vectors".to_owned(),
        1 => "its vector agrees".to_owned(),
        _ => format!("its {tried} vectors agree"),
    };
    let doubts = if unverified.is_empty() {
        "all of it is confirmed".to_owned()
    } else {
        format!("not confirmed: {}", unverified.join("; "))
    };
    printer.line(&format!("{}: right; {vectors}; {doubts}", file.display()))
}

/// `own.vectors.toml` beside `own.toml`, where it is there.
fn beside(file: &Path) -> Option<PathBuf> {
    Some(file.with_extension("vectors.toml")).filter(|path| path.exists())
}

/// How many vectors agree; nothing where one doesn't, or where they can't be read.
fn try_all(path: &Path, profile: &Profile, printer: Printer) -> Result<Option<usize>, Failure> {
    let vectors = match Vectors::parse(&read_profile(path)?) {
        Ok(vectors) => vectors,
        Err(mistake) => {
            show(path, ERROR, &mistake, printer)?;
            return Ok(None);
        }
    };
    let differences = vectors.run(profile);
    for difference in &differences {
        if printer.is_json() {
            printer.json(&MistakeJson {
                level: ERROR,
                file: path,
                line: None,
                column: None,
                key: "",
                problem: difference,
                hint: None,
            })?;
        } else {
            printer.mistake(&format!("{}: error: {difference}", path.display()), None);
        }
    }
    Ok(differences.is_empty().then(|| vectors.len()))
}

const ERROR: &str = "error";

fn show(file: &Path, level: &str, mistake: &Mistake, printer: Printer) -> Result<(), Failure> {
    if printer.is_json() {
        return printer.json(&MistakeJson {
            level,
            file,
            line: mistake.line,
            column: mistake.column,
            key: &mistake.key,
            problem: &mistake.problem,
            hint: mistake.hint.as_deref(),
        });
    }
    let place = match (mistake.line, mistake.column) {
        (Some(line), Some(column)) => format!("{}:{line}:{column}", file.display()),
        (Some(line), None) => format!("{}:{line}", file.display()),
        (None, _) => file.display().to_string(),
    };
    let key = match mistake.key.as_str() {
        "" => String::new(),
        key => format!("{key}: "),
    };
    let line = format!("{place}: {level}: {key}{}", mistake.problem);
    printer.mistake(&line, mistake.hint.as_deref());
    Ok(())
}
