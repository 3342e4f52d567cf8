//! The configuration that somebody new begins with, as a text with remarks. A file that is there is
//! never written over.

use std::path::Path;

use crate::failure::{Failure, exit};
use crate::output::Printer;

/// What `refundkit init` writes.
pub const FILE: &str = r#"# refundkit's configuration. Keys never stand in this file: name where they are found,
# with { env = "NAME" }, { file = "PATH" } or { command = ["PROGRAM", "ARGUMENT"] }.

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

/// Writes the file, unless there is one.
pub(super) fn run(path: &Path, printer: Printer) -> Result<u8, Failure> {
    super::create(path, FILE)?;
    if printer.is_json() {
        printer.json(&serde_json::json!({ "file": path }))?;
    } else {
        printer.line(&format!(
            "wrote {}; set the environment variables that it names",
            path.display()
        ))?;
    }
    Ok(exit::DONE)
}
