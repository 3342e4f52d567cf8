//! Runs a script on a disk that fails on command.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::OnceLock;

use tempfile::TempDir;

/// The calls of the process that fail, counted from 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) error: Error,
    /// Whether the first is a write of half its bytes instead.
    pub(crate) short: bool,
    pub(crate) only_syncs: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    Io,
    Full,
}

/// What the first call that failed was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fired {
    Write,
    Sync,
}

/// A folder for a journal, and one beside it for what is known of it.
pub(crate) struct Place {
    _keep: TempDir,
    pub(crate) folder: PathBuf,
    notes: PathBuf,
}

impl Place {
    pub(crate) fn new() -> Self {
        let keep = tempfile::tempdir().unwrap();
        let root = keep.path().canonicalize().unwrap();
        let (folder, notes) = (root.join("journal"), root.join("notes"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::create_dir(&notes).unwrap();
        Self {
            _keep: keep,
            folder,
            notes,
        }
    }

    /// A copy of everything in `from`.
    pub(crate) fn copy_of(from: &Path) -> Self {
        let place = Self::new();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), place.folder.join(entry.file_name())).unwrap();
        }
        place
    }

    pub(crate) fn note(&self, name: &str) -> PathBuf {
        self.notes.join(name)
    }

    pub(crate) fn fired(&self) -> Option<Fired> {
        match std::fs::read_to_string(self.note("fired")).as_deref() {
            Ok("sync") => Some(Fired::Sync),
            Ok(_) => Some(Fired::Write),
            Err(_) => None,
        }
    }

    /// The script's process on a real disk: the test binary again, running nothing else.
    pub(crate) fn plain(&self, script: &str) -> Command {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child
            .args(["script::child", "--exact", "--ignored", "--nocapture"])
            .env("DISK_SCRIPT", script)
            .env("DISK_FOLDER", &self.folder)
            .env("DISK_NOTES", &self.notes);
        child
    }

    /// The script's process on the disk of `shim.c`.
    pub(crate) fn child(&self, script: &str) -> Command {
        let mut child = self.plain(script);
        child
            .env("LD_PRELOAD", library())
            .env("DISK_RECORD", self.note("record"))
            .env("DISK_FIRED", self.note("fired"));
        child
    }

    pub(crate) fn run(&self, script: &str, fault: Option<Fault>) -> ExitStatus {
        let mut child = self.child(script);
        if let Some(fault) = fault {
            // Linux: the numbers of EIO and ENOSPC are the same everywhere.
            let error = match fault.error {
                Error::Io => "5",
                Error::Full => "28",
            };
            child
                .env("DISK_FROM", fault.from.to_string())
                .env("DISK_TO", fault.to.to_string())
                .env("DISK_ERROR", error)
                .env("DISK_CALLS", if fault.only_syncs { "sync" } else { "all" });
            if fault.short {
                child.env("DISK_SHORT", "1");
            }
        }
        child.output().unwrap().status
    }
}

/// The shim, compiled once per process with the compiler that SQLite is compiled with.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, library) = LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("shim.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/disk/shim.c");
        let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
        let status = Command::new(compiler)
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .args([&library, &source])
            .args(["-ldl", "-lpthread"])
            .status()
            .unwrap();
        assert!(status.success());
        (folder, library)
    });
    library
}

/// Does `work` for each of the inputs, four at a time.
pub(crate) fn each<T: Send>(inputs: impl Iterator<Item = T> + Send, work: impl Fn(T) + Sync) {
    let inputs = std::sync::Mutex::new(inputs);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(input) = inputs.lock().unwrap().next() else {
                        break;
                    };
                    work(input);
                }
            });
        }
    });
}
