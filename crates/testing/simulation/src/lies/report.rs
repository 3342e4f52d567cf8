//! What was tried, and how it ended, in counts.

use std::collections::BTreeMap;
use std::fmt;

use super::judge::{End, Verdict};
use super::lie::KINDS;

/// Counts over all cases.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// By provider, as adapter and version.
    pub sites: BTreeMap<&'static str, Counts>,
    /// By kind of lie.
    pub kinds: BTreeMap<&'static str, Counts>,
    /// Cases that are left out, by provider and reason.
    pub beyond: BTreeMap<(&'static str, &'static str), Vec<String>>,
    /// Broken promises: the case's name, and what was seen.
    pub broken: Vec<(String, String)>,
}

/// How so many cases ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that were tried and judged.
    pub cases: u64,
    /// How the operations were left.
    pub ends: BTreeMap<End, u64>,
    /// Those in which no answer was changed, so that nothing was tried. They are no cases.
    pub vacuous: u64,
    /// Those that nobody could tell from the truth of another day. They are no cases either.
    pub beyond: u64,
    /// Those in which a promise does not hold.
    pub broken: u64,
}

impl Counts {
    /// How many ended so.
    #[must_use]
    pub fn of(&self, end: End) -> u64 {
        self.ends.get(&end).copied().unwrap_or_default()
    }

    fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Kept(end) => {
                self.cases += 1;
                *self.ends.entry(*end).or_default() += 1;
            }
            Verdict::Vacuous => self.vacuous += 1,
            Verdict::Beyond(_) => self.beyond += 1,
            Verdict::Broken(_) => {
                self.cases += 1;
                self.broken += 1;
            }
        }
    }

    fn join(&mut self, other: &Self) {
        self.cases += other.cases;
        self.vacuous += other.vacuous;
        self.beyond += other.beyond;
        self.broken += other.broken;
        for (end, count) in &other.ends {
            *self.ends.entry(*end).or_default() += count;
        }
    }
}

impl Report {
    pub(super) fn add(
        &mut self,
        site: &'static str,
        kind: &'static str,
        verdict: &Verdict,
        name: impl FnOnce() -> String,
    ) {
        self.sites.entry(site).or_default().add(verdict);
        self.kinds.entry(kind).or_default().add(verdict);
        match verdict {
            Verdict::Beyond(why) => self.beyond.entry((site, why)).or_default().push(name()),
            Verdict::Broken(what) => self.broken.push((name(), what.clone())),
            Verdict::Kept(_) | Verdict::Vacuous => {}
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        for (site, counts) in other.sites {
            self.sites.entry(site).or_default().join(&counts);
        }
        for (kind, counts) in other.kinds {
            self.kinds.entry(kind).or_default().join(&counts);
        }
        for (why, names) in other.beyond {
            self.beyond.entry(why).or_default().extend(names);
        }
        self.broken.extend(other.broken);
    }

    pub(super) fn sort(&mut self) {
        self.broken.sort();
        self.beyond.values_mut().for_each(|names| names.sort());
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        self.sites.values().for_each(|counts| total.join(counts));
        total
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = [
            "",
            "cases",
            "succeeded",
            "no",
            "accepted",
            "ready",
            "unknown",
            "person",
            "not begun",
            "vacuous",
            "left out",
            "BROKEN",
        ];
        for head in heads {
            cell(f, &head)?;
        }
        writeln!(f)?;
        for (site, counts) in &self.sites {
            row(f, site, counts)?;
        }
        row(f, "all", &self.total())?;
        writeln!(f)?;
        for kind in KINDS {
            if let Some(counts) = self.kinds.get(kind) {
                row(f, kind, counts)?;
            }
        }
        for ((site, why), names) in &self.beyond {
            let first = names.first().map_or("", String::as_str);
            let count = names.len();
            writeln!(f, "left out at {site}, {count}: {why}; such as {first}")?;
        }
        Ok(())
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, counts: &Counts) -> fmt::Result {
    cell(f, &name)?;
    cell(f, &counts.cases)?;
    for end in End::ALL {
        cell(f, &counts.of(end))?;
    }
    cell(f, &counts.vacuous)?;
    cell(f, &counts.beyond)?;
    cell(f, &counts.broken)?;
    writeln!(f)
}

fn cell(f: &mut fmt::Formatter<'_>, what: &dyn fmt::Display) -> fmt::Result {
    write!(f, "{:>16}", what.to_string())
}
