//! The configuration that somebody new begins with, as a text with remarks. A file that is there is
//! never written over.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::args::{Cli, InitArgs};
use crate::config::DEFAULT_FILE;
use crate::failure::{Failure, exit};
use crate::output::Printer;

/// What `refundkit init` writes.
pub const FILE: &str = r#"# refundkit's configuration. Keys never stand in this file: name where they are found,
# with { env = "NAME" }, { file = "PATH" } or { command = ["PROGRAM", "ARGUMENT"] }. Relative paths start where this file is.

# Where operations are written down before anything is sent. Keep it on a local disk, and back it up.
journal = "sqlite:refundkit.db"

# Part of every key sent to a provider. Choose it once: a request key means the same refund only within it.
namespace = "my-shop"

[providers.dojo]
adapter = "dojo"
api_key = { env = "DOJO_API_KEY" }
# version = "2024-02-05"               # any published one; without it, the newest that refundkit knows
# mode = "live"                        # test is the default; real money has to be written out
# rate = "10/s"                        # at most so many requests; "240/min" is known too
# base_url = "http://127.0.0.1:4010"   # for a sandbox on this machine
# webhook_secrets = [{ env = "DOJO_WEBHOOK_SECRET" }]         # for `refundkit serve`, at /webhooks/dojo

[providers.dodo]
adapter = "dodo"
mode = "test"
api_key = { env = "DODO_PAYMENTS_API_KEY" }
# webhook_secrets = [{ env = "DODO_PAYMENTS_WEBHOOK_KEY" }]   # several are valid at once, while one is replaced

[providers.primer]
adapter = "generic"
profile = "primer"                     # `refundkit profile list` names them; or the path of a .toml file
api_key = { env = "PRIMER_API_KEY" }

# An account with several secrets, or with settings of its own: `refundkit profile explain paypal` names them.
# [providers.paypal]
# adapter = "generic"
# profile = "paypal"
# secrets = { client_id = { env = "PAYPAL_CLIENT_ID" }, client_secret = { file = "paypal.secret" } }
"#;

/// What has to stand in a sandbox's first line. More may.
#[derive(Deserialize)]
struct Addresses {
    dojo: String,
    dodo: String,
    primer: String,
    api_key: String,
}

/// Writes the file, unless there is one.
pub(super) fn run(cli: &Cli, args: &InitArgs, printer: Printer) -> Result<u8, Failure> {
    let default = || PathBuf::from(DEFAULT_FILE);
    let path = args.file.clone().or_else(|| cli.config.clone());
    let path = path.unwrap_or_else(default);
    let next = match &args.sandbox {
        None => {
            super::create(&path, FILE)?;
            "set the environment variables that it names"
        }
        Some(line) => {
            let at = addresses(line)?;
            if path.exists() {
                return Err(super::is_there(&path));
            }
            let key = path.with_extension("key");
            super::create(&key, &at.api_key)?;
            super::create(&path, &for_sandbox(&at, &key))?;
            "its providers are the sandbox's; `refundkit providers` shows them"
        }
    };
    if printer.is_json() {
        printer.json(&serde_json::json!({ "file": path }))?;
    } else {
        printer.line(&format!("wrote {}; {next}", path.display()))?;
    }
    Ok(exit::DONE)
}

/// The first line of a running sandbox, from a file or from standard input.
fn addresses(from: &Path) -> Result<Addresses, Failure> {
    let mut line = String::new();
    let read = if from == Path::new("-") {
        std::io::stdin().lock().read_line(&mut line)
    } else {
        File::open(from).and_then(|file| BufReader::new(file).read_line(&mut line))
    };
    let name = from.display();
    read.map_err(|error| Failure::io(&format!("{name} can't be read"), &error))?;
    serde_json::from_str(&line).map_err(|_| {
        let message = "--sandbox: what was given doesn't begin with a sandbox's first line";
        let help = "save the first line of `refundkit sandbox` in a file, and name it";
        Failure::usage("RK4006", message, help)
    })
}

/// A configuration in which nothing is left to fill in.
fn for_sandbox(at: &Addresses, key: &Path) -> String {
    let key = key.file_name().unwrap_or_default().to_string_lossy();
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let mut text =
        "# refundkit's configuration for a sandbox on this machine. No money moves there.\n\n\
        journal = \"sqlite:refundkit.db\"\nnamespace = \"sandbox\"\n"
            .to_owned();
    for (name, adapter, url) in [
        ("dojo", "adapter = \"dojo\"", &at.dojo),
        ("dodo", "adapter = \"dodo\"", &at.dodo),
        (
            "primer",
            "adapter = \"generic\"\nprofile = \"primer\"",
            &at.primer,
        ),
    ] {
        let (key, url) = (quoted(&key), quoted(url));
        text.push_str(&format!(
            "\n[providers.{name}]\n{adapter}\napi_key = {{ file = {key} }}\nbase_url = {url}\n"
        ));
    }
    text
}
