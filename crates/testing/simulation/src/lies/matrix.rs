//! All cases: each lie in each scenario, for each provider.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::case::{self, Line};
use super::judge::{self, Verdict};
use super::lie::{self, Lie};
use super::report::Report;
use super::scenario::{self, Scenario};
use super::site::{self, Route, Site};
use super::wire::{Donors, Sample, Story, When};

/// One provider with its scenarios, and the lies that can be told in each.
struct Prepared {
    site: Arc<Site>,
    scenarios: Vec<Prospect>,
}

struct Prospect {
    scenario: Scenario,
    donors: Arc<Donors>,
    lies: Vec<(Lie, When)>,
}

/// The matrix of lies, ready to be run.
pub struct Matrix {
    sites: Vec<Prepared>,
    cases: Vec<Case>,
}

/// A case by its places: site, scenario, and the lie unless the truth is told.
#[derive(Clone, Copy)]
struct Case {
    site: usize,
    scenario: usize,
    lie: Option<usize>,
}

/// One case that was run by its name.
pub struct Run {
    /// Every request, what it was answered and what was told instead, and what the engine made of it.
    pub trace: String,
    /// How it ended, in a line.
    pub end: String,
    /// Whether the promises hold.
    pub kept: bool,
}

impl Matrix {
    /// Tells each scenario as it is, and collects what can be lied about in it.
    #[must_use]
    pub fn prepare() -> Self {
        let sites: Vec<Prepared> = site::all().into_iter().map(prepare).collect();
        let mut cases = Vec::new();
        for (site, prepared) in sites.iter().enumerate() {
            for (scenario, told) in prepared.scenarios.iter().enumerate() {
                let lies = (0..told.lies.len()).map(Some);
                cases.extend(std::iter::once(None).chain(lies).map(|lie| Case {
                    site,
                    scenario,
                    lie,
                }));
            }
        }
        Self { sites, cases }
    }

    /// Runs every case whose name holds `part`, on so many threads.
    #[must_use]
    pub fn run(&self, threads: usize, part: &str) -> Report {
        const LOT: usize = 64;
        let next = AtomicUsize::new(0);
        let work = || {
            let lines: Vec<Line> = self.sites.iter().map(|one| Line::to(&one.site)).collect();
            let mut report = Report::default();
            loop {
                let first = next.fetch_add(LOT, Ordering::Relaxed);
                let Some(rest) = self.cases.get(first..) else {
                    return report;
                };
                for case in rest.iter().take(LOT) {
                    if part.is_empty() || self.name(*case).contains(part) {
                        let (_, verdict) = self.tell(&lines[case.site], *case, false);
                        let kind = self.lie(*case).map_or("none", |(lie, _)| lie.kind());
                        let site = self.sites[case.site].site.name;
                        report.add(site, kind, &verdict, || self.name(*case));
                    }
                }
            }
        };
        let mut sum = Report::default();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
            for thread in threads {
                sum.join(thread.join().unwrap());
            }
        });
        sum.sort();
        sum
    }

    /// Runs one case by its name; `None` where there is none of that name.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<Run> {
        let case = *self.cases.iter().find(|case| self.name(**case) == name)?;
        let line = Line::to(&self.sites[case.site].site);
        let (story, verdict) = self.tell(&line, case, true);
        let mut trace = story.trace.unwrap_or_default();
        for effect in story.sandbox.effects() {
            let (kind, amount) = (effect.kind, effect.amount.minor);
            trace.push_str(&format!(
                "effect: {kind} of {amount} at {}\n",
                effect.received_at
            ));
        }
        let (end, kept) = match verdict {
            Verdict::Kept(end) => (format!("kept; it is left as {end:?}"), true),
            Verdict::Vacuous => ("vacuous: no answer was changed".to_owned(), true),
            Verdict::Beyond(why) => (format!("left out: {why}"), true),
            Verdict::Broken(what) => (format!("BROKEN: {what}"), false),
        };
        Some(Run { trace, end, kept })
    }

    fn prospect(&self, case: Case) -> &Prospect {
        &self.sites[case.site].scenarios[case.scenario]
    }

    fn lie(&self, case: Case) -> Option<&(Lie, When)> {
        self.prospect(case).lies.get(case.lie?)
    }

    fn name(&self, case: Case) -> String {
        let (site, scenario) = (
            self.sites[case.site].site.name,
            self.prospect(case).scenario.name,
        );
        match self.lie(case) {
            None => format!("{site}/{scenario}/the-truth"),
            Some((lie, when)) => {
                let when = match when {
                    When::Always => "always",
                    When::SinceSend => "since-send",
                    When::Once => "once",
                };
                format!("{site}/{scenario}/{lie}/{when}")
            }
        }
    }

    fn tell(&self, line: &Line, case: Case, traced: bool) -> (Story, Verdict) {
        let (site, told) = (&self.sites[case.site].site, self.prospect(case));
        let mut story = case::story(site, told.scenario);
        story.donors = Arc::clone(&told.donors);
        story.lie = self.lie(case).cloned();
        story.trace = traced.then(String::new);
        for (about, donor) in &told.donors.another {
            story.note(format_args!("another's {about}: {}", donor.write()));
        }
        let told = case::run(line, story);
        let verdict = judge::judge(&told);
        (told.story, verdict)
    }
}

fn prepare(site: Site) -> Prepared {
    let site = Arc::new(site);
    let line = Line::to(&site);
    let sampled = |scenario: Scenario| {
        let mut story = case::story(&site, scenario);
        story.samples = Some(Vec::new());
        story
    };
    let scenarios = scenario::of(&site).into_iter().map(|scenario| {
        let peace = scenario.in_peace();
        let donors = Donors {
            another: case::answers_of_another(&line, sampled(peace)),
            twin: case::answers_of_twin(&line, sampled(peace)),
        };
        let told = case::run(&line, sampled(scenario));
        let samples = told.story.samples.unwrap_or_default();
        Prospect {
            lies: lies(&site, &samples, &donors),
            donors: Arc::new(donors),
            scenario,
        }
    });
    Prepared {
        scenarios: scenarios.collect(),
        site: Arc::clone(&site),
    }
}

/// The lies that change something of what is truly told in a scenario, each with the times at which
/// it can be told. Up to the first lie all goes as in truth, so these are all that there are.
fn lies(site: &Site, samples: &[Sample], donors: &Donors) -> Vec<(Lie, When)> {
    let mut times: BTreeMap<Lie, BTreeSet<bool>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for sample in samples {
        let answer = (
            sample.about,
            sample.status,
            &sample.body,
            sample.before_send,
        );
        if !seen.insert(answer) {
            continue;
        }
        let donors = donors.of(sample.about);
        for lie in lie::about(site, sample.about, (sample.status, &sample.body), donors) {
            times.entry(lie).or_default().insert(sample.before_send);
        }
    }
    let mut lies = Vec::new();
    for (lie, before_send) in times {
        let whens: &[When] = match (lie.about, before_send.contains(&true)) {
            (Route::Send, _) => &[When::Always, When::Once],
            (_, false) => &[When::SinceSend],
            (_, true) if before_send.contains(&false) => &[When::Always, When::SinceSend],
            (_, true) => &[When::Always],
        };
        lies.extend(whens.iter().map(|when| (lie.clone(), *when)));
    }
    lies
}
