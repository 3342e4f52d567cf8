//! Writes that share a commit: what each is answered where the disk is full, where one of them is
//! refused, and where another connection is in the way.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::*;
use crate::open::{self, Accept, Here, Reading};
use crate::prepared::{Append, Begun, Prepared};
use crate::slot::Slot;

/// A journal that is open without its thread.
struct Bench {
    desk: Desk,
    path: PathBuf,
    _keep: (tempfile::TempDir, Slot, Reading, Here),
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let opened = open::writing(&path, &Accept::OrNew).unwrap();
    let desk = Desk {
        connection: opened.writing,
        high: opened.high,
        author: opened.author,
        open: opened.open,
        checkpoints: Checkpoints::start(opened.checkpointing).unwrap(),
    };
    Bench {
        desk,
        path,
        _keep: (folder, opened.slot, opened.reading, opened.here),
    }
}

/// The first change of a payment, which holds so much of 100, with a body of so many bytes.
fn first(number: u8, held: i64, bytes: usize) -> Write {
    let append = Append {
        provider: "dojo".parse().unwrap(),
        payment: format!("pi_{number}").parse().unwrap(),
        timeline: 0,
        expected: 0,
        version: 1,
        head: [0; 32],
        cap: 100,
        external: 0,
        held,
        overdrawn: false,
        bodies: vec![vec![0; bytes]],
        begun: vec![Begun {
            id: vec![0, number],
            state: 0,
            created: 0,
        }],
        moved: Vec::new(),
        owned: Vec::new(),
    };
    Write::Commit(Box::new(Prepared {
        append: Some(append),
        message: None,
    }))
}

fn stored(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection
        .prepare("SELECT ref FROM payment ORDER BY id")
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// The answers to writes that are certain to share a commit: they wait before the thread starts.
async fn in_one_group(desk: Desk, writes: Vec<Write>) -> Vec<Result<Outcome, JournalError>> {
    let (writer, work) = Writer::new(desk);
    let queue = writer.queue.clone();
    let waiting = writes.len();
    let callers: Vec<_> = writes
        .into_iter()
        .map(|write| {
            let writer = writer.clone();
            tokio::spawn(async move { writer.write(write).await })
        })
        .collect();
    while queue.capacity().saturating_add(waiting) > QUEUE {
        tokio::task::yield_now().await;
    }
    drop((queue, writer));
    let thread = std::thread::spawn(work);
    let mut answers = Vec::new();
    for caller in callers {
        answers.push(caller.await.unwrap());
    }
    thread.join().unwrap();
    answers
}

#[tokio::test]
async fn a_full_disk_keeps_nothing_of_the_group_and_says_so_to_each() {
    let Bench { desk, path, _keep } = bench();
    let pages: i64 = desk
        .connection
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    desk.connection
        .pragma_update(None, "max_page_count", pages + 2)
        .unwrap();
    let writes = vec![first(1, 1, 10), first(2, 1, 100_000), first(3, 1, 10)];
    for answer in in_one_group(desk, writes).await {
        assert!(matches!(answer, Err(JournalError::Full)), "{answer:?}");
    }
    assert_eq!(stored(&path), Vec::<String>::new());
}

#[tokio::test]
async fn a_refusal_of_one_is_not_the_others() {
    let Bench { desk, path, _keep } = bench();
    let writes = vec![
        first(1, 1, 10),
        first(1, 1, 10),
        Write::Bind("shop".parse().unwrap()),
        Write::Bind("other".parse().unwrap()),
        first(2, 1, 10),
    ];
    let answers = in_one_group(desk, writes).await;
    assert!(
        matches!(
            answers[..],
            [
                Ok(Outcome::Done),
                Ok(Outcome::Conflict),
                Ok(Outcome::Done),
                Err(JournalError::OtherNamespace { .. }),
                Ok(Outcome::Done),
            ]
        ),
        "{answers:?}"
    );
    assert_eq!(stored(&path), ["pi_1", "pi_2"]);
}

#[tokio::test]
async fn what_breaks_a_constraint_takes_back_its_own_writes_and_nobody_elses() {
    let Bench { desk, path, _keep } = bench();
    let other_payment_with_the_id = |number| {
        let Write::Commit(mut prepared) = first(number, 1, 10) else {
            return first(number, 1, 10);
        };
        if let Some(append) = &mut prepared.append {
            append.payment = "pi_9".parse().unwrap();
        }
        Write::Commit(prepared)
    };
    let writes = vec![
        first(1, 1, 10),
        first(2, 101, 10),
        first(3, 1, 10),
        other_payment_with_the_id(3),
        Write::Pause("dodo".parse().unwrap(), refundkit_core::Timestamp::epoch()),
    ];
    let answers = in_one_group(desk, writes).await;
    assert!(
        matches!(
            answers[..],
            [
                Ok(Outcome::Done),
                Err(JournalError::Damaged { .. }),
                Ok(Outcome::Done),
                Ok(Outcome::IdTaken),
                Ok(Outcome::Done),
            ]
        ),
        "{answers:?}"
    );
    assert_eq!(stored(&path), ["pi_1", "pi_3"]);
}

#[tokio::test]
async fn a_commit_that_cannot_start_tells_why() {
    let Bench { desk, path, _keep } = bench();
    desk.connection.busy_timeout(Duration::ZERO).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answers = in_one_group(desk, vec![first(1, 1, 10)]).await;
    let [Err(JournalError::Locked { location })] = &answers[..] else {
        panic!("{answers:?}");
    };
    assert_eq!(*location, path.display().to_string());
}

#[tokio::test]
async fn one_that_lost_its_place_writes_nothing() {
    let Bench { desk, path, _keep } = bench();
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("UPDATE writer SET life = life + 1")
        .unwrap();
    let answers = in_one_group(desk, vec![first(1, 1, 10)]).await;
    assert!(
        matches!(answers[..], [Err(JournalError::Damaged { .. })]),
        "{answers:?}"
    );
    assert_eq!(stored(&path), Vec::<String>::new());
}

/// The commits in a write-ahead log: frames that say how large the database is after them, written
/// since the log was last begun anew (SQLite's file format, 4.1 and 4.2).
fn commits(path: &Path) -> usize {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = std::fs::read(log).unwrap();
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
    let Bench { desk, path, _keep } = bench();
    let before = commits(&path);
    let jobs = 2 * GROUP + 1;
    let payments = (0_u16..).take(jobs).map(|number| {
        let Write::Commit(mut prepared) = first(0, 1, 10) else {
            return first(0, 1, 10);
        };
        if let Some(append) = &mut prepared.append {
            append.payment = format!("pi_{number}").parse().unwrap();
            append.begun.clear();
        }
        Write::Commit(prepared)
    });
    let answers = in_one_group(desk, payments.collect()).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(commits(&path) - before, 3);
    assert_eq!(stored(&path).len(), jobs);
}
