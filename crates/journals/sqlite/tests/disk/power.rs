//! The power is lost at any moment, also after a sync has failed, and what was acknowledged is there.

use std::collections::BTreeSet;
use std::path::Path;

use crate::calls::filled;
use crate::model::{Disk, Luck, events};
use crate::script::{self, Entry, Told};
use crate::shim::{Error, Fault, Fired, Place, each};

/// When the power is lost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moments {
    /// After each event.
    All,
    /// After each event, but of single writes only some.
    Most,
    /// After each event but writes, from the sync that fails on.
    SinceTheFault,
}

/// Cuts the power at these moments of the record, and checks what is left on the disk.
fn every_moment(
    place: &Place,
    start: &Path,
    before: &BTreeSet<Entry>,
    moments: Moments,
    luck: Luck,
    about: &str,
) {
    let record = std::fs::read(place.note("record")).unwrap();
    let mut disk = Disk::of(start, luck);
    let mut said = String::new();
    let mut last = Default::default();
    let mut left = events(&record).into_iter();
    let (mut failed, mut writes) = (false, 0);
    let left_behind = std::iter::from_fn(|| {
        loop {
            let event = left.next()?;
            if event.name == "said" {
                said.push_str(std::str::from_utf8(&event.bytes).unwrap());
            } else {
                disk.goes_on(&event);
                failed |= event.kind == 'F';
            }
            let write = event.kind == 'W' && event.name != "said";
            writes += u32::from(write);
            let skipped = match moments {
                // Without luck, writes change nothing that is found.
                _ if write && matches!(luck, Luck::None) => true,
                Moments::All => false,
                Moments::Most => write && writes % 4 > 0,
                Moments::SinceTheFault => write || !failed,
            };
            if skipped {
                continue;
            }
            let files = disk.without_power();
            let mut told = Told::default();
            told.hear(&said);
            let found = (files, told.ok.len(), told.held.len());
            if found != last {
                last = found;
                return Some((last.0.clone(), told));
            }
        }
    });
    each(left_behind, |(files, told)| {
        let left = Place::new();
        for (name, bytes) in files {
            std::fs::write(left.folder.join(name), bytes).unwrap();
        }
        let kept = script::reopened(&left.folder)
            .unwrap_or_else(|error| panic!("{about}, {luck:?}: {error:?} {told:?}"));
        // What a later process has read counts as acknowledged, too.
        let certain = told.ok.iter().chain(&told.held).chain(before);
        let lost: Vec<_> = certain.filter(|entry| !kept.contains(entry)).collect();
        assert!(lost.is_empty(), "{about}, {luck:?}: lost {lost:?} {told:?}");
        let possible: BTreeSet<_> = told.asked.iter().chain(before).copied().collect();
        assert!(kept.is_subset(&possible), "{about}, {luck:?}: {kept:?}");
    });
}

const LUCKS: [Luck; 5] = [
    Luck::None,
    Luck::All,
    Luck::Some(1),
    Luck::Some(2),
    Luck::Some(3),
];

#[test]
fn the_power_is_lost_at_any_moment() {
    let (place, nothing) = (Place::new(), Place::new());
    assert!(place.run("whole 0", None).success());
    for luck in LUCKS {
        every_moment(
            &place,
            &nothing.folder,
            &BTreeSet::new(),
            Moments::All,
            luck,
            "no fault",
        );
    }
}

#[test]
fn the_power_is_lost_while_the_log_is_copied() {
    let filled = filled();
    let before = script::reopened(&Place::copy_of(&filled.folder).folder).unwrap();
    let place = Place::copy_of(&filled.folder);
    assert!(place.run("whole 0", None).success());
    for luck in LUCKS {
        every_moment(
            &place,
            &filled.folder,
            &before,
            Moments::Most,
            luck,
            "no fault",
        );
    }
}

/// Runs `scripts` one after the other: the first with each of its syncs failing in turn, the others
/// with their own first one, which is that of their opening where there is something to be lost.
fn every_sync(start: Option<&Path>, scripts: &[&str], lucks: &[Luck]) {
    let nothing = Place::new();
    let before = start.map_or_else(BTreeSet::new, |start| {
        script::reopened(&Place::copy_of(start).folder).unwrap()
    });
    let start = start.unwrap_or(&nothing.folder);
    for number in 1.. {
        let fault = Fault {
            from: number,
            to: number,
            error: Error::Io,
            short: false,
            only_syncs: true,
        };
        let place = Place::copy_of(start);
        place.run(scripts[0], Some(fault));
        if place.fired() != Some(Fired::Sync) {
            assert!(number > 10);
            break;
        }
        for script in &scripts[1..] {
            let first = Fault {
                from: 1,
                to: 1,
                ..fault
            };
            assert!(place.run(script, Some(first)).success());
        }
        for luck in lucks {
            let about = format!("sync {number}");
            every_moment(
                &place,
                start,
                &before,
                Moments::SinceTheFault,
                *luck,
                &about,
            );
        }
    }
}

#[test]
fn a_sync_fails_and_the_process_goes_on() {
    every_sync(None, &["whole 0"], &[Luck::None, Luck::Some(1)]);
}

#[test]
fn a_sync_fails_and_the_process_goes_on_while_the_log_is_copied() {
    every_sync(Some(&filled().folder), &["whole 0"], &[Luck::None]);
}

#[test]
fn a_sync_fails_and_another_process_goes_on() {
    every_sync(None, &["dies 0", "short 100"], &[Luck::None, Luck::Some(1)]);
}
