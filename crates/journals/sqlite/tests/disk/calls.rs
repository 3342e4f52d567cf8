//! Each single call on the disk fails once, or from then on, and nothing untrue is said about it.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::script::{self, Told};
use crate::shim::{Error, Fault, Fired, Place, each};

/// Fails call after call until there is none left to fail, and checks what came of each; how many
/// there were.
fn every_call(start: Option<&Path>, fault: impl Fn(usize) -> Fault + Sync) -> usize {
    let (tried, last) = (AtomicUsize::new(0), AtomicUsize::new(usize::MAX));
    let numbers = (1..).take_while(|number| *number < last.load(Ordering::Relaxed));
    each(numbers, |number| {
        let place = start.map_or_else(Place::new, Place::copy_of);
        let fault = fault(number);
        let status = place.run("whole 0", Some(fault));
        match place.fired() {
            Some(fired) => {
                assert!(status.success(), "{fault:?}: {status}");
                check(&place, fault, fired, start.is_some());
                tried.fetch_add(1, Ordering::Relaxed);
            }
            None => drop(last.fetch_min(number, Ordering::Relaxed)),
        }
    });
    tried.into_inner()
}

fn check(place: &Place, fault: Fault, fired: Fired, filled: bool) {
    let told = Told::in_file(&place.folder.join("said"));
    let mut kept = script::reopened(&place.folder)
        .unwrap_or_else(|error| panic!("{fault:?}: {error:?} {told:?}"));
    if filled {
        // What was there before has its own numbers.
        assert!(kept.len() > 50, "{fault:?}");
        kept.retain(|entry| told.asked.contains(entry));
    }
    let lost: Vec<_> = told.ok.difference(&kept).collect();
    assert!(lost.is_empty(), "{fault:?}: lost {lost:?} {told:?}");
    let mut possible = told.ok.clone();
    if fired == Fired::Sync {
        // What a sync was asked for may have reached the disk although it failed.
        possible.extend(told.refused());
    }
    let surplus: Vec<_> = kept.difference(&possible).collect();
    assert!(surplus.is_empty(), "{fault:?}: {surplus:?} {told:?}");
    if told.said("end") {
        let mut held = told.held.clone();
        held.retain(|entry| told.asked.contains(entry));
        assert_eq!(held, told.ok, "{fault:?}: while it was open");
    }
    if fault.from == fault.to {
        assert!(told.said("end"), "{fault:?}: {told:?}");
        assert!(told.refused.len() <= 6, "{fault:?}: one commit at most");
    }
    if fault.error == Error::Full && fired == Fired::Write {
        for line in told.refused.iter().map(|(_, line)| line) {
            assert!(line.contains("RK3004"), "{fault:?}: {line}");
        }
    }
}

/// A journal whose process died when it was about to copy its log into the database.
pub(crate) fn filled() -> Place {
    let place = Place::new();
    assert!(!place.run("fill", None).success());
    std::fs::remove_file(place.folder.join("said")).unwrap();
    place
}

const fn once(number: usize) -> Fault {
    Fault {
        from: number,
        to: number,
        error: Error::Io,
        short: false,
        only_syncs: false,
    }
}

#[test]
fn a_call_that_fails_once() {
    assert!(every_call(None, once) > 100);
}

#[test]
fn a_call_that_fails_once_while_the_log_is_copied() {
    let filled = filled();
    // Each third, for the time it takes; each sync has its turn where the power is lost, too.
    let third = |number| once(3 * number);
    assert!(every_call(Some(&filled.folder), third) > 40);
}

#[test]
fn a_disk_that_fails_from_some_call_on() {
    let forever = |number| Fault {
        to: usize::MAX >> 1,
        ..once(number)
    };
    assert!(every_call(None, forever) > 100);
}

#[test]
fn a_disk_that_is_full_at_some_write() {
    let full = |number| Fault {
        error: Error::Full,
        ..once(number)
    };
    assert!(every_call(None, full) > 100);
}

#[test]
fn a_write_that_is_cut_short_by_the_end_of_the_disk() {
    let short = |number| Fault {
        to: number + 1,
        error: Error::Full,
        short: true,
        ..once(number)
    };
    assert!(every_call(None, short) > 100);
}
