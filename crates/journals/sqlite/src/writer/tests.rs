#![allow(clippy::panic, reason = "a test needs a job that panics")]

use std::path::Path;

use super::*;

fn table(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join("rows.db")).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; CREATE TABLE row (n INTEGER PRIMARY KEY, x BLOB) STRICT;",
        )
        .unwrap();
    connection
}

fn stored(folder: &Path) -> Vec<i64> {
    let connection = Connection::open(folder.join("rows.db")).unwrap();
    let mut statement = connection.prepare("SELECT n FROM row ORDER BY n").unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn put(
    number: i64,
    bytes: i64,
) -> impl FnOnce(&Connection) -> Result<(), JournalError> + Send + 'static {
    move |connection| {
        connection
            .execute("INSERT INTO row VALUES (?1, zeroblob(?2))", [number, bytes])
            .map(drop)
            .map_err(storage)
    }
}

/// The answers to three jobs that are certain to share a commit: they wait before the thread starts.
async fn in_one_group<A: Send + 'static>(
    connection: Connection,
    second: impl FnOnce(&Connection) -> Result<A, JournalError> + Send + 'static,
) -> (
    Result<(), JournalError>,
    Result<A, JournalError>,
    Result<(), JournalError>,
) {
    let (writer, work) = Writer::new(connection, Mark::new(tempfile::tempfile().unwrap()));
    let queue = writer.queue.clone();
    let callers = tokio::spawn(async move {
        tokio::join!(
            writer.run(put(1, 10)),
            writer.run(second),
            writer.run(put(3, 10))
        )
    });
    while queue.capacity() > QUEUE - 3 {
        tokio::task::yield_now().await;
    }
    drop(queue);
    let thread = std::thread::spawn(work);
    let answers = callers.await.unwrap();
    let _ = thread.join();
    answers
}

#[tokio::test]
async fn a_full_disk_keeps_nothing_of_the_group_and_says_so_to_each() {
    let folder = tempfile::tempdir().unwrap();
    let connection = table(folder.path());
    let pages: i64 = connection
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    connection
        .pragma_update(None, "max_page_count", pages + 2)
        .unwrap();
    let (first, second, third) = in_one_group(connection, put(2, 100_000)).await;
    for answer in [first, second, third] {
        assert!(matches!(answer, Err(JournalError::Full)), "{answer:?}");
    }
    assert_eq!(stored(folder.path()), Vec::<i64>::new());
}

#[tokio::test]
async fn an_error_takes_back_its_own_writes_and_nobody_elses() {
    let folder = tempfile::tempdir().unwrap();
    let fails = |connection: &Connection| {
        put(2, 10)(connection)?;
        Err::<(), _>(JournalError::InFlight)
    };
    let (first, second, third) = in_one_group(table(folder.path()), fails).await;
    assert!(first.is_ok() && third.is_ok());
    assert!(matches!(second, Err(JournalError::InFlight)), "{second:?}");
    assert_eq!(stored(folder.path()), [1, 3]);
}

#[tokio::test]
async fn a_panic_in_the_writer_keeps_nobody_waiting_and_nothing_of_the_group() {
    let folder = tempfile::tempdir().unwrap();
    let panics = |_: &Connection| -> Result<(), JournalError> { panic!("a planted bug") };
    let (first, second, third) = in_one_group(table(folder.path()), panics).await;
    for answer in [first, second, third] {
        assert!(
            matches!(answer, Err(JournalError::Storage(_))),
            "{answer:?}"
        );
    }
    assert_eq!(stored(folder.path()), Vec::<i64>::new());
}

#[tokio::test]
async fn a_commit_that_cannot_start_tells_why() {
    let folder = tempfile::tempdir().unwrap();
    let connection = table(folder.path());
    connection.busy_timeout(std::time::Duration::ZERO).unwrap();
    let other = Connection::open(folder.path().join("rows.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (first, _, _) = in_one_group(connection, put(2, 10)).await;
    let Err(JournalError::Storage(source)) = first else {
        panic!("{first:?}");
    };
    assert_eq!(source.to_string(), "database is locked");
}

/// The commits in a write-ahead log: frames that say how large the database is after them, written
/// since the log was last begun anew (SQLite's file format, 4.1 and 4.2).
fn commits(folder: &Path) -> usize {
    let log = std::fs::read(folder.join("rows.db-wal")).unwrap();
    let (header, frames) = log.split_at(32);
    let page = u32::from_be_bytes(*header[8..].first_chunk().unwrap());
    let frame = usize::try_from(page).unwrap().strict_add(24);
    let frames = frames.chunks_exact(frame);
    frames
        .filter(|frame| frame[8..16] == header[16..24] && frame[4..8] != [0; 4])
        .count()
}

#[tokio::test]
async fn what_waits_is_written_in_as_few_commits_as_there_are_groups() {
    let folder = tempfile::tempdir().unwrap();
    let connection = table(folder.path());
    // Keeps the log from being removed when the writer closes its connection.
    let other = Connection::open(folder.path().join("rows.db")).unwrap();
    other
        .query_row("SELECT count(*) FROM row", [], |_| Ok(()))
        .unwrap();
    let before = commits(folder.path());
    let (writer, work) = Writer::new(connection, Mark::new(tempfile::tempfile().unwrap()));
    let jobs = 2 * GROUP + 1;
    let callers: Vec<_> = (1_i64..)
        .take(jobs)
        .map(|number| {
            let writer = writer.clone();
            tokio::spawn(async move { writer.run(put(number, 10)).await })
        })
        .collect();
    while writer.queue.capacity() > QUEUE - jobs {
        tokio::task::yield_now().await;
    }
    drop(writer);
    let thread = std::thread::spawn(work);
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    thread.join().unwrap();
    assert_eq!(commits(folder.path()) - before, 3);
    assert_eq!(stored(folder.path()).len(), jobs);
}
