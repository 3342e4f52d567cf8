//! `refundkit sandbox` as a process of its own, and its admin port.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::Ran;
use super::day::Day;

/// A running `refundkit sandbox`, and a folder with a configuration for it. It ends with this.
pub(crate) struct SandboxProcess {
    child: Child,
    admin: String,
    folder: tempfile::TempDir,
    api_key: String,
    day: Day,
}

impl SandboxProcess {
    pub(crate) fn start(args: &[&str]) -> Self {
        let day = Day::noon();
        let mut command = Command::new(env!("CARGO_BIN_EXE_refundkit"));
        let mut child = day
            .hand(&mut command)
            .arg("sandbox")
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let at: Value = serde_json::from_str(&line).unwrap();
        let url = |name: &str| at[name].as_str().unwrap().to_owned();
        let folder = tempfile::tempdir().unwrap();
        let mut text = "namespace = \"storm\"\n".to_owned();
        for (name, adapter) in [
            ("dojo", "adapter = \"dojo\""),
            ("dodo", "adapter = \"dodo\""),
            ("primer", "adapter = \"generic\"\nprofile = \"primer\""),
        ] {
            let base = url(name);
            text += &format!(
                "[providers.{name}]\n{adapter}\napi_key = {{ env = \"SHOP_KEY\" }}\nbase_url = \"{base}\"\n"
            );
        }
        std::fs::write(folder.path().join("refundkit.toml"), text).unwrap();
        Self {
            child,
            admin: url("admin"),
            folder,
            api_key: url("api_key"),
            day,
        }
    }

    /// Runs the command for programs, in the folder.
    pub(crate) fn json(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_refundkit"));
        let output = self
            .day
            .hand(&mut command)
            .current_dir(self.folder.path())
            .env("SHOP_KEY", &self.api_key)
            .env_remove("REFUNDKIT_CONFIG")
            .args(["--output", "json"])
            .args(super::willing(args))
            .output()
            .unwrap();
        Ran::of(output)
    }

    /// What the admin port shows.
    pub(crate) fn admin(&self, path: &str) -> Vec<Value> {
        let mut response = ureq::get(format!("{}{path}", self.admin)).call().unwrap();
        let body = response.body_mut().with_config().limit(1 << 28);
        serde_json::from_str(&body.read_to_string().unwrap()).unwrap()
    }
}

impl Drop for SandboxProcess {
    fn drop(&mut self) {
        // It has ended already, or ends now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
