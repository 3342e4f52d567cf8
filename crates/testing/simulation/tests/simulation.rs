//! A part of the seeds, and all of the enumeration, in every run of the tests.
#![allow(clippy::panic, reason = "a test stops at the first surprise")]

use refundkit_simulation::{Trace, cases_without_a_crash, enumerate, enumerate_kind, kinds, run};

/// How many seeds a test goes through; `cargo xtask sim --seeds N` goes on for longer.
const SEEDS: u64 = 1_000;

fn no_violation(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        if let Some(violation) = run(seed, Trace::default()).violation {
            panic!(
                "seed {seed} breaks {}: {}; see it with: cargo xtask sim --seed {seed}",
                violation.rule, violation.what
            );
        }
    }
}

#[test]
fn the_first_seeds_break_nothing() {
    no_violation(0..SEEDS);
}

#[test]
fn other_seeds_break_nothing() {
    no_violation(1_000_000..1_000_000 + SEEDS);
}

#[test]
fn the_same_seed_gives_the_same_trace_and_another_seed_another() {
    let trace = |seed| run(seed, Trace::with_lines());
    for seed in 0..50 {
        let (one, again) = (trace(seed), trace(seed));
        assert_eq!(one.lines, again.lines, "seed {seed}");
        assert_eq!(one.hash(), again.hash(), "seed {seed}");
        assert_ne!(one.hash(), trace(seed + 1_000).hash(), "seed {seed}");
    }
}

/// What is never tried proves nothing: all of this has to happen somewhere in the first seeds.
#[test]
fn the_seeds_try_everything() {
    let mut seen = std::collections::BTreeMap::new();
    for seed in 0..SEEDS {
        for (what, count) in run(seed, Trace::default()).counts {
            *seen.entry(what).or_insert(0_u64) += count;
        }
    }
    for what in [
        "a conflict",
        "a decision met a conflict",
        "a fact met a conflict",
        "a hasty decision was turned down",
        "a journal was lost",
        "a journal was lost and every key ran out",
        "a journal was set back",
        "a key was used for something else",
        "a list that lacks what its total has",
        "a list that was cut",
        "a lost journal's refund was made twice",
        "a process with a real adapter died",
        "a reading of something else",
        "a reading without a total",
        "a real adapter got a twisted answer",
        "a real adapter got another status",
        "a real adapter got another's answer",
        "a real adapter got half an answer",
        "an answer of another request",
        "another namespace was tried",
        "an attempt was taken for interrupted",
        "answered: an error nobody knows",
        "answered: not now",
        "it asked to wait",
        "a marker may have lived",
        "a marker was gone",
        "a message asked to read",
        "a message came late",
        "a message came twice",
        "a message could not be written down",
        "a message never came",
        "a message said nothing new",
        "a message told",
        "a message was forged",
        "a message was given up",
        "a message was known",
        "a message was refused",
        "a message was replayed",
        "a request arrived twice",
        "a send waited for its turn",
        "a worker died",
        "a worker stood still",
        "a write failed",
        "absent in a reading",
        "cancelled",
        "answered: accepted",
        "answered: contradiction",
        "answered: executed",
        "answered: not sent",
        "answered: refused",
        "answered: the key was used",
        "answered: unknown",
        "decided by a person",
        "failed",
        "failed_late",
        "no room for it twice",
        "parked",
        "rejected",
        "seen by reading",
        "seen in a message",
        "sent again under its key",
        "sent again without a key",
        "succeeded",
        "two sums were said to have been paid",
    ] {
        assert!(seen.contains_key(what), "{what} never happens: {seen:?}");
    }
}

#[test]
fn without_a_crash_every_answer_ends_in_the_truth() {
    let counts = enumerate(0);
    assert_eq!(counts.broken, None);
    assert_eq!(usize::try_from(counts.cases), Ok(cases_without_a_crash()));
}

#[test]
fn one_crash_at_every_boundary_never_makes_a_second_effect() {
    let counts = enumerate(1);
    assert_eq!(counts.broken, None);
    assert!(counts.cases > 3_000, "{counts:?}");
    for boundary in [
        "before bind",
        "after bind",
        "before find",
        "after find",
        "before paused_until",
        "after paused_until",
        "before join",
        "after join",
        "before load",
        "after load",
        "before version",
        "after version",
        "before commit of begin and mark",
        "after commit of begin and mark",
        "before commit of mark",
        "after commit of mark",
        "before the effect",
        "after the effect",
        "before commit of answer",
        "after commit of answer",
        "before commit of fact",
        "after commit of fact",
        "before a reading",
    ] {
        assert!(
            counts.by_boundary.contains_key(boundary),
            "never at {boundary}: {counts:?}"
        );
    }
}

/// Two crashes at every two boundaries, each kind of provider as a test of its own: all of them in
/// one take longer than a test is given on a busy machine.
macro_rules! two_crashes {
    ($($test:ident: $kind:literal, more than $cases:literal;)*) => {
        mod two_crashes_at_every_two_boundaries_never_make_a_second_effect {
            $(#[test]
            fn $test() {
                super::two_crashes($kind, $cases);
            })*
        }

        #[test]
        fn every_kind_of_provider_is_tried_with_two_crashes() {
            assert_eq!(kinds(), [$($kind),*]);
        }
    };
}

two_crashes! {
    key_replayed_total: "key replayed, total", more than 8_100;
    key_replayed_token: "key replayed, token", more than 8_100;
    key_in_conflict_token: "key in conflict, token", more than 8_100;
    no_key_token: "no key, token", more than 5_300;
    no_key_total: "no key, total", more than 5_200;
    nothing: "nothing", more than 4_800;
    key_replayed_no_payment_shown: "key replayed, no payment shown", more than 7_400;
}

fn two_crashes(kind: &str, more_than: u64) {
    let counts = enumerate_kind(kind, 2).unwrap_or_default();
    assert_eq!(counts.broken, None);
    assert!(counts.cases > more_than, "{counts:?}");
    // The second life looks for the one before.
    assert!(
        counts.by_boundary.contains_key("before is_gone"),
        "{counts:?}"
    );
}
