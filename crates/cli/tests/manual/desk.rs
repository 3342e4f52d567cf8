//! Somebody with a sandbox, a folder, and the configuration that the manual gives them, who types what a
//! page says.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use refundkit_sandbox::{Fault, Sandbox, SandboxConfig};
use serde_json::Value;

use super::pages::{self, Page};

/// Where the manual says that the sandbox listens.
const PORTS: [&str; 7] = [
    "http://127.0.0.1:4010",
    "http://127.0.0.1:4011",
    "http://127.0.0.1:4012",
    "http://127.0.0.1:4013",
    "http://127.0.0.1:4014",
    "http://127.0.0.1:4015",
    "http://127.0.0.1:4016",
];

pub(crate) struct Desk {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
    /// Servers and workers, until the page is over.
    running: Vec<Child>,
    /// Where the server listens, once there is one.
    server: Option<String>,
    _runtime: tokio::runtime::Runtime,
}

impl Desk {
    pub(crate) fn open() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut config = SandboxConfig::default();
        config.more_providers = true;
        let sandbox = runtime.block_on(Sandbox::start(config)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let desk = Self {
            sandbox,
            folder,
            running: Vec::new(),
            server: None,
            _runtime: runtime,
        };
        desk.write("refundkit.toml", &desk.configuration());
        // A journal is made by the first refund; pages about what is there already have one.
        for (provider, payment) in [("dojo", "pi_more_1"), ("dodo", "pay_more_1")] {
            let mut command = desk.command();
            command.args(["refund", "--provider", provider, "--payment", payment]);
            let made = command.args(["--key", payment]).output().unwrap();
            assert_eq!(made.status.code(), Some(0), "{made:?}");
        }
        desk
    }

    /// The manual's own, with secrets for messages and the other simulated providers.
    fn configuration(&self) -> String {
        let text = Page::named("first-refund.md").marked("sandbox configuration");
        let more = ["stripe", "mollie", "polar"].iter().zip(&PORTS[4..]);
        let more: String = more
            .map(|(name, at)| {
                format!(
                    "[providers.{name}]\nadapter = \"generic\"\nprofile = \"{name}\"\napi_key = {{ env = \"SANDBOX_KEY\" }}\nbase_url = \"{at}\"\n"
                )
            })
            .collect();
        let with_secrets = ["dojo", "dodo"].iter().fold(text, |text, name| {
            let secret = format!(
                "webhook_secrets = [{{ env = \"{}_WEBHOOK_SECRET\" }}]",
                name.to_uppercase()
            );
            let head = format!("[providers.{name}]\n");
            text.replace(&head, &format!("{head}{secret}\n"))
        });
        self.at_its_ports(&format!("{with_secrets}\n{more}"))
    }

    fn at_its_ports(&self, text: &str) -> String {
        let at = self.sandbox.addresses();
        let more = [&at.stripe, &at.mollie, &at.polar].map(|at| at.clone().unwrap());
        let [stripe, mollie, polar] = more;
        let real = [
            &at.dojo, &at.dodo, &at.primer, &at.admin, &stripe, &mollie, &polar,
        ];
        // In two steps: a real port may begin like one of the manual's.
        let marks = ["<0>", "<1>", "<2>", "<3>", "<4>", "<5>", "<6>"];
        let mut text = text.to_owned();
        for (port, mark) in PORTS.iter().zip(marks) {
            text = text.replace(port, mark);
        }
        for (mark, real) in marks.iter().zip(real) {
            text = text.replace(mark, real);
        }
        match &self.server {
            Some(server) => text.replace("http://127.0.0.1:8080", server),
            None => text,
        }
    }

    fn command(&self) -> Command {
        self.in_place(env!("CARGO_BIN_EXE_refundkit"))
    }

    fn in_place(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env("SANDBOX_KEY", "sk_sandbox_refundkit")
            .env(
                "DODO_WEBHOOK_SECRET",
                "whsec_cGxhbnRlZCBzZWNyZXQgb2YgdGhpcyB0ZXN0",
            )
            .env("DOJO_WEBHOOK_SECRET", "a-secret-of-a-test")
            .env_remove("REFUNDKIT_CONFIG")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// How often money of a payment has moved.
    pub(crate) fn effects(&self, payment: &str) -> usize {
        let effects = self.sandbox.effects();
        effects
            .iter()
            .filter(|effect| effect.payment == payment)
            .count()
    }

    /// Types a line, and says what is wrong with how it ended.
    pub(crate) fn run(&mut self, line: &str) -> Option<String> {
        if line.starts_with("sqlite3 ") {
            self.sql(line);
            return None;
        }
        if ["mv ", "rm ", "cp "]
            .iter()
            .any(|start| line.starts_with(start))
        {
            self.shell(line);
            return None;
        }
        if !line.starts_with("refundkit ") {
            return None;
        }
        let line = self.filled_in(&self.at_its_ports(line));
        let words = pages::words(&line);
        let args: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        match args.as_slice() {
            ["sandbox", options @ ..] => {
                self.weather(options);
                None
            }
            ["serve", ..] => self.serve(),
            ["work"] => self.work(),
            ["init", rest @ ..] => {
                let elsewhere = tempfile::tempdir().unwrap();
                let mut command = self.command();
                command.current_dir(elsewhere.path()).arg("init").args(rest);
                ended(command, &line)
            }
            args => {
                let mut command = self.command();
                command.args(args);
                if let Some(file) = pages::output(&line) {
                    let made = command.output().unwrap();
                    self.write(&file, &String::from_utf8(made.stdout).unwrap());
                }
                ended(command, &line)
            }
        }
    }

    /// The newest operation, and what is seen of it now.
    fn filled_in(&self, line: &str) -> String {
        if !line.contains("OP_ID") {
            return line.to_owned();
        }
        let asked = |args: &[&str]| {
            let mut command = self.command();
            let told = command
                .args(["--output", "json"])
                .args(args)
                .output()
                .unwrap();
            let text = String::from_utf8(told.stdout).unwrap();
            let last = text.lines().last().map(str::to_owned);
            let last = last.unwrap_or_else(|| panic!("{args:?}: {:?}", told.stderr));
            serde_json::from_str::<Value>(&last).unwrap()
        };
        let listed = asked(&["list"]);
        let operation = listed["operation"].as_str().unwrap();
        let line = line.replace("OP_ID", operation);
        if !line.contains("SEEN") {
            return line;
        }
        let shown = asked(&["status", operation]);
        line.replace("SEEN", shown["seen"].as_str().unwrap())
    }

    /// A sandbox that is started anew has these faults and no others.
    fn weather(&self, options: &[&str]) {
        let faults = options
            .iter()
            .zip(options.iter().skip(1))
            .filter(|(option, _)| **option == "--fault")
            .map(|(_, fault)| fault.parse::<Fault>().unwrap());
        let faults: Vec<Fault> = faults.collect();
        self.sandbox.set_faults(faults);
    }

    fn serve(&mut self) -> Option<String> {
        let mut command = self.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut first).unwrap();
        self.running.push(child);
        // What it says later is read by nobody, and must not stop it.
        std::thread::spawn(move || out.lines().for_each(drop));
        let Ok(first) = serde_json::from_str::<Value>(&first) else {
            return Some(format!("the server did not start: {first}"));
        };
        self.server = first["address"].as_str().map(str::to_owned);
        None
    }

    fn work(&mut self) -> Option<String> {
        let mut command = self.command();
        let child = command
            .arg("work")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = child.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(200));
        let ended = child.try_wait().unwrap();
        self.running.push(child);
        ended.map(|status| format!("the worker ended: {status}"))
    }

    /// `sqlite3 FILE "…"`, without the program.
    fn sql(&self, line: &str) {
        let words = pages::words(line);
        let [_, file, statement] = words.as_slice() else {
            panic!("{line}");
        };
        let connection = rusqlite::Connection::open(self.folder.path().join(file)).unwrap();
        // SQLite takes a path from where this process stands.
        let there = format!("INTO '{}/", self.folder.path().display());
        let statement = statement.replace("INTO '", &there);
        connection.execute_batch(&statement).unwrap();
    }

    /// Runs a text by a shell that finds the command, and gives back what it printed.
    pub(crate) fn shell(&self, text: &str) -> String {
        let text = self.at_its_ports(text);
        let here = std::path::Path::new(env!("CARGO_BIN_EXE_refundkit"));
        let found = std::env::var("PATH").unwrap();
        let path = format!("{}:{found}", here.parent().unwrap().display());
        let dodo = self.sandbox.effects();
        let dodo = dodo
            .iter()
            .rev()
            .find(|effect| effect.payment == "pay_paid_3");
        let refund = dodo.map(|effect| effect.refund.clone()).unwrap_or_default();
        let mut command = self.in_place("bash");
        command
            .args(["-c", &text])
            .env("PATH", path)
            .env("REFUND", refund);
        let told = command.output().unwrap();
        assert!(told.status.success(), "{text}: {told:?}");
        String::from_utf8(told.stdout).unwrap()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        for child in &mut self.running {
            // It has ended already, or ends now.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Whether all of these programs are there.
pub(crate) fn has(programs: &[&str]) -> bool {
    programs.iter().all(|program| {
        let mut command = Command::new(program);
        let tried = command
            .arg("--help")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        tried.stdin(Stdio::null()).status().is_ok()
    })
}

/// What is wrong with how it ended, by the line's own remark.
fn ended(mut command: Command, line: &str) -> Option<String> {
    let ran = command.output().unwrap();
    let expected = pages::expected(line);
    (ran.status.code() != Some(expected)).then(|| {
        let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        format!(
            "{line}\n  ended with {:?} and not {expected}\n  {}\n  {}",
            ran.status.code(),
            told(&ran.stdout),
            told(&ran.stderr)
        )
    })
}
