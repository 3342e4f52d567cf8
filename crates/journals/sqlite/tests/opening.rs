//! Opening: which file it is, what is taken for a journal, and what can't be written over.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and a child tells its parent what it saw"
)]

mod common;

use std::path::Path;

use common::{begin, child, intent, of, verified};
use refundkit_core::{Intent, JournalError, Store};
use refundkit_sqlite::SqliteStore;
use rusqlite::Connection;

fn wanted(number: u32) -> Intent {
    intent(number, "dojo", &format!("pi_{number}"), 1000)
}

#[test]
#[ignore = "it is run by a test below, in a process of its own"]
fn child_opens() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match runtime.block_on(SqliteStore::open(child::path())) {
        Ok(_) => println!("opened"),
        Err(other) => println!("{other}"),
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_sqlite_takes_for_no_file_is_a_file() {
    for name in [":memory:", "file:a?mode=memory"] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = child::child("child_opens", Path::new(name));
        let output = child.current_dir(&folder).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("opened"), "{name}: {output:?}");
        let written = std::fs::read(folder.path().join(name)).unwrap();
        assert!(written.starts_with(b"SQLite format 3"), "{name}");
    }
}

#[tokio::test]
async fn only_where_it_is_asked_for_a_journal_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let opens = async |path: &Path| {
        [
            SqliteStore::open_existing(path).await,
            SqliteStore::open_read_only(path).await,
            SqliteStore::open_older_copy(path, &common::shop()).await,
        ]
    };
    for opened in opens(&path).await {
        let error = opened.unwrap_err();
        assert!(matches!(error, JournalError::Missing { .. }), "{error}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    std::fs::write(&path, "").unwrap();
    for opened in opens(&path).await {
        let error = opened.unwrap_err();
        assert!(matches!(error, JournalError::Missing { .. }), "{error}");
    }
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
    assert!(SqliteStore::open(&path).await.unwrap().created());
    assert!(!SqliteStore::open_existing(&path).await.unwrap().created());
    let error = SqliteStore::open(folder.path().join("none/journal.db"))
        .await
        .unwrap_err();
    assert!(matches!(error, JournalError::Storage(_)), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_the_journal_is_the_same_journal_also_before_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink("journal.db", &link).unwrap();
    let by_link = SqliteStore::open(&link).await.unwrap();
    let by_name = SqliteStore::open(&path).await.unwrap();
    assert_eq!(by_link.path(), by_name.path());
    begin(&by_link, &wanted(1)).await.unwrap();
    begin(&by_name, &wanted(2)).await.unwrap();
    for store in [&by_link, &by_name] {
        assert_eq!(store.info().await.unwrap().operations, 2);
    }
    let names = std::fs::read_dir(folder.path()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let beside_the_link: Vec<_> = names.filter(|name| name.starts_with("link.db-")).collect();
    assert!(beside_the_link.is_empty(), "{beside_the_link:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_with_two_names_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    drop(SqliteStore::open(&path).await.unwrap());
    let other = folder.path().join("other.db");
    std::fs::hard_link(&path, &other).unwrap();
    for opened in [
        SqliteStore::open(&path).await,
        SqliteStore::open(&other).await,
        SqliteStore::open_read_only(&path).await,
    ] {
        let error = opened.unwrap_err();
        assert!(matches!(error, JournalError::Unsafe { .. }), "{error}");
    }
    std::fs::remove_file(&other).unwrap();
    SqliteStore::open(&path).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_was_taken_away_or_replaced_is_not_written_to() {
    for replaced in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let store = SqliteStore::open(&path).await.unwrap();
        begin(&store, &wanted(1)).await.unwrap();
        let moved = folder.path().join("moved.db");
        std::fs::rename(&path, &moved).unwrap();
        if replaced {
            std::fs::copy(&moved, &path).unwrap();
        }
        let refused = begin(&store, &wanted(2)).await;
        assert!(
            matches!(refused, Err(JournalError::Replaced { .. })),
            "{refused:?}"
        );
        let info = store.info().await;
        assert!(
            matches!(info, Err(JournalError::Replaced { .. })),
            "{info:?}"
        );
        let _ = std::fs::remove_file(&path);
        std::fs::rename(&moved, &path).unwrap();
        begin(&store, &wanted(3)).await.unwrap();
        assert_eq!(store.info().await.unwrap().operations, 2);
        assert!(
            of(&store, &wanted(2))
                .await
                .unwrap()
                .operations()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn reading_takes_no_slot_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let reader = SqliteStore::open_read_only(&path).await.unwrap();
    begin(&store, &wanted(1)).await.unwrap();
    assert_eq!(of(&reader, &wanted(1)).await.unwrap().operations().len(), 1);
    assert_eq!(reader.info().await.unwrap().operations, 1);
    assert_eq!(verified(&reader).await.unwrap().operations, 1);
    assert!(!folder.path().join("journal.db-w1").exists());
    for refused in [
        begin(&reader, &wanted(2)).await.map(drop),
        reader.bind(&common::shop()).await,
        reader.join().await.map(drop),
    ] {
        let Err(JournalError::Storage(why)) = refused else {
            panic!("{refused:?}");
        };
        assert!(why.to_string().contains("reading only"), "{why}");
    }
    let worker = store.join().await.unwrap();
    assert!(!reader.is_gone(&worker).await.unwrap());
    drop(store);
    assert!(reader.is_gone(&worker).await.unwrap());
}

/// Where the tests run as root, nothing is kept from being written to by permissions.
#[cfg(target_os = "linux")]
fn read_only_mount(folder: &Path, child: &std::process::Command) -> Option<std::process::Output> {
    let unshared = ["--user", "--map-root-user", "--mount"];
    let mount = "mount --bind \"$PLACE\" \"$PLACE\" && mount -o remount,ro,bind \"$PLACE\"";
    let run = |script: &str| {
        let mut command = std::process::Command::new("unshare");
        command
            .args(unshared)
            .args(["sh", "-c", script])
            .env("PLACE", folder)
            .arg(child.get_program())
            .args(child.get_args())
            .envs(
                child
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            );
        command.output().ok()
    };
    run(mount).filter(|probe| probe.status.success())?;
    run(&format!("{mount} && cd / && \"$0\" \"$@\""))
}

#[test]
#[ignore = "it is run by a test below, in a process of its own"]
fn child_reads() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let path = child::path();
        let refused = SqliteStore::open(&path).await;
        println!("for writing: {refused:?}");
        match SqliteStore::open_read_only(&path).await {
            Ok(store) => {
                let found = of(&store, &wanted(1)).await.unwrap().operations().len();
                println!("read {found}, {:?}", verified(&store).await);
            }
            Err(error) => println!("no: {error:?}"),
        }
    });
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_medium_that_cannot_be_written_to_is_read_where_nothing_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a journal?.db");
    let store = SqliteStore::open(&path).await.unwrap();
    begin(&store, &wanted(1)).await.unwrap();
    let copy = folder.path().join("copy");
    std::fs::create_dir(&copy).unwrap();
    for name in ["a journal?.db", "a journal?.db-wal"] {
        std::fs::copy(folder.path().join(name), copy.join(name)).unwrap();
    }
    drop(store);
    let said = |path: &Path| {
        let output = read_only_mount(path.parent()?, &child::child("child_reads", path))?;
        Some(String::from_utf8(output.stdout).unwrap())
    };
    let Some(text) = said(&path) else {
        eprintln!("skipped: nothing can be mounted here without privileges");
        return;
    };
    assert!(text.contains("for writing: Err("), "{text}");
    assert!(text.contains("read 1, Ok("), "{text}");
    let text = said(&copy.join("a journal?.db")).unwrap();
    assert!(text.contains("no: Storage(LogUnreadable)"), "{text}");
}

/// SQLite's own locks on the file, as the kernel lists them for this process's handles. (The list of
/// all processes, `/proc/locks`, skips lines while others lock and unlock.)
#[cfg(target_os = "linux")]
fn locks_on(path: &Path) -> usize {
    let handles = std::fs::read_dir("/proc/self/fd").unwrap();
    let of_file = handles.filter_map(|handle| {
        let handle = handle.ok()?;
        let is_it = std::fs::read_link(handle.path()).ok()? == path;
        let info = Path::new("/proc/self/fdinfo").join(handle.file_name());
        let info = is_it
            .then(|| std::fs::read_to_string(info).ok())
            .flatten()?;
        Some(
            info.lines()
                .filter(|line| line.starts_with("lock:"))
                .count(),
        )
    });
    of_file.sum()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_second_opening_in_the_process_does_not_cost_the_first_its_locks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.info().await.unwrap().operations, 0);
    let before = locks_on(&path);
    assert!(before > 0);
    drop(SqliteStore::open(&path).await.unwrap());
    drop(SqliteStore::open_read_only(&path).await.unwrap());
    SqliteStore::open_older_copy(&path, &common::shop())
        .await
        .unwrap_err();
    assert_eq!(locks_on(&path), before);
}

#[tokio::test]
async fn openings_at_once_make_one_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let (one, other) = tokio::join!(SqliteStore::open(&path), SqliteStore::open(&path));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert!(one.created() != other.created());
    let (first, second) = (one.join().await.unwrap(), other.join().await.unwrap());
    assert_ne!(first, second);
    assert_ne!(first, one.join().await.unwrap());
    for store in [&one, &other] {
        for worker in [&first, &second] {
            assert!(!store.is_gone(worker).await.unwrap());
        }
    }
}

#[tokio::test]
async fn a_creation_that_was_cut_short_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let raw = Connection::open(&path).unwrap();
    raw.execute_batch("PRAGMA journal_mode = WAL").unwrap();
    drop(raw);
    assert!(std::fs::metadata(&path).unwrap().len() > 0);
    let error = SqliteStore::open_existing(&path).await.unwrap_err();
    assert!(matches!(error, JournalError::Missing { .. }), "{error}");
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.info().await.unwrap().schema, 1);
}

#[tokio::test]
async fn a_file_of_zeros_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("disk.img");
    std::fs::write(&path, [0; 4096]).unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert!(matches!(error, JournalError::NotAJournal { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), [0; 4096]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_damaged_file_is_said_to_be_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    drop(SqliteStore::open(&path).await.unwrap());
    let whole = std::fs::read(&path).unwrap();
    let mut garbled = whole.clone();
    garbled.splice(16..18, [0xAB, 0xAB]);
    let cut = whole.get(..5000).unwrap().to_vec();
    for bytes in [garbled, cut] {
        std::fs::write(&path, bytes).unwrap();
        for opened in [
            SqliteStore::open(&path).await,
            SqliteStore::open_read_only(&path).await,
        ] {
            let error = opened.unwrap_err();
            assert!(matches!(error, JournalError::Damaged { .. }), "{error:?}");
        }
    }
}
