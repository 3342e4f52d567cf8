//! The journal: whether it opens, fits together and has room, and whether the clock has gone back behind it.

use std::path::Path;

use refundkit::{Clock, Filter, Store};
use refundkit_sqlite::SqliteStore;

use super::finding::Finding;
use crate::args::Cli;
use crate::clock::CommandClock;
use crate::config::{Config, JournalUrl};
use crate::engine::{self, Access, Engine};
use crate::failure::Failure;

/// More than this takes longer than a doctor should: `journal verify` does it.
const MOST_ENTRIES: u64 = 100_000;
/// Less room than this is told: a journal of many thousand operations fits into it.
const LITTLE_ROOM_BYTES: u64 = 256 * 1024 * 1024;

pub(super) async fn look(cli: &Cli, config: &Config, findings: &mut Vec<Finding>) {
    let url = match engine::journal_url(cli, config) {
        Ok(url) => url,
        Err(failure) => {
            findings.push(Finding::bad("journal", "", &failure));
            return;
        }
    };
    let JournalUrl::Sqlite(path) = url else {
        let text = "it is in memory: what was sent is forgotten when the command ends";
        let help = "name a file with journal = \"sqlite:PATH\"";
        findings.push(Finding::warning("journal", "", text, help));
        return;
    };
    room(&path, findings);
    if !path.exists() {
        let text = format!(
            "there is none yet: the first refund makes {}",
            path.display()
        );
        findings.push(Finding::note("journal", "", &text));
        return;
    }
    match opened(cli, &path).await {
        Ok(found) => findings.extend(found),
        Err(failure) => findings.push(Finding::bad("journal", "", &failure)),
    }
}

async fn opened(cli: &Cli, path: &Path) -> Result<Vec<Finding>, Failure> {
    let mut found = Vec::new();
    let store = SqliteStore::open_read_only(path).await?;
    let info = store.info().await?;
    let (operations, entries) = (info.operations, info.entries);
    let what = format!(
        "{operations} operations with {entries} entries at {}",
        info.location
    );
    if entries > MOST_ENTRIES {
        let text = format!("{what}: too many to verify here");
        let help = "run `refundkit journal verify`";
        found.push(Finding::warning("journal", "", &text, help));
    } else {
        store.verify(|_| {}).await?;
        found.push(Finding::good(
            "journal",
            "",
            &format!("{what} fit together"),
        ));
    }
    drop(store);
    // Opened as every command does it: the namespace has to be the journal's.
    let engine = Engine::with_journal(cli, Access::Reads).await?;
    let later = Filter {
        since: Some(CommandClock.now()),
        limit: Some(1),
        ..Filter::default()
    };
    if engine.refunds.list(&later).await?.is_empty() {
        let text = "nothing in the journal was begun after now";
        found.push(Finding::good("clock", "", text));
    } else {
        let text = "the journal has operations that were begun after now";
        let help = "set this machine's clock";
        found.push(Finding::warning("clock", "", text, help));
    }
    Ok(found)
}

/// How much room the journal's disk has, where the system tells.
#[cfg(unix)]
fn room(path: &Path, findings: &mut Vec<Finding>) {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let Ok(disk) = rustix::fs::statvfs(folder) else {
        let text = format!("{} can't be looked at", folder.display());
        let help = "check that the folder of the journal is there";
        findings.push(Finding::warning("disk", "", &text, help));
        return;
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let text = format!("{} MiB free for the journal", free / (1024 * 1024));
    findings.push(if free < LITTLE_ROOM_BYTES {
        Finding::warning(
            "disk",
            "",
            &text,
            "make room: nothing is sent that can't be written down",
        )
    } else {
        Finding::good("disk", "", &text)
    });
}

#[cfg(not(unix))]
fn room(_: &Path, findings: &mut Vec<Finding>) {
    findings.push(Finding::note(
        "disk",
        "",
        "how much room there is isn't looked at here",
    ));
}
