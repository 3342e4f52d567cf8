//! `refundkit serve` as a process of its own, over a journal with refunds that Dodo has taken on.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;

use refundkit_sqlite::SqliteStore;
use serde_json::Value;

use super::Ran;
use super::signed::{self, SECRET};
use super::wire::{Answer, Connection, get};

/// A folder with a journal and a configuration. Nobody answers at the provider's address, so that
/// messages alone say how it went.
pub(crate) struct Desk(tempfile::TempDir);

impl Desk {
    pub(crate) fn with(operations: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"
            namespace = "test-shop"
            [providers.dodo]
            adapter = "dodo"
            api_key = { env = "SHOP_KEY" }
            base_url = "http://127.0.0.1:9"
            webhook_secrets = [{ env = "FORMER_SECRET" }, { env = "SHOP_SECRET" }]
            [providers.quiet]
            adapter = "dodo"
            api_key = { env = "SHOP_KEY" }
            base_url = "http://127.0.0.1:9"
        "#;
        std::fs::write(folder.path().join("refundkit.toml"), text).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let path = folder.path().join("refundkit.db");
            let journal = SqliteStore::open(path).await.unwrap();
            signed::fill(Arc::new(journal), operations).await;
        });
        Self(folder)
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.0.path().join("refundkit.toml")
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_refundkit"));
        command
            .current_dir(self.0.path())
            .env("SHOP_KEY", super::KEY)
            .env("SHOP_SECRET", SECRET)
            .env("FORMER_SECRET", "whsec_dGhlIGZvcm1lciBvbmU=")
            .env_remove("REFUNDKIT_CONFIG");
        command
    }

    pub(crate) fn json(&self, args: &[&str]) -> Ran {
        let mut command = self.command();
        Ran::of(
            command
                .args(["--output", "json"])
                .args(args)
                .output()
                .unwrap(),
        )
    }

    /// How far an operation has come, by the journal.
    pub(crate) fn state(&self, number: u32) -> String {
        let ran = self.json(&["status", &format!("op_{number}")]);
        ran.json()["state"].as_str().unwrap().to_owned()
    }

    pub(crate) fn serve(&self) -> Serving {
        let mut child = self
            .command()
            .args(["--output", "json", "serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let first: Value = serde_json::from_str(&line).unwrap();
        let address = first["address"].as_str().unwrap().to_owned();
        Serving {
            child,
            address,
            first,
            _out: out,
        }
    }
}

pub(crate) struct Serving {
    child: Child,
    pub(crate) address: String,
    pub(crate) first: Value,
    /// Open, so that it can go on writing.
    _out: BufReader<std::process::ChildStdout>,
}

impl Serving {
    pub(crate) fn connect(&self) -> Connection {
        Connection::open(&self.address).unwrap()
    }

    pub(crate) fn send(&self, request: &[u8]) -> Answer {
        self.connect().send(request).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(&get(path))
    }

    /// What a metric stands at; the labels in the order of the text.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").body;
        let mut values = text
            .lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let value = values.next().unwrap_or_else(|| panic!("no {name}: {text}"));
        value.parse().unwrap()
    }

    /// Asks the process to end.
    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.unwrap().success());
    }

    pub(crate) fn ended(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Kills the process, as a failing machine would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It has ended already, or ends now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
