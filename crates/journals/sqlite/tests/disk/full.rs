//! A full disk: what finds no room is refused and not kept, what was there stays, and the journal is at
//! work again as soon as there is room.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::script::Entry::{Begin, Mark, Record};
use crate::script::{self, Entry, Run, Told};
use crate::shim::Place;

/// What is written before the disk is full, and what then finds no room.
const BEFORE: [Entry; 4] = [Begin(0), Begin(2), Begin(4), Mark(0)];
const LATER: [Entry; 6] = [Begin(6), Mark(2), Record(0), Begin(8), Begin(9), Begin(10)];

/// In the process on that disk.
pub(crate) async fn script(run: &mut Run, folder: &Path) {
    for entry in BEFORE {
        assert!(run.group(vec![entry]).await);
    }
    let takes_room = match std::env::var_os("DISK_FULL") {
        Some(told_by) => PathBuf::from(told_by),
        None => folder.join("ballast"),
    };
    let mut ballast = File::create(&takes_room).unwrap();
    if takes_room.starts_with(folder) {
        while ballast.write(&[0; 4096]).is_ok() {}
    }
    for entry in LATER {
        assert!(!run.group(vec![entry]).await);
    }
    assert!(!run.group(LATER.to_vec()).await);
    // Not opened here: closing any handle of the journal would take SQLite's locks on it away.
    let copied = Command::new("cp")
        .args(["-r".as_ref(), folder, &script::notes().join("full")])
        .status();
    assert!(copied.unwrap().success());
    drop(ballast);
    std::fs::remove_file(takes_room).unwrap();
    assert!(run.group(LATER.to_vec()).await);
}

fn refused_while_full_and_kept_afterwards(place: &Place, said: &Path, left: &Path) {
    let told = Told::in_file(said);
    assert!(told.said("end"), "{told:?}");
    assert_eq!(told.refused.len(), 2 * LATER.len());
    for (_, line) in &told.refused {
        assert!(line.contains("RK3004"), "{line}");
    }
    let before: BTreeSet<_> = BEFORE.into();
    assert_eq!(script::reopened(&place.note("full")).unwrap(), before);
    let all: BTreeSet<_> = before.into_iter().chain(LATER).collect();
    assert_eq!(told.ok, all);
    assert_eq!(told.held, all);
    assert_eq!(script::reopened(left).unwrap(), all);
}

#[test]
fn a_full_disk_refuses_and_goes_on_when_there_is_room() {
    let place = Place::new();
    let output = place
        .child("full")
        .env("DISK_FULL", place.note("marker"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    refused_while_full_and_kept_afterwards(&place, &place.folder.join("said"), &place.folder);
}

/// A file system of one megabyte, where the system lets anyone make one.
fn small(place: &Place) -> Option<Command> {
    let unshared = ["--user", "--map-root-user", "--mount"];
    let mut probe = Command::new("unshare");
    let mounts = "mount -t tmpfs -o size=1m tmpfs \"$DISK_FOLDER\"";
    probe
        .args(unshared)
        .args(["sh", "-c", mounts])
        .env("DISK_FOLDER", &place.folder);
    if !probe.output().is_ok_and(|output| output.status.success()) {
        return None;
    }
    let inner = place.plain("full");
    let leaves = "r=$?; cp -r \"$DISK_FOLDER\" \"$DISK_NOTES/end\"; exit $r";
    let mut command = Command::new("unshare");
    command
        .args(unshared)
        .args([
            "sh",
            "-c",
            &format!("{mounts} && {{ \"$0\" \"$@\"; {leaves}; }}"),
        ])
        .arg(inner.get_program())
        .args(inner.get_args())
        .envs(
            inner
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    Some(command)
}

#[test]
fn a_file_system_without_room_refuses_and_goes_on_when_there_is_some() {
    let place = Place::new();
    let Some(mut command) = small(&place) else {
        eprintln!("skipped: a file system can't be made here without privileges");
        return;
    };
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    refused_while_full_and_kept_afterwards(&place, &place.note("said"), &place.note("end"));
}

/// In a process that may not make files larger than some size.
pub(crate) async fn until_refused(run: &mut Run) {
    for number in (0..4000).step_by(8) {
        if !run.group((number..number + 8).map(Begin).collect()).await {
            return;
        }
    }
}

#[test]
fn a_limit_on_the_size_of_files_keeps_what_was_acknowledged_and_nothing_else() {
    let place = Place::new();
    let inner = place.plain("until refused");
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1800; exec \"$0\" \"$@\""])
        .arg(inner.get_program())
        .args(inner.get_args())
        .envs(
            inner
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let told = Told::in_file(&place.note("said"));
    assert!(told.said("end") && !told.refused.is_empty(), "{told:?}");
    for (_, line) in &told.refused {
        assert!(line.contains("RK3008"), "{line}");
    }
    assert!(told.ok.len() > 20, "{told:?}");
    assert_eq!(told.held, told.ok);
    assert_eq!(script::reopened(&place.folder).unwrap(), told.ok);
}
