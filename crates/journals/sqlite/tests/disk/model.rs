//! What a loss of power leaves of a disk, from the record that `shim.c` has kept.
//!
//! Only what was synced is certain. Of the rest, any sector may hold any version that was written to
//! it, and the folder's entries any state since its last sync. A sync that fails syncs nothing, and
//! what it was for is not tried again: Linux takes such pages for clean.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

const SECTOR: usize = 512;

/// What becomes of that which is not certain.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Luck {
    /// Nothing of it reached the disk.
    None,
    /// All of it.
    All,
    /// Some of it, by this seed.
    Some(u64),
}

impl Luck {
    /// How many of `all` reached the disk.
    fn of(self, all: usize, what: impl Hash) -> usize {
        match self {
            Self::None => 0,
            Self::All => all,
            Self::Some(seed) => {
                let mut hasher = DefaultHasher::new();
                (seed, all, what).hash(&mut hasher);
                usize::try_from(hasher.finish() % (u64::try_from(all).unwrap() + 1)).unwrap()
            }
        }
    }
}

/// One line of the record.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) kind: char,
    pub(crate) name: String,
    at: usize,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) fn events(mut record: &[u8]) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some(end) = record.iter().position(|byte| *byte == b'\n') {
        let line = std::str::from_utf8(&record[..end]).unwrap();
        let fields: Vec<&str> = line.split(' ').collect();
        let [kind, name, at, length] = fields[..] else {
            panic!("{line}")
        };
        let (bytes, rest) = record[end + 1..].split_at(length.parse().unwrap());
        record = rest;
        events.push(Event {
            kind: kind.parse().unwrap(),
            name: name.to_owned(),
            at: at.parse().unwrap(),
            bytes: bytes.to_vec(),
        });
    }
    events
}

#[derive(Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Cut(usize),
}

#[derive(Clone, Default)]
struct Contents {
    synced: Vec<u8>,
    since: Vec<Change>,
}

impl Contents {
    fn after(&self, luck: Luck) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        let mut versions: BTreeMap<usize, usize> = BTreeMap::new();
        for change in &self.since {
            for sector in change.sectors() {
                *versions.entry(sector).or_default() += 1;
            }
        }
        // What is left over of each sector's versions that reached the disk.
        for (sector, count) in &mut versions {
            *count = luck.of(*count, sector);
        }
        for change in &self.since {
            for sector in change.sectors() {
                let left = versions.get_mut(&sector).unwrap();
                if *left > 0 {
                    *left -= 1;
                    change.apply(&mut bytes, sector);
                }
            }
        }
        bytes
    }
}

/// The length of a file is changed as if it stood in a sector of its own.
const LENGTH: usize = usize::MAX;

impl Change {
    fn sectors(&self) -> Vec<usize> {
        match self {
            Self::Write { at, bytes } => (at / SECTOR..=(at + bytes.len() - 1) / SECTOR).collect(),
            Self::Cut(_) => vec![LENGTH],
        }
    }

    fn apply(&self, to: &mut Vec<u8>, sector: usize) {
        match self {
            Self::Cut(length) => to.resize(*length, 0),
            Self::Write { at, bytes } => {
                let from = (*at).max(sector * SECTOR);
                let end = (at + bytes.len()).min((sector + 1) * SECTOR);
                if to.len() < end {
                    to.resize(end, 0);
                }
                to[from..end].copy_from_slice(&bytes[from - at..end - at]);
            }
        }
    }
}

#[derive(Clone)]
pub(crate) struct Disk {
    luck: Luck,
    files: Vec<Contents>,
    entries: BTreeMap<String, usize>,
    /// The folder as it was at its last sync, and what was done in it since.
    synced: BTreeMap<String, usize>,
    since: Vec<(String, Option<usize>)>,
}

impl Disk {
    /// A disk on which all files in `folder` are synced.
    pub(crate) fn of(folder: &Path, luck: Luck) -> Self {
        let mut disk = Self {
            luck,
            files: Vec::new(),
            entries: BTreeMap::new(),
            synced: BTreeMap::new(),
            since: Vec::new(),
        };
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if !name.ends_with("-shm") {
                disk.entries.insert(name, disk.files.len());
                disk.files.push(Contents {
                    synced: std::fs::read(entry.path()).unwrap(),
                    since: Vec::new(),
                });
            }
        }
        disk.synced.clone_from(&disk.entries);
        disk
    }

    pub(crate) fn goes_on(&mut self, event: &Event) {
        let name = event.name.clone();
        match event.kind {
            'C' => {
                self.entries.insert(name.clone(), self.files.len());
                self.since.push((name, Some(self.files.len())));
                self.files.push(Contents::default());
            }
            'U' => {
                self.entries.remove(&name);
                self.since.push((name, None));
            }
            'S' if name == "." => {
                self.synced.clone_from(&self.entries);
                self.since.clear();
            }
            // Entries are the file system's own data: it keeps them for its next try.
            'F' if name == "." => {}
            kind => {
                let luck = self.luck;
                let file = &mut self.files[self.entries[&name]];
                match kind {
                    'W' => file.since.push(Change::Write {
                        at: event.at,
                        bytes: event.bytes.clone(),
                    }),
                    'T' => file.since.push(Change::Cut(event.at)),
                    'S' | 'F' => {
                        file.synced = file.after(if kind == 'S' { Luck::All } else { luck });
                        file.since.clear();
                    }
                    other => panic!("{other}"),
                }
            }
        }
    }

    /// The files that are found when the power is back.
    pub(crate) fn without_power(&self) -> BTreeMap<String, Vec<u8>> {
        let mut entries = self.synced.clone();
        let done = self.luck.of(self.since.len(), "entries");
        for (name, file) in self.since.iter().take(done) {
            match file {
                Some(file) => entries.insert(name.clone(), *file),
                None => entries.remove(name),
            };
        }
        entries
            .into_iter()
            .map(|(name, file)| (name, self.files[file].after(self.luck)))
            .collect()
    }
}
