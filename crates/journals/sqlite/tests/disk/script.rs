//! What the process on the failing disk does, and what it says of it in the file `said`.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use refundkit_core::codes::Coded;
use refundkit_core::{Fact, Filter, Intent, JournalError, Store};
use refundkit_sqlite::SqliteStore;

use crate::common::{begin, intent, ledger, lost, mark, note};

/// One write to the journal, and by the same name what is in it afterwards.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Entry {
    Begin(u32),
    Mark(u32),
    Record(u32),
}
use Entry::{Begin, Mark, Record};

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Begin(number) => write!(f, "begin {number}"),
            Mark(number) => write!(f, "mark {number}"),
            Record(number) => write!(f, "record {number}"),
        }
    }
}

impl Entry {
    fn read(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(' ')?;
        let number = rest.split(' ').next()?.parse().ok()?;
        match kind {
            "begin" => Some(Begin(number)),
            "mark" => Some(Mark(number)),
            "record" => Some(Record(number)),
            _ => None,
        }
    }

    /// What has to be there first.
    const fn needs(self) -> Option<Self> {
        match self {
            Begin(_) => None,
            Record(number) if number.is_multiple_of(2) => Some(Mark(number)),
            Mark(number) | Record(number) => Some(Begin(number)),
        }
    }

    const fn number(self) -> u32 {
        match self {
            Begin(number) | Mark(number) | Record(number) => number,
        }
    }

    async fn write(self, store: &SqliteStore) -> Result<(), JournalError> {
        let intent = numbered(self.number());
        match self {
            Begin(_) => begin(store, &intent).await.map(drop),
            Mark(_) => mark(store, &intent).await.map(drop),
            Record(number) if number.is_multiple_of(2) => {
                note(store, &intent, lost()).await.map(drop)
            }
            Record(_) => note(store, &intent, Fact::cancelled()).await.map(drop),
        }
    }
}

/// Two operations each share a payment; the even ones of them are marked.
fn numbered(number: u32) -> Intent {
    intent(number, "dojo", &format!("pi_{}", number / 2), 1000)
}

/// The writes of each group are made at the same time.
fn groups(base: u32) -> Vec<Vec<Entry>> {
    let at = |number: u32| base + number;
    vec![
        vec![Begin(at(0))],
        vec![Mark(at(0))],
        vec![Record(at(0))],
        (2..8).map(|number| Begin(at(number))).collect(),
        vec![Mark(at(2)), Mark(at(4)), Record(at(3)), Begin(at(9))],
        vec![Record(at(2))],
    ]
}

/// Where a process puts what isn't part of the journal's disk.
pub(crate) fn notes() -> PathBuf {
    std::env::var_os("DISK_NOTES").unwrap().into()
}

/// The way out of the process; each line is one write, and so is whole or not there.
struct Said(File);

impl Said {
    /// In the folder, where the shim records it; elsewhere without the shim, as on a full disk.
    fn new(folder: &Path) -> Self {
        let shimmed = std::env::var_os("DISK_RECORD").is_some();
        let at = if shimmed { folder } else { &notes() };
        let mut options = File::options();
        options.append(true).create(true);
        Self(options.open(at.join("said")).unwrap())
    }

    fn say(&self, line: impl fmt::Display) {
        let mut file = &self.0;
        file.write_all(format!("{line}\n").as_bytes()).unwrap();
    }
}

/// What a process said, up to some moment.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) asked: BTreeSet<Entry>,
    pub(crate) ok: BTreeSet<Entry>,
    pub(crate) refused: Vec<(Entry, String)>,
    pub(crate) held: BTreeSet<Entry>,
    /// Everything else, such as `open`.
    pub(crate) other: Vec<String>,
}

impl Told {
    pub(crate) fn hear(&mut self, text: &str) {
        for line in text.lines() {
            let (how, what) = line.split_once(' ').unwrap_or((line, ""));
            match (how, Entry::read(what)) {
                ("ask", Some(entry)) => drop(self.asked.insert(entry)),
                ("ok", Some(entry)) => drop(self.ok.insert(entry)),
                ("held", Some(entry)) => drop(self.held.insert(entry)),
                ("no", Some(entry)) => self.refused.push((entry, line.to_owned())),
                _ => self.other.push(line.to_owned()),
            }
        }
    }

    pub(crate) fn in_file(said: &Path) -> Self {
        let mut told = Self::default();
        told.hear(&std::fs::read_to_string(said).unwrap_or_default());
        told
    }

    pub(crate) fn said(&self, line: &str) -> bool {
        self.other.iter().any(|said| said == line)
    }

    pub(crate) fn refused(&self) -> BTreeSet<Entry> {
        self.refused.iter().map(|(entry, _)| *entry).collect()
    }
}

/// What is in a journal that passes its own checks.
pub(crate) async fn held(store: &SqliteStore) -> Result<BTreeSet<Entry>, JournalError> {
    let verified = store.verify(|_| {}).await?;
    let mut entries = BTreeSet::new();
    let mut operations = 0;
    for (provider, payment) in store.payments(None, usize::MAX).await? {
        let ledger = ledger(store, &provider, &payment).await?;
        operations += ledger.operations().len();
        for operation in ledger.operations() {
            let id = operation.intent.id.as_str();
            let number = id.strip_prefix("op_").unwrap().parse().unwrap();
            assert_eq!(operation.intent, numbered(number));
            entries.insert(Begin(number));
            entries.extend(operation.evidence.iter().map(|evidence| {
                if matches!(evidence.fact, Fact::Marked { .. }) {
                    Mark(number)
                } else {
                    Record(number)
                }
            }));
        }
    }
    assert_eq!(store.list(&Filter::default()).await?.len(), operations);
    assert_eq!(verified.entries, u64::try_from(entries.len()).unwrap());
    Ok(entries)
}

/// As [`held`], of a journal that nobody has open.
pub(crate) fn reopened(folder: &Path) -> Result<BTreeSet<Entry>, JournalError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = SqliteStore::open(folder.join("journal.db")).await?;
        held(&store).await
    })
}

pub(crate) struct Run {
    store: Arc<SqliteStore>,
    said: Arc<Said>,
    ok: BTreeSet<Entry>,
}

impl Run {
    /// Writes all of a group at the same time; whether all of it was written.
    pub(crate) async fn group(&mut self, group: Vec<Entry>) -> bool {
        let mut writes = Vec::new();
        for entry in group {
            if entry
                .needs()
                .is_some_and(|needed| !self.ok.contains(&needed))
            {
                continue;
            }
            self.said.say(format!("ask {entry}"));
            let (store, said) = (Arc::clone(&self.store), Arc::clone(&self.said));
            writes.push(async move {
                match entry.write(&store).await {
                    Ok(()) => said.say(format!("ok {entry}")),
                    Err(error) => {
                        said.say(format!("no {entry} {} {error:?}", error.code()));
                        return None;
                    }
                }
                Some(entry)
            });
        }
        let writes: Vec<_> = writes.into_iter().map(tokio::spawn).collect();
        let mut all = true;
        for write in writes {
            match write.await.unwrap() {
                Some(entry) => drop(self.ok.insert(entry)),
                None => all = false,
            }
        }
        all
    }
}

/// Writes until the log is long, so that it takes many calls to copy it into the database,
/// and dies without closing anything.
async fn fill(run: &mut Run, folder: &Path) {
    for number in (1001..).step_by(2) {
        let log = std::fs::metadata(folder.join("journal.db-wal")).unwrap();
        if log.len() > 960 * 4120 {
            std::process::abort();
        }
        assert!(run.group(vec![Begin(number)]).await);
    }
}

#[test]
#[ignore = "it is run by the other tests, in a process of its own"]
fn child() {
    let folder = std::env::var("DISK_FOLDER").unwrap();
    let folder = Path::new(&folder);
    let script = std::env::var("DISK_SCRIPT").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(run(folder, &script));
}

async fn run(folder: &Path, script: &str) {
    let said = Arc::new(Said::new(folder));
    let path = folder.join("journal.db");
    let mut opened = SqliteStore::open(&path).await;
    if let Err(error) = &opened {
        said.say(format!("no open {} {error:?}", error.code()));
        opened = SqliteStore::open(&path).await;
    }
    let Ok(store) = opened else {
        return;
    };
    said.say("opened");
    let mut run = Run {
        store: Arc::new(store),
        said,
        ok: BTreeSet::new(),
    };
    match script {
        "full" => super::full::script(&mut run, folder).await,
        "until refused" => super::full::until_refused(&mut run).await,
        "fill" => fill(&mut run, folder).await,
        other => {
            let (how, base) = other.split_once(' ').unwrap();
            let mut groups = groups(base.parse().unwrap());
            if how == "short" {
                groups.truncate(2);
            }
            for group in groups {
                // At the first write that fails, without closing anything.
                if !run.group(group).await && how == "dies" {
                    std::process::abort();
                }
            }
        }
    }
    match held(&run.store).await {
        Ok(held) => {
            let lines: Vec<_> = held.iter().map(|entry| format!("held {entry}")).collect();
            run.said.say(lines.join("\n"));
            run.said.say("end");
        }
        Err(error) => run.said.say(format!("no check {} {error:?}", error.code())),
    }
    drop(run.store);
    run.said.say("closed");
}
